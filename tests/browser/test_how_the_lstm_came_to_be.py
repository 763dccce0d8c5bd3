"""How the LSTM came to be, in a browser: a station changes drawing, equations and evidence."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from rnnviz.studies.lstm_history import STATIONS, STRINGS
from tests.browser.looks import DESK, PHONE
from tests.browser.visitor import Visitor
from tests.pages.history_measures import ends

pytestmark = pytest.mark.browser

ADDRESS = "/how-the-lstm-came-to-be"
FIRST = f"{ADDRESS}?model=lineage-continual-reber-jordan"


def a_guess_is_painted_at_half_of_a_bar_of_all(visitor: Visitor, lie: bool) -> None:
    """``lie``: the bars lie."""
    years = visitor.page.locator(".st-key-stations [role=radiogroup]")
    years.scroll_into_view_if_needed()
    picture = np.asarray(Image.open(io.BytesIO(years.screenshot())).convert("RGB")).astype(int)
    frame, bar = years.bounding_box(), years.locator("em").nth(2 * list(STATIONS).index("Elman 1990")).bounding_box()
    assert ends("Elman 1990")[0] == STRINGS
    left, top = round(bar["x"] - frame["x"]), round(bar["y"] - frame["y"])
    if lie:  # look at the picture as if they stood
        picture, left, top, bar = picture.swapaxes(0, 1), top, left, {"width": bar["height"], "height": bar["width"]}
    orange = (picture[..., 0] > 190) & (picture[..., 2] < 100)
    rows = np.flatnonzero(orange.mean(1) > 0.2)  # a dashed line, and no word
    column = picture[top : top + round(bar["height"]), left + round(bar["width"] / 2)]
    ground = picture[rows[0] - 3, left + round(bar["width"] / 2)]  # of a bar, right beside the line
    painted = np.flatnonzero(np.abs(column - ground).sum(1) < 6) + top
    assert len(painted) > 30
    assert np.ptp(rows) < 4
    assert rows.mean() == pytest.approx((painted.min() + painted.max()) / 2, abs=1)


def test_another_station_changes_the_claim_the_drawing_and_the_equations(arrive):
    visitor = arrive(FIRST)
    expect(visitor.claim).to_contain_text("1986: the network remembers nothing")
    boxes, equations = visitor.page.locator(".diagram-box"), visitor.page.locator(".equation")
    before = boxes.count(), equations.count()
    visitor.press_button("1997 LSTM")
    expect(visitor.claim).to_contain_text("1997: the LSTM's cell adds up")
    gates = boxes.count(), equations.count()
    assert gates > before
    visitor.press_button("Next cell")
    expect(visitor.claim).to_contain_text("2000: with a forget gate")
    assert (boxes.count(), equations.count()) == (gates[0] + 1, gates[1] + 1)


def test_the_timer_can_be_set_at_its_own_station_alone(arrive):
    visitor = arrive(ADDRESS)
    expect(visitor.page.get_by_test_id("stMain").get_by_text("The timer counts to")).to_have_count(0)
    visitor.press_button("2000 peepholes")
    expect(visitor.stage).to_contain_text("6 spikes in 60 steps")
    with visitor.answered():
        visitor.page.locator(".st-key-period button").filter(has_text="25").click()  # and not the year 2025
    expect(visitor.stage).to_contain_text("2 spikes in 60 steps")


def test_the_bars_of_the_years_are_as_long_as_the_shares_and_a_guess_is_painted_at_half_of_them(arrive):
    visitor, of_all = arrive(ADDRESS), [right / STRINGS for name in STATIONS for right in ends(name)]
    assert max(of_all) == 1
    expect(visitor.claim).to_contain_text("2000: with a forget gate")  # not the worst of them
    for window, side in ((DESK, "height"), (PHONE, "width")):  # where they lie
        visitor.page.set_viewport_size(window)
        sizes = visitor.page.locator(".st-key-stations em").evaluate_all(
            "(all, side) => all.map((bar) => parseFloat(getComputedStyle(bar, '::after')[side]))", side
        )
        assert [size / max(sizes) for size in sizes] == pytest.approx(of_all, abs=0.01)
        a_guess_is_painted_at_half_of_a_bar_of_all(visitor, window == PHONE)
