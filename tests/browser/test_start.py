"""Start here: six scenes, each one screen, by keys, by touch and by link, without a word to the server."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looks import PHONE
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

SMALL = {"width": 1280, "height": 720}
FLUNG = 1000  # ms within which Chromium takes a touch after a fast stroke for its end
SCENES, LAST = range(6), 5
# By how much anything of the scene that is seen is larger than its place, and how far below the window the story ends.
TOO_LARGE = """() => {
  const frame = [...document.querySelectorAll('.stage-frame')].find((one) => !one.hidden);
  const all = [...frame.querySelectorAll('.stage-body, .stage-body *:not(svg *)')];
  const boxes = all.filter((one) => one.clientHeight > 0);
  const over = (one) => Math.max(one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight);
  const named = (one) => `${one.className || one.tagName}: ${over(one)}`;
  const free = '.unseen, .unseen *, input, i, b, small, sub, span, .track, li, .scene-bar, .pulse-slider';
  const low = document.querySelector('.stage-pager').getBoundingClientRect().bottom - innerHeight;
  const body = frame.querySelector('.stage-body').getBoundingClientRect();
  const within = ({ left, right, bottom }) =>
    bottom <= body.bottom + 4 && right <= body.right + 10 && left >= body.left - 10;
  const seen = [...frame.querySelectorAll('svg text, svg circle, button, li, p')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width);
  const outside = seen.filter((one) => !within(one.getBoundingClientRect()));
  return [
    ...boxes.filter((one) => !one.matches(free) && over(one) > 3).map(named),
    ...outside.map((one) => `outside: ${one.textContent || one.className.baseVal || one.className}`),
    ...(low > 0 ? [`below the window by ${low}`] : []),
  ];
}"""


def at_scene(visitor: Visitor, scene: int) -> None:
    expect(visitor.stage).to_have_attribute("data-scene", str(scene))
    expect(visitor.page.locator(".stage-panel:visible")).to_have_count(1)
    expect(visitor.page.locator(".pager-dot").nth(scene)).to_have_attribute("aria-current", "step")


@pytest.mark.parametrize("speaks", ["en-US", "zh-CN"])
@pytest.mark.parametrize("window", [SMALL, PHONE], ids=["1280 x 720", "390 x 844"])
def test_each_scene_is_one_screen_and_follows_the_next_button(arrive, window, speaks):
    visitor = arrive("/", viewport=window, locale=speaks)
    for scene in SCENES:
        at_scene(visitor, scene)
        visitor.page.wait_for_function(f"() => !({TOO_LARGE})().length")
        assert visitor.overflow() <= 0
        if scene < LAST:
            visitor.page.locator(".pager-next").click()
    expect(visitor.page.locator(".pager-next")).to_be_disabled()
    visitor.page.locator(".pager-back").click()
    at_scene(visitor, LAST - 1)


def test_the_story_is_told_by_keys_alone(arrive):
    visitor = arrive("/")
    page = visitor.page
    frames = len(visitor.frames)
    page.keyboard.press("ArrowRight")
    at_scene(visitor, 1)
    page.keyboard.press("ArrowLeft")
    at_scene(visitor, 0)
    toggle = page.locator(".loop .scene-button")
    toggle.focus()
    expect(toggle).to_have_attribute("aria-pressed", "true")  # it opens by itself
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(page.locator(".loop-chain.folded")).to_have_count(0)
    word = page.locator(".loop-column.pressable").first
    word.focus()
    page.keyboard.press("Enter")
    expect(word).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at_scene(visitor, 2)
    said = page.locator(".order-said")
    before = said.inner_text()
    page.locator(".order .scene-button").first.press("Enter")
    expect(said).not_to_have_text(before)
    page.locator("body").press("ArrowRight")
    at_scene(visitor, 3)
    point = page.locator(".guess-point[tabindex='0']")
    now = int(point.get_attribute("aria-valuenow"))
    point.press("ArrowUp")
    expect(point).to_have_attribute("aria-valuenow", str(now + 5))
    here = point.get_attribute("aria-label")
    point.press("ArrowRight")
    expect(point).not_to_have_attribute("aria-label", here)
    at_scene(visitor, 3)  # within the drawing the arrows are the drawing's
    page.locator(".guess .scene-button").press("Enter")
    expect(page.locator(".guess-name")).to_have_count(2)
    page.locator(".stage-pager .pager-dot").nth(4).press("Enter")
    at_scene(visitor, 4)
    slider = page.locator(".pulse input")
    slider.press("End")
    expect(page.locator(".pulse")).to_have_attribute("data-verdict", "explodes")
    slider.press("Home")
    expect(page.locator(".pulse")).to_have_attribute("data-verdict", "vanishes")
    at_scene(visitor, 4)
    page.locator(".pager-dot").nth(4).press("End")
    at_scene(visitor, LAST)
    page.locator(".gate-hold[aria-checked=true]").press("ArrowLeft")
    expect(page.locator(".gate-hold").first).to_have_attribute("aria-checked", "true")
    expect(page.locator(".gate-answer.right")).not_to_have_class(re.compile("top"))
    expect(page.locator(".stage-pager .stage-said")).to_contain_text("Scene 6 of 6")
    assert len(visitor.frames) == frames, "the server was asked"


def test_a_finger_goes_through_the_story_and_draws(arrive):
    visitor = arrive("/?scene=3", viewport=PHONE, has_touch=True)
    page = visitor.page
    page.locator(".order .scene-button").first.tap()
    expect(page.locator(".order .scene-button").nth(1)).to_be_enabled()
    page.locator(".pager-next").tap()
    at_scene(visitor, 3)
    box = page.locator(".guess-chart").bounding_box()
    touch = visitor.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        page.wait_for_timeout(20)

    left, high = box["x"] + 50, box["y"] + 20
    right, low = box["x"] + box["width"] - 92, box["y"] + 0.85 * box["height"]
    send("touchStart", (left, high))
    for k in range(1, 12):
        send("touchMove", (left + (right - left) * k / 11, high + (low - high) * k / 11))
    send("touchEnd")
    guesses = [int(one.get_attribute("aria-valuenow")) for one in page.locator(".guess-point").all()]
    assert guesses == sorted(guesses, reverse=True)
    assert guesses[0] > 80 > 20 > guesses[-1]
    page.wait_for_timeout(FLUNG)
    page.locator(".guess .scene-button").tap()
    expect(page.locator(".guess-away")).to_have_count(2)
    page.locator(".pager-next").tap()
    page.locator(".pager-next").tap()
    at_scene(visitor, LAST)
    page.locator(".gate-hold").last.tap()
    expect(page.locator(".gate-hold").last).to_have_attribute("aria-checked", "true")
    assert "guess" not in page.url


def test_a_link_opens_at_its_scene_and_a_page_that_goes_deeper_opens_in_its_language(arrive):
    visitor = arrive("/?scene=5&lang=zh")
    at_scene(visitor, 4)
    visitor.page.keyboard.press("ArrowLeft")
    expect(visitor.page).to_have_url(re.compile("scene=4"))
    for scene in (0, LAST):  # the pages themselves are opened elsewhere
        visitor.go(f"/?scene={scene + 1}&lang=zh")
        at_scene(visitor, scene)
        visitor.page.locator(".pager-deeper").click()
        expect(visitor.page).to_have_url(re.compile(r"/[a-z-]+[?].*lang=zh"))
        visitor.ready()
        assert visitor.chosen("language") == "中文"


def test_without_motion_nothing_waits_to_be_played(arrive):
    visitor = arrive("/", own_tab=True)
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.go("/")
    expect(visitor.page.locator(".loop .scene-button")).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.locator(".loop-chain.folded")).to_have_count(0)
    visitor.page.keyboard.press("ArrowRight")
    expect(visitor.page.locator(".mixture-column.later")).to_have_count(0)
