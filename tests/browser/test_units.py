"""The chosen unit: one for the whole stage, by number, by a click on a picture, on every page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_next_unit_changes_the_diagram_and_the_equations(at_rest):
    visitor = at_rest()
    diagram, equations = visitor.texts(".diagram-box .value"), visitor.texts(".equation .number")
    visitor.page.locator(".unit-chooser button").last.click()
    visitor.at_unit(1)
    assert visitor.texts(".diagram-box .value") != diagram
    assert visitor.texts(".equation .number") != equations


def test_a_unit_can_be_typed_and_an_impossible_one_is_brought_into_range(at_rest):
    visitor = at_rest()
    field = visitor.page.locator(".unit-chooser input")
    for typed, unit in (("7", 7), ("99999", 15), ("-3", 0), ("1e99", 15), ("", 15)):
        field.fill(typed)
        field.press("Enter" if unit == 7 else "Tab")
        visitor.at_unit(unit)
        expect(field).to_have_value(str(unit))


def test_a_click_on_a_square_of_the_diagram_chooses_that_unit(at_rest):
    visitor = at_rest()
    canvas = visitor.page.locator(".diagram-units")
    canvas.scroll_into_view_if_needed()
    box = visitor.page.locator(".diagram-box rect").last.bounding_box()
    visitor.page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.55)
    expect(visitor.stage).not_to_have_attribute("data-unit", "0")


def test_a_click_on_a_heatmap_row_chooses_that_unit_everywhere(at_rest):
    visitor = at_rest("/states")
    words = visitor.texts(".sentence-word small")
    lines = visitor.page.locator(".scatterlayer .js-line").first.get_attribute("d")
    rows = visitor.page.locator(".stage-chosen-row")
    places = rows.evaluate_all("all => all.map((one) => one.style.transform)")
    picture = visitor.page.locator(".stage-plot:has(.stage-chosen-row) .nsewdrag").first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    visitor.page.mouse.click(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 7.5 / 16)
    visitor.at_unit(7)
    visitor.at_step(0)
    assert visitor.texts(".sentence-word small") != words
    assert visitor.page.locator(".scatterlayer .js-line").first.get_attribute("d") != lines
    moved = rows.evaluate_all("all => all.map((one) => one.style.transform)")
    assert all(old != new for old, new in zip(places, moved, strict=True))


def test_the_sentence_can_show_any_gate(arrive):
    visitor = arrive("/states")
    before = visitor.texts(".sentence-word small")
    visitor.page.locator(".sentence-signals [data-array=f]").click()
    expect(visitor.page.locator(".sentence-signals button[aria-pressed=true]")).to_have_text("f Forget gate")
    assert visitor.texts(".sentence-word small") != before
