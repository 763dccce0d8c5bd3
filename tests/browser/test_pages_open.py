"""Each page opens alive: by its address, by the menu, and for the very first visitor of a server."""

import pytest
from playwright.sync_api import expect

from pages import PAGES

pytestmark = pytest.mark.browser

ADDRESSES = {page.title: "/" + page.file.removesuffix(".py").replace("_", "-") for page in PAGES}
ADDRESSES[PAGES[0].title] = "/"
every_page = pytest.mark.parametrize("title", ADDRESSES)


@every_page
def test_a_page_opens_by_its_address_with_a_painted_stage(arrive, title):
    visitor = arrive(ADDRESSES[title])
    assert visitor.page.locator(".stage-panel").count() > 1
    assert visitor.claim.inner_text().strip()
    for canvas in visitor.page.locator(".stage-panel canvas:not(.gl-container *)").all()[:3]:
        assert canvas.evaluate(
            "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(Boolean)"
        )


@every_page
def test_a_page_opens_through_the_menu(visitor, title):
    visitor.choose_page(title)
    expect(visitor.page).to_have_url(visitor.url + ADDRESSES[title])
    visitor.ready()
    expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(title)


def test_the_menu_lists_every_page_in_its_section(visitor):
    assert visitor.menu == [page.title for page in PAGES]
    sections = visitor.page.get_by_test_id("stNavSectionHeader").all_inner_texts()
    assert [text.split("\n")[0] for text in sections] == list(dict.fromkeys(page.section for page in PAGES))


def test_the_first_request_of_a_new_server_may_be_any_page(fresh_app, arrive):
    visitor = arrive("/states", server=fresh_app)
    assert visitor.menu == [page.title for page in PAGES]
    assert visitor.page.locator(".stage-chart .main-svg").count() > 1
    assert "Traceback" not in fresh_app.log_since(0)


@every_page
def test_charts_are_drawn_with_marks_in_them(arrive, title):
    visitor = arrive(ADDRESSES[title])
    for chart in visitor.page.locator(".stage-plot").all():
        marks = chart.locator(
            ".hm image, .scatterlayer .js-line, .scatterlayer .point, .barlayer .point, .gl-container canvas"
        )
        assert marks.count() > 0
        assert chart.bounding_box()["width"] > 100
