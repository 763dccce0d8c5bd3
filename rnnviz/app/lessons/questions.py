"""A question as a board of one panel: choices to press, a number to type, or a curve to draw."""

from __future__ import annotations

import numpy as np

from rnnviz.app import state
from rnnviz.app.i18n import _, language
from rnnviz.app.lessons.answers import as_text
from rnnviz.app.lessons.lesson import Curve, Number, Step, said
from rnnviz.app.lessons.measures import measured_on
from rnnviz.app.stage.board import Board

TICKS = 5


def board(step: Step, word: str) -> Board:
    """``word``: of the step, by which the browser keeps what was answered."""
    board = Board((), (), units=1)
    panel = {
        "title": said(step.question, language()),
        "span": 12,
        "step": word,
        "words": {"answer": _("Answer"), "skip": _("I do not know: show me"), "number": _("Your number")},
    }
    if isinstance(step.asks, Curve):
        steps = len(measured_on(state.subject(), state.knobs(), step.of).tokens)
        board.row(_curve(step.asks, steps) | {**panel, "words": panel["words"] | _curve_words(step.asks)})
    elif isinstance(step.asks, Number):
        board.row({"kind": "question", "unit": said(step.asks.unit, language()), **panel})
    else:
        texts = [said(choice.text, language()) for choice in step.asks.options]
        board.row({"kind": "question", "choices": texts, **panel})
    return board


def _curve(curve: Curve, steps: int) -> dict[str, object]:
    ticks = np.linspace(curve.low, curve.high, TICKS)
    shares = (ticks - curve.low) / (curve.high - curve.low)
    return {
        "kind": "guess",
        "sends": True,
        "networks": [],
        "steps": steps,
        "ticks": [[float(share), as_text(tick)] for share, tick in zip(shares, ticks, strict=True)],
    }


def _curve_words(curve: Curve) -> dict[str, str]:
    hint = _("Draw on the chart by mouse or finger, or move its points with the arrow keys.")
    return {
        "reveal": _("Answer"),
        "hint": hint,
        "drawn": hint,
        "axis": said(curve.axis or curve.unit, language()),
        "here": _("draw here"),
        "mine": _("your guess"),
        "steps": _("time step"),
        "point": _("Your guess at step {t}"),
    }
