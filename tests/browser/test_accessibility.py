"""For who hears the page or tabs through it: the step that is said, the language, the focus.

What holds of every page, axe's rules among it, is in test_pages_open.py.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_step_is_said_when_the_hand_rests_and_not_at_every_step_of_playing(visitor):
    said = visitor.page.locator(".stage-said")
    expect(said).to_have_attribute("role", "status")
    assert said.inner_text() == ""
    said.evaluate(
        """node => {
            window.said = [];
            new MutationObserver(() => window.said.push(node.textContent)).observe(node, { childList: true });
        }"""
    )
    # In one go: a busy machine presses a key so seldom that the hand rests in between.
    visitor.page.evaluate(
        """() => {
            const press = () => new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true });
            for (let k = 0; k < 4; k++) document.body.dispatchEvent(press());
        }"""
    )
    expect(said).to_have_text("step 1 of 5: what")
    assert visitor.page.evaluate("window.said") == ["step 1 of 5: what"]
    for _press in range(2):
        visitor.page.locator(".stage-pace").click()
    visitor.page.locator(".stage-play").click()
    expect(said).to_have_text("step 5 of 5: ?")
    assert len(visitor.page.evaluate("window.said")) <= 3


def test_the_document_is_in_the_language_that_the_visitor_chose(visitor):
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    visitor.choose("language", "中文")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh")


def test_a_link_of_the_menu_shows_that_it_has_the_focus(visitor):
    links = visitor.page.get_by_test_id("stSidebarNavLink")
    links.nth(1).focus()
    visitor.page.keyboard.press("Tab")
    expect(links.nth(2)).to_be_focused()
    ring = links.nth(2).evaluate("one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineWidth]")
    assert ring == ["solid", "2px"]
