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
    title tells is ``told``. ``where``: the array that is 1 at the steps and units at which the word is true, "" if it
    always is. ``degrees``: it is an angle. ``row``: of a matrix the row that is the unit's, or a vector along it, is
    drawn, with the number in one of its columns. ``instead``: what is written in place of a number."""

    latex: str
    array: str = ""
    word: str = ""
    told: bool = False
    where: str = ""
    degrees: bool = False
    row: bool = False
    instead: str = ""


class Line(NamedTuple):
    """``quiet``: it is no part of what the cell is about."""

    parts: tuple[Part | str, ...]
    quiet: bool = False


KEPT, TURNED, REPLACED = __("kept"), __("turned"), __("replaced")
WRITTEN, FOUND, READ = __("written"), __("found"), __("read out")
WEIGHTS, SKIP, BY_ONE = __("sum of the weights"), __("the skip: nearly all of y"), __("so here it divides by 1")
NEARLY = 0.9  # of a sum, from which one of its two parts is nearly all of it


def _delta(found: str) -> Line:
    return Line(
        (
            *(Part("u_t", "u"), "=", Part("β_t", "β", REPLACED, not found), "×", "("),
            *(Part("v_t", "v"), "−", Part(f"{found} S_{{t-1}} k_t", "found", FOUND), ")"),
        )
    )


def _row(latex: str, array: str, word: str = "", told: bool = False) -> Part:
    return Part(latex, array, word, told, row=True)


_ADDED = "+", Part("u_t", "u"), "×", _row(r"k_t^\top", "k", WRITTEN)
_READ = Line((Part("h_t", "h"), "=", Part("S_t q_t", "", READ, instead=__("row {unit} · q"))))
_MEMORY, _BEFORE = _row("S_t", "S"), _row("S_{t-1}", "previous:S")
LINES: dict[str, tuple[Line, ...]] = {
    "linear attention": (
        Line((_MEMORY, "=", _BEFORE, "+", Part("v_t", "v"), "×", _row(r"k_t^\top", "k", WRITTEN))),
        _READ,
    ),
    "DeltaNet": (_delta(""), Line((_MEMORY, "=", _BEFORE, *_ADDED)), _READ),
    "gated DeltaNet": (
        _delta("α_t"),
        Line((_MEMORY, "=", Part("α_t", "α", KEPT, True), "×", _BEFORE, *_ADDED)),
        _READ,
    ),
    "LRU": (
        Line(
            (
                *(Part("h_t", "h"), "=", Part(r"\lambda", "λ"), "×", Part("h_{t-1}", "previous:h"), "+"),
                Part(r"\exp(\gamma) B x_t", "h:1", WRITTEN),
            )
        ),
        Line(
            (
                Part(r"|\lambda|", "size of λ", KEPT, True),
                Part(r"\angle \lambda", "turn of λ", TURNED, True, degrees=True),
            )
        ),
    ),
    "RG-LRU": (
        Line(
            (
                *(Part("h_t", "h"), "=", Part("a_t", "a", KEPT, True), "×", Part("h_{t-1}", "previous:h"), "+"),
                Part(r"\sqrt{1 - a_t^2}\, i_t u_t", "h:1", WRITTEN),
            )
        ),
        Line((Part("a_t", "a"), "=", Part(r"\sigma(\Lambda)", "σ(Λ)"), "^ ( 8 ×", Part("r_t", "r"), ")")),
    ),
    "minGRU": (
        Line(
            (
                *(Part("h_t", "h"), "=", Part("1 - z_t", "kept", KEPT, True), "×", Part("h_{t-1}", "previous:h")),
                *("+", Part("z_t", "z"), "×", Part("n_t", "n", WRITTEN)),
            )
        ),
    ),
    "sLSTM": (
        Line(
            (
                *(Part("c_t", "c"), "=", Part("f_t", "f", KEPT, True), "×", Part("c_{t-1}", "previous:c"), "+"),
                *(Part("i_t", "i"), "×", Part("z_t", "z", WRITTEN)),
            )
        ),
        Line((Part("h_t", "h"), "=", Part("o_t", "o"), "×", Part("c_t", "c"), "÷", Part("n_t", "n"))),
        Line(
            (
                *(Part("n_t", "n", WEIGHTS), "=", Part("f_t", "f"), "×", Part("n_{t-1}", "previous:n")),
                *("+", Part("i_t", "i")),
            ),
            True,
        ),
    ),
    "mLSTM": (
        Line(
            (
                *(_row("C_t", "C"), "=", Part("f_t", "f", KEPT, True), "×", _row("C_{t-1}", "previous:C"), "+"),
                *(Part("i_t", "i"), "×", Part("v_t", "v"), "×", _row(r"k_t^\top", "k", WRITTEN)),
            )
        ),
        Line((Part("h_t", "h"), "=", Part("o_t", "o"), "×", Part("C_t q_t", "r", FOUND), "÷", Part("w_t", "w"))),
        Line((Part("w_t", "w", BY_ONE, where="by one"), "= max(", Part(r"|n_t^\top q_t|", "|n q|"), ", 1)")),
    ),
    "selective SSM": (
        Line(
            (
                *(_row("h_t", "h"), "=", _row("a_t", "a", KEPT, True), "×", _row("h_{t-1}", "previous:h"), "+"),
                *(Part("Δ_t", "Δ"), "×", Part("u_t", "u"), "×", _row(r"B_t^\top", "B", WRITTEN)),
            )
        ),
        Line((*(_row("a_t", "a"), "= exp(", Part("Δ_t", "Δ"), "×", _row("A", "A"), ")"),)),
        Line((Part("y_t", "y"), "=", Part("h_t C_t", "y:0", READ), "+", Part("D u_t", "y:1", SKIP, where="skipped"))),
    ),
}


def worked(subject: Subject, board: Board, of: Layer) -> list[dict]:
    """The equations for a drawing, their numbers on the board; none of a cell that has none here, nor of one whose
    picture is of a changed run. {"parts": [sign or number], "quiet", "head"}."""
    cell = results.cell_of(subject, of)
    if isinstance(subject, results.Changed) or cell.name not in LINES:
        return []
    register(subject, board, of)
    lines, head = [], _("row {unit}:")
    for parts, quiet in LINES[cell.name]:
        sent = [part if isinstance(part, str) else _sent(subject, board, part, of) for part in parts]
        is_row = any(isinstance(part, dict) and part.get("shape") == "matrix" for part in sent)
        lines.append({"parts": sent, "quiet": quiet, "head": head if is_row else ""})
        head = "" if is_row else head  # the first line of a row names it
    return lines


def register(subject: Subject, board: Board, of: Layer) -> None:
    """The numbers of these equations that no other panel has; the summands are those of ``equations``."""
    layer, cell, steps = results.layer(subject, of), results.cell_of(subject, of), len(subject.tokens)
    own = {name: values.detach().numpy() for name, values in cell.constants().items()}
    each_step = {}
    if cell.name == "selective SSM":
        read, skipped = (np.abs(term.at(batch=0).values) for term in results.parts(subject, of)["y"].terms)
        each_step["skipped"] = (skipped > NEARLY * (read + skipped)).astype(float)
    if "β" in layer:
        each_step["found"] = found(subject, of)
    if cell.name == "mLSTM":
        n, q = (rescaled(name, layer[name], layer).at(batch=0).values for name in "nq")
        each_step["|n q|"] = np.abs((n * q).sum(-1, keepdims=True))
        each_step["by one"] = (each_step["|n q|"] < 1).astype(float)
    if cell.keeps is not None:
        each_step["kept"] = cell.keeps.kept({name: layer[name].at(batch=0).values for name in layer.names})
    if "λ" in own:
        own |= {"size of λ": np.abs(own["λ"]), "turn of λ": np.degrees(np.angle(own["λ"]))}
    if "Λ" in own:
        own["σ(Λ)"] = 1 / (1 + np.exp(-own["Λ"]))
    for name, values in own.items():
        each_step[name] = np.repeat(numbers(values[None]), steps, 0)
    parts = [part for line in LINES[cell.name] for part in line.parts if isinstance(part, Part)]
    for name in {name for part in parts for name in (part.array, part.where)} & {*each_step}:
        board.array(name, each_step[name])


def found(subject: Subject, of: Layer) -> np.ndarray:
    """What the key finds in the table before a step, (steps, units)."""
    layer = results.layer(subject, of)
    table, key = layer.previous("S").at(batch=0).values, layer["k"].at(batch=0).values
    table = table * layer["α"].at(batch=0).values[..., None] if "α" in layer else table
    return np.einsum("thk,tk->th", table, key)


def _sent(subject: Subject, board: Board, part: Part, of: Layer) -> dict:
    sent = {"symbol": mathml(naming.named(subject.cell, part.latex)), "told": part.told}
    sent |= {"word": _(part.word)} if part.word else {}
    if not part.array:
        return sent | ({"instead": _(part.instead)} if part.instead else {})
    cell, name = subject.network().layers[0][0], part.array.removeprefix("previous:").partition(":")[0]
    kind = "complex" if part.array == "λ" else kind_of(cell, name) if name in cell.quantities else ""
    kind = "number" if part.array == "|n q|" else kind
    shape = {"shape": kind} if kind in ("complex", "number") else {}
    if part.array == "A":
        shape = {"shape": "matrix", "columns": cell.numbers, "scale": "state"}
    elif part.row:
        limits = cell.quantities[name].bounds == (0.0, 1.0)
        shape = {"shape": kind, "columns": cell.shape(name)[-1], "scale": "gate" if limits else "state"}
    array = _array(subject, board, part.array, of)
    return sent | shape | {"array": array, "where": part.where, "degrees": part.degrees}


def _array(subject: Subject, board: Board, name: str, of: Layer) -> str:
    """By what name a drawing puts it on the board; of a cell that is drawn without its scale, with what it is there."""
    layer, previous = results.layer(subject, of), name.removeprefix("previous:")
    if subject.cell not in DIAGRAMS or previous not in layer:
        return name
    signal = layer[previous] if previous == name else layer.previous(previous)
    drawn = rescaled(name, signal, layer)
    return name if drawn is signal else board.array(f"unscaled:{name}", numbers(drawn.at(batch=0).values))
