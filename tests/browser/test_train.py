"""Train: curves draw themselves while a worker trains; a run is stopped, left, found again, made anew by its link."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.subjects.shipped_runs import run
from tests.browser.visitor import PATIENCE

pytestmark = pytest.mark.browser

# The last update that is drawn of the LSTM's loss; and that of another curve than the one that ended there.
DRAWN = """() => document.querySelectorAll('.js-plotly-plot')[1]?._fullData
    ?.filter(({ name }) => name === 'LSTM')[0]?.x.at(-1)"""
BEGUN = f"""(shipped) => {{
    const at = ({DRAWN})();
    window.first = document.querySelectorAll('.js-plotly-plot')[1];
    return at !== shipped && at;
}}"""
ACCURACY = """() => document.querySelector('.js-plotly-plot')._fullData
    .filter(({ showlegend }) => showlegend).map(({ name, y }) => [name, y.at(-1)])"""

# Where an update stands on the first chart, in pixels of the window; and what is drawn of each network's gradient.
AT = """(update) => {
    const plot = document.querySelector('.js-plotly-plot'), { xaxis, _size } = plot._fullLayout;
    const { left, top } = plot.getBoundingClientRect();
    return [left + xaxis._offset + xaxis.l2p(update), top + _size.t + 40];
}"""
REACHING = (
    """() => [...document.querySelectorAll('.js-plotly-plot')][2]._fullData.map(({ name, y }) => [name, [...y]])"""
)

# How strongly the decoder's links to what it reads are drawn.
LINKS = "() => [...document.querySelectorAll('.alignment-links path')].map((link) => link.getAttribute('stroke-width'))"


def told_at(update, runs):
    shares = (f"{cell} {100 * shots[update].accuracy:.0f}%" for cell, shots in runs.items())
    return " · ".join([f"update {update}", *shares])


def test_a_run_is_watched_stopped_left_and_found_again_and_its_link_runs_it_anew(arrive):
    visitor = arrive("/train")
    page = visitor.page
    title, stop, train = (
        page.locator("h1").first,  # an older one may still stand below while the page is made anew
        page.locator(".st-key-button-stop button"),
        page.get_by_test_id("stBaseButton-primary"),
    )
    shares = dict(page.evaluate(ACCURACY))
    shipped_runs = {cell: run(f"recall-{cell.lower()}-seed0").snapshots for cell in shares}
    assert shares == {cell: shots[500].accuracy for cell, shots in shipped_runs.items()}
    slider = page.get_by_role("slider", name="training step")
    slider.focus()
    visitor.frames.clear()
    page.keyboard.press("Shift+ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", told_at(422, shipped_runs))
    page.mouse.click(*page.evaluate(AT, 100))
    expect(slider).to_have_attribute("aria-valuetext", told_at(100, shipped_runs))
    for name, painted in page.evaluate(REACHING):
        sizes = shipped_runs[name][100].layers[0].gradient.values
        np.testing.assert_allclose(np.log10(painted), np.clip(sizes - sizes.max(), -12, 0), atol=1e-5)
    assert visitor.frames == []
    page.locator(".st-key-updates input").click()
    with visitor.answered():  # so many that it does not end by itself while it is looked at
        page.get_by_role("option", name="5,000").click()
    shipped = page.evaluate(DRAWN)
    train.click()
    expect(title).to_contain_text(re.compile(r"update [\d,]+ of 5,000"), timeout=PATIENCE)
    early = page.wait_for_function(BEGUN, arg=shipped).json_value()
    page.wait_for_function(f"({DRAWN})() > {early}")
    assert page.evaluate("() => window.first.isConnected")  # the same chart, drawn on
    visitor.choose_page("A batch")
    visitor.choose_page("Train")
    expect(title).to_contain_text(re.compile(r"update [\d,]+ of 5,000"))
    stop.click()
    expect(train).to_be_visible(timeout=PATIENCE)
    expect(title).not_to_contain_text("Training")
    visitor.ready()
    told = dict(re.findall(r"(\w+) (\d+)%", slider.get_attribute("aria-valuetext")))
    assert told == {cell: f"{100 * share:.0f}" for cell, share in page.evaluate(ACCURACY)}
    page.locator("[class*=st-key-trained-together] a:visible").last.click()
    expect(page).to_have_url(re.compile("side-by-side.*trained%7E"))
    visitor.ready()
    expect(page.locator(".claim li")).to_have_count(3)
    told = re.compile(r"^update [\d,]+ · RNN \d+% · LSTM \d+% · GRU \d+%$")
    expect(page.get_by_role("slider", name="training step")).to_have_attribute("aria-valuetext", told)
    expect(visitor.warnings).to_have_count(0)
    visitor.choose_page("Train")
    page.get_by_role("button", name="A learning rate of 10⁹").click()
    expect(title).to_contain_text("Exploded, the first at update 3, time step 50", timeout=PATIENCE)
    expect(train).to_be_visible(timeout=PATIENCE)
    expect(visitor.page).to_have_url(re.compile("learns=adding"), timeout=PATIENCE)
    other = arrive(visitor.page.url.removeprefix(visitor.url), ready=False)
    expect(other.page.locator("h1").first).to_contain_text(
        "Exploded, the first at update 3, time step 50", timeout=PATIENCE
    )
    other.ready()
    # An encoder-decoder, by the slider of its own page: what is painted changes, and the server is not asked.
    other.go("/train?learns=dates&translators=GRU-attention&updates=50&units=8&batch=8", ready=False)
    expect(other.page.locator("h1").first).to_contain_text("After 50 updates: not learnt yet", timeout=PATIENCE)
    other.page.locator("[class*=st-key-trained-] a:visible").filter(has_text="Translate").click()
    expect(other.page).to_have_url(re.compile("translate[?]run=[0-9a-f]+(~|%7E)50"))
    other.ready()
    slider = other.page.get_by_role("slider", name="training step")
    expect(slider).to_have_attribute("aria-valuetext", "update 50 · 0% right")
    later = other.page.evaluate(LINKS)
    other.frames.clear()
    other.page.keyboard.press("Shift+ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "update 42 · 0% right")
    assert other.page.evaluate(LINKS) != later
    assert other.frames == []
