"""How a quantity of any shape is shown: as squares at the cursor, and as vectors that pictures draw over time.

Of complex numbers the real and the imaginary parts are shown, not sizes and angles: the equations add them part by
part, their zero is a colour's zero, and no angle jumps from one end of a scale to the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _
from rnnviz.app.results import Layer
from rnnviz.cells import Cell
from rnnviz.subjects import Subject
from rnnviz.trace import LayerTrace, Signal


class Shown(NamedTuple):
    """A vector of real numbers per step that stands for a quantity, or for a part of it. ``name``: that of its array on
    a board; ``letter``: what it is called on the page; ``about``: what a part is of the whole, in words."""

    name: str
    letter: str
    signal: Signal
    about: str = ""


def numbers(values: np.ndarray) -> np.ndarray:
    """All numbers of each step, (steps, count): a matrix row by row, all real parts before all imaginary ones."""
    if np.iscomplexobj(values):
        values = np.stack([values.real, values.imag], 1)
    return values.reshape(len(values), -1)


def shape_of(signal: Signal) -> dict[str, object]:
    """What the stage must know of a quantity's shape at a step; nothing of a vector of real numbers."""
    last = signal.axes[-1]
    if np.iscomplexobj(signal.values):
        return {"shape": "complex"}
    if last == "column":
        rows, columns = signal.values.shape[-2:]
        return {"shape": "matrix", "rows": rows, "columns": columns}
    return {} if last == "unit" else {"shape": "number"}


def over_time(cell: str, name: str, signal: Signal) -> list[Shown]:
    """A quantity ("time", ...) as vectors ("time", "unit") that any picture draws: of complex numbers both parts, of a
    matrix the size of each row, of a single number the number."""
    letter, axes = naming.letter(cell, name), ("time", "unit")
    if np.iscomplexobj(signal.values):
        parts = (("re", f"Re {letter}", signal.values.real), ("im", f"Im {letter}", signal.values.imag))
        about = {"re": _("the real part"), "im": _("the imaginary part")}
        return [
            Shown(
                f"{name}.{part}",
                called,
                Signal(f"{name}.{part}", axes, np.ascontiguousarray(values), signal.symbol),
                about[part],
            )
            for part, called, values in parts
        ]
    if signal.axes[-1] == "column":
        sizes = Signal(f"{name}.rows", axes, np.linalg.norm(signal.values, axis=-1), signal.symbol)
        return [Shown(sizes.name, f"‖{letter}‖", sizes, _("the size of each row"))]
    if signal.axes[-1] != "unit":
        return [Shown(name, letter, replace(signal, values=signal.values[:, None], axes=axes), _("one number for all"))]
    return [Shown(name, letter, signal)]


def all_over_time(cell: str, layer: LayerTrace, names: Iterable[str]) -> list[Shown]:
    return [shown for name in names for shown in over_time(cell, name, layer[name].at(batch=0))]


def states_first(subject: Subject, of: Layer) -> list[tuple[str, Shown]]:
    """Every quantity of the layer as vectors over time, each with the name of the whole: what is read above, the other
    states, the gate that keeps them, then the others in order of computation."""
    layer, cell = results.layer(subject, of), results.cell_of(subject, of)
    order = sorted(layer.names, key=lambda name: cell.quantities[name].role != "keep")
    names = dict.fromkeys([layer.output, *layer.initial, *order])
    return [(name, shown) for name in names for shown in over_time(cell.name, name, layer[name].at(batch=0))]


def where_held(held: Signal) -> Signal:
    """Where a quantity is held, unit by unit: of a matrix the rows that are."""
    return replace(held, values=held.values.any(-1), axes=held.axes[:-1]) if held.axes[-1] == "column" else held


def units_of(layer: LayerTrace) -> int:
    """How many units can be chosen: those that all vectors of real numbers have, where they are several."""
    widths = (layer[name].values.shape[-1] for name in layer.names if layer[name].axes[-1] == "unit")
    return min((width for width in widths if width > 1), default=1)


def main_state(cell: Cell | type[Cell]) -> str:
    """The state that a page is about where there is room for one: h where the next step reads it, else the first."""
    return "h" if "h" in cell.state else cell.state[0]
