"""A saved page in its language, theme and window, and its animations; a page in a notebook.

That each page shows the app's own numbers when it was saved is in test_pages_open.py.
"""

import pytest
import torch
from playwright.sync_api import expect

import rnnviz
from tests.browser.files import save
from tests.browser.test_loops import pictures
from tests.browser.test_panel_menus import taken
from tests.browser.visitor import READY

pytestmark = pytest.mark.browser


def test_a_saved_page_speaks_the_visitors_language_and_has_no_control_that_needs_the_server(arrive, reader, tmp_path):
    visitor = arrive("/vanishing-gradients?lang=zh")
    reader.goto(save(visitor, tmp_path).as_uri())
    reader.wait_for_function(READY)
    assert reader.evaluate("() => document.documentElement.lang") == "zh"
    assert reader.locator(".claim h1").inner_text() == visitor.claim.inner_text()
    for control in (".stage-radius", ".stage-copy", ".stage-save", ".stage-word", "a.inside"):
        assert reader.locator(control).count() == 0
    before = reader.url
    reader.locator(".stage-play").click()
    expect(reader.locator(".rnnviz-stage")).not_to_have_class("playing")
    assert reader.url == before


def test_what_the_button_on_the_stage_saves_follows_the_readers_theme_and_fits_a_phone(arrive, reader, tmp_path):
    path = save(arrive("/step-through"), tmp_path, ".stage-save button")
    assert path.name == "rnnviz-step-through.html"
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.goto(path.as_uri())
    reader.wait_for_function(READY)
    light = reader.evaluate("() => getComputedStyle(document.body).backgroundColor")
    reader.emulate_media(color_scheme="dark")
    assert reader.evaluate("() => getComputedStyle(document.body).backgroundColor") != light
    assert reader.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_saved_page_gives_animations_too(arrive, reader, tmp_path):
    reader.goto(save(arrive("/states"), tmp_path).as_uri())
    reader.wait_for_function(READY)
    frames, _about = pictures(taken(reader, reader.locator(".stage-chart").first, "Animation (GIF)"))
    assert len(frames) == 5


def test_in_a_notebook_the_stage_stands_in_the_cell_and_shows_the_traces_own_numbers(reader, tmp_path):
    model, x = torch.nn.LSTM(4, 8), torch.randn(12, 1, 4)
    cell = tmp_path / "cell.html"
    cell.write_text(f"<!doctype html><body>{rnnviz.show(model, x)._repr_html_()}", "utf-8")
    reader.goto(cell.as_uri())
    frame = reader.frame_locator("iframe")
    frame.locator(".stage-play + .stage-slider").press("Home")
    expect(frame.locator(".rnnviz-stage")).to_have_attribute("data-step", "0")
    painted = frame.locator(".diagram-box [data-signal=h]").first
    expect(painted).to_have_attribute("data-unit", "0")
    h = rnnviz.record(model, x).layer()["h"].values[0, 0, 0]
    assert float(painted.get_attribute("data-value")) == pytest.approx(float(h), rel=1e-5)
    expect(frame.locator(".claim h1")).to_have_text("The LSTM reads 12 steps of 4 numbers, one step after another")


def test_in_a_notebook_the_stage_is_as_dark_as_what_stands_around_it(reader, tmp_path):
    cell = tmp_path / "cell.html"
    cell.write_text(f"<!doctype html><body>{rnnviz.show(text='hello')._repr_html_()}", "utf-8")
    reader.goto(cell.as_uri())
    root = reader.frame_locator("iframe").locator("html")
    expect(root).to_have_css("color-scheme", "light")
    reader.evaluate("() => document.body.setAttribute('style', 'background: #111; color: rgba(255, 255, 255, .87)')")
    expect(root).to_have_css("color-scheme", "dark")
