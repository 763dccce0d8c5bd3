"""The equations of a cell as a panel, with the numbers of one unit at each step."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import held_runs, network_views, products
from rnnviz.app.panels.cell_diagram import as_whole
from rnnviz.app.panels.quantity_shapes import numbers, shape_of
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.trace import Direction

# What the curve of a non-linearity is, by its LaTeX: the browser's function, and how it is written at the curve.
CURVES = {
    r"\tanh": ("tanh", "tanh(a)"),
    r"\sigma": ("sigmoid", "σ(a)"),
    r"\operatorname{relu}": ("relu", "relu(a)"),
    r"2 \sigma": ("2 sigmoid", "2σ(a)"),
    r"4 \sigma - 2": ("4 sigmoid - 2", "4σ(a) − 2"),
    r"\operatorname{g}": ("g", "g(a)"),
}


def both_ways(two: Subject, board: Board) -> list[dict]:
    """The equations of the layer that reads both ways, one panel for each direction."""
    top = two.network().num_layers - 1
    told: dict[Direction, tuple[str, str]] = {
        "forward": (
            _("h→ at the cursor: the word, and the state of the word before it"),
            _("It has weights of its own. Click a summand to see its products."),
        ),
        "backward": (
            _("h← at the cursor: the word, and the state of the word after it"),
            _("The same equations with other weights: t−1 is one word to the right here."),
        ),
    }
    panels = []
    for side, (title, caption) in told.items():
        network_views.register(board, two, (top, side), f"|{side}")
        places = {"title": naming.named(two.cell, title), "caption": caption, "span": 6}
        panels.append(equations(two, board, (top, side), f"|{side}", **places))
    return panels


def equations(subject: Subject, board: Board, of: Layer = FIRST, suffix: str = "", **place: object) -> dict:
    """Every equation of the cell, with what each of its summands comes to for one unit at this step.

    ``suffix``: of the arrays on the board, see ``network_views.register``; with one the readout is left out.
    """
    cell, layer = results.cell_of(subject, of), results.layer(subject, of)
    rows, largest = [], 1.0
    for name, parts in results.parts(subject, of).items():
        quantity, terms, shades = cell.quantities[name], [], network_views.shades(layer[name])
        shape, of_terms = shape_of(cell, name), []
        for term, opened in zip(parts.terms, products.of_cell(subject, board, of, name, parts, suffix), strict=True):
            values = numbers(as_whole(term, layer[name]).at(batch=0).values)
            array = board.array(term.name + suffix, values)
            label = network_views.mathml(naming.named(cell.name, term.symbol))
            terms.append({"label": label, "array": array, **opened})
            most = float(np.abs(values[np.isfinite(values)]).max(initial=0))
            of_terms.append(most)
        if "rows" in shape:  # in a scale of its own, which its summands share
            most = max([*of_terms, float(np.nan_to_num(np.abs(layer[name].values), posinf=0.0).max())]) or 1.0
            shades["range"] = [-most, most]
            shape |= {"label": network_views.mathml(quantity.symbol)}
        else:
            largest = max([largest, *of_terms])
        rows.append(
            {
                "array": name + suffix,
                "equation": network_views.mathml(naming.named(cell.name, quantity.equation)),
                "meaning": _(quantity.meaning),
                "activation": network_views.mathml(parts.activation) if parts.activation else "",
                **_curve(naming.letter(cell.name, name), parts.activation),
                "terms": terms,
                "color": style.ROLES[quantity.role],
                **shades,
                **shape,
                **held_runs.mark(subject, of, name),
                **held_runs.beside(subject, name),
            }
        )
    if results.answers_along(subject) and not suffix:
        rows.append(_readout_row(subject, board, of))
    caption = sentences(
        _("Summands of the dot products, their sum, and what the non-linearity makes of it."),
        _("Click a summand to see its products, a function to see its curve, softmax to see all scores."),
        _("Textbook and PyTorch: {pairs}.").format(pairs=naming.pairs(cell.name)),
        naming.named(cell.name, _("Here x is what the layer below passes up.")) if of[0] else "",
    )
    return {
        "kind": "equations",
        "title": _("The equations with this step's numbers, for one unit"),
        "caption": caption,
        "rows": rows,
        "limit": largest,
        "strings": {
            "sum": _("The {count} products add up to"),
            "curve": _("Each dot is a unit: from its sum a on the axis up to the curve, and across to its value."),
            "score": _("score"),
            "share": _("share"),
            "power": network_views.mathml(r"e^{\mathrm{score}}"),
            "all": _("A share is its own power of e over the sum of all:"),
        },
        **place,
    }


def _curve(name: str, activation: str) -> dict:
    if activation not in CURVES:
        return {}
    function, written = CURVES[activation]
    return {"curve": {"name": function, "names": ["a", f"{name} = {written}"]}}


def _readout_row(subject: Subject, board: Board, of: Layer) -> dict:
    """The last equation: how the state becomes the answer that leads at this step."""
    parts, names = results.answer_parts(subject), naming.of(subject.cell)
    read = results.cell_of(subject, of).output
    symbols = [naming.of_readout(subject.cell, term.symbol, read) for term in parts.terms]
    terms = []
    opened = products.of_readout(subject, board, of, parts)
    for term, symbol, products_of_it in zip(parts.terms, symbols, opened, strict=True):
        array = board.array(term.name, term.at(batch=0).values)
        terms.append({"label": network_views.mathml(symbol), "array": array, **products_of_it})
    return {
        "array": "p",
        "equation": network_views.mathml(rf"{names.answer}_t = \operatorname{{softmax}}({' + '.join(symbols)})"),
        "meaning": _("The leading answer: its score, and its share after softmax over all scores."),
        "activation": network_views.mathml(parts.activation),
        "terms": terms,
        "names": network_views.label_names(subject),
        "color": network_views.accent(subject),
        "scale": "gate",
        "range": [0, 1],
        **held_runs.beside(subject, "p"),
    }
