"""A pad to draw a digit on, where the network reads drawn digits: what is drawn is then the page's own sequence."""

from __future__ import annotations

import streamlit as st
import torch

from rnnviz.app import state, subject_picker
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.stage.board import Board, stage
from rnnviz.subjects import Subject
from rnnviz.subjects.drawing import BETWEEN, DIGITS, MOST_POINTS, Drawing
from rnnviz.tasks import Strokes


def offer() -> None:
    """Offer it among the tools of a page that shows such a network and asks what it reads."""
    if "sequence" not in state.row().picker or not isinstance(state.subject().load().task, Strokes):
        return
    with subject_picker.tools().popover(_("Draw a digit"), icon=":material/draw:", width="content"):
        stage("pad", board())
        if isinstance(state.subject().sequence, Drawing):
            st.markdown(_answer(state.subject()))


@torch.no_grad()
def _answer(subject: Subject) -> str:
    """What the network makes of the drawing, which the pad may hide on the page."""
    shares = subject.network()(subject.input())[0].softmax(-1)
    top = int(shares.argmax())
    return _("It answers **{digit}**: {share}").format(digit=subject.labels[top], share=percent(float(shares[top])))


def board() -> Board:
    board = Board((), (), units=1)
    board.row(
        {
            "kind": "pad",
            "title": _("Draw one digit, as large as the pad"),
            "caption": _(
                "By mouse or finger; or with the arrow keys, where the space bar puts the pen down and lifts it."
            ),
            "digits": DIGITS,
            "between": BETWEEN,
            "most": MOST_POINTS,
            "words": {
                "pad": _("A pad of 64 × 64 places. Arrow keys move the pen, space puts it down and lifts it."),
                "read": _("Read it"),
                "clear": _("Clear"),
                "up": _("pen up at {x}, {y}"),
                "down": _("pen down at {x}, {y}"),
            },
            "alternative": _("A pad of 64 × 64 places, on which a digit is drawn."),
            "span": 12,
        }
    )
    return board
