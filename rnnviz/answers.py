"""What a network answers at each step, and what each score is made of."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.head_layers import in_latex
from rnnviz.network import Network
from rnnviz.summands import Parts
from rnnviz.trace import Signal, Trace

# What the readout makes of the state, by whether the network reads in two directions: V is split between its halves.
SIDES = {
    False: ("V h_t",),
    True: (r"\overrightarrow{V}\,\overrightarrow{h}_t", r"\overleftarrow{V}\,\overleftarrow{h}_t"),
}

READ = {False: "h_t", True: r"\overrightarrow{h}_t, \overleftarrow{h}_t"}


@torch.no_grad()
def answer_parts(network: Network, trace: Trace) -> Parts:
    """The scores (logits) behind ``answers`` as their summands, each ("time", "batch", "output").

    The readout is linear, so the summands add up to the score: what it makes of the state, one summand per direction
    that reads, forward first, and its bias. Of a network with a front, what it makes of what that gives is one summand.
    """
    states, weight = _read_states(network, trace), network.readout.weight
    axes = ("time", "batch", "output")
    units = network.hidden_size
    if network.front is None:
        sides = zip(SIDES[network.bidirectional], states.split(units, -1), weight.split(units, 1), strict=True)
    else:
        sides = [(f"V {in_latex(network.front, READ[network.bidirectional])}", network.front(states), weight)]
    terms = [Signal(f"p:{k}", axes, (h @ v.t()).numpy(), symbol) for k, (symbol, h, v) in enumerate(sides)]
    bias = network.readout.bias.expand(terms[0].values.shape).numpy()
    weights = ("readout.weight",) * len(terms) + (None,)
    return Parts((*terms, Signal(f"p:{len(terms)}", axes, bias, "b")), r"\operatorname{softmax}", weights)


@torch.no_grad()
def answers(network: Network, trace: Trace) -> Signal:
    """Class probabilities at every step ("time", "batch", "output"): softmax of the readout of that step's state.

    For a network that is read at its last step this is what it would answer if the sequence ended there. That needs
    a network of one direction: a backward state at step t has already read what comes after t.
    """
    shares = torch.softmax(network.scores(_read_states(network, trace)), -1)
    return Signal("p", ("time", "batch", "output"), shares.numpy(), "p_t", (0.0, 1.0))


def settling(shares: Signal, majority: float = 0.5) -> int | None:
    """The first step from which on the final answer has more than ``majority`` of ``shares`` ("time", "output").

    None if it does not have it at the last step either.
    """
    final = shares.values[:, shares.values[-1].argmax()]
    short = (~(final > majority)).nonzero()[0]  # NaN is no majority
    first = int(short[-1]) + 1 if len(short) else 0
    return first if first < len(final) else None


def _read_states(network: Network, trace: Trace) -> Tensor:
    """What the readout sees at each step: the top layer's states (T, B, D·H)."""
    if network.readout is None:
        raise ValueError("this network has no readout, so it gives no answers")
    if "backward" in network.directions and network.read_at == "last":
        raise ValueError("a network that reads backward and is read at its last step has one answer, not one per step")
    return torch.from_numpy(trace.merged(network.num_layers - 1).values.copy())
