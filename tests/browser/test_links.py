"""The link to what is looked at: the step and the unit are in the address, and a button copies it."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TEXT = quote("what time is it ?")


def test_the_chosen_step_and_unit_are_in_the_address_without_a_word_to_the_server(visitor):
    entries = visitor.page.evaluate("history.length")
    visitor.settled()
    frames = len(visitor.frames)
    visitor.press("Home")
    visitor.press("ArrowRight")
    visitor.page.locator(".unit-chooser button").last.click()
    expect(visitor.page).to_have_url(re.compile("step=2&unit=1"))
    assert len(visitor.frames) == frames
    assert visitor.page.evaluate("history.length") == entries


def test_a_link_starts_at_its_step_and_unit(arrive):
    visitor = arrive(f"/step-through?cell=GRU&text={TEXT}&step=2&unit=5")
    visitor.at_step(1)
    visitor.at_unit(5)
    expect(visitor.page).to_have_url(re.compile("model=intents-gru-small.*step=2&unit=5"))
    visitor.choose_page("States and gates")
    expect(visitor.page).to_have_url(re.compile("/states"))
    visitor.at_step(1)
    visitor.type_sentence("play some music")
    expect(visitor.claim).to_contain_text("play")
    visitor.at_step(2)  # a new sentence opens at its end
    visitor.at_unit(5)


@pytest.mark.parametrize(("said", "step", "unit"), [("step=999&unit=999", 4, 15), ("step=-1&unit=1e3", 4, 0)])
def test_a_step_or_unit_out_of_range_is_the_nearest_and_a_broken_one_is_none(said, step, unit, arrive):
    visitor = arrive(f"/step-through?text={TEXT}&{said}")
    visitor.at_step(step)
    visitor.at_unit(unit)
    assert visitor.warnings.count() == 0


def test_the_link_is_copied_with_the_step_and_said(visitor):
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.press("Home")
    visitor.page.get_by_role("button", name="Copy link").click()
    expect(visitor.page.locator(".stage-said")).to_have_text("The link to this page is copied.")
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied == visitor.page.url
    assert "step=1" in copied


def test_without_a_clipboard_the_link_is_there_to_be_copied_by_hand(visitor):
    visitor.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visitor.page.get_by_role("button", name="Copy link").click()
    field = visitor.page.locator(".stage-link")
    expect(field).to_be_focused()
    expect(field).to_have_value(visitor.page.url)
    assert field.evaluate("one => one.selectionEnd - one.selectionStart") == len(visitor.page.url)
    visitor.page.keyboard.press("Tab")
    expect(field).to_have_count(0)
