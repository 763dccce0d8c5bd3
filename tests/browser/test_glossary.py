"""A term of art is explained where it stands: to who points at it, goes there by keyboard, or taps it."""

import pytest
from playwright.sync_api import expect

from tests.browser.access import violations
from tests.browser.looks import PHONE

pytestmark = pytest.mark.browser

PAGE = "/backpropagation-through-time"
CARD = ".term-card:popover-open"


def test_a_term_is_explained_by_keyboard_until_escape(arrive):
    visitor = arrive(PAGE)
    term, card = visitor.page.locator(".stage-heading .glossary-term").first, visitor.page.locator(CARD)
    expect(term).to_have_text("Jacobian")
    visitor.page.locator(".stage-pace").focus()
    for _press in range(6):
        visitor.page.keyboard.press("Tab")
        if term.evaluate("node => node === document.activeElement"):
            break
    expect(card).to_contain_text("derivatives of a state by the one before")
    assert card.locator("img").evaluate("image => image.complete && image.naturalWidth") == 120
    described = term.get_attribute("aria-describedby")
    expect(visitor.page.locator(f"#{described}")).to_contain_text("derivatives of a state")
    visitor.page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_term_is_explained_to_who_points_at_it_and_not_after(arrive):
    visitor = arrive(PAGE)
    card = visitor.page.locator(CARD)
    visitor.page.locator(".stage-heading .glossary-term").first.hover()
    expect(card).to_be_visible()
    card.hover()
    expect(card).to_be_visible()
    visitor.page.locator(".claim h1").hover()
    expect(card).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_tap_explains_a_claims_term_within_a_phones_screen(arrive, lang):
    visitor = arrive(f"/vanishing-gradients?lang={lang}", viewport=PHONE, has_touch=True)
    term, card = visitor.page.locator(".claim .glossary-term").first, visitor.page.locator(CARD)
    term.tap()
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    visitor.page.locator(".claim .told > p").tap(position={"x": 2, "y": 2})
    expect(card).to_have_count(0)


def test_where_it_decides_is_explained_and_an_open_card_is_accessible(arrive):
    visitor = arrive("/step-through?model=intents-rnn-small&text=what+time+is+it+%3F")
    visitor.page.locator(".strip-decided").focus()
    expect(visitor.page.locator(CARD)).to_contain_text("more than half")
    assert [told for told in violations(visitor)[0] if "term" in told or "decided" in told] == []
