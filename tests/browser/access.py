"""What holds of every page for who hears it or needs contrast: axe's rules, and names for all views."""

from __future__ import annotations

import re

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

from tests.browser.looks import DESK
from tests.browser.visitor import Visitor

# What Streamlit makes itself and we cannot mend, by axe's rule: where it is, and why.
MENU = {
    "list": "[data-testid=stSidebarNavItems]",  # the menu's list holds its sections as <div>, each with links as <li>
    "listitem": "[data-testid=stSidebarNavItems]",
}
STREAMLITS = MENU | {"presentation-role-conflict": "[data-testid=stFileUploader]"}  # its field says it is none
WITHIN = "([target, selector]) => document.querySelector(target)?.closest(selector) !== null"
AT_REST = """() => document.getAnimations()
    .every((one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""


def violations(visitor: Visitor) -> tuple[list[str], set[str]]:
    """What is ours to mend, in sentences, and the rules that Streamlit's own markup breaks."""
    visitor.page.wait_for_function(AT_REST)
    ours, streamlits = [], set()
    axe = Axe("" if visitor.page.evaluate("'axe' in window") else AXE_SCRIPT)
    for violation in axe.run(visitor.page).response["violations"]:
        rule = violation["id"]
        for node in violation["nodes"]:
            where = node["target"][0]
            if rule in STREAMLITS and visitor.page.evaluate(WITHIN, [where, STREAMLITS[rule]]):
                streamlits.add(rule)
            else:
                ours.append(f"{violation['impact']} {rule}: {where}: {node['failureSummary']}")
    return ours, streamlits


def axe_finds_nothing_of_ours(visitor: Visitor) -> None:
    """At the step or scene that is shown; then the cursor goes to the other end, or a story to its next scene."""
    ours, streamlits = violations(visitor)
    assert not ours, (visitor.page.viewport_size, visitor.step, *ours)
    if visitor.page.viewport_size == DESK:  # on a phone the menu is shut
        assert set(MENU) <= streamlits, "Streamlit mended its menu: take the exception out"
    if visitor.page.locator(".pager-next").count():
        visitor.page.locator(".pager-next").click()
    elif visitor.slider.count():
        key, end = ("End", visitor.last_step) if visitor.step == 0 else ("Home", 0)
        visitor.press(key)
        visitor.at_step(end)


def all_views_have_names(visitor: Visitor) -> None:
    for panel in visitor.page.locator(".stage-panel:visible").all():
        title = panel.locator(".stage-heading h3").inner_text()
        assert visitor.page.get_by_role("region", name=title, exact=True).and_(panel).count() == 1
    alternatives = visitor.page.locator(
        ".stage-plot, .stage-panel canvas, .stage-panel img, .sheet, .scores, .lesson-picture"
    ).evaluate_all("all => all.map((one) => one.closest('[role=figure]')?.getAttribute('aria-label') ?? '')")
    assert alternatives
    assert all(re.search(r"\d", text) for text in alternatives)
