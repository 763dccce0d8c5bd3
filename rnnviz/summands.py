"""What each number of a cell is made of: the summands before the non-linearity, for every step and unit."""

from __future__ import annotations

from typing import NamedTuple

import torch

from rnnviz.network import Network
from rnnviz.trace import Direction, Signal, Trace


class Parts(NamedTuple):
    """``quantity = activation(sum of terms)``. Each term is a Signal with its axes; its symbol is LaTeX.

    ``weights``: for each term the name of the matrix that made it, see ``rnnviz.cells.base.Term``.
    """

    terms: tuple[Signal, ...]
    activation: str
    weights: tuple[str | None, ...]


@torch.no_grad()
def summands(network: Network, trace: Trace, layer: int = 0, direction: Direction = "forward") -> dict[str, Parts]:
    """Take every quantity of one layer apart. ``trace`` must be a recording of ``network``.

    Term k of quantity "f" is named "f:k", in the order in which the cell states its equation.
    """
    recorded = trace.layer(layer, direction)
    cell = network.layers[layer][network.directions.index(direction)]
    below = trace.x.values if layer == 0 else trace.merged(layer - 1).values
    step = {name: torch.from_numpy(recorded[name].values.copy()) for name in recorded.names}
    state = {name: torch.from_numpy(recorded.previous(name).values.copy()) for name in cell.state}
    taken_apart = cell.summands(torch.from_numpy(below.copy()), state, step)
    return {
        name: Parts(
            tuple(
                Signal(f"{name}:{k}", recorded[name].axes, term.value.numpy(), term.label)
                for k, term in enumerate(parts.terms)
            ),
            parts.activation,
            tuple(term.weight for term in parts.terms),
        )
        for name, parts in taken_apart.items()
    }
