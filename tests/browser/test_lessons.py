"""Each lesson from its first question to its last; a lesson that a teacher brings; lecture mode by keys."""

import json
import re
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from rnnviz.app.lessons import library
from rnnviz.app.lessons.lesson import Choices, Curve, Lesson
from tests.browser.looks import PHONE
from tests.browser.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.browser

OWN = """title = "Mine <b>not bold</b>"

[[step]]
link = "states?model=intents-rnn-small&text=hello"
question = "How many numbers <img src=x onerror=alert(1)>?"
measure = "state_size"
number = { within = 0.5 }
look = "[Count](https://example.org) them."
"""
SMALL = {"width": 1280, "height": 720}
# Streamlit's runs of a component's script, as they come on a slow machine: one that a newer one has overtaken is ended
# after that has begun, and one of a component that is gone begins after its end. What is shown, and what was sent.
OVERTAKEN = """async ({ code, data }) => {
    const { default: begin } = await import(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
    const parentElement = document.createElement('div');
    parentElement.append(document.querySelector('.rnnviz-stage').cloneNode(false));
    document.body.append(parentElement);
    const sent = [];
    const setTriggerValue = (...what) => sent.push(what);
    const start = () => begin({ data: Uint8Array.from(data), parentElement, setTriggerValue });
    const rest = () => new Promise((done) => setTimeout(done, 100));
    const isShown = () => parentElement.querySelector('.stage-root') !== null;
    const seen = [];
    const ends = [start(), start()];
    ends[0]();
    await rest();
    seen.push(isShown());
    ends[1]();
    parentElement.remove();
    parentElement.firstChild.replaceChildren();
    sessionStorage.setItem('rnnviz answer what-a-state-is.2', '{"choice": 0}');
    sent.length = 0;
    start();
    await rest();
    return { seen: [...seen, isShown()], sent };
}"""


def lesson(name: str) -> Lesson:
    return library.find(name, {})


def begin(visitor: Visitor, place: int) -> None:
    visitor.page.locator(".lesson-card a").nth(place).click()
    at_question(visitor)


def at_question(visitor: Visitor) -> None:
    expect(visitor.page.locator(".st-key-stage-question .rnnviz-stage[data-step]")).to_have_count(1)
    expect(visitor.page.locator(".lesson")).to_have_count(0)


def onward(visitor: Visitor) -> None:
    """To the next question. A click on a bar that is just drawn anew can get lost, as it can for a student."""
    question = visitor.page.locator(".st-key-stage-question")
    visitor.page.locator(".lesson-next").click()
    with suppress(Late):
        question.wait_for(timeout=PATIENCE / 8)
    if not question.count():
        visitor.page.locator(".lesson-next").click()


def answered(visitor: Visitor) -> None:
    expect(visitor.page.locator(".lesson")).to_have_count(1, timeout=PATIENCE)
    expect(visitor.page.locator(".st-key-stage-question")).to_have_count(0, timeout=PATIENCE)
    visitor.ready()
    expect(visitor.warnings).to_have_count(0)


def draw(visitor: Visitor) -> None:
    box = visitor.page.locator(".guess-chart").bounding_box()
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 30)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 100, box["y"] + box["height"] / 2, steps=8)
    mouse.up()
    visitor.page.locator(".guess .primary").click()


@pytest.mark.parametrize("name", library.SHIPPED)
def test_a_lesson_is_done_from_its_first_question_to_its_last(arrive, name):
    visitor = arrive("/lessons", viewport=SMALL)
    begin(visitor, library.SHIPPED.index(name))
    for at, step in enumerate(lesson(name).steps):
        at_question(visitor)
        assert f"lesson={name}.{at + 1}" in visitor.page.url
        assert visitor.overflow() <= 0
        if isinstance(step.asks, Choices):
            visitor.page.keyboard.press("b")
        elif isinstance(step.asks, Curve):
            draw(visitor)
        else:
            visitor.page.locator(".question-number input").fill("1,5")
            visitor.page.keyboard.press("Enter")
        answered(visitor)
        bar = visitor.page.locator(".lesson")
        expect(bar.locator(".lesson-look")).to_contain_text(step.look["en"])
        if isinstance(step.asks, Choices):
            expect(bar.locator(".lesson-verdict")).to_contain_text(step.asks.options[1].says["en"])
        assert f"lesson={name}.{at + 1}" in visitor.page.url
        if at + 1 < len(lesson(name).steps):
            onward(visitor)
    with visitor.page.expect_download() as download:
        visitor.page.get_by_test_id("stMain").get_by_test_id("stDownloadButton").click()
    with open(download.value.path(), encoding="utf-8") as file:
        rows = json.load(file)
    assert [row["step"] for row in rows] == list(range(1, len(lesson(name).steps) + 1))
    assert all(row["right answer"] and row["answer"] and row["time"] for row in rows)
    visitor.go_back()
    answered(visitor)
    assert f"lesson={name}.{len(rows) - 1}" in visitor.page.url


def test_a_question_stands_and_no_answer_is_sent_twice_whatever_order_streamlit_runs_it_in(arrive):
    visitor = arrive("/states?model=intents-rnn-small&lesson=what-a-state-is.2")
    at_question(visitor)
    elements = [ForwardMsg.FromString(frame).delta.new_element for frame in visitor.frames if isinstance(frame, bytes)]
    sent = next(one.bidi_component for one in elements if one.WhichOneof("type") == "bidi_component")
    held = visitor.page.evaluate(OVERTAKEN, {"code": sent.js_content, "data": list(sent.bytes)})
    assert held == {"seen": [True, False], "sent": []}


@pytest.mark.parametrize("speaks", ["en-US", "zh-CN"])
def test_a_link_to_a_step_asks_its_question_on_a_phone_and_by_touch(arrive, speaks):
    visitor = arrive("/states?model=intents-rnn-small&lesson=what-a-state-is.2", viewport=PHONE, locale=speaks)
    at_question(visitor)
    language = speaks[:2]
    step = lesson("what-a-state-is").steps[1]
    expect(visitor.page.locator(".stage-heading h3")).to_have_text(step.question[language])
    assert visitor.overflow() <= 0
    visitor.page.locator(".question-choice").last.click()
    answered(visitor)
    expect(visitor.page.locator(".lesson.right")).to_contain_text(step.asks.options[1].says[language])
    assert visitor.overflow() <= 0


def test_who_does_not_know_is_shown_and_the_page_can_be_played_with(arrive):
    visitor = arrive("/step-through?model=intents-rnn-small&text=what+time&lesson=what-a-state-is.4")
    visitor.page.locator(".question-skip").click()
    answered(visitor)
    expect(visitor.page.locator(".lesson-verdict")).to_contain_text("translate")
    visitor.type_sentence("what time is it ?")
    expect(visitor.claim).to_contain_text("ask the time")
    expect(visitor.page.locator(".lesson")).to_have_count(1)
    expect(visitor.page).to_have_url(re.compile("lesson=what-a-state-is.4"))


def test_an_answer_outlives_a_reload_in_the_browser_and_not_its_tab(arrive):
    address = "/states?model=intents-rnn-small&lesson=what-a-state-is.2"
    visitor = arrive(address, own_tab=True)
    at_question(visitor)
    visitor.page.keyboard.press("a")
    answered(visitor)
    verdict = visitor.page.locator(".lesson-verdict").inner_text()
    visitor.page.reload()
    answered(visitor)
    expect(visitor.page.locator(".lesson-verdict")).to_have_text(verdict)
    visitor.go("/lessons")
    expect(visitor.page.locator(".lesson-progress").first).to_have_text("1 of 6 done")
    expect(visitor.page.locator(".lesson-card a").first).to_have_attribute(
        "href", re.compile(r"lesson=what-a-state-is\.1")
    )
    at_question(arrive(address, own_tab=True))


def test_a_lesson_that_is_brought_is_shown_as_text_and_its_link_holds_all_of_it(arrive):
    visitor = arrive("/lessons")
    visitor.page.get_by_test_id("stPopoverButton").click()
    field = visitor.page.locator("[data-testid=stFileUploader] input[type=file]")
    wrong = OWN.replace("states?", "nowhere?")
    field.set_input_files({"name": "mine.toml", "mimeType": "text/plain", "buffer": wrong.encode()})
    expect(visitor.warnings).to_contain_text("Line 4: there is no page nowhere")
    field.set_input_files({"name": "mine.toml", "mimeType": "text/plain", "buffer": OWN.encode()})
    expect(visitor.page.locator(".lesson-card")).to_have_count(6)
    expect(visitor.warnings).to_have_count(0)
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".stage-heading h3").first).to_have_text("Mine <b>not bold</b>")
    begin(visitor, 0)
    visitor.page.reload()
    at_question(visitor)
    expect(visitor.page.locator(".stage-heading h3")).to_have_text("How many numbers <img src=x onerror=alert(1)>?")
    visitor.page.locator(".question-number input").fill("37")
    visitor.page.keyboard.press("Enter")
    answered(visitor)
    expect(visitor.page.locator(".lesson.right .lesson-look")).to_contain_text("[Count](https://example.org) them.")
    assert visitor.page.locator(".lesson a[href*=example], .lesson img, .lesson b > b").count() == 0


def test_a_lecture_is_held_by_keys_alone_and_left_with_escape(arrive):
    visitor = arrive("/states")
    sidebar = visitor.page.get_by_test_id("stSidebar")
    with visitor.answered():
        visitor.page.get_by_role("button", name="Lecture mode").click()
    expect(sidebar).to_be_hidden()
    expect(visitor.page).to_have_url(re.compile("lecture=1"))
    with visitor.answered():
        visitor.page.keyboard.press("PageDown")
    expect(visitor.page).to_have_url(re.compile("/find-what-a-unit-does.*lecture=1"))
    expect(sidebar).to_be_hidden()
    with visitor.answered():
        visitor.page.keyboard.press("PageUp")
    expect(visitor.page).to_have_url(re.compile("/states"))
    step = visitor.step
    visitor.page.keyboard.press("ArrowLeft")
    visitor.at_step(step - 1)
    visitor.go("/step-through?model=intents-rnn-small&lesson=what-a-state-is.1&lecture=1")
    visitor.page.keyboard.press("PageDown")
    expect(visitor.page).to_have_url(re.compile("/states.*lesson=what-a-state-is.2.*lecture=1"))
    question = lesson("what-a-state-is").steps[1].question["en"]
    expect(visitor.page.locator(".stage-heading h3")).to_have_text(question)
    visitor.page.keyboard.press("b")
    answered(visitor)
    visitor.page.keyboard.press("PageUp")
    expect(visitor.page).to_have_url(re.compile("lesson=what-a-state-is.1"))
    at_question(visitor)
    with visitor.answered():
        visitor.page.keyboard.press("Escape")
    expect(sidebar).to_be_visible()
    assert "lecture" not in visitor.page.url
