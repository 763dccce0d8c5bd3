"""Panels on what an answer hangs on: which words, how far it can look, how far its gradient reaches. Side by side."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app.i18n import _
from rnnviz.app.panels.directions import ARROWS
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.compute import computed
from rnnviz.figures import Line, style
from rnnviz.gradients import AnswerGradients, answer_gradients
from rnnviz.memory import answer_losses
from rnnviz.subjects import Subject
from rnnviz.trace import Direction, Signal

FLOOR = -12  # log10 below which a gradient is drawn at the lower edge


def panels(subject: Subject, board: Board) -> list[dict]:
    """All that can be shown of a network: only of tokens one can be replaced by an unknown one."""
    shown = [horizon(subject, board), gradients(subject, board)]
    return shown if subject.network().embedding is None else [losses(subject, board), *shown]


@computed
def reach(subject: Subject) -> AnswerGradients:
    return answer_gradients(subject.network(), subject.input())


@computed
def lost(subject: Subject) -> dict[Direction, Signal]:
    return answer_losses(subject.network(), subject.input())


def losses(subject: Subject, board: Board, **place: object) -> dict:
    """What the answer at the cursor loses when a word is replaced by an unknown one, through each side."""
    found = {side: lost(subject)[side].values for side in ARROWS}
    rising, falling = (sum(limit(values, 0) for values in found.values()) for limit in (np.maximum, np.minimum))
    return _by_side(
        subject,
        board,
        "lost",
        found,
        "p:lost",
        value_range=(float(falling.min()), max(float(rising.max()), 1e-6)),
        value_title=_("fall of the score"),
    ) | {
        "title": _("Without a word, the answer at the cursor loses this much"),
        "caption": _("Fall of its score when that word is replaced by an unknown one, through h→ and through h←."),
        **place,
    }


def horizon(subject: Subject, board: Board, **place: object) -> dict:
    """Which words the answer at the cursor hangs on, and through which side."""
    found = {side: reach(subject).inputs[side].values for side in ARROWS}
    most = float(np.nanmax(sum(found.values())))  # at the cursor both sides stand on each other
    return _by_side(
        subject,
        board,
        "horizon",
        found,
        "dp/dx",
        value_range=(0.0, most or 1.0),
        value_title=_("size of ∂score/∂word"),
    ) | {
        "title": _("How far the answer at the cursor can look"),
        "caption": _("Gradient of its score: the left of the cursor only through h→, the right only through h←."),
        **place,
    }


def gradients(subject: Subject, board: Board, **place: object) -> dict:
    """How far the answer's gradient reaches along each direction's own chain of states, mirrored about the cursor."""
    drawn, bound = [], []
    for k, side in enumerate(ARROWS):
        sizes = np.maximum(reach(subject).states[side].values, FLOOR)
        meta = {"signal": "log10 dp/dh", "direction": side, "label": ARROWS[side]}
        drawn.append(Line(ARROWS[side], sizes[-1], style.DIRECTIONS[side], meta=meta))
        bound.append(Bound(k, "y", board.array(f"reach:{side}", sizes), "step"))
    every = np.concatenate([reach(subject).states[side].values.ravel() for side in ARROWS])
    every = np.maximum(every[np.isfinite(every)], FLOOR)
    figure = figures.lines.draft(
        drawn,
        subject.tokens,
        value_range=(float(every.min()), float(every.max())),
        value_title=_("log10 of the gradient's size"),
        time_title=_("position"),
        height=270,
    )
    return chart(
        figure,
        bound=bound,
        title=_("The gradient runs back along both chains"),
        caption=_("log10 of ‖∂score/∂h‖ for the answer at the cursor; −1 is a tenth."),
        **place,
    )


def _by_side(
    subject: Subject, board: Board, name: str, found: dict[Direction, np.ndarray], signal: str, **axes: object
) -> dict:
    """Bars of both sides over the words, which follow the cursor, with what its own word brings written below.
    ``found``: a row per step, on the board as ``name``."""
    figure = figures.horizon.draft(
        *(found[side][-1] for side in ARROWS),
        subject.tokens,
        time_title=_("position"),
        forward_name=_("through h→"),
        backward_name=_("through h←"),
        height=270,
        **axes,
    )
    bound = []
    for k, side in enumerate(ARROWS):
        name_trace(figure, k, signal, direction=side, label=figure.traces[k]["name"])
        bound.append(Bound(k, "y", board.array(f"{name}:{side}", found[side]), "step"))
    return chart(figure, cursor="column", bound=bound)
