"""Arrays with a snapshot axis: a second slider chooses one, and every painted number is that snapshot's."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.server import STREAMLIT, Server
from tests.browser.snapshots_page import LABELS, TOKENS, H, P

pytestmark = pytest.mark.browser

SLIDER = ".stage-name + .stage-slider"
APP = [part.replace("app.py", "tests/browser/snapshots_app.py") for part in STREAMLIT]
# Every number that a view has painted: where it is, which one it says that it is, and what it is.
PAINTED = """() => [...document.querySelectorAll('.stage-panel [data-value]')].map((one) => [
    one.closest('.stage-panel').className.split('-').at(-1), { ...one.dataset }])"""
PICTURE = """() => [...document.querySelectorAll('.js-plotly-plot')]
    .map(({ _fullData }) => _fullData.at(-1).z).find((z) => z).map((row) => [...row])"""


@pytest.fixture(scope="module")
def snapshots_app(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("snapshots"), APP) as server:
        yield server


def entry(place: dict[str, str], snapshot: int, step: int) -> float:
    """The entry of the arrays that a painted number says it is."""
    t = int(place.get("step", step))
    return P[snapshot, t, int(place["output"])] if place["signal"] == "p" else H[snapshot, t, int(place["unit"])]


def assert_painted(visitor, snapshot: int, step: int) -> None:
    painted = visitor.page.evaluate(PAINTED)
    assert {view for view, _data in painted} == {"probabilities", "sentence", "strip", "chart"}
    for view, data in painted:
        assert float(data["value"]) == pytest.approx(entry(data, snapshot, step), rel=1e-6), (view, data)
    np.testing.assert_allclose(visitor.page.evaluate(PICTURE), H[snapshot].T, rtol=1e-6)


def test_both_sliders_and_their_keys_bring_the_numbers_of_that_snapshot_and_step(arrive, snapshots_app):
    visitor = arrive("/", server=snapshots_app)
    last = len(LABELS) - 1
    second = visitor.page.get_by_role("slider", name="training step")
    expect(second).to_have_attribute("aria-valuetext", LABELS[last])
    assert_painted(visitor, last, len(TOKENS) - 1)
    pictures = visitor.page.locator(".strip-cell img").evaluate_all("all => all.map((one) => one.src)")
    second.fill("0")
    expect(visitor.stage).to_have_attribute("data-snapshot", "0")
    assert_painted(visitor, 0, len(TOKENS) - 1)
    later = visitor.page.locator(".strip-cell img").evaluate_all("all => all.map((one) => one.src)")
    assert [old != new for old, new in zip(pictures, later, strict=True)] == [False, *[True] * len(TOKENS)]
    visitor.press("Home")
    visitor.at_step(0)
    assert_painted(visitor, 0, 0)
    visitor.press("Shift+ArrowRight")
    expect(visitor.stage).to_have_attribute("data-snapshot", "1")
    visitor.at_step(0)
    visitor.page.locator(".unit-chooser button").last.click()
    visitor.at_unit(1)
    assert_painted(visitor, 1, 0)
    visitor.press("Shift+ArrowLeft")
    visitor.press("Shift+ArrowLeft")
    expect(visitor.stage).to_have_attribute("data-snapshot", "0")
    expect(visitor.page.locator(".stage-said")).to_contain_text(LABELS[0])


def test_the_snapshot_is_kept_in_the_link(arrive, snapshots_app):
    visitor = arrive("/", server=snapshots_app)
    visitor.press("Shift+ArrowLeft")
    expect(visitor.page).to_have_url(re.compile("step=4&unit=0&snapshot=2$"))
    visitor.go("/?step=2&snapshot=1")
    visitor.at_step(1)
    assert_painted(visitor, 0, 1)


@pytest.mark.parametrize(("said", "snapshot"), [("99", 2), ("0", 0), ("-1", 2), ("1e1", 2), ("x", 2)])
def test_a_snapshot_out_of_range_is_the_nearest_and_a_broken_one_is_none(said, snapshot, arrive, snapshots_app):
    visitor = arrive(f"/?snapshot={said}", server=snapshots_app)
    expect(visitor.stage).to_have_attribute("data-snapshot", str(snapshot))
    assert_painted(visitor, snapshot, len(TOKENS) - 1)


def test_a_board_without_snapshots_has_one_slider_and_leaves_the_keys_alone(arrive, snapshots_app):
    visitor = arrive("/?board=last&snapshot=1", server=snapshots_app)
    assert visitor.page.locator(".stage-slider").count() == 1
    visitor.page.locator("body").press("Shift+ArrowLeft")
    visitor.page.locator("body").press("ArrowLeft")
    visitor.at_step(len(TOKENS) - 2)
    assert_painted(visitor, len(LABELS) - 1, len(TOKENS) - 2)
