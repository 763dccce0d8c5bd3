"""What each number of a cell is made of: the summands before the non-linearity, for every step and unit."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.network import Network
from rnnviz.trace import Direction, Signal, Trace


class Parts(NamedTuple):
    """``quantity = activation(sum of terms)``. Each term is a Signal ("time", "batch", "unit"); its symbol is LaTeX."""

    terms: tuple[Signal, ...]
    activation: str


@torch.no_grad()
def anatomy(network: Network, trace: Trace, layer: int = 0, direction: Direction = "forward") -> dict[str, Parts]:
    """Take every quantity of one layer apart. ``trace`` must be a recording of ``network``.

    Term k of quantity "f" is named "f:k", in the order in which the cell states its equation.
    """
    recorded = trace.layer(layer, direction)
    cell = network.layers[layer][0 if direction == "forward" else 1]
    if layer == 0:
        below = trace.x.values
    else:
        sides = [trace.layer(layer - 1, side) for side in ("forward", "backward")[: len(network.layers[0])]]
        below = torch.cat([torch.from_numpy(side["h"].values.copy()) for side in sides], -1).numpy()
    step = {name: torch.from_numpy(recorded[name].values.copy()) for name in recorded.names}
    state = {name: torch.from_numpy(recorded.previous(name).values.copy()) for name in cell.state}
    taken_apart = cell.anatomy(torch.from_numpy(below.copy()), state, step)
    return {
        name: Parts(
            tuple(
                Signal(f"{name}:{k}", ("time", "batch", "unit"), term.value.numpy(), term.label)
                for k, term in enumerate(parts.terms)
            ),
            parts.activation,
        )
        for name, parts in taken_apart.items()
    }


@torch.no_grad()
def answer_parts(network: Network, trace: Trace) -> Parts:
    """The scores (logits) behind ``answers`` as their summands, each ("time", "batch", "output")."""
    states = _read_states(network, trace)
    axes = ("time", "batch", "output")
    weighted = Signal("p:0", axes, (states @ network.readout.weight.t()).numpy(), "V h_t")
    bias = Signal("p:1", axes, network.readout.bias.expand(weighted.values.shape).numpy(), "b")
    return Parts((weighted, bias), r"\operatorname{softmax}")


@torch.no_grad()
def answers(network: Network, trace: Trace) -> Signal:
    """Class probabilities at every step ("time", "batch", "output"): softmax of the readout of that step's state.

    For a network that is read at its last step this is what it would answer if the sequence ended there. That needs
    a network of one direction: a backward state at step t has already read what comes after t.
    """
    shares = torch.softmax(network.readout(_read_states(network, trace)), -1)
    return Signal("p", ("time", "batch", "output"), shares.numpy(), "p_t", (0.0, 1.0))


def settling(shares: Signal) -> int:
    """The first step from which on the answer that leads is the final one; ``shares`` ("time", "output")."""
    leads = shares.values.argmax(axis=-1)
    other = (leads != leads[-1]).nonzero()[0]
    return int(other[-1]) + 1 if len(other) else 0


def _read_states(network: Network, trace: Trace) -> Tensor:
    """What the readout sees at each step: the top layer's states (T, B, D·H)."""
    if network.readout is None:
        raise ValueError("this network has no readout, so it gives no answers")
    if "backward" in network.directions and network.read_at == "last":
        raise ValueError("a network that reads backward and is read at its last step has one answer, not one per step")
    top = [layer["h"].values for layer in trace.layers if layer.layer == network.num_layers - 1]
    return torch.cat([torch.from_numpy(h.copy()) for h in top], -1)
