"""A visitor changes words where they stand: what is painted then is what torch alone makes of both sentences."""

import re

import pytest
from playwright.sync_api import expect

from rnnviz.subjects.sizes import task
from tests.browser.painted import walk
from tests.browser.reference_networks import read, shipped

pytestmark = pytest.mark.browser
BEFORE = "what time is it ?"


def answered(text: str):
    return read("LSTM", shipped("intents-lstm-small"), task("intents").encode(text)[:, 0])


def open_menu(visitor, step: int):
    columns = visitor.page.locator(".strip-column:not(.start)")
    if visitor.step != step:
        columns.nth(step).locator(".stage-word").click()
        visitor.at_step(step)
    columns.nth(step).locator(".stage-word").click()
    return visitor.page.locator(".word-menu")


def test_a_word_that_is_swapped_paints_both_runs_and_back_undoes_it(visitor):
    open_menu(visitor, 1).locator("input").fill("weather")
    with visitor.answered():
        visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(re.compile("text=what.weather.is.it.*before=what.time"))
    assert visitor.tokens == ["what", "weather", "is", "it", "?"]
    assert visitor.step == 1
    expect(visitor.page.locator(".strip-column.now .stage-word")).to_be_focused()
    now, then = answered("what weather is it ?"), answered(BEFORE)
    for look in walk(visitor, (1, 4), (0, 5)):
        painted = {(n.signal, n.index): n.value for n in look.numbers if n.step == look.step}
        for name in "fch":
            for signal, run in ((name, now), (f"first:{name}", then)):
                wanted = float(run.layers[0, "forward"][name][look.step, look.unit])
                assert painted[signal, look.unit] == pytest.approx(wanted, abs=2e-5)
        for output in range(8):
            assert painted["p", output] == pytest.approx(float(now.answers["p"][look.step, output]), abs=2e-5)
            assert painted["first:p", output] == pytest.approx(float(then.answers["p"][look.step, output]), abs=2e-5)
    visitor.go_back()
    assert visitor.tokens == BEFORE.split()
    assert not visitor.page.locator(".strip-before, .first-share").count()


def test_a_word_is_taken_out_or_moved(visitor):
    ways = {"Delete": "what is it ?", "Move left": "time what is it ?", "Move right": "what is time it ?"}
    for action, becomes in ways.items():
        menu = open_menu(visitor, 1)
        with visitor.answered():
            menu.get_by_role("button", name=action, exact=True).click()
        assert visitor.tokens == becomes.split()
        expect(visitor.claim).to_contain_text("the LSTM's answer")
        visitor.go_back()
        assert visitor.tokens == BEFORE.split()


def test_the_keyboard_alone_opens_chooses_and_closes(visitor):
    visitor.page.locator(".strip-column.now .stage-word").focus()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.at_step(3)
    word = visitor.page.locator(".strip-column.now .stage-word")
    expect(word).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".word-menu input")).to_be_focused()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".word-menu")).to_have_count(0)
    expect(word).to_be_focused()
    visitor.at_step(3)


def test_what_is_typed_is_refused_as_in_the_field_and_never_markup(visitor):
    menu = open_menu(visitor, 1)
    menu.locator("input").fill("w" + " w" * 99)
    with visitor.answered():
        menu.get_by_role("button", name="Replace").click()
    menu = open_menu(visitor, 1)
    menu.locator("input").fill("w" + " w" * 99)
    with visitor.answered():
        menu.get_by_role("button", name="Replace").click()
    expect(visitor.warnings).to_contain_text("the limit is")
    visitor.type_sentence("hello")
    open_menu(visitor, 0).locator("input").fill("<img src=x onerror=alert(1)>")
    with visitor.answered():
        visitor.page.keyboard.press("Enter")
    assert visitor.tokens[:2] == ["<", "img"]
    assert not visitor.page.locator("img[src=x]").count()


def test_a_bit_is_flipped_by_a_click(arrive):
    visitor = arrive("/deep-network")
    before = visitor.page.locator(".grid-line .grid-word").all_inner_texts()
    visitor.page.locator(".stage-readout .stage-word").click()
    flipped = "1" if before[visitor.step] == "0" else "0"
    with visitor.answered():
        visitor.page.locator(".word-offers button").get_by_text(flipped, exact=True).click()
    after = visitor.page.locator(".grid-line .grid-word").all_inner_texts()
    assert [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [visitor.step]
