"""Hold a quantity of a cell at a value: what is computed after it, in that step and in later ones, uses that one."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import Cell, Held
from rnnviz.network import Direction, Network

PREVIOUS = "previous"


@dataclass(frozen=True)
class Hold:
    """What a quantity is held at, and where.

    ``value``: a number; an array that broadcasts to (steps, batch, units) of what is held; or "previous", for a state
    (h, c): the value that it has before each step, so that the step leaves it as it is. ``units``: all unless given;
    ``steps``: likewise, positions of the sequence in both directions. ``layer``: 0 is the lowest one.
    """

    value: float | np.ndarray | Tensor | Literal["previous"]
    units: Iterable[int] | None = None
    steps: Iterable[int] | None = None
    layer: int = 0
    direction: Direction = "forward"


Holds = Mapping[str, Hold | Sequence[Hold]]
HeldLayers = dict[tuple[int, Direction], Held]


def place(network: Network, hold: Holds | None, steps: int, batch: int) -> HeldLayers:
    """``hold`` by layer and direction. TypeError or ValueError, with what is allowed, for what is not there."""
    if hold is not None and not isinstance(hold, Mapping):
        raise TypeError(f"hold is of type {type(hold).__name__}; give holds by name, such as {{'h': rnnviz.Hold(0.0)}}")
    layers: dict[tuple[int, Direction], dict[str, tuple]] = {}
    for name, holds in (hold or {}).items():
        several = holds if isinstance(holds, (list, tuple)) else (holds,)
        for each in several:
            if not isinstance(each, Hold):
                raise TypeError(f"{name} is held by a {type(each).__name__}; give a rnnviz.Hold, or several in a list")
            cell = _cell(network, each)
            if name not in cell.quantities:
                raise ValueError(f"{cell.name} has no quantity {name!r} to hold; it has {', '.join(cell.quantities)}")
            of = layers.setdefault((each.layer, each.direction), {})
            of[name] = (*of.get(name, ()), _placed(cell, name, each, steps, batch))
    return {layer: Held(of) for layer, of in layers.items()}


def _cell(network: Network, hold: Hold) -> Cell:
    if hold.layer not in range(network.num_layers) or hold.direction not in network.directions:
        raise ValueError(
            f"there is no layer ({hold.layer}, {hold.direction!r}) to hold; layers are 0 to {network.num_layers - 1}, "
            f"directions {', '.join(network.directions)}"
        )
    return network.layers[hold.layer][network.directions.index(hold.direction)]


def _placed(cell: Cell, name: str, hold: Hold, steps: int, batch: int) -> tuple[Tensor, Tensor | None]:
    """Where a quantity is held, and at what, (steps, batch, *shape) each."""
    shape = cell.shape(name)
    if len(shape) != 1 and hold.units is not None:
        raise ValueError(f"{name} of {cell.name} has shape {shape}; it is held as a whole, without units")
    times, units = _chosen(name, "step", hold.steps, steps), _chosen(name, "unit", hold.units, shape[-1])
    where = _set(torch.zeros(steps, batch, *shape, dtype=torch.bool), times, units, torch.tensor(True))
    if isinstance(hold.value, str) and hold.value == PREVIOUS and name in cell.state:
        return where, None
    allowed = f"give a number, an array of numbers, or for {' and '.join(cell.state)} {PREVIOUS!r}"
    real = next(cell.parameters()).dtype
    value = hold.value
    try:
        value = value.detach() if isinstance(value, Tensor) else torch.from_numpy(np.array(value))
        value = value.to(real.to_complex() if cell.quantities[name].complex else real)
    except (TypeError, ValueError, RuntimeError) as wrong:
        raise TypeError(f"{name} is held at {hold.value!r}; {allowed}") from wrong
    if not value.isfinite().all():
        raise ValueError(f"{name} is held at what is no finite number; {allowed}")
    try:
        return where, _set(value.new_zeros(where.shape), times, units, value)
    except RuntimeError as wrong:
        held = (len(times), batch, *shape[:-1], len(units))
        raise ValueError(
            f"{name} is held at an array of shape {tuple(value.shape)}; what is held has shape {held}, that is "
            "(steps, batch, units)"
        ) from wrong


def _set(into: Tensor, times: Tensor, units: Tensor, value: Tensor) -> Tensor:
    rows = into[times]
    rows[..., units] = value
    into[times] = rows
    return into


def _chosen(name: str, what: str, chosen: Iterable[int] | None, count: int) -> Tensor:
    """The ``chosen`` positions out of ``count``, all if None."""
    try:
        positions = [operator.index(position) for position in (range(count) if chosen is None else chosen)]
    except TypeError as wrong:
        raise TypeError(f"{what}s of a hold on {name} are {chosen!r}; give whole numbers, such as [3]") from wrong
    for position in positions:
        if not 0 <= position < count:
            raise ValueError(f"{name} cannot be held at {what} {position}; {what}s are 0 to {count - 1}")
    return torch.tensor(positions, dtype=torch.long)
