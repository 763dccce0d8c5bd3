"""The page on dynamics in a browser: it opens everywhere, a choice changes it, the ring stays on the state in space."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ADDRESS = "/dynamics"
RING = ".stage-cursor.ring"


def test_another_cell_brings_other_points(arrive):
    visitor = arrive(ADDRESS)
    claim = visitor.page.locator(".claim details")
    expect(claim).to_contain_text("27 were found: 8 where it rests, 19 saddles.")
    assert visitor.page.locator(".gl-container canvas").count() > 0
    visitor.press_button("The GRU gets by with fewer saddles")
    expect(claim).to_contain_text("17 were found: 8 where it rests, 9 saddles.")
    expect(visitor.page.locator(".stage-plot").nth(2)).to_contain_text("1 way unstable (8)")


def test_the_ring_in_space_follows_the_cursor_and_the_hand_that_turns_it_and_the_wheel_scrolls_the_page(arrive):
    visitor = arrive(ADDRESS)
    ring = visitor.page.locator(RING)
    assert visitor.step == 4  # at rest, right before a switch is flipped
    visitor.press("End")
    visitor.at_step(visitor.last_step)
    there = ring.evaluate("one => one.style.transform")
    visitor.press("Home")
    visitor.at_step(0)
    expect(ring).not_to_have_attribute("style", f"transform: {there};")
    visitor.press("End")
    visitor.at_step(visitor.last_step)
    expect(ring).to_have_attribute("style", f"transform: {there};")
    scene = visitor.page.locator(".stage-plot").first.bounding_box()
    x, y = scene["x"] + scene["width"] / 2, scene["y"] + scene["height"] / 2
    visitor.page.mouse.move(x, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(x + 120, y + 20, steps=6)
    visitor.page.mouse.up()
    expect(ring).not_to_have_attribute("style", f"transform: {there};")
    assert visitor.step == visitor.last_step
    visitor.page.mouse.wheel(0, 200)
    visitor.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 0")


def test_each_number_at_the_cursor_stands_in_the_lane_of_its_own_switch(arrive):
    visitor = arrive(ADDRESS)
    visitor.press("Home")
    visitor.at_step(0)
    spots = visitor.page.evaluate("""() => [...document.querySelectorAll('.curve-value')]
        .filter((node) => !node.hidden).map((node) => {
            const [own, plot] = [node, node.closest('.js-plotly-plot')].map((one) => one.getBoundingClientRect());
            return [JSON.stringify({ ...node.dataset, value: undefined }), (own.top - plot.top) / plot.height];
        })""")
    assert len(dict(spots)) == 3
    for k, (_, down) in enumerate(sorted(spots)):
        assert k / 3 - 0.1 < down < (k + 1) / 3 + 0.1, spots
