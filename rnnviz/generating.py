"""Writing: a network that says what comes next is given what was drawn from that, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import State
from rnnviz.network import Network
from rnnviz.refusals import Refused, refuse_outside
from rnnviz.trace import Signal

HOTTEST = 1e6  # a temperature at which all that can come is as good as equally likely


class Drawing(NamedTuple):
    """How the next token is chosen. Scores are divided by ``temperature``; only the ``top_k`` likeliest are left, all
    if None; ``greedy``, or a temperature of 0, takes the likeliest. ``seed``: what the draws hang on: one number from 0
    to 1 for each token, so that another temperature is met with the same luck."""

    temperature: float = 1.0
    top_k: int | None = None
    greedy: bool = False
    seed: int = 0

    def shares(self, scores: Tensor) -> Tensor:
        """The distribution that is drawn from, of scores (..., O); of equal scores the first is the likelier. A score
        of minus infinity is never drawn."""
        scores, most = scores.double(), 1 if self.greedy or self.temperature == 0 else self.top_k
        if most is not None:
            order = scores.argsort(dim=-1, descending=True, stable=True)
            scores = scores.scatter(-1, order[..., most:], -torch.inf)
        apart = scores - scores.amax(-1, keepdim=True)
        # At a temperature near 0 a difference passes the largest number; exp makes 0 of either.
        return torch.softmax((apart / (self.temperature or 1.0)).clamp(min=-1e300), -1)

    def luck(self, length: int) -> Tensor:
        return torch.rand(length, generator=torch.Generator().manual_seed(self.seed), dtype=torch.float64)


class Written(NamedTuple):
    """``ids``: the tokens that were given and those that were drawn, (T,). ``begins``: where the drawn ones begin.
    ``before`` and ``after``: the shares of what comes after each step, ("time", "output"), as the network says them and
    as they were drawn from. ``drawn``: the number from 0 to 1 that decided on each token, ("time",), NaN on the given
    ones. ``bits``: minus log2 of the network's share of each token when it came, ("time",), NaN on the first."""

    ids: np.ndarray
    begins: int
    before: Signal
    after: Signal
    drawn: Signal
    bits: Signal


@torch.no_grad()
def write(
    network: Network,
    prompt: Sequence[int],
    length: int,
    drawing: Drawing | None = None,
    tokens: Sequence[int] | None = None,
    never: Sequence[int] = (),
) -> Written:
    """Read the token ids of ``prompt``, then draw ``length`` more, each read in its turn. The state is carried from
    step to step, so that nothing is read twice.

    ``tokens``: the token id that each output stands for; its own place unless given. ``never``: outputs that are never
    drawn. Raises Refused for a network that does not say what comes next, and for what cannot be drawn.
    """
    drawing = drawing or Drawing()
    _refuse(network, prompt, length, drawing)
    tokens = range(network.structure["output_size"]) if tokens is None else tokens
    place = {token: k for k, token in enumerate(tokens)}
    ids, luck = list(prompt), drawing.luck(length)
    states = [network.initial_state(None, index, 0, torch.zeros(1, 1)) for index in range(network.num_layers)]
    before, after = [], []
    for t in range(len(prompt) + length):
        scores, states = read(network, ids[t], states)
        if not scores.isfinite().all():
            raise Refused(
                "The scores after step {step} are not finite, so nothing can be drawn. Choose another network.",
                step=t + 1,
            )
        before.append(torch.softmax(scores.double(), -1))
        after.append(drawing.shares(scores.index_fill(0, torch.tensor(never, dtype=torch.long), -torch.inf)))
        if len(ids) == t + 1 < len(prompt) + length:
            ids.append(tokens[pick(after[-1], float(luck[t + 1 - len(prompt)]))])
    said = torch.stack(before).numpy()
    came = [said[t - 1, place[ids[t]]] if t and ids[t] in place else np.nan for t in range(len(ids))]
    drawn = np.concatenate([np.full(len(prompt), np.nan), luck.numpy()])
    axes = ("time", "output")
    with np.errstate(divide="ignore"):
        bits = Signal("bits", ("time",), -np.log2(came), r"-\log_2 p")
    return Written(
        np.array(ids),
        len(prompt),
        Signal("before", axes, said, "p_t", (0.0, 1.0)),
        Signal("after", axes, torch.stack(after).numpy(), "q_t", (0.0, 1.0)),
        Signal("drawn", ("time",), drawn, "u_t", (0.0, 1.0)),
        bits,
    )


def read(network: Network, token: int, states: list[State]) -> tuple[Tensor, list[State]]:
    """Read one token: the scores of what comes next (O,), and the state of each layer after it."""
    x = network.embed(torch.tensor([token]))
    later = []
    for (cell,), state in zip(network.layers, states, strict=True):
        quantities = cell(x, state)
        later.append({name: quantities[name] for name in cell.state})
        x = quantities[cell.output]
    return network.scores(x)[0], later


def pick(shares: Tensor, luck: float) -> int:
    """The output in whose part of 0 to 1 the number ``luck`` falls: their ``shares`` (O,) lie side by side there."""
    ends = shares.cumsum(0)
    place = int(torch.searchsorted(ends, luck * ends[-1], right=True))
    possible = shares.nonzero()[:, 0]
    return min(place, int(possible[-1]))


def refuse_others(network: Network) -> None:
    """Raise Refused for a network that cannot write, whatever its answers are."""
    if network.embedding is None:
        raise Refused("This network reads vectors, not words.")
    if network.readout is None or network.read_at != "every" or network.directions != ("forward",):
        raise Refused(
            "Only a network that reads from left to right and answers at every step can write. Choose one of those."
        )


def _refuse(network: Network, prompt: Sequence[int], length: int, drawing: Drawing) -> None:
    refuse_others(network)
    rows = network.embedding.num_embeddings
    if not len(prompt) or not all(0 <= token < rows for token in prompt):
        raise Refused("Give a beginning of at least one token that the network knows.")
    refuse_outside("length", length, 0, 10**6)
    refuse_outside("temperature", drawing.temperature, 0.0, HOTTEST)
    if drawing.top_k is not None:
        refuse_outside("top_k", drawing.top_k, 1, network.readout.out_features)
