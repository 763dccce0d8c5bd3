"""The animation of a chart: a picture for each step, each with the cursor where it stands then."""

import io
import re

import numpy as np
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import expect

from tests.browser.test_panel_menus import taken

pytestmark = pytest.mark.browser

ABOVE, BAR = 56, 70  # what a picture that is taken along has more than the chart, see assets/stage/chart_files.js
NEAR = 12  # of 255: colours that are alike are one, and pale ones lie on the page, not on a panel
PLACES = """panel => {
    const plot = panel.querySelector('.js-plotly-plot');
    const { xaxis: x, yaxis: y, _size } = plot._fullLayout, [{ z }] = plot._fullData;
    const columns = [...z[0]].map((_one, k) => x._offset + x.l2p(k + 1));
    return { rows: z.map((_row, k) => y._offset + y.l2p(k)), columns, ..._size };
}"""


def pictures(gif: bytes) -> tuple[list[np.ndarray], dict]:
    with Image.open(io.BytesIO(gif)) as image:
        return [np.asarray(each.convert("RGB"), int) for each in ImageSequence.Iterator(image)], image.info


def test_an_animation_shows_the_chart_at_every_step(arrive):
    visitor = arrive("/states")
    chart, at = visitor.page.locator(".stage-chart").first, visitor.step
    frames, about = pictures(taken(visitor.page, chart, "Animation (GIF)"))
    assert (len(frames), about["loop"], visitor.step) == (5, 0, at)
    painted = chart.evaluate(PLACES)
    shot = Image.open(io.BytesIO(chart.locator(".stage-plot").screenshot())).convert("RGB")
    tall, wide, _colors = frames[0].shape
    across = wide - painted["l"] - painted["r"] - BAR
    for t, frame in enumerate(frames):
        for k, row in enumerate(painted["rows"]):
            for step, column in enumerate(painted["columns"]):
                x = painted["l"] + across * (step + 0.5) / len(frames)
                color = frame[round(row) + ABOVE, round(x)]
                assert np.abs(color - shot.getpixel((column, row))).max() <= NEAR, (t, k, step)
        for edge in (t, t + 1):
            x = round(painted["l"] + across * edge / len(frames))
            assert frame[ABOVE + round(painted["t"]) + 5, x - 2 : x + 3].mean(-1).min() < 110, (t, edge)
        below = [each[tall - 24 :] for each in (frame, frames[t - 1])]
        assert (below[0] != below[1]).any()  # it says which step it is


def test_an_animation_can_be_stopped(arrive):
    visitor, downloads = arrive("/vanishing-gradients"), []
    visitor.page.on("download", lambda download: downloads.append(download))
    chart = visitor.page.locator(".stage-chart").first
    button = chart.locator(".panel-more")
    chart.hover()
    button.click()
    chart.get_by_role("button", name="Animation (GIF)").click()
    expect(button).to_have_text(re.compile(r"■ [1-9]\d* / 100"))
    expect(button).to_have_attribute("aria-label", re.compile("^Stop: "))
    button.click()
    expect(button).to_have_text("⋯")
    button.click()
    expect(chart.locator(".panel-menu")).to_be_visible()
    assert not downloads
