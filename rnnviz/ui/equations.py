"""The equations of a cell as a panel, with the numbers of one unit at each step."""

from __future__ import annotations

import numpy as np

from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.ui import cache, panels
from rnnviz.ui.cache import FIRST, Layer
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board


def equations(experiment: Subject, board: Board, of: Layer = FIRST, **place: object) -> dict:
    """Every equation of the cell, with what each of its summands comes to for one unit at this step."""
    cell, layer = cache.cell_of(experiment, of), cache.layer(experiment, of)
    rows, largest = [], 1.0
    for name, parts in cache.parts(experiment, of).items():
        quantity, terms = cell.quantities[name], []
        for term in parts.terms:
            board.array(term.name, term.at(batch=0).values)
            terms.append({"label": panels.mathml(term.symbol), "array": term.name})
            finite = term.values[np.isfinite(term.values)]
            largest = max(largest, float(np.abs(finite).max(initial=0)))
        rows.append(
            {
                "array": name,
                "equation": panels.mathml(quantity.equation),
                "meaning": _(quantity.meaning),
                "activation": panels.mathml(parts.activation) if parts.activation else "",
                "terms": terms,
                "color": style.ROLES[quantity.role],
                **panels.shades(layer[name]),
            }
        )
    if cache.answers_along(experiment):
        rows.append(_readout_row(experiment, board))
    caption = _("Summands of the dot products, their sum, and what the non-linearity makes of it.")
    if experiment.cell == "RNN":
        caption += " " + _(
            "Textbook: S_t = f(U X_t + W S_t−1), with S = h, X = x, U = W_ih, W = W_hh, f = tanh, and a bias."
        )
    if of[0]:
        caption += " " + _("Here x is what the layer below passes up.")
    return {
        "kind": "equations",
        "title": _("The equations with this step's numbers, for one unit"),
        "caption": caption,
        "rows": rows,
        "limit": largest,
        **place,
    }


def _readout_row(experiment: Subject, board: Board) -> dict:
    """The last equation: how the state becomes the answer that leads at this step."""
    parts = cache.answer_parts(experiment)
    for term in parts.terms:
        board.array(term.name, term.at(batch=0).values)
    return {
        "array": "p",
        "equation": panels.mathml(r"p_t = \operatorname{softmax}(V h_t + b)"),
        "meaning": _("The leading answer: its score, and its share after softmax over all scores."),
        "activation": panels.mathml(parts.activation),
        "terms": [{"label": panels.mathml(term.symbol), "array": term.name} for term in parts.terms],
        "names": panels.label_names(experiment),
        "color": panels.accent(experiment),
        "scale": "gate",
        "range": [0, 1],
    }
