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


def show(pages: Mapping[str, Page]) -> None:
    """``pages``: those that a brought lesson may lead to, by address."""
    place = st.container()
    _bring(pages)
    lessons = [library.find(word, pages) for word in library.SHIPPED]
    brought = running.brought()
    if brought is not None:
        lessons = [brought, *lessons]
    board = Board((), (), units=1)
    board.spread([_card(lesson, board) for lesson in lessons], most=3)
    with place:
        stage("lessons", board)


def _bring(pages: Mapping[str, Page]) -> None:
    """Open a file. It is read in this session alone; its link holds all of it."""
    with st.container(horizontal=True):
        with st.popover(_("Open a lesson of your own"), icon=":material/upload_file:", width="content"):
            file = st.file_uploader(_("A text file (.toml)"), type=["toml", "txt"])
        running.download()
    if file is None:
        return
    try:
        running.bring(library.find(library.pack(file.getvalue()), pages))
    except Refused as refusal:
        st.warning(running.refused(refusal), icon=":material/info:")


def _card(lesson: Lesson, board: Board) -> dict[str, object]:
    answered = {at for word, at in running.given_so_far() if word == lesson.word}
    following = next((at for at in range(len(lesson.steps)) if at not in answered), 0)
    return {
        "kind": "lesson",
        "title": said(lesson.title, language()),
        "about": said(lesson.about, language()),
        "progress": _("{done} of {count} questions answered").format(done=len(answered), count=len(lesson.steps)),
        **pictures.picture(lesson.word, board),
        "open": _("Continue") if answered else _("Begin"),
        "href": running.address(lesson, following),
    }
