"""A page that was left leaves nothing behind: no listener, no timer, no chart."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_page_left_while_playing_stops_playing(visitor):
    visitor.press("Home")
    visitor.page.locator(".stage-play").click()
    visitor.choose_page("States and gates")
    expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text("States")
    step = visitor.step
    visitor.page.wait_for_timeout(1_500)
    assert visitor.step == step


def test_a_new_sentence_replaces_the_stage_and_its_listeners(visitor):
    for text in ("play some music", "how are you ?", "what is the time in Taipei ?"):
        visitor.type_sentence(text)
        expect(visitor.claim).to_contain_text(text)
    visitor.page.locator("body").press("ArrowLeft")
    visitor.at_step(visitor.last_step - 1)
    visitor.page.wait_for_timeout(300)
    assert visitor.step == visitor.last_step - 1


def test_only_listed_files_are_served(visitor):
    source = urljoin(visitor.page.url, visitor.stage.get_attribute("data-source"))
    assert visitor.page.request.get(source).headers["cache-control"].startswith("public")
    for name in ("../../app.py", "..%2F..%2Fapp.py", "stage/../../app.py", "nothing.js", "", "%00"):
        answer = visitor.page.request.get(source.replace("stage.js", name))
        assert "import" not in answer.text(), name
