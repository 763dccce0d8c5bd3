"""The slider of the spectral radius: curves follow it while it is dragged, and are exact once it is let go."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
DRAG = "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }"
CURVES = """() => Object.fromEntries(document.querySelector('.js-plotly-plot')._fullData.map(
    ({ meta, y }) => [`${meta.network} ${meta.signal}`, Array.from(y)]))"""


def test_curves_follow_the_slider_and_are_exact_when_it_is_let_go(arrive):
    visitor = arrive("/vanishing-gradients")
    slider = visitor.page.get_by_role("slider", name="Spectral radius")
    page, chart = visitor.page, visitor.page.locator(".stage-chart").first
    slider.hover()
    page.wait_for_selector(".stage-sweep", state="attached")
    first, claim = page.evaluate(CURVES), visitor.claim.inner_text()
    slider.evaluate(DRAG, 1.1)
    expect(chart.locator(".follows")).to_be_visible()
    expect(page.locator(".radius-told")).to_be_visible()
    expect(page.locator(".radius-reading").first).to_have_text("1.10")
    dragged = page.evaluate(CURVES)
    assert dragged.keys() == first.keys()
    assert dragged["RNN log10 dL/dh"][0] > first["RNN log10 dL/dh"][0] + 1
    slider.evaluate(DRAG, 1.05)
    page.wait_for_function("() => document.querySelector('.radius-reading').textContent === '1.05'")
    assert visitor.claim.inner_text() == claim
    slider.evaluate(DRAG, 1.1)
    with visitor.answered():
        slider.evaluate("(slider) => slider.dispatchEvent(new Event('change'))")
    expect(page).to_have_url(re.compile(r"radius=1\.1"))
    expect(page.locator(".radius-told")).to_be_hidden()
    exact = page.evaluate(CURVES)
    for name, values in exact.items():
        assert dragged[name] == pytest.approx(values, abs=1e-4)


def test_the_keyboard_moves_it_and_keeps_it(arrive):
    visitor = arrive("/vanishing-gradients")
    with visitor.answered():
        visitor.page.get_by_role("slider", name="Spectral radius").press("ArrowRight")
    expect(visitor.page).to_have_url(re.compile(r"radius=0\.95"))
    expect(visitor.page.get_by_role("slider", name="Spectral radius")).to_be_focused()


def test_names_at_the_ends_and_values_at_the_cursor_stand_apart(arrive):
    visitor = arrive("/vanishing-gradients")
    for step in ("End", "Home"):
        visitor.press(step)
        for kind in (".curve-end", ".curve-value"):
            tops = (
                visitor.page.locator(".stage-chart")
                .first.locator(kind)
                .evaluate_all("all => all.filter((one) => !one.hidden).map((one) => one.getBoundingClientRect().top)")
            )
            assert len(tops) == 3
            assert all(b - a > 10 for a, b in zip(sorted(tops), sorted(tops)[1:], strict=False))
