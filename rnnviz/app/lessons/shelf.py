"""The list of lessons on its page, and the file or the link by which a teacher opens another one."""

from __future__ import annotations

from rnnviz.app.i18n import _, language
from rnnviz.app.lessons import library, running
from rnnviz.app.lessons.lesson import Lesson, said
from rnnviz.app.stage.board import Board, stage


def show() -> None:
    board = Board((), (), units=1)
    board.spread([_card(library.find(word, {})) for word in library.SHIPPED], most=3)
    stage("lessons", board)
    running.download()


def _card(lesson: Lesson) -> dict[str, object]:
    answered = {at for word, at in running.given_so_far() if word == lesson.word}
    following = next((at for at in range(len(lesson.steps)) if at not in answered), 0)
    return {
        "kind": "lesson",
        "title": said(lesson.title, language()),
        "about": said(lesson.about, language()),
        "progress": _("{done} of {count} questions answered").format(done=len(answered), count=len(lesson.steps)),
        "open": _("Continue") if answered else _("Begin"),
        "href": running.address(lesson, following),
    }
