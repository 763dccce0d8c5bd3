"""Deep network in a browser: a grid of all layers, one cursor over all of them, and clicks that open a state."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.looks import DESK, is_whole_in_both_windows
from tests.browser.visitor import PIXELS

pytestmark = pytest.mark.browser

ADDRESS = "/deep-network"
LINKS = [
    f"{ADDRESS}?task=neighbour_xor&layers=4&cell=GRU",
    f"{ADDRESS}?task=slots&layers=3&directions=one",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_deep_link_opens_a_whole_page_on_every_window(arrive, link):
    visitor = arrive(link, viewport=DESK)
    expect(visitor.warnings).to_have_count(0)
    is_whole_in_both_windows(visitor)


def grid_place(visitor, row: int, step: int) -> tuple[float, float]:
    """Where a state is; the top layer is row 0."""
    canvas = visitor.page.locator(".grid-picture canvas")
    canvas.scroll_into_view_if_needed()
    box, rows = canvas.bounding_box(), visitor.page.locator(".grid-name").count()
    across, down = (step + 0.5) / (visitor.last_step + 1), (row + 0.5) / rows
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def test_a_click_in_the_grid_opens_that_layer_at_that_step(arrive):
    visitor = arrive(f"{ADDRESS}?task=neighbour_xor&layers=2")
    names = visitor.texts(".grid-name")
    assert names == ["layer 2 h←", "layer 2 h→both are read ↑", "layer 1 h←", "layer 1 h→"]
    for row, step in ((3, 2), (0, 6), (2, 2)):
        visitor.page.mouse.click(*grid_place(visitor, row, step))
        visitor.at_step(step)
        heading = visitor.page.locator(".stage-opened_state h4")
        layer, way = 2 - row // 2, ("right to left", "left to right")[row % 2]
        expect(heading).to_have_text(f"Layer {layer}, {way}, at bit {step + 1}")
        expect(visitor.page.locator(".grid-name[aria-pressed=true]")).to_contain_text(f"layer {layer} h{'←→'[row % 2]}")
    assert visitor.texts(".opened-quantity b") == ["h", "i", "f", "g", "o", "c"]


def test_the_opened_state_follows_the_keys_and_the_tabs_and_so_does_every_chart(arrive):
    visitor = arrive(ADDRESS)
    strip = visitor.page.locator(".opened-quantity canvas").first
    looks = [visitor.cursors, lambda: [visitor.page.locator(".grid-now").get_attribute("style")]]
    visitor.press("Home")
    visitor.at_step(0)
    first, before = strip.evaluate(PIXELS), [look() for look in looks]
    assert len(before[0]) == 3  # a gradient picture for each side, and all units of all layers
    assert all(place for place in before[0])
    visitor.press("ArrowRight")
    visitor.at_step(1)
    for old, look in zip(before, looks, strict=True):
        assert all(a != b for a, b in zip(old, look(), strict=True))
    second = strip.evaluate(PIXELS)
    visitor.page.locator(".grid-name").last.click()
    third = strip.evaluate(PIXELS)
    assert len({first, second, third}) == 3


def test_two_layers_are_right_where_one_layer_guesses_and_a_click_on_a_reading_goes_to_that_word(at_rest):
    visitor = at_rest(ADDRESS)
    rows = visitor.page.locator(".readings-column").evaluate_all(
        """all => all.map((one) =>
            [...one.querySelectorAll('.readings-answer')].map((answer) => answer.classList.contains('is-wrong')))"""
    )
    wrong = [sum(column[row] for column in rows) for row in range(4)]
    assert wrong[0] > 2
    assert wrong[1:] == [0, 0, 0]
    visitor.press("Home")
    columns = visitor.page.locator(".readings-column")
    for step in (5, 2, 0):
        columns.nth(step).click()
        visitor.at_step(step)
        expect(columns.nth(step)).to_have_class(re.compile(r"\bnow\b"))
    assert visitor.page.locator(".readings-column.now").count() == 1


def test_more_layers_make_more_rows_under_one_cursor_and_another_address(arrive):
    visitor = arrive(f"{ADDRESS}?task=neighbour_xor&layers=4")
    expect(visitor.page.locator(".grid-name")).to_have_count(8)
    plot = visitor.page.locator(".stage-plot:has(.xy8)")
    plot.scroll_into_view_if_needed()
    cursor = plot.locator(".stage-cursor").bounding_box()
    areas = [area.bounding_box() for area in plot.locator(".nsewdrag").all()]
    assert len(areas) == 8
    assert abs(cursor["y"] - min(area["y"] for area in areas)) <= 2
    assert abs(cursor["y"] + cursor["height"] - max(area["y"] + area["height"] for area in areas)) <= 2
    visitor.choose("layers", "3")
    expect(visitor.page.locator(".grid-name")).to_have_count(6)
    expect(visitor.page).to_have_url(re.compile("model=neighbour-xor-lstm-two-3"))
    visitor.choose("directions", "one way")
    expect(visitor.page.locator(".grid-name")).to_have_count(3)
    expect(visitor.page.locator(".readings-name").first).to_contain_text("1 layer")


def test_a_sentence_at_the_limit_stays_usable(arrive):
    visitor = arrive(f"{ADDRESS}?task=slots&layers=4&weights=fresh&size=large&text={quote('to ' * 200)}")
    assert visitor.last_step == 199
    visitor.press("Home")
    visitor.at_step(0)
    visitor.press("End")
    visitor.at_step(199)
    visitor.page.locator(".readings-scroll").scroll_into_view_if_needed()
    expect(visitor.page.locator(".readings-column.now")).to_be_in_viewport()
    assert visitor.overflow() <= 0
