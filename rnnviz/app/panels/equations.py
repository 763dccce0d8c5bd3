"""The equations of a cell as a panel, with the numbers of one unit at each step."""

from __future__ import annotations

import numpy as np

from rnnviz.app import results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import held_runs, network_views
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.subjects import Subject


def equations(subject: Subject, board: Board, of: Layer = FIRST, **place: object) -> dict:
    """Every equation of the cell, with what each of its summands comes to for one unit at this step."""
    cell, layer = results.cell_of(subject, of), results.layer(subject, of)
    rows, largest = [], 1.0
    for name, parts in results.parts(subject, of).items():
        quantity, terms = cell.quantities[name], []
        for term in parts.terms:
            board.array(term.name, term.at(batch=0).values)
            terms.append({"label": network_views.mathml(term.symbol), "array": term.name})
            finite = term.values[np.isfinite(term.values)]
            largest = max(largest, float(np.abs(finite).max(initial=0)))
        rows.append(
            {
                "array": name,
                "equation": network_views.mathml(quantity.equation),
                "meaning": _(quantity.meaning),
                "activation": network_views.mathml(parts.activation) if parts.activation else "",
                "terms": terms,
                "color": style.ROLES[quantity.role],
                **network_views.shades(layer[name]),
                **held_runs.mark(subject, of, name),
                **held_runs.beside(subject, name),
            }
        )
    if results.answers_along(subject):
        rows.append(_readout_row(subject, board))
    textbook = _("Textbook: S_t = f(U X_t + W S_t−1), with S = h, X = x, U = W_ih, W = W_hh, f = tanh, and a bias.")
    caption = sentences(
        _("Summands of the dot products, their sum, and what the non-linearity makes of it."),
        textbook if subject.cell == "RNN" else "",
        _("Here x is what the layer below passes up.") if of[0] else "",
    )
    return {
        "kind": "equations",
        "title": _("The equations with this step's numbers, for one unit"),
        "caption": caption,
        "rows": rows,
        "limit": largest,
        **place,
    }


def _readout_row(subject: Subject, board: Board) -> dict:
    """The last equation: how the state becomes the answer that leads at this step."""
    parts = results.answer_parts(subject)
    for term in parts.terms:
        board.array(term.name, term.at(batch=0).values)
    return {
        "array": "p",
        "equation": network_views.mathml(r"p_t = \operatorname{softmax}(V h_t + b)"),
        "meaning": _("The leading answer: its score, and its share after softmax over all scores."),
        "activation": network_views.mathml(parts.activation),
        "terms": [{"label": network_views.mathml(term.symbol), "array": term.name} for term in parts.terms],
        "names": network_views.label_names(subject),
        "color": network_views.accent(subject),
        "scale": "gate",
        "range": [0, 1],
        **held_runs.beside(subject, "p"),
    }
