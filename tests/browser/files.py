"""What holds of every page that was saved: it opens from the disk, asks for nothing, slides, and shows the app's own
numbers."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.visitor import READY, Visitor

WITHOUT_CHARTS = {"start", "step-through"}
MOST_BYTES = 1_200_000
MOST_BYTES_WITHOUT_CHARTS = 250_000  # which need no Plotly
# All that is painted with a name, and all that the charts draw.
NUMBERS = """() => [
    [...document.querySelectorAll('.rnnviz-stage [data-value]')].map(({ dataset }) => ({ ...dataset })),
    [...document.querySelectorAll('.js-plotly-plot')].map(({ _fullData }) =>
        _fullData.map(({ name, x, y, z }) => JSON.stringify([name, x, y, z]))),
]"""


def save(visitor: Visitor, folder: Path, button: str = ".st-key-button-save button") -> Path:
    with visitor.page.expect_download() as download:
        visitor.page.locator(button).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def is_the_same_in_a_file(visitor: Visitor, reader: Page, folder: Path, name: str) -> None:
    """``reader``: somebody who has the file and no network. The visitor's cursor ends where it was."""
    path = save(visitor, folder)
    assert path.name == f"rnnviz-{name}.html"
    assert path.stat().st_size <= (MOST_BYTES_WITHOUT_CHARTS if name in WITHOUT_CHARTS else MOST_BYTES)
    reader.goto(path.as_uri())
    reader.wait_for_function(READY)
    expect(reader).to_have_title(visitor.page.title())
    assert reader.locator(".claim h1").inner_text() == visitor.claim.inner_text()
    assert reader.evaluate(NUMBERS) == visitor.page.evaluate(NUMBERS)
    opened = visitor.step
    for page in (reader, visitor.page) if visitor.slider.is_visible() else ():
        page.locator(".stage-play + .stage-slider").first.press("Home")
        expect(page.locator(".rnnviz-stage").first).to_have_attribute("data-step", "0")
    assert reader.evaluate(NUMBERS) == visitor.page.evaluate(NUMBERS)
    for _ in range(opened if visitor.slider.is_visible() else 0):
        visitor.press("ArrowRight")
    visitor.at_step(opened)
