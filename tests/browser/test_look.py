"""The page on a desk and in a hand, by day and by night."""

import pytest

pytestmark = pytest.mark.browser

ADDRESSES = ["/", "/states", "/side-by-side", "/two-directions", "/deep-network"]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_fits_every_window_with_the_slider_in_reach(arrive, address, scheme):
    visitor = arrive(address, viewport=PHONE, color_scheme=scheme)
    for viewport in (PHONE, DESK, PHONE):
        visitor.page.set_viewport_size(viewport)
        visitor.page.wait_for_timeout(250)
        assert visitor.overflow() <= 0, viewport
        for panel in (visitor.page.locator(".stage-panel").first, visitor.page.locator(".stage-panel").last):
            panel.scroll_into_view_if_needed()
            box = visitor.page.locator(".stage-transport").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= viewport["width"]
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= viewport["height"], viewport


def test_a_change_of_theme_recolours_the_stage_and_keeps_step_and_unit(arrive):
    visitor = arrive("/states", color_scheme="light")
    visitor.page.locator(".unit-chooser button").last.click()
    visitor.press("Home")
    visitor.at_step(0)
    before = visitor.stage.evaluate("one => getComputedStyle(one).color")
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.wait_for_function(
        "old => getComputedStyle(document.querySelector('.rnnviz-stage')).color !== old", arg=before
    )
    visitor.ready()
    visitor.at_step(0)
    visitor.at_unit(1)


@pytest.mark.parametrize("address", ["/states", "/two-directions", "/deep-network"])
def test_time_axes_line_up_to_the_pixel(arrive, address):
    visitor = arrive(address)
    places = visitor.page.locator(".stage-plot:has(.stage-cursor)").evaluate_all(
        """all => all.map((one) => {
            const area = one.querySelector('.nsewdrag').getBoundingClientRect();
            const panel = one.closest('.stage-panel').getBoundingClientRect();
            return [area.left - panel.left, panel.right - area.right].map(Math.round);
        })"""
    )
    assert len({tuple(place) for place in places}) == 1, places


def test_the_words_of_the_page_can_be_read(arrive):
    """Text against what is behind it, 4.5 to 1, by day and by night."""
    own = {
        "/": [".probability .name"],
        "/two-directions": [".readings-name", ".readings-other b", ".datapath-label", ".sides-note", ".sides-row"],
        "/deep-network": [".grid-answer b", ".grid-word", ".readings-right"],
    }
    for address, more in own.items():
        for scheme in ("light", "dark"):
            visitor = arrive(address, color_scheme=scheme)
            for selector in (".claim h1", ".claim p", ".stage-heading h3", ".stage-heading p", *more):
                assert visitor.page.locator(selector).first.evaluate(CONTRAST) >= 4.5, (scheme, selector)


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
