"""What a network answers while it is trained: with dropout, cut into segments that no gradient crosses, and, where it
reads its own answer, told now and then what that should have been."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from rnnviz.cells import Cell, State
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network, recover, run_layer, unroll
from rnnviz.training.recipe import Recipe


def outputs(
    network: Network | EncoderDecoder, x: Tensor, recipe: Recipe, generator: torch.Generator, y: Tensor | None = None
) -> Tensor:
    """What ``network(x)`` returns, with the recipe's dropout and truncation, and of an encoder-decoder with its teacher
    forcing, by the right answer ``y``. ``generator`` draws what is dropped and where it is told."""
    if isinstance(network, EncoderDecoder):
        dropped = partial(_dropped, share=recipe.dropout, generator=generator)
        return network(x, y, recipe.teacher_forcing, generator, truncate=recipe.truncate, before_readout=dropped)
    if not recipe.dropout and recipe.truncate is None:
        return network(x)
    x = network.embed(x)
    length = len(x) if recipe.truncate is None else min(len(x), recipe.truncate)
    for index, cells in enumerate(network.layers):
        below = x if index == 0 else _dropped(x, recipe.dropout, generator)
        sides = [
            _segments(cell, below, network.initial_state(None, index, d, below), side == "backward", length)
            for d, (cell, side) in enumerate(zip(cells, network.directions, strict=True))
        ]
        x = torch.cat(sides, -1)
    return network.read(_dropped(x, recipe.dropout, generator))


def _dropped(states: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """A share of the numbers at zero, the others as much larger, so that their sum stays the same on average."""
    if not share:
        return states
    kept = torch.empty_like(states).bernoulli_(1 - share, generator=generator)
    return states * kept / (1 - share)


def _segments(cell: Cell, x: Tensor, state: State, backward: bool, length: int) -> Tensor:
    """One direction of a layer in segments of ``length`` steps, the first that is read being the one that may be
    shorter: (T, B, I) -> (T, B, H). Between two of them the state is handed on, and no gradient comes back."""
    first = len(x) % length
    sizes = ([first] if first else []) + [length] * (len(x) // length)
    parts = []
    for part in x.split(sizes[::-1])[::-1] if backward else x.split(sizes):
        states, state = _segment(cell, part, state, backward)
        parts.append(states)
    return torch.cat(parts[::-1] if backward else parts)


def _segment(cell: Cell, x: Tensor, state: State, backward: bool) -> tuple[Tensor, State]:
    """What the layer above reads of a segment, and the detached state after it."""
    last = 0 if backward else -1
    if cell.kernel() is None:
        quantities = unroll(cell, x, state, backward)
        return quantities[cell.output], {name: quantities[name][last].detach() for name in cell.state}
    h = run_layer([cell], x, [state], ("backward" if backward else "forward",))
    if cell.state == ("h",):
        return h, {"h": h[last].detach()}
    with torch.no_grad():
        quantities = recover(cell, x, state, h, backward)
    return h, {name: quantities[name][last] for name in cell.state}
