"""Of a long sequence the stage shows a window, which the line above it moves."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import rnnviz
from rnnviz.subjects import Noise, Subject, Untrained

pytestmark = pytest.mark.browser

STEPS = 20_000
SUBJECT = Subject(Untrained("GRU", size="6", task=""), Noise(STEPS))
LINK = "&".join(f"{name}={value}" for name, value in SUBJECT.query().items())


def frame(visitor):
    """Which steps the line says that the stage shows, the first and the last."""
    said = visitor.page.locator(".overview-shown").inner_text()
    return tuple(int(number.replace(",", "")) for number in re.findall(r"[\d,]+", said))


def press_on_line(visitor, step):
    box = visitor.page.locator(".overview-line").bounding_box()
    with visitor.answered():
        visitor.page.mouse.click(box["x"] + box["width"] * step / STEPS, box["y"] + box["height"] / 2)


def test_the_line_moves_the_window_whose_numbers_are_those_of_the_whole_run(arrive):
    visitor = arrive(f"/step-through?{LINK}")
    assert frame(visitor) == (1, 200)
    press_on_line(visitor, 12_345)
    first, last = frame(visitor)
    assert first < 12_345 < last == first + 199
    expect(visitor.page).to_have_url(re.compile(f"window={first - 1}"))
    visitor.press("Home")
    expect(visitor.page.locator(".stage-readout").first).to_contain_text(f"step {first} of {STEPS}")
    whole = rnnviz.record(SUBJECT.network(), SUBJECT.sequence.read(SUBJECT.load()).input).layer()["h"].values
    shown = visitor.page.evaluate(
        """async () => {
            const host = document.querySelector(".rnnviz-stage");
            const number = host.querySelector("[data-signal=h]");
            return [Number(number.dataset.value), Number(number.dataset.unit ?? 0)];
        }"""
    )
    np.testing.assert_allclose(shown[0], whole[first - 1, 0, shown[1]], atol=1e-5)


def test_keys_move_the_window_and_a_step_beyond_its_end_is_in_the_next(arrive):
    visitor = arrive(f"/states?{LINK}&window=600&step=800")
    visitor.at_step(199)
    with visitor.answered():
        visitor.press("ArrowRight")
    expect(visitor.page.locator(".stage-readout").first).to_contain_text(f"step 801 of {STEPS}")
    first, _last = frame(visitor)
    with visitor.answered():
        visitor.press("Shift+ArrowLeft")
    assert frame(visitor)[0] == first - 100
    visitor.choose_page("Memory decay")
    assert frame(visitor)[0] == first - 100
