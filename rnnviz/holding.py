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
from rnnviz.refusals import Refused

PREVIOUS = "previous"


@dataclass(frozen=True)
class Hold:
    """What a quantity is held at, and where.

    ``value``: a number; an array that broadcasts to (steps, batch, units) of what is held; or "previous", for a state
    (h, c): the value that it has before each step, so that the step leaves it as it is. ``units``: all unless given;
    ``steps``: likewise, positions of the sequence in both directions. ``layer``: 0 is the lowest one.

    >>> import torch, rnnviz
    >>> kept = {"f": rnnviz.Hold(1.0, units=[3], steps=range(2, 5))}
    >>> trace = rnnviz.record(torch.nn.LSTM(4, 8), torch.randn(6, 1, 4), hold=kept)
    >>> trace.layer()["f"].values[2:5, 0, 3].tolist()
    [1.0, 1.0, 1.0]
    """

    value: float | np.ndarray | Tensor | Literal["previous"]
    units: Iterable[int] | None = None
    steps: Iterable[int] | None = None
    layer: int = 0
    direction: Direction = "forward"


Holds = Mapping[str, Hold | Sequence[Hold]]
HeldLayers = dict[tuple[int, Direction], Held]


def place(network: Network, hold: Holds | None, steps: int, batch: int) -> HeldLayers:
    """``hold`` by layer and direction. Refused, with what is allowed, for what is not there; TypeError for no Hold."""
    if hold is not None and not isinstance(hold, Mapping):
        raise TypeError(f"hold is of type {type(hold).__name__}; give holds by name, such as {{'h': rnnviz.Hold(0.0)}}")
    layers: dict[tuple[int, Direction], dict[str, tuple]] = {}
    for name, holds in (hold or {}).items():
        for each in holds if isinstance(holds, (list, tuple)) else (holds,):
            if not isinstance(each, Hold):
                raise TypeError(f"{name} is held by a {type(each).__name__}; give a rnnviz.Hold, or several in a list")
            cell = _cell(network, each)
            if name not in cell.quantities:
                raise Refused(
                    "The {cell} has no {quantity} to hold; it has {quantities}.",
                    cell=cell.name,
                    quantity=str(name)[:40],
                    quantities=", ".join(cell.quantities),
                )
            of = layers.setdefault((each.layer, each.direction), {})
            of[name] = (*of.get(name, ()), _placed(cell, name, each, steps, batch))
    return {layer: Held(of) for layer, of in layers.items()}


def _cell(network: Network, hold: Hold) -> Cell:
    if hold.layer not in range(network.num_layers) or hold.direction not in network.directions:
        raise Refused(
            "Layer {layer}, {direction}, cannot be held; layers are 0 to {last}, directions {directions}.",
            layer=hold.layer,
            direction=hold.direction,
            last=network.num_layers - 1,
            directions=", ".join(network.directions),
        )
    return network.layers[hold.layer][network.directions.index(hold.direction)]


def _placed(cell: Cell, name: str, hold: Hold, steps: int, batch: int) -> tuple[Tensor, Tensor | None]:
    """Where a quantity is held, and at what, (steps, batch, *shape) each."""
    shape = cell.shape(name)
    if len(shape) != 1 and hold.units is not None:
        raise Refused("{quantity} has shape {shape}; it is held as a whole, without units.", quantity=name, shape=shape)
    times, units = _chosen(name, hold.steps, steps), _chosen(name, hold.units, shape[-1])
    if (step := _outside(times, steps)) is not None:
        raise Refused(
            "{quantity} cannot be held at step {step}; steps are 0 to {last}.", quantity=name, step=step, last=steps - 1
        )
    if (unit := _outside(units, shape[-1])) is not None:
        raise Refused(
            "{quantity} cannot be held at unit {unit}; units are 0 to {last}.",
            quantity=name,
            unit=unit,
            last=shape[-1] - 1,
        )
    where = _set(torch.zeros(steps, batch, *shape, dtype=torch.bool), times, units, torch.tensor(True))
    if isinstance(hold.value, str) and hold.value == PREVIOUS and name in cell.state:
        return where, None
    real = next(cell.parameters()).dtype
    value = hold.value
    try:
        value = value.detach() if isinstance(value, Tensor) else torch.from_numpy(np.array(value))
        value = value.to(real.to_complex() if cell.quantities[name].complex else real)
    except (TypeError, ValueError, RuntimeError) as wrong:
        raise Refused(
            "{quantity} cannot be held at {value}; give a number, or for {states} 'previous'.",
            quantity=name,
            value=repr(hold.value)[:40],
            states=", ".join(cell.state),
        ) from wrong
    if not value.isfinite().all():
        raise Refused("{quantity} can be held at finite numbers only.", quantity=name)
    try:
        return where, _set(value.new_zeros(where.shape), times, units, value)
    except RuntimeError as wrong:
        raise Refused(
            "{quantity} is held at an array of shape {shape}; what is held has shape {wanted}: steps, batch, units.",
            quantity=name,
            shape=tuple(value.shape),
            wanted=(len(times), batch, *shape[:-1], len(units)),
        ) from wrong


def _set(into: Tensor, times: Tensor, units: Tensor, value: Tensor) -> Tensor:
    rows = into[times]
    rows[..., units] = value
    into[times] = rows
    return into


def _chosen(name: str, chosen: Iterable[int] | None, count: int) -> Tensor:
    """The ``chosen`` positions, all ``count`` if None."""
    try:
        return torch.tensor([operator.index(k) for k in (range(count) if chosen is None else chosen)], dtype=torch.long)
    except TypeError as wrong:
        raise TypeError(f"{name} is held at {chosen!r}; give units and steps as whole numbers, such as [3]") from wrong


def _outside(positions: Tensor, count: int) -> int | None:
    """The first position that is not there, None if all are."""
    return next((position for position in positions.tolist() if not 0 <= position < count), None)
