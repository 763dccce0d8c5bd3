"""The address through time: Back undoes a choice, a link tells the same in any language, a new server loses nothing."""

import re

import pytest
from playwright.sync_api import expect

from pages import PAGES
from tests.browser.server import Server

pytestmark = pytest.mark.browser

ENGLISH = "what time is it ?"


def test_back_undoes_the_first_choice_and_forward_brings_it_again(visitor):
    entries = visitor.page.evaluate("history.length")
    for cell, other in (("GRU", "RNN"), ("RNN", "GRU")):
        visitor.choose("cell", cell)
        expect(visitor.claim).to_contain_text(f"The {cell}")
        assert other not in visitor.page.url
    assert visitor.page.evaluate("history.length") == entries + 2
    for expected in ("GRU", "LSTM"):
        visitor.go_back()
        expect(visitor.claim).to_contain_text(f"The {expected}")
        assert visitor.chosen("cell") == expected
    visitor.page.go_forward()
    expect(visitor.claim).to_contain_text("The GRU")


def test_an_address_without_a_query_means_the_defaults(visitor):
    visitor.choose("cell", "GRU")
    expect(visitor.claim).to_contain_text("The GRU")
    # As a link within the page does: the browser moves, nothing is loaded anew.
    visitor.page.evaluate("history.pushState({}, '', location.pathname); dispatchEvent(new PopStateEvent('popstate'))")
    expect(visitor.claim).to_contain_text("The LSTM")


def test_the_first_page_has_an_address_as_every_other(arrive):
    visitor = arrive(f"/{PAGES[0].address}?scene=3")
    expect(visitor.stage).to_have_attribute("data-scene", "2")
    expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(PAGES[0].title)


def test_a_link_from_the_time_when_step_through_was_the_first_page_still_opens_it(arrive):
    visitor = arrive("/?cell=GRU&size=medium&step=2")
    assert (visitor.chosen("cell"), visitor.chosen("size"), visitor.step) == ("GRU", "medium", 1)
    expect(visitor.page).to_have_url(re.compile("/step-through[?]"))


def test_a_chinese_visitors_link_with_an_english_sentence_keeps_it(arrive):
    sender = arrive("/step-through", locale="zh-CN")
    assert sender.tokens != ENGLISH.split()
    sender.type_sentence(ENGLISH)
    expect(sender.claim).to_contain_text(ENGLISH)
    for locale in ("zh-CN", "en-US"):
        recipient = arrive(sender.page.url.removeprefix(sender.url), locale=locale)
        assert recipient.tokens == ENGLISH.split()


def test_a_link_that_nobody_touched_shows_a_reader_of_another_language_the_same_sentence(arrive):
    sender = arrive("/step-through")
    expect(sender.page).to_have_url(re.compile("text="))
    recipient = arrive(sender.page.url.removeprefix(sender.url), locale="zh-CN")
    expect(recipient.claim.locator("bdi").first).to_have_text(ENGLISH)


def test_a_new_server_shows_any_page_and_after_its_restart_click_and_knobs_are_kept(arrive, fresh_app: Server):
    visitor = arrive("/vanishing-gradients?cell=LSTM", server=fresh_app)
    assert visitor.menu == [page.title for page in PAGES]
    assert visitor.page.locator(".stage-chart .main-svg").count() >= 1
    assert "Traceback" not in fresh_app.log_since(0)
    start = visitor.page.locator(".st-key-start")
    by_default = visitor.chips
    visitor.open_more_settings()
    with visitor.answered():
        start.get_by_text("orthogonal", exact=True).click()
    assert visitor.chips != by_default
    chips = visitor.chips
    fresh_app.stop()
    fresh_app.__enter__()
    expect(visitor.page.locator(".st-key-cell button").first).to_be_enabled(timeout=60_000)
    visitor.choose("cell", "GRU")
    expect(visitor.page).to_have_url(re.compile("model=intents-gru-small"), timeout=60_000)
    assert visitor.chosen("cell") == "GRU"
    if not start.is_visible():
        visitor.open_more_settings()
    expect(start.locator("button[data-selected=true]")).to_have_text("orthogonal")
    assert visitor.chips == chips  # it compares all three cells, from the same start
    visitor.page.goto("about:blank")
    visitor.problems.clear()  # the browser complains of the server that was away
