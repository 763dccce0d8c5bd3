"""How a quantity of any shape is shown: as squares at the cursor, and as vectors that pictures draw over time.

Of complex numbers the real and the imaginary parts are shown, not sizes and angles: the equations add them part by
part, their zero is a colour's zero, and no angle jumps from one end of a scale to the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _
from rnnviz.app.results import Layer
from rnnviz.cells import GATES, Cell
from rnnviz.subjects import Subject
from rnnviz.trace import LayerTrace, Signal

# "units": a real number for each unit. "vector": real numbers that stand along the columns of a matrix.
Kind = Literal["units", "vector", "number", "complex", "matrix"]


class Shown(NamedTuple):
    """A vector of real numbers per step that stands for a quantity, or for a part of it. ``name``: that of its array on
    a board; ``of``: the quantity; ``letter``: what it is called on the page; ``about``: what a part is of the whole, in
    words; ``by_unit``: whether its numbers are those of the units."""

    name: str
    of: str
    letter: str
    signal: Signal
    about: str = ""
    by_unit: bool = True


def kind_of(cell: Cell, name: str) -> Kind:
    quantity = cell.quantities[name]
    if quantity.complex:
        return "complex"
    if len(quantity.shape) == 2:
        return "matrix"
    if cell.width(name) == 1:
        return "number"
    return "vector" if quantity.shape[0] in _columns(cell) else "units"


def _columns(cell: Cell) -> set[str]:
    """What the sizes are called that count columns of matrices, and not units."""
    return {entry.shape[1] for entry in cell.quantities.values() if len(entry.shape) == 2} - {"H"}


def units_of(cell: Cell) -> int:
    """How many units can be chosen: as many as all that have a number for each unit have."""
    widths = [cell.width(name) for name in cell.quantities if kind_of(cell, name) == "units"]
    return min(widths, default=1)


def shape_of(cell: Cell, name: str) -> dict[str, object]:
    """What the stage must know of a quantity's shape at a step; nothing of a number for each unit."""
    kind = kind_of(cell, name)
    if kind in ("matrix", "vector"):
        *rows, columns = cell.shape(name)
        rows = rows[0] if rows else 1
        return {"shape": kind, "rows": rows, "columns": columns, "units": rows == units_of(cell)}
    return {} if kind == "units" else {"shape": kind}


def numbers(values: np.ndarray) -> np.ndarray:
    """All numbers of each step, (steps, count): a matrix row by row, all real parts before all imaginary ones."""
    if np.iscomplexobj(values):
        values = np.stack([values.real, values.imag], 1)
    return values.reshape(len(values), -1)


def counted(values: np.ndarray) -> np.ndarray:
    """As ``numbers``, in the order of gradients and parts: each imaginary part right after its real one."""
    if np.iscomplexobj(values):
        values = np.stack([values.real, values.imag], -1)
    return values.reshape(len(values), -1)


def over_time(cell: Cell, name: str, signal: Signal) -> list[Shown]:
    """A quantity ("time", ...) as vectors ("time", "unit") that any picture draws: of complex numbers both parts, of a
    matrix the size of each row, of a single number the number."""
    letter, axes, kind = naming.letter(cell.name, name), ("time", "unit"), kind_of(cell, name)
    if kind == "complex":
        real = Signal(f"{name}.re", axes, np.ascontiguousarray(signal.values.real), signal.symbol)
        imaginary = Signal(f"{name}.im", axes, np.ascontiguousarray(signal.values.imag), signal.symbol)
        return [
            Shown(real.name, name, f"Re {letter}", real, _("the real part")),
            Shown(imaginary.name, name, f"Im {letter}", imaginary, _("the imaginary part")),
        ]
    if kind == "matrix":
        sizes = Signal(f"{name}.rows", axes, np.linalg.norm(signal.values, axis=-1), signal.symbol)
        rows = sizes.values.shape[1]
        return [Shown(sizes.name, name, f"‖{letter}‖", sizes, _("the size of each row"), rows == units_of(cell))]
    if kind == "number":
        one = replace(signal, values=signal.values.reshape(-1, 1), axes=axes)
        return [Shown(name, name, letter, one, _("one number for all"), units_of(cell) == 1)]
    return [Shown(name, name, letter, signal, by_unit=kind == "units")]


def all_over_time(cell: Cell, layer: LayerTrace, names: Iterable[str]) -> list[Shown]:
    return [shown for name in names for shown in over_time(cell, name, layer[name].at(batch=0))]


def by_role(cell: Cell, layer: LayerTrace) -> list[str]:
    """What is read out, then states, then gates, then the rest."""
    gates = [name for name in layer.names if cell.quantities[name].role in GATES]
    return [*dict.fromkeys([cell.output, *cell.state, *gates, *layer.names])]


def states_first(subject: Subject, of: Layer) -> list[Shown]:
    """Every quantity of the layer as vectors over time: what is read above, the other states, the gate that keeps them,
    then the others in order of computation."""
    layer, cell = results.layer(subject, of), results.cell_of(subject, of)
    order = sorted(layer.names, key=lambda name: cell.quantities[name].role != "keep")
    return all_over_time(cell, layer, dict.fromkeys([layer.output, *layer.initial, *order]))


def where_held(held: Signal) -> Signal:
    """Where a quantity is held, unit by unit: of a matrix the rows that are."""
    return replace(held, values=held.values.any(-1), axes=held.axes[:-1]) if held.axes[-1] == "column" else held


def main_state(cell: Cell | type[Cell]) -> str:
    """The state that a page is about where there is room for one: h where the next step reads it, else the first."""
    return "h" if "h" in cell.state else cell.state[0]
