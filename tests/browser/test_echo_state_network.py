"""Echo state network in a browser: it moves under the cursor and answers its knobs."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ADDRESS = "/echo-state-network"


def test_the_cursor_moves_over_every_chart_of_time(arrive):
    visitor = arrive(ADDRESS)
    expect(visitor.claim).to_contain_text("At radius 1.2, two starting states merge with input, not without")
    expect(visitor.page.locator(".stage-chart")).to_have_count(7)
    before = visitor.cursors()
    assert len(before) == 3
    visitor.press("End")
    visitor.at_step(199)
    assert all(one != other for one, other in zip(before, visitor.cursors(), strict=True))


def test_a_suggestion_turns_the_knobs_and_the_picture_answers(arrive):
    visitor = arrive(ADDRESS)
    visitor.press_button("A fainter input")
    expect(visitor.claim).to_contain_text("two starting states stay apart")
    visitor.open_more_settings()
    strength = visitor.page.get_by_role("slider", name="Strength of the input")
    expect(strength).to_have_value("0.2")
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("slider", name="Spectral radius").press("Home")
    expect(visitor.claim).to_contain_text("two starting states merge with input and without")


def test_the_address_holds_every_choice_and_back_undoes_the_last(arrive):
    visitor = arrive(ADDRESS)
    radius = visitor.page.get_by_role("slider", name="Spectral radius")
    radius.press("Home")
    expect(visitor.page).to_have_url(re.compile("spectral_radius.0.05"))
    visitor.ready()
    recipient = arrive(visitor.page.url.removeprefix(visitor.url))
    expect(recipient.page.get_by_role("slider", name="Spectral radius")).to_have_value("0.05")
    visitor.go_back()
    expect(radius).to_have_value("1.2")
    visitor.page.go_forward()
    expect(radius).to_have_value("0.05")
