"""Every page for who hears it, tabs through it, or needs contrast: axe's rules, names, and the step that is said."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pages import PAGES

pytestmark = pytest.mark.browser

ADDRESSES = ["/" + page.file.removesuffix(".py").replace("_", "-") if page is not PAGES[0] else "/" for page in PAGES]
# What Streamlit makes itself and we cannot mend, by axe's rule: where it is, and why.
STREAMLITS = {
    "list": "[data-testid=stSidebarNavItems]",  # the menu's list holds its sections as <div>, each with links as <li>
    "listitem": "[data-testid=stSidebarNavItems]",
}
WITHIN = "([target, selector]) => document.querySelector(target)?.closest(selector) !== null"


def violations(page) -> tuple[list[str], set[str]]:
    """What is ours to mend, in sentences, and the rules that Streamlit's own markup breaks."""
    ours, streamlits = [], set()
    for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        rule = violation["id"]
        for node in violation["nodes"]:
            where = node["target"][0]
            if rule in STREAMLITS and page.evaluate(WITHIN, [where, STREAMLITS[rule]]):
                streamlits.add(rule)
            else:
                ours.append(f"{violation['impact']} {rule}: {where}: {node['failureSummary']}")
    return ours, streamlits


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_of_ours_by_day_at_the_last_step_nor_by_night_at_the_first(arrive, address):
    visitor = arrive(address)
    for scheme, key in (("light", "End"), ("dark", "Home")):
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        visitor.press(key)
        visitor.at_step(0 if key == "Home" else visitor.last_step)
        visitor.page.wait_for_timeout(300)
        ours, streamlits = violations(visitor.page)
        assert not ours, (scheme, key, *ours)
        assert streamlits == set(STREAMLITS), "Streamlit mended its menu: take the exception out"
    for panel in visitor.page.locator(".stage-panel").all():
        title = panel.locator(".stage-heading h3").inner_text()
        assert visitor.page.get_by_role("region", name=title, exact=True).and_(panel).count() == 1
    alternatives = visitor.page.locator(".stage-plot, .stage-panel canvas, .stage-panel img").evaluate_all(
        "all => all.map((one) => one.closest('[role=figure]')?.getAttribute('aria-label') ?? '')"
    )
    assert alternatives
    assert all(re.search(r"\d", text) for text in alternatives)


def test_on_a_phone_axe_finds_nothing_either(arrive):
    for address in ("/", "/two-directions", "/deep-network"):
        visitor = arrive(address, viewport={"width": 390, "height": 844})
        ours, _streamlits = violations(visitor.page)
        assert not ours, (address, *ours)


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
    for _press in range(4):
        visitor.press("ArrowLeft")
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
