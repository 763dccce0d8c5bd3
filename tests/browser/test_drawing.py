"""A digit is drawn by mouse and by keys, and the page reads it; the address holds it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_digit_is_drawn_by_mouse_then_by_keys_and_is_read(arrive):
    visitor = arrive("/step-through?model=strokes-lstm&example=3")
    page = visitor.page
    page.get_by_role("button", name="Draw a digit").click()
    pad = page.locator(".pad-sheet")
    expect(page.get_by_role("button", name="Read it")).to_be_disabled()
    box = pad.bounding_box()
    for k, (x, y) in enumerate([(0.2, 0.1), (0.8, 0.1), (0.45, 0.9)]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
        if k == 0:
            page.mouse.down()
    page.mouse.up()
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("h1")).to_contain_text("answers: 7")
    expect(page).to_have_url(re.compile("drawing="))
    page.get_by_role("button", name="Clear").click()
    pad.focus()
    for key in (" ", *["ArrowDown"] * 10, "Enter"):  # a straight line down is a one
        page.keyboard.press(key)
    expect(page.locator("h1")).to_contain_text("answers: 1")
    shared = page.url
    visitor.go(shared.removeprefix(visitor.url))
    expect(page.locator("h1")).to_contain_text("answers: 1")
