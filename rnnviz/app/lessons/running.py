"""The lesson of the address: its question stands in the place of the page, and once it is answered, a bar above it.

A step's address is that of its page with ``lesson=name.step``, so that a link opens the same step. Answers are kept in
the session alone, and leave it as a file that the student downloads.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from rnnviz.app import lecture, state
from rnnviz.app.i18n import _, language, sentences
from rnnviz.app.lessons import answers, library, questions
from rnnviz.app.lessons.answers import Answer
from rnnviz.app.lessons.lesson import Lesson, Step, said
from rnnviz.app.lessons.measures import measured
from rnnviz.app.page import explained
from rnnviz.app.page_row import Page
from rnnviz.app.stage.board import stage
from rnnviz.refusals import Refused

_ANSWERS = "lesson_answers"  # session_state: by lesson and step
_BROUGHT = "brought_lesson"  # session_state: the last one that does not ship
HOME = "lessons"  # the page that lists them


class Place(NamedTuple):
    """A step of a lesson, from 0."""

    lesson: Lesson
    at: int

    @property
    def step(self) -> Step:
        return self.lesson.steps[self.at]

    @property
    def is_last(self) -> bool:
        return self.at + 1 == len(self.lesson.steps)

    @property
    def answer(self) -> Answer | None:
        return given_so_far().get((self.lesson.word, self.at), (None, None))[1]


def place(pages: Mapping[str, Page]) -> Place | None:
    """Where in a lesson the visitor is; None outside of one, with a sentence where the address asked for one that is
    none."""
    word = state.lesson()
    if not word:
        return None
    name, _dot, number = word.rpartition(".")
    try:
        lesson = library.find(name, pages)
    except Refused as refusal:
        st.warning(refused(refusal), icon=":material/info:")
        return None
    if lesson.word not in library.SHIPPED:
        bring(lesson)
    at = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return Place(lesson, max(0, min(at, len(lesson.steps) - 1)))


def bring(lesson: Lesson) -> None:
    """Keep a lesson that does not ship among those that are listed."""
    st.session_state[_BROUGHT] = lesson


def brought() -> Lesson | None:
    return st.session_state.get(_BROUGHT)


def refused(refusal: Refused) -> str:
    """Why a lesson was refused; where a page refused its link, that page's reason as well."""
    cause = refusal.__cause__
    return sentences(explained(refusal), explained(cause) if isinstance(cause, Refused) else "")


def given_so_far() -> dict[tuple[str, int], tuple[Lesson, Answer]]:
    return st.session_state.setdefault(_ANSWERS, {})


def address(lesson: Lesson, at: int) -> str:
    """What opens a step, seen from any page."""
    link = said(lesson.steps[at].links, language())
    own = urlencode({"lesson": f"{lesson.word}.{at + 1}"} | lecture.on_all_pages())
    return f"{link}{'&' if '?' in link else '?'}{own}"


def ask(where: Place) -> None:
    """The question, until it is answered; the page that answers it is not shown before."""
    (lesson, at), onward, word = where, _("Skip"), f"{where.lesson.word}.{where.at + 1}"
    with st.container(key="lesson-question"):
        st.html(f'<p class="lesson-count">{html.escape(counted(where))}</p>{ways(where, onward)}')
        sent = stage("question", questions.board(where.step, word), listens=True)
    if sent is None:
        return
    with suppress(ValueError):  # no page of ours sends that, or it came late and answers another step
        answer = answers.given(where.step, word, sent)
        with st.spinner(_("Measuring the answer")):
            value = _measured(where.step)
        given_so_far()[lesson.word, at] = lesson, answers.judge(where.step, answer, value)
        st.rerun()


def _measured(step: Step):
    return measured(step.measure, state.subject(), state.knobs(), step.of) if step.measure else None


def ways(where: Place, onward: str) -> str:
    """Links to the step before and to the one after, as HTML."""
    lesson, at = where
    links = [("back", address(lesson, at - 1), "← " + _("Previous"))] if at else []
    links.append(
        ("next", HOME, _("All lessons")) if where.is_last else ("next", address(lesson, at + 1), f"{onward} →")
    )
    inside = "".join(
        f'<a class="inside lesson-{name}" href="{html.escape(to)}">{html.escape(text)}</a>' for name, to, text in links
    )
    name = html.escape(_("Lessons"))
    return f'<nav class="lesson-ways" aria-label="{name}">{inside}</nav>'


def counted(where: Place) -> str:
    """Where in which lesson, in words."""
    lesson, at = where
    title, count = said(lesson.title, language()), len(lesson.steps)
    return _("{title}: step {k} of {count}").format(title=title, k=at + 1, count=count)


def download() -> None:
    """The student's answers as a file."""
    known = given_so_far()
    if not known:
        return
    rows = [(lesson, at, answer) for (_word, at), (lesson, answer) in known.items()]
    st.download_button(
        _("Download my answers"),
        answers.as_file(rows, language()),
        "answers.json",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
    )
