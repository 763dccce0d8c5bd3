"""One step of a newer cell as one or two short equations with the numbers of the chosen unit, above its drawing.

Each is what became of the textbook's S_t = f(U X_t + W S_{t-1}) in this cell: what is kept,
what is written and what is read.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _
from rnnviz.app.knobs import to_translate as __
from rnnviz.app.panels.cell_diagram import rescaled
from rnnviz.app.panels.network_views import mathml
from rnnviz.app.panels.quantity_shapes import kind_of, numbers
from rnnviz.app.results import Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells.unscaled import DIAGRAMS
from rnnviz.subjects import Subject


class Part(NamedTuple):
    """``array``: of the board, "" where there is no number to write. ``word``: what it is; that of which the page's
    title tells is ``told``. ``upto``: the array of the largest of several numbers, of which ``array`` is the least;
    ``degrees``: it is an angle."""

    latex: str
    array: str = ""
    word: str = ""
    told: bool = False
    upto: str = ""
    degrees: bool = False


KEPT, TURNED, REPLACED = __("kept"), __("turned"), __("replaced")
WRITTEN, FOUND = __("written"), __("found")
Line = tuple[Part | str, ...]
_OUTER = Part(r"v_t k_t^\top")
_DELTA: Line = (
    *(Part("u_t", "u"), "=", Part("β_t", "β", REPLACED, True), "×", "("),
    *(Part("v_t", "v"), "−", Part("S_{t-1} k_t", "found", FOUND), ")"),
)
_ADDED: Line = (Part("S_t"), "=", Part("S_{t-1}"), "+", Part(r"u_t k_t^\top", "", WRITTEN))
LINES: dict[str, tuple[Line, ...]] = {
    "DeltaNet": (_DELTA, _ADDED),
    "LRU": (
        (
            *(Part("h_t", "h"), "=", Part(r"\lambda", "λ"), "×", Part("h_{t-1}", "previous:h"), "+"),
            Part(r"\exp(\gamma) B x_t", "h:1", WRITTEN),
        ),
        (Part(r"|\lambda|", "size of λ", KEPT, True), Part(r"\angle \lambda", "turn of λ", TURNED, True, degrees=True)),
    ),
    "RG-LRU": (
        (
            *(Part("h_t", "h"), "=", Part("a_t", "a", KEPT, True), "×", Part("h_{t-1}", "previous:h"), "+"),
            Part(r"\sqrt{1 - a_t^2}\, i_t u_t", "h:1", WRITTEN),
        ),
    ),
    "sLSTM": (
        (
            *(Part("c_t", "c"), "=", Part("f_t", "f", KEPT, True), "×", Part("c_{t-1}", "previous:c"), "+"),
            *(Part("i_t", "i"), "×", Part("z_t", "z", WRITTEN)),
        ),
        (Part("h_t", "h"), "=", Part("o_t", "o"), "×", Part("c_t", "c"), "÷", Part("n_t", "n")),
    ),
    "mLSTM": (
        (
            *(Part("C_t"), "=", Part("f_t", "f", KEPT, True), "×", Part("C_{t-1}"), "+"),
            *(Part("i_t", "i"), "×", _OUTER._replace(word=WRITTEN)),
        ),
        (Part("h_t", "h"), "=", Part("o_t", "o"), "×", Part("C_t q_t", "r", FOUND), "÷", Part("w_t", "w")),
    ),
    "selective SSM": (
        (
            *(Part("h_t"), "=", Part("a_t", "least of a", KEPT, True, "most of a"), "⊙", Part("h_{t-1}"), "+"),
            *(Part("Δ_t", "Δ"), "×", Part("u_t", "u"), "×", Part(r"B_t^\top", "", WRITTEN)),
        ),
        (Part("y_t", "y"), "=", Part("h_t C_t", "y:0", FOUND), "+", Part("D u_t", "y:1")),
    ),
}


def worked(subject: Subject, board: Board, of: Layer) -> list[list[dict | str]]:
    """The equations for a drawing, their numbers on the board; none of a cell that has none here, nor of one whose
    picture is of a changed run."""
    cell = results.cell_of(subject, of)
    if isinstance(subject, results.Changed) or cell.name not in LINES:
        return []
    register(subject, board, of)
    return [[part if isinstance(part, str) else _sent(subject, part, of) for part in line] for line in LINES[cell.name]]


def register(subject: Subject, board: Board, of: Layer) -> None:
    """The numbers of these equations that no other panel has; the summands are those of ``equations``."""
    layer, cell = results.layer(subject, of), results.cell_of(subject, of)
    if "a" in layer and layer["a"].values.ndim == 4:
        kept = layer["a"].at(batch=0).values
        board.array("least of a", kept.min(-1))
        board.array("most of a", kept.max(-1))
    if "β" in layer:
        board.array("found", found(subject, of))
    if "λ" in cell.constants():
        own, steps = cell.constants()["λ"].detach().numpy(), len(subject.tokens)
        board.array("λ", np.repeat(numbers(own[None]), steps, 0))
        board.array("size of λ", np.broadcast_to(np.abs(own), (steps, len(own))))
        board.array("turn of λ", np.broadcast_to(np.degrees(np.angle(own)), (steps, len(own))))


def found(subject: Subject, of: Layer) -> np.ndarray:
    """What the key finds in the table before a step, (steps, units)."""
    layer = results.layer(subject, of)
    table, key = layer.previous("S").at(batch=0).values, layer["k"].at(batch=0).values
    table = table * layer["α"].at(batch=0).values[..., None] if "α" in layer else table
    return np.einsum("thk,tk->th", table, key)


def _sent(subject: Subject, part: Part, of: Layer) -> dict:
    sent = {"symbol": mathml(naming.named(subject.cell, part.latex)), "told": part.told}
    sent |= {"word": _(part.word)} if part.word else {}
    if not part.array:
        return sent
    cell, name = subject.network().layers[0][0], part.array.removeprefix("previous:").partition(":")[0]
    kind = "complex" if part.array == "λ" else kind_of(cell, name) if name in cell.quantities else ""
    shape = {"shape": kind} if kind in ("complex", "number") else {}
    return sent | shape | {"array": _array(subject, part.array, of), "upto": part.upto, "degrees": part.degrees}


def _array(subject: Subject, name: str, of: Layer) -> str:
    """By what name a drawing puts it on the board."""
    if subject.cell not in DIAGRAMS:
        return name
    layer, previous = results.layer(subject, of), name.removeprefix("previous:")
    signal = layer[previous] if previous == name else layer.previous(previous)
    return name if rescaled(name, signal, layer) is signal else f"unscaled:{name}"
