"""Echo state network in a browser: it moves under the cursor and answers its knobs."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ADDRESS = "/echo-state-network"


def test_the_cursor_moves_over_every_chart_of_time(arrive):
    visitor = arrive(ADDRESS)
    expect(visitor.claim).to_contain_text("At radius 1.2 two starts become one after")
    expect(visitor.page.locator(".stage-chart")).to_have_count(7)
    before = visitor.cursors()
    assert len(before) == 4
    visitor.press("Home")
    visitor.at_step(0)
    assert all(one != other for one, other in zip(before, visitor.cursors(), strict=True))


def test_a_suggestion_turns_the_knobs_and_the_picture_answers(arrive):
    visitor = arrive(ADDRESS)
    visitor.press_button("A fainter input")
    expect(visitor.claim).to_contain_text("At radius 1.2 two starts have not met after 1,000 steps")
    strength = visitor.page.get_by_role("slider", name="Strength of the input")
    expect(strength).to_have_value("0.2")
    visitor.page.get_by_role("slider", name="Spectral radius").press("Home")
    expect(visitor.claim).to_contain_text("At radius 0.05 two starts become one after")


def test_the_address_holds_every_choice_and_back_undoes_the_last(arrive):
    visitor = arrive(ADDRESS)
    visitor.open_more_settings()
    for name, key, claim in (("Spectral radius", "Home", "At radius 0.05"), ("Delay k", "End", "At radius 0.05")):
        visitor.page.get_by_role("slider", name=name).press(key)
        expect(visitor.claim).to_contain_text(claim)
        visitor.ready()
    expect(visitor.page.get_by_text("the input of 40 steps before").first).to_be_visible()
    recipient = arrive(visitor.page.url.removeprefix(visitor.url))
    expect(recipient.claim).to_contain_text("At radius 0.05")
    recipient.open_more_settings()
    for name, value in (("Spectral radius", "0.05"), ("Delay k", "40")):
        expect(recipient.page.get_by_role("slider", name=name)).to_have_value(value)
    visitor.go_back()
    expect(visitor.page.get_by_role("slider", name="Delay k")).to_have_value("5")
    visitor.go_back()
    expect(visitor.claim).to_contain_text("At radius 1.2")
    visitor.page.go_forward()
    expect(visitor.claim).to_contain_text("At radius 0.05")
