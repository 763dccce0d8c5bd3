"""Lessons without a browser: every link opens, every right answer is computed anew, and what is said of an answer."""

import html
from urllib.parse import parse_qsl

import pytest

from pages import PAGES
from rnnviz.app.lessons import answers, library, measures
from rnnviz.app.lessons.lesson import Choices, said
from rnnviz.app.lessons.reading import read
from rnnviz.shipped_files import shipped_path
from tests.pages.visit import land, shown, whole

ROWS = {page.address: page for page in PAGES}
LESSONS = {name: read(name, shipped_path(f"assets/lessons/{name}.toml").read_bytes(), ROWS) for name in library.SHIPPED}
STEPS = [(name, k) for name, lesson in LESSONS.items() for k in range(len(lesson.steps))]


def arrive(name: str, at: int, language: str = "en"):
    """Open a step by its address alone."""
    page, _mark, query = said(LESSONS[name].steps[at].links, language).partition("?")
    values = dict(parse_qsl(query)) | {"lesson": f"{name}.{at + 1}", "lang": language}
    return land(ROWS[page].file, **values)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "at"), STEPS)
def test_a_step_opens_with_its_question_and_after_an_answer_with_its_page(name, at, language):
    visitor = arrive(name, at, language)
    step, lesson = LESSONS[name].steps[at], LESSONS[name]
    assert not visitor.warning
    assert not [one for one in visitor.get("html") if '<div class="claim">' in one.proto.body]
    query = dict(parse_qsl(said(step.links, language).partition("?")[2]))
    knobs, _refused = visitor.session_state["page"].knobs.from_query(query)
    value = measures.measured(step.measure, shown(visitor), knobs, step.of)
    right = answers.right_one(step, value, language)
    assert right
    if isinstance(step.asks, Choices):
        assert sum(answers.fits(choice, value) for choice in step.asks.options) == 1
    visitor.session_state["lesson_answers"] = {(name, at): (lesson, answers.judge(step, None, value))}
    whole(visitor.run())
    bar = next(one.proto.body for one in visitor.get("html") if 'class="lesson ' in one.proto.body)
    assert said(step.look, language) in html.unescape(bar)
    assert not visitor.warning
    assert [one for one in visitor.get("html") if '<div class="claim">' in one.proto.body]
