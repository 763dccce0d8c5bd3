"""One cursor: whatever moves it, every linked view follows, in the browser alone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# What must differ between two steps, on the page that shows it.
STEP_THROUGH = {
    "the strip": ".strip-column:not(.start)",
    "the diagram": ".diagram-box .value",
    "the equations": ".equation .number",
    "the probabilities": ".probability .share",
    "the readout": ".stage-readout",
}


def shown(visitor) -> dict[str, list[str]]:
    seen = {view: visitor.texts(selector) for view, selector in STEP_THROUGH.items()}
    now = visitor.page.locator(".strip-column:not(.start)").evaluate_all("all => all.map((one) => one.className)")
    return seen | {"the strip": now}


def test_a_key_and_a_click_on_a_word_move_every_view_of_step_through(at_rest):
    visitor = at_rest()
    last = visitor.last_step
    before = shown(visitor)
    visitor.press("ArrowLeft")
    visitor.at_step(last - 1)
    after = shown(visitor)
    for view in STEP_THROUGH:
        assert before[view] != after[view], f"{view} did not follow"
    visitor.press("ArrowRight")
    visitor.at_step(last)
    assert shown(visitor) == before
    visitor.page.locator(".strip-column:not(.start)").nth(1).click()
    visitor.at_step(1)


def test_home_and_end_go_to_the_first_and_last_word(at_rest):
    visitor = at_rest()
    visitor.press("Home")
    visitor.at_step(0)
    expect(visitor.page.locator(".strip-column.now")).to_contain_text("what")
    visitor.press("ArrowLeft")
    visitor.at_step(0)
    visitor.press("End")
    visitor.at_step(visitor.last_step)
    visitor.press("ArrowRight")
    visitor.at_step(visitor.last_step)


def test_arrow_keys_work_without_touching_the_slider_first_and_a_text_field_keeps_its_own(visitor):
    visitor.page.locator("body").press("ArrowLeft")
    visitor.at_step(visitor.last_step - 1)
    visitor.sentence.click()
    for key in ("Home", "ArrowLeft", "ArrowRight", " "):
        visitor.page.keyboard.press(key)
    visitor.page.wait_for_timeout(200)
    assert visitor.step == visitor.last_step - 1


def test_the_shown_answer_is_the_likeliest_of_that_step(at_rest):
    visitor = at_rest()
    for step in reversed(range(visitor.last_step + 1)):
        visitor.at_step(step)
        top = visitor.page.locator(".probability.top .name").inner_text()
        assert visitor.page.locator(".strip-column.now .strip-guess b").inner_text() == top
        visitor.press("ArrowLeft")


def watch_steps(visitor) -> None:
    """From now on keep every step that is drawn, in ``window.drawn``."""
    visitor.page.evaluate(
        """() => {
            window.drawn = [];
            const stage = document.querySelector('.rnnviz-stage');
            const note = () => window.drawn.push(Number(stage.dataset.step));
            new MutationObserver(note).observe(stage, { attributes: true, attributeFilter: ['data-step'] });
        }"""
    )


def test_dragging_the_slider_draws_every_step_in_between(at_rest):
    visitor = at_rest()
    watch_steps(visitor)
    box = visitor.slider.bounding_box()
    y = box["y"] + box["height"] / 2
    visitor.page.mouse.move(box["x"] + box["width"] - 4, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 4, y, steps=60)
    visitor.at_step(0)
    drawn_while_held = visitor.page.evaluate("window.drawn")
    visitor.page.mouse.up()
    assert set(drawn_while_held) >= set(range(visitor.last_step))


RING = ".stage-plot:not(:has(.stage-cursor)) .scatterlayer .trace:nth-child(3) .point"  # on the path of the state


@pytest.mark.parametrize("address", ["/step-through", "/states", "/side-by-side", "/two-directions", "/deep-network"])
def test_a_key_moves_every_cursor_sends_nothing_to_the_server_and_keeps_every_element_in_place(at_rest, address):
    visitor = at_rest(address)
    visitor.page.wait_for_timeout(500)
    visitor.frames.clear()
    kept = "window.kept = [...document.querySelectorAll('.stage-panel, .main-svg, canvas, .stage-slider')]"
    assert visitor.page.evaluate(f"({kept}).length") > 3
    visitor.press("End")
    visitor.at_step(visitor.last_step)
    before, ring = visitor.cursors(), visitor.page.locator(RING).first
    assert len(before) >= (0 if address == "/step-through" else 3)
    place = ring.get_attribute("transform") if address == "/states" else None
    visitor.press("ArrowLeft")
    visitor.at_step(visitor.last_step - 1)
    assert all(old != new for old, new in zip(before, visitor.cursors(), strict=True))
    if place:
        expect(ring).not_to_have_attribute("transform", place)
    for key in ["Home", *["ArrowRight"] * visitor.last_step, *["ArrowLeft"] * visitor.last_step]:
        visitor.press(key)
    visitor.page.wait_for_timeout(500)
    assert visitor.frames == []
    assert visitor.page.evaluate("window.kept.every((one) => one.isConnected)")
    if address == "/side-by-side":
        a_click_on_a_chart_goes_to_that_step(visitor)


def test_play_shows_one_step_after_another_and_stops_at_the_end(at_rest):
    visitor = at_rest()
    visitor.press("Home")
    visitor.at_step(0)
    watch_steps(visitor)
    for _ in range(2):
        visitor.page.locator(".stage-pace").click()
    visitor.page.locator(".stage-play").click()
    visitor.at_step(visitor.last_step)
    assert list(dict.fromkeys(visitor.page.evaluate("window.drawn"))) == list(range(1, visitor.last_step + 1))
    expect(visitor.page.locator(".rnnviz-stage.playing")).to_have_count(0)


def test_a_gradient_plays_from_the_loss_back_to_the_first_step(arrive):
    visitor = arrive("/vanishing-gradients?steps=20")
    visitor.press("End")
    visitor.at_step(visitor.last_step)
    watch_steps(visitor)
    visitor.page.locator(".stage-play").click()
    visitor.at_step(0)
    expect(visitor.page.locator(".rnnviz-stage.playing")).to_have_count(0)
    assert list(dict.fromkeys(visitor.page.evaluate("window.drawn"))) == list(range(visitor.last_step - 1, -1, -1))
    visitor.page.locator(".stage-play").click()  # at its end it begins again
    visitor.at_step(visitor.last_step - 1)


def test_space_plays_and_pauses(at_rest):
    visitor = at_rest()
    visitor.press("Home")
    visitor.press(" ")
    visitor.at_step(1)
    visitor.press(" ")
    paused = visitor.step
    visitor.page.wait_for_timeout(1_200)
    assert visitor.step == paused


def a_click_on_a_chart_goes_to_that_step(visitor):
    charts = visitor.page.locator(".stage-plot:has(.stage-cursor) .nsewdrag")
    for chart, step in zip(charts.all(), (0, 1, 2, 3, 0), strict=False):
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        steps = visitor.last_step + 1
        visitor.page.mouse.click(box["x"] + box["width"] * (step + 0.5) / steps, box["y"] + box["height"] / 2)
        visitor.at_step(step)
