"""Loop and tree: keys go from round to round, each number is the network's, a box says what it is made of."""

import pytest
import torch
from playwright.sync_api import expect

from rnnviz.studies import loop_and_tree as study

pytestmark = pytest.mark.browser

PAINTED = """() => [...document.querySelectorAll('.scan-sheet [data-value]')].map(({ dataset }) =>
  [dataset.signal, Number(dataset.step), Number(dataset.output), Number(dataset.unit), Number(dataset.value)])"""


def hand(kept, written, first, last, unit):
    """The pair of some steps, one after another."""
    a, b = 1.0, 0.0
    for t in range(first, last + 1):
        a, b = float(kept[t, unit]) * a, float(kept[t, unit]) * b + float(written[t, unit])
    return a, b


def test_rounds_numbers_and_boxes_are_those_of_the_network(arrive):
    page = arrive("/loop-and-tree?leaves=8&recurrence=min-gru").page
    kept, written = study.leaves(study.subject_of("min-gru"), 8)
    states = study.WAYS["loop"](kept, written, torch.zeros_like(kept[0]))
    expect(page.locator(".scan-sheet .pair.fresh")).to_have_count(7)  # it opens at the first round
    page.keyboard.press("End")
    painted = page.evaluate(PAINTED)
    assert len([one for one in painted if one[0] == "scan:h"]) == 8
    for signal, step, place, unit, value in painted:
        a, b = hand(kept, written, max(0, place - 2**step + 1), place, unit)
        assert value == pytest.approx(a if signal == "scan:a" else b, rel=1e-5, abs=1e-30)
        if signal == "scan:h":
            assert value == pytest.approx(float(states[place, unit]), rel=1e-5)
    page.keyboard.press("Home")
    expect(page.locator(".scan-sheet .pair:not(.ahead)")).to_have_count(9)  # the leaves, and the first state
    page.keyboard.press("ArrowRight")
    expect(page.locator(".scan-sheet .pair.fresh")).to_have_count(7)
    page.locator(".scan-sheet .pair.fresh").nth(4).click()
    expect(page.locator(".scan-said")).to_contain_text("Steps 5–6: a = ")
    page.get_by_role("radio", name="Loop", exact=True).click()
    expect(page.locator("h1")).to_contain_text("7 rounds for 8 steps")
