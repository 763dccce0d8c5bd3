"""The compass: every number that it paints follows from where λ is: dragged, moved by keys, or come by a link."""

import cmath
import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.studies import eigenvalue_compass as study

pytestmark = pytest.mark.browser
PAINTED = """() => [...document.querySelectorAll('.rnnviz-stage [data-value]')].map(
    ({ dataset }) => ({ ...dataset, value: Number(dataset.value) }))"""


def painted(page) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for one in page.evaluate(PAINTED):
        found.setdefault(one["signal"], []).append(one["value"])
    return found


def assert_all_follow(page, size: float, angle: float) -> None:
    numbers = painted(page)
    assert numbers["size"] == pytest.approx([size])
    assert numbers["angle"] == pytest.approx([angle])
    if 0 < size < 1:
        assert numbers["half-life"] == pytest.approx([math.log(0.5) / math.log(size)], rel=1e-6)
    assert numbers["log10 gradient"] == pytest.approx([100 * math.log10(size)], abs=1e-6)
    bits = [int(text) for text in page.locator(".counting-bit").all_inner_texts()]
    number = cmath.rect(size, math.radians(angle))
    expected = [(number**ones).real for ones in np.cumsum(bits).tolist()]
    assert numbers["counted"] == pytest.approx(expected, abs=1e-9)
    each = zip(expected, np.cumsum(bits), strict=True)
    decided = [(value < 0) == (ones % 2 == 1) for value, ones in each if abs(value) > 1e-9]
    right = sum(decided)
    assert page.locator(".counting-answer").all_inner_texts().count("–") == len(bits) - len(decided)
    expect(page.locator(".counting-text b")).to_contain_text(f"{right} of {len(bits)}")


def test_all_numbers_follow_the_eigenvalue_wherever_it_is_moved(arrive):
    visitor = arrive("/eigenvalue-compass?lambda=0.5~180")
    page, handle = visitor.page, visitor.page.get_by_role("slider", name="The eigenvalue")
    said = page.locator(".compass-said")
    expect(said).to_have_text("Forgets half in one step, flips at every step")
    assert_all_follow(page, 0.5, 180)
    own = study.multiplied("lru-start").eigenvalues
    np.testing.assert_allclose(painted(page)["eigenvalue"], np.abs(own), rtol=1e-6)
    handle.press("ArrowUp")
    handle.press("ArrowRight")
    assert_all_follow(page, 0.51, 175)
    expect(page).to_have_url(re.compile(r"lambda=0\.51(~|%7E)175"))
    box = page.locator(".compass-disc").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0], middle[1] - 60, steps=4)
    page.mouse.up()
    assert painted(page)["angle"] == pytest.approx([90], abs=1)
    assert_all_follow(page, painted(page)["size"][0], painted(page)["angle"][0])
    page.go_back()  # undoes the drag, and the two keys before it are one more
    expect(page).to_have_url(re.compile(r"lambda=0\.51(~|%7E)175"))
    visitor.settled()
    assert_all_follow(page, 0.51, 175)
    page.go_back()
    expect(page).to_have_url(re.compile(r"lambda=0\.5(~|%7E)180"))
    visitor.settled()
    assert_all_follow(page, 0.5, 180)
    visitor.go("/eigenvalue-compass", ready=True)  # a quarter turn after two ones is 0: neither odd nor even
    assert_all_follow(page, 0.944, 45)
    page.get_by_role("button", name="Flips").click()
    expect(said).to_have_text("Forgets nothing, flips at every step")
    assert_all_follow(page, 1, 180)
    expect(page.locator(".counting-column.wrong")).to_have_count(0)


def test_what_a_gate_keeps_follows_the_cursor_and_the_eigenvalue_stays(arrive):
    visitor = arrive("/eigenvalue-compass?network=min-gru&lambda=0.9~0")
    kept = study.multiplied("min-gru").kept
    for key, step in (("Home", 0), ("End", len(kept) - 1)):
        visitor.press(key)
        np.testing.assert_allclose(painted(visitor.page)["kept"], kept[step], atol=1e-6)
    assert_all_follow(visitor.page, 0.9, 0)
    with visitor.answered():
        visitor.page.get_by_role("radio", name="RNN", exact=True).click()
    assert_all_follow(visitor.page, 0.9, 0)
