"""The list of lessons on its page, and the file by which a teacher opens another one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from rnnviz.app.i18n import _, language
from rnnviz.app.lessons import library, pictures, running
from rnnviz.app.lessons.lesson import Lesson, said
from rnnviz.app.page_row import Page
from rnnviz.app.stage.board import Board, stage
from rnnviz.refusals import Refused

EXAMPLE = library.SHIPPED[0]  # to begin with
ASKS = ('measure = "state_size"', "number = { within = 0.5 }")


def show(pages: Mapping[str, Page]) -> None:
    """``pages``: those that a brought lesson may lead to, by address."""
    place = st.container()
    _bring(pages)
    board = Board((), (), units=1)
    cards = [_card(library.find(word, pages), board, f"{k} · ") for k, word in enumerate(library.SHIPPED, 1)]
    brought = running.brought()
    cards = [*cards, _own()] if brought is None else [_card(brought, board), *cards]
    for first in range(0, len(cards), 3):
        board.row(*({**card, "span": 4} for card in cards[first : first + 3]))
    with place:
        stage("lessons", board)


def _bring(pages: Mapping[str, Page]) -> None:
    """Open a file. It is read in this session alone; its link holds all of it."""
    with st.container(horizontal=True, key="own-lesson"):
        with st.popover(_("Open a lesson of your own"), icon=":material/upload_file:", width="content"):
            file = st.file_uploader(_("A text file (.toml)"), type=["toml", "txt"])
        running.download()
    if file is None:
        return
    try:
        running.bring(library.find(library.pack(file.getvalue()), pages))
    except Refused as refusal:
        st.warning(running.refused(refusal), icon=":material/info:")


def _own() -> dict[str, object]:
    """The card that says how a lesson is written."""
    question = _("How many units?")
    return {
        "kind": "own_lesson",
        "title": _("Write your own"),
        "about": _("A lesson is a text file: a list of links into this app, each with a question before it."),
        "audience": _("For teachers"),
        "lines": ["[[step]]", 'link = "states?text=hello"', f'question = "{question}"', *ASKS],
        "example": library.source(EXAMPLE).decode(),
        "file": f"{EXAMPLE}.toml",
        "words": {"open": _("Open a file"), "example": _("Example file")},
    }


def _card(lesson: Lesson, board: Board, number: str = "") -> dict[str, object]:
    """``number``: what stands before its title. How far the visitor is, the browser knows best: see answering.js."""
    count = len(lesson.steps)
    return {
        "kind": "lesson",
        "title": number + said(lesson.title, language()),
        "about": said(lesson.about, language()),
        "audience": said(lesson.audience, language()),
        "step": lesson.word,
        "answered": [at for word, at in running.given_so_far() if word == lesson.word],
        "hrefs": [running.address(lesson, at) for at in range(count)],
        "words": {
            "progress": _("{done} of {count} done").format(done="{done}", count=count),
            "begin": _("Begin"),
            "continue": _("Continue"),
        },
        **pictures.picture(lesson.word, board),
    }
