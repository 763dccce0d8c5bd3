"""What holds of every page in every window and theme: all is painted, fits, can be read and lines up."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from playwright.sync_api import TimeoutError as Late

DESK, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
WINDOWS = [(DESK, "light"), (PHONE, "dark")]
CONTROLS = ".stage-transport:has(.stage-slider), .stage-pager"
MARKS = ".hm image, .scatterlayer .js-line, .scatterlayer .point, .barlayer .point, .gl-container canvas"
# Text that stands on a ground of its own or is dimmed, on the pages that have it.
TEXTS = [
    *(".claim h1", ".claim p", ".stage-heading h3", ".stage-heading p", ".probability .name"),
    *(".readings-name", ".candidates-word", ".candidates-bars .name", ".datapath-label", ".sides-note", ".sides-row"),
    *(".grid-answer b", ".grid-word", ".readings-right"),
]


def all_is_painted(visitor) -> None:
    assert visitor.claim.inner_text().strip()
    assert visitor.page.locator(".stage-panel").count() > 0
    for canvas in visitor.page.locator(".stage-panel canvas:not(.gl-container *)").all()[:4]:
        assert canvas.evaluate(
            "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(Boolean)"
        )
    for chart in visitor.page.locator(".stage-plot").all():
        assert chart.locator(MARKS).count() > 0
        assert chart.bounding_box()["width"] > 100


def all_fits(visitor, viewport) -> None:
    """No page or panel is wider than the window; slider or buttons are in reach wherever one has scrolled to."""
    with suppress(Late):  # the menu moves some frames after the window changed, and charts some frames after the menu
        visitor.page.wait_for_function(FITS, arg=viewport["width"], timeout=10_000)
    assert visitor.overflow() <= 0, viewport
    panels = visitor.page.locator(".stage-panel:visible")
    for panel in panels.evaluate_all(MEASURED):
        assert panel["left"] >= 0, panel
        assert panel["right"] <= viewport["width"], panel
        assert panel["hidden"] <= 1, panel
    controls = visitor.page.locator(CONTROLS)
    for panel in (panels.first, panels.last) if controls.count() else ():
        panel.scroll_into_view_if_needed()
        boxes = [one.bounding_box() for one in controls.all()]  # of each stage that has a player of its own
        for box in boxes:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= viewport["width"]
        in_sight = [box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"] for box in boxes]
        assert any(in_sight), (viewport, boxes)


def nothing_moved_while_it_opened(visitor) -> None:
    """The browser's own measure of what was seen in one place and then in another (layout shift); 0.1 is good."""
    shifts = visitor.page.evaluate(SHIFTS)
    assert sum(size for size, _moved in shifts) < 0.1, shifts


def all_can_be_read(visitor, scheme: str) -> None:
    """Text against what is behind it, 4.5 to 1."""
    found = {selector: visitor.page.locator(selector).first for selector in TEXTS}
    found = {selector: text.evaluate(CONTRAST) for selector, text in found.items() if text.count()}
    assert {".claim h1", ".claim p", ".stage-heading h3"} <= set(found)
    assert min(found.values()) >= 4.5, (scheme, found)


def time_axes_line_up(visitor) -> None:
    """Where charts stand in panels of one width, their time axes begin at the same pixel of their panel; and end at the
    same where no names stand at the ends of lines."""
    places = visitor.page.locator(".stage-plot:has(.stage-cursor)").evaluate_all(AXES)
    assert len({left for left, _right, _named in places}) == 1, places
    assert len({right for _left, right, named in places if not named}) <= 1, places


def titles_keep_off_numbers(visitor) -> None:
    """No title of a y axis lies on the numbers of its axis."""
    assert visitor.page.evaluate(OVERLAPS) == []


def recolour(visitor, scheme: str) -> None:
    """The other theme's colours; step and unit stay."""
    colour = visitor.stage.evaluate("one => getComputedStyle(one).color")
    cursor = visitor.step, visitor.unit
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.page.wait_for_function(RECOLOURED, arg=colour)
    visitor.ready()
    assert (visitor.step, visitor.unit) == cursor


def is_whole(visitor, window: int) -> None:
    """In one of WINDOWS, as it opened there."""
    viewport, scheme = WINDOWS[window]
    all_is_painted(visitor)
    all_fits(visitor, viewport)
    all_can_be_read(visitor, scheme)


def is_whole_in_both_windows(
    visitor, also: Callable[..., None] = lambda visitor: None, among: Collection[int] = (0, 1)
) -> None:
    """Whole in the first of WINDOWS, in which it opened, and in the other's theme and size when they change under it.

    ``also`` is looked at as it opened, and in the other's theme and size, or in one of them alone.
    """
    viewport, scheme = WINDOWS[1]
    is_whole(visitor, 0)
    if 0 in among:
        also(visitor)
    recolour(visitor, scheme)
    all_can_be_read(visitor, scheme)
    visitor.page.set_viewport_size(viewport)
    all_fits(visitor, viewport)
    all_is_painted(visitor)
    if 1 in among:
        also(visitor)


SHIFTS = """() => new Promise((told) => {
    const size = ({ previousRect: from, currentRect: to }) => [from.y, from.height, to.y, to.height].map(Math.round);
    const moved = ({ sources }) => sources.map((one) => `${one.node?.className ?? one.node?.nodeName}: ${size(one)}`);
    new PerformanceObserver((list) => told(
        list.getEntries().filter((one) => !one.hadRecentInput).map((one) => [one.value, moved(one)])
    )).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => told([]), 500); // where nothing moved at all the observer is not called
})"""
RECOLOURED = "old => getComputedStyle(document.querySelector('.rnnviz-stage')).color !== old"
# Fits, and has stood still for 20 frames.
FITS = """width => {
    const panels = [...document.querySelectorAll('.stage-panel')];
    const fits = document.documentElement.scrollWidth <= document.documentElement.clientWidth
        && document.documentElement.clientWidth === width
        && panels.every((one) => one.scrollWidth - one.clientWidth <= 1 && one.getBoundingClientRect().right <= width);
    const boxes = [...panels, ...document.querySelectorAll('.main-svg')].map((one) => one.getBoundingClientRect());
    const seen = JSON.stringify(boxes);
    window.stood = fits && seen === window.seen ? window.stood + 1 : 0;
    window.seen = seen;
    return window.stood >= 20;
}"""
MEASURED = """all => all.map((one) => {
    const { left, right } = one.getBoundingClientRect();
    return { left, right, hidden: one.scrollWidth - one.clientWidth, title: one.innerText.slice(0, 40) };
})"""
AXES = """all => all.map((one) => {
    const area = one.querySelector('.nsewdrag').getBoundingClientRect();
    const panel = one.closest('.stage-panel').getBoundingClientRect();
    const sides = [area.left - panel.left, panel.right - area.right].map(Math.round);
    return [...sides, Boolean(one.querySelector('.curve-end'))];
})"""
# The colour of an element's text over the page's background, both flattened, as WCAG 2 defines their contrast.
CONTRAST = """element => {
    const sheet = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const paint = (...layers) => {
        for (const [color, opacity] of layers) {
            sheet.globalAlpha = opacity;
            sheet.fillStyle = color;
            sheet.fillRect(0, 0, 1, 1);
        }
        const [r, g, b] = [...sheet.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let opacity = 1;
    for (let node = element; node; node = node.parentElement) opacity *= Number(getComputedStyle(node).opacity);
    const back = [getComputedStyle(document.querySelector('.stApp')).backgroundColor, 1];
    const behind = paint(back);
    const ink = paint(back, [getComputedStyle(element).color, opacity]);
    return (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
}"""
OVERLAPS = """() => [...document.querySelectorAll('.stage-plot')].flatMap((plot) => {
    const title = plot.querySelector('.ytitle')?.getBoundingClientRect();
    const labels = [...plot.querySelectorAll('.ytick text, .yaxislayer-above text')];
    const shown = labels.map((label) => [label, label.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
    return shown.filter(([, box]) => title && box.left < title.right - 0.5)
        .map(([label]) => `${plot.querySelector('.ytitle').textContent}: ${label.textContent}`);
})"""
