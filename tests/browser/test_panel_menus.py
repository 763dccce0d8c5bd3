"""The menu of a panel: its picture with its title, and the numbers that it draws, on a server and in a saved page."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import rnnviz

pytestmark = pytest.mark.browser

DRAWN = """panel => panel.querySelector('.js-plotly-plot')._fullData.flatMap(({ name, x, y, z }) =>
    z ? z.flatMap((row, r) => [...row].map((value, c) => [name ?? '', x?.[c] ?? c, y?.[r] ?? r, value]))
      : [...x].map((across, k) => [name ?? '', across, y[k], null]))"""


def panel(page: Page, title: str) -> Locator:
    return page.locator(".stage-panel").filter(has_text=title).first


def taken(page: Page, of: Locator, words: str) -> bytes:
    of.hover()
    of.locator(".panel-more").click()
    with page.expect_download() as download:
        of.get_by_role("button", name=words).click()
    expect(of.locator(".panel-menu")).to_be_hidden()
    return Path(download.value.path()).read_bytes()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_numbers_of_a_panel_are_those_of_the_trace(visitor):
    head, *rows = table(taken(visitor.page, panel(visitor.page, "Unrolled in time"), "Numbers (CSV)"))
    assert head == ["name", "step", "word", "unit", "value"]
    trace = rnnviz.subject("intents-lstm-small", text="what time is it ?").trace()
    h = trace.layer()["h"].at(batch=0)
    mine = [row for row in rows if row[0] == "h"]
    assert [(int(row[1]), row[2], int(row[3])) for row in mine] == [
        (t + 1, word, k) for t, word in enumerate(trace.tokens) for k in range(h.shape[1])
    ]
    np.testing.assert_allclose([float(row[4]) for row in mine], np.ravel(h), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("address", ["/states", "/vanishing-gradients"])
def test_the_numbers_of_a_chart_are_those_that_it_draws(arrive, address):
    visitor = arrive(address)
    chart = visitor.page.locator(".stage-chart").first
    head, *rows = table(taken(visitor.page, chart, "Numbers (CSV)"))
    assert head == ["series", "x", "y", "z"]
    drawn = [["" if cell is None else cell for cell in row] for row in chart.evaluate(DRAWN)]
    assert len(rows) == len(drawn) > 50
    for row, (name, *numbers) in zip(rows, drawn, strict=True):
        assert row[0] == name
        assert [float(cell) for cell in row[1:] if cell] == [number for number in numbers if number != ""]


def test_a_picture_has_its_title_its_colour_bar_and_its_settings_on_it(arrive):
    visitor = arrive("/states")
    chart = visitor.page.locator(".stage-chart").first
    drawing = taken(visitor.page, chart, "Picture (SVG)").decode()
    assert drawing.startswith("<svg")
    assert "".join(chart.locator("h3").inner_text().split())[:20] in "".join(drawing.split())
    assert ' colorbar"' in drawing
    assert "model: intents-lstm-small · text: what time is it ?" in drawing
    assert f"step {visitor.step + 1} of 5" in drawing
    assert taken(visitor.page, chart, "Picture (PNG)").startswith(b"\x89PNG")


def test_the_menu_is_reached_by_the_keyboard_and_closes_with_escape(visitor):
    of = panel(visitor.page, "Unrolled in time")
    button = of.locator(".panel-more")
    expect(button).to_have_css("opacity", "0")
    button.focus()
    expect(button).to_have_css("opacity", "1")
    button.press("Enter")
    expect(of.locator(".panel-menu")).to_be_visible()
    visitor.page.keyboard.press("Tab")
    expect(of.get_by_role("button", name="Numbers (CSV)")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(of.locator(".panel-menu")).to_be_hidden()
    expect(button).to_be_focused()


def test_where_nothing_hovers_the_menu_is_always_seen(arrive):
    visitor = arrive("/step-through", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(panel(visitor.page, "Unrolled in time").locator(".panel-more")).to_have_css("opacity", "1")
