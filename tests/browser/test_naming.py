"""The names of a network's parts: the textbook's at first, PyTorch's by one choice, on all pages and in the address."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BOXES = ".diagram-box .symbol"
RNN = "/step-through?model=intents-rnn-small&text=what+time+is+it+%3F"


def drawn(visitor) -> list[str]:
    return [text.replace("\u200a", "") for text in visitor.texts(BOXES)]


def test_the_textbooks_names_are_shown_at_first_and_beside_those_of_the_code(arrive):
    visitor = arrive(RNN)
    assert drawn(visitor) == ["St−1", "Xt", "W St−1", "U Xt", "b", "at", "St"]
    assert visitor.texts(".strip-column.start .stage-token") == ["S₀"]
    assert visitor.texts(".strip-names span")[1] == "state S: each square a unit"
    assert visitor.texts(".matrix figcaption b") == ["U", "W", "V"]
    assert visitor.texts(".matrix figcaption span") == ["weight_ih", "weight_hh", "readout.weight"]
    visitor.open_the_code()
    expect(visitor.page.locator("[data-testid=stCode]").first).to_contain_text(
        "S = h, X = x, U = weight_ih, W = weight_hh"
    )


def test_pytorchs_names_are_chosen_by_keyboard_and_go_along(arrive):
    visitor = arrive(RNN)
    choice = visitor.page.get_by_role("radio", name="textbook")
    choice.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".strip-column.start .stage-token")).to_have_text("h₀")
    visitor.ready()
    assert drawn(visitor) == ["ht−1", "xt", "Whh ht−1", "Wih xt", "b", "at", "ht"]
    assert visitor.texts(".matrix figcaption b") == ["weight_ih", "weight_hh", "readout.weight"]
    expect(visitor.page).to_have_url(re.compile("names=pytorch"))
    visitor.choose_page("States and gates")
    expect(visitor.page.locator(".sentence-signals i").first).to_have_text("h")
    expect(visitor.page).to_have_url(re.compile("names=pytorch"))
    visitor.choose("names", "textbook")
    expect(visitor.page.locator(".sentence-signals i").first).to_have_text("S")
    expect(visitor.page).not_to_have_url(re.compile("names="))


def test_a_link_shows_the_names_that_were_chosen_in_either_language(arrive):
    visitor = arrive(f"{RNN}&names=pytorch&lang=zh")
    assert visitor.texts(".strip-column.start .stage-token") == ["h₀"]
    assert visitor.texts(".strip-names span")[1] == "状态 h：每格是一个隐藏单元"
    visitor = arrive(f"{RNN}&lang=zh")
    assert visitor.texts(".strip-names span")[1] == "状态 S：每格是一个隐藏单元"


def test_a_name_that_nobody_has_is_refused(arrive):
    visitor = arrive(f"{RNN}&names=keras")
    expect(visitor.warnings.first).to_contain_text("keras")
    assert visitor.texts(".strip-column.start .stage-token") == ["S₀"]
