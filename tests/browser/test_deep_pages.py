"""Two directions and Deep network in a browser: one cursor over both pictures, clicks that open what they point at."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MIRROR, DEEP = "/two-directions", "/deep-network"
CHINESE = "台北是我出发的地方"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# The sum of all numbers of a picture: another picture has another.
PIXELS = """one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data
    .reduce((sum, value, place) => (sum + value * (place % 9973)) % 1e9, 0)"""


def picture_of_the_mirror(visitor):
    plot = visitor.page.locator(".stage-plot:has(.xy2)").first
    plot.scroll_into_view_if_needed()
    return plot


def at_task(visitor, title: str) -> None:
    expect(visitor.page.locator(".st-key-stack_task button[data-selected=true]")).to_have_text(title)
    visitor.ready()


@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
@pytest.mark.parametrize(
    "address",
    [
        f"{MIRROR}?task=slots&text={quote(CHINESE)}&cell=GRU",
        f"{MIRROR}?task=echo_future&distance=4&weights=fresh",
        f"{DEEP}?task=neighbour_xor&layers=4&cell=GRU",
        f"{DEEP}?task=slots&layers=3&directions=one",
        f"{DEEP}?task=slots&layers=2&weights=fresh&text={quote('to ' * 60)}",
    ],
)
def test_a_deep_link_opens_a_whole_page_on_every_window(arrive, address, viewport, scheme):
    visitor = arrive(address, viewport=viewport, color_scheme=scheme)
    expect(visitor.warnings).to_have_count(0)
    assert visitor.claim.inner_text().strip()
    assert visitor.overflow() <= 0
    for panel in visitor.page.locator(".stage-panel").all():
        panel.scroll_into_view_if_needed()
        box = panel.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"]
        assert panel.evaluate("one => one.scrollWidth - one.clientWidth") <= 1
    for canvas in visitor.page.locator(".stage-panel canvas").all()[:4]:
        assert canvas.evaluate(PIXELS)


# The mirror


def test_the_cursor_spans_both_pictures_of_the_mirror(arrive):
    plot = picture_of_the_mirror(arrive(MIRROR))
    cursor = plot.locator(".stage-cursor").bounding_box()
    areas = [area.bounding_box() for area in plot.locator(".nsewdrag").all()]
    assert len(areas) == 2
    top = min(area["y"] for area in areas)
    bottom = max(area["y"] + area["height"] for area in areas)
    assert abs(cursor["y"] - top) <= 2
    assert abs(cursor["y"] + cursor["height"] - bottom) <= 2


@pytest.mark.parametrize("place", [0, 1], ids=["upper", "lower"])
@pytest.mark.parametrize("step", [0, 3, 7])
def test_a_click_in_either_picture_goes_to_that_step(arrive, place, step):
    visitor = arrive(f"{MIRROR}?task=slots&text={quote(CHINESE)}")
    visitor.press("ArrowRight" if visitor.step == step else "ArrowLeft")
    areas = picture_of_the_mirror(visitor).locator(".nsewdrag")
    boxes = sorted((area.bounding_box() for area in areas.all()), key=lambda box: box["y"])
    box, steps = boxes[place], visitor.last_step + 1
    visitor.page.mouse.click(box["x"] + box["width"] * (step + 0.5) / steps, box["y"] + box["height"] * 0.8)
    visitor.at_step(step)


def test_a_click_between_the_pictures_is_a_click_on_their_time(arrive):
    visitor = arrive(MIRROR)
    boxes = [area.bounding_box() for area in picture_of_the_mirror(visitor).locator(".nsewdrag").all()]
    upper = min(boxes, key=lambda box: box["y"])
    x = upper["x"] + upper["width"] * 4.5 / (visitor.last_step + 1)
    visitor.page.mouse.click(x, upper["y"] + upper["height"] + 10)
    visitor.at_step(4)


def test_the_merge_changes_the_merged_strip_and_says_what_it_is(arrive):
    visitor = arrive(MIRROR)
    strips = visitor.page.locator(".stage-sides .sides-strip canvas")
    expect(strips).to_have_count(3)
    note, tabs = visitor.page.locator(".sides-note"), visitor.page.locator(".stage-sides .sentence-signals button")
    expect(tabs.first).to_have_attribute("aria-pressed", "true")
    sides = [strips.nth(k).evaluate(PIXELS) for k in range(2)]
    seen, notes = [strips.last.evaluate(PIXELS)], [note.inner_text()]
    for k in range(1, 4):
        tabs.nth(k).click()
        expect(tabs.nth(k)).to_have_attribute("aria-pressed", "true")
        expect(visitor.page.locator(".stage-sides [aria-pressed=true]")).to_have_count(1)
        seen.append(strips.last.evaluate(PIXELS))
        notes.append(note.inner_text())
    assert len(set(seen)) == 4
    assert len(set(notes)) == 2
    assert notes[1] == notes[2] == notes[3]
    assert [strips.nth(k).evaluate(PIXELS) for k in range(2)] == sides
    tabs.first.click()
    assert strips.last.evaluate(PIXELS) == seen[0]


def test_what_each_side_has_read_is_told_in_its_own_order(arrive):
    visitor = arrive(f"{MIRROR}?task=slots&text={quote('我爱NLP')}")
    for step, (forward, backward) in enumerate([("我", "NLP 爱 我"), ("我 爱", "NLP 爱"), ("我 爱 NLP", "NLP")]):
        visitor.press("Home")
        for _ in range(step):
            visitor.press("ArrowRight")
        visitor.at_step(step)
        read = visitor.page.locator(".stage-sides .sides-head small")
        expect(read.nth(0)).to_have_text(re.compile(f"{forward}$"))
        expect(read.nth(1)).to_have_text(re.compile(f"{backward}$"))


def test_the_bars_of_a_label_sum_to_its_score(arrive):
    visitor = arrive(MIRROR)
    for key in ("Home", "ArrowRight", "End"):
        visitor.press(key)
        for row in visitor.page.locator(".sides-row").all():
            parts = [float(bar.get_attribute("title").replace("−", "-")) for bar in row.locator("i").all()]
            score = float(row.locator(".sides-score").inner_text().replace("−", "-"))
            assert abs(sum(parts) - score) < 0.021


@pytest.mark.parametrize("chart", [".barlayer .point path", ".scatterlayer .js-line"])
def test_what_hangs_on_the_cursor_follows_it(arrive, chart):
    visitor = arrive(MIRROR)
    marks = visitor.page.locator(chart)
    shapes = set()
    for step in (0, visitor.last_step // 2, visitor.last_step):
        visitor.press("Home")
        for _ in range(step):
            visitor.press("ArrowRight")
        visitor.at_step(step)
        visitor.page.wait_for_timeout(200)
        shapes.add(tuple(mark.get_attribute("d") for mark in marks.all()))
    assert len(shapes) == 3


def test_a_key_moves_every_view_of_the_mirror(arrive):
    visitor = arrive(MIRROR)
    views = {
        "the readings": lambda: visitor.page.locator(".readings-column").evaluate_all(
            "all => all.map((a) => a.className)"
        ),
        "the scores": lambda: visitor.texts(".sides-score"),
        "the strips": lambda: [one.evaluate(PIXELS) for one in visitor.page.locator(".sides-strip canvas").all()],
        "the cursors": visitor.cursors,
    }
    visitor.press("Home")
    visitor.at_step(0)
    before = {name: look() for name, look in views.items()}
    assert len(before["the cursors"]) >= 3
    visitor.press("ArrowRight")
    visitor.at_step(1)
    for name, look in views.items():
        assert look() != before[name], f"{name} did not follow"
    assert all(old != new for old, new in zip(before["the cursors"], visitor.cursors(), strict=True))
    visitor.press("ArrowLeft")
    visitor.at_step(0)
    assert {name: look() for name, look in views.items()} == before


@pytest.mark.parametrize("address", [MIRROR, DEEP])
def test_a_click_on_a_reading_goes_to_that_word(arrive, address):
    visitor = arrive(address)
    visitor.press("Home")
    columns = visitor.page.locator(".readings-column")
    for step in (5, 2, 0):
        columns.nth(step).click()
        visitor.at_step(step)
        expect(columns.nth(step)).to_have_class(re.compile(r"\bnow\b"))
    assert visitor.page.locator(".readings-column.now").count() == 1


def test_the_page_opens_at_a_word_where_the_two_networks_disagree(arrive):
    visitor = arrive(MIRROR)
    expect(visitor.page.locator(".readings-column.now.differ")).to_have_count(1)
    word = visitor.page.locator(".readings-column.now .readings-word").inner_text()
    expect(visitor.claim.locator("bdi")).to_have_text(word)


def test_the_echo_asks_how_far_and_its_answers_follow(arrive):
    visitor = arrive(MIRROR)
    visitor.choose("stack_task", "echo")
    at_task(visitor, "echo")
    for distance in (4, 1):
        visitor.choose("stack_distance", str(distance))
        expect(visitor.page).to_have_url(re.compile(f"distance={distance}"))
        visitor.ready()
        letters = visitor.texts(".readings-word .stage-token")
        right = visitor.texts(".readings-right")
        assert right == letters[distance:] + ["–"] * distance
    both = visitor.page.locator(".readings-column .readings-answer:nth-of-type(3)")
    assert both.evaluate_all("all => all.filter((one) => one.classList.contains('is-wrong')).length") == 0


def test_back_undoes_a_choice(arrive):
    visitor = arrive(MIRROR)
    visitor.choose("stack_task", "echo")
    at_task(visitor, "echo")
    expect(visitor.page).to_have_url(re.compile("task=echo_future"))
    visitor.choose("cell", "GRU")
    expect(visitor.page).to_have_url(re.compile("cell=GRU"))
    visitor.ready()
    visitor.page.go_back()
    expect(visitor.page).not_to_have_url(re.compile("cell=GRU"))
    expect(visitor.page.locator(".st-key-cell button[data-selected=true]")).to_have_text("LSTM")
    at_task(visitor, "echo")
    visitor.page.go_back()
    at_task(visitor, "travel")
    expect(visitor.sentence).to_have_value("Taipei is the city that I leave from")


# The deep network


def grid_place(visitor, row: int, step: int) -> tuple[float, float]:
    """Where a state is; the top layer is row 0."""
    canvas = visitor.page.locator(".grid-picture canvas")
    canvas.scroll_into_view_if_needed()
    box, rows = canvas.bounding_box(), visitor.page.locator(".grid-name").count()
    across, down = (step + 0.5) / (visitor.last_step + 1), (row + 0.5) / rows
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def test_a_click_in_the_grid_opens_that_layer_at_that_step(arrive):
    visitor = arrive(f"{DEEP}?task=neighbour_xor&layers=2")
    names = visitor.texts(".grid-name")
    assert names == ["layer 2 h←", "layer 2 h→", "layer 1 h←", "layer 1 h→"]
    for row, step in ((3, 2), (0, 9), (2, 2)):
        visitor.page.mouse.click(*grid_place(visitor, row, step))
        visitor.at_step(step)
        heading = visitor.page.locator(".grid-opened h4")
        expect(heading).to_have_text(f"{names[row]} · {visitor.texts('.grid-word .stage-token')[step]}")
        expect(visitor.page.locator(".grid-opened [aria-pressed=true]")).to_have_text(names[row])
    assert visitor.texts(".grid-quantity b") == ["h", "i", "f", "g", "o", "c"]


def test_the_opened_state_follows_the_keys_and_the_tabs(arrive):
    visitor = arrive(DEEP)
    strip = visitor.page.locator(".grid-quantity canvas").first
    visitor.press("Home")
    visitor.at_step(0)
    first = strip.evaluate(PIXELS)
    visitor.press("ArrowRight")
    visitor.at_step(1)
    second = strip.evaluate(PIXELS)
    visitor.page.locator(".grid-opened .sentence-signals button").last.click()
    third = strip.evaluate(PIXELS)
    assert len({first, second, third}) == 3
    assert all(place for place in visitor.cursors())


def test_a_key_moves_the_grid_and_the_cursor_of_every_chart(arrive):
    visitor = arrive(DEEP)
    visitor.press("Home")
    visitor.at_step(0)
    looks = [visitor.cursors, lambda: [visitor.page.locator(".grid-now").get_attribute("style")]]
    before = [look() for look in looks]
    assert len(before[0]) == 3  # a gradient picture for each side, and all units of all layers
    visitor.press("ArrowRight")
    visitor.at_step(1)
    for old, look in zip(before, looks, strict=True):
        assert all(a != b for a, b in zip(old, look(), strict=True))


def test_the_cursor_spans_all_layers(arrive):
    visitor = arrive(f"{DEEP}?task=neighbour_xor&layers=4")
    plot = visitor.page.locator(".stage-plot:has(.xy8)")
    plot.scroll_into_view_if_needed()
    cursor = plot.locator(".stage-cursor").bounding_box()
    areas = [area.bounding_box() for area in plot.locator(".nsewdrag").all()]
    assert len(areas) == 8
    assert abs(cursor["y"] - min(area["y"] for area in areas)) <= 2
    assert abs(cursor["y"] + cursor["height"] - max(area["y"] + area["height"] for area in areas)) <= 2


def test_more_layers_make_more_rows_and_another_address(arrive):
    visitor = arrive(DEEP)
    expect(visitor.page.locator(".grid-name")).to_have_count(4)
    visitor.choose("stack_layers", "3")
    expect(visitor.page.locator(".grid-name")).to_have_count(6)
    expect(visitor.page).to_have_url(re.compile("layers=3"))
    visitor.choose("stack_directions", "one way")
    expect(visitor.page.locator(".grid-name")).to_have_count(3)
    visitor.ready()
    expect(visitor.claim).to_contain_text("one way")


def test_two_layers_are_right_where_one_layer_guesses(arrive):
    visitor = arrive(DEEP)
    rows = visitor.page.locator(".readings-column").evaluate_all(
        """all => all.map((one) =>
            [...one.querySelectorAll('.readings-answer')].map((answer) => answer.classList.contains('is-wrong')))"""
    )
    wrong = [sum(column[row] for column in rows) for row in range(4)]
    assert wrong[0] > 2
    assert wrong[1:] == [0, 0, 0]


def test_the_deep_page_opens_with_the_xor_after_travel_sentences_and_a_look_elsewhere(arrive):
    visitor = arrive(MIRROR)
    for title in ("Step through", "Deep network"):
        visitor.choose_page(title)
        expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(title)
        visitor.ready()
    at_task(visitor, "XOR")
    expect(visitor.page).to_have_url(re.compile("task=neighbour_xor.*layers=2"))


def test_a_suggestion_brings_its_task_with_a_text(arrive):
    visitor = arrive(MIRROR)
    visitor.page.locator(".st-key-try-3 button").click()
    at_task(visitor, "echo")
    expect(visitor.warnings).to_have_count(0)
    expect(visitor.sentence).to_have_value(re.compile(r"^([A-D] ){15}[A-D]$"))
    assert visitor.chosen("stack_distance") == "4"
    visitor.page.go_back()
    at_task(visitor, "travel")


@pytest.mark.parametrize("address", [MIRROR, DEEP])
def test_sliding_sends_nothing_and_keeps_every_element(arrive, address):
    visitor = arrive(address)
    visitor.page.wait_for_timeout(500)
    visitor.frames.clear()
    visitor.page.evaluate(
        "window.kept = [...document.querySelectorAll('.stage-panel, .main-svg, canvas, .stage-slider')]"
    )
    for key in ["Home", *["ArrowRight"] * visitor.last_step]:
        visitor.press(key)
    visitor.page.wait_for_timeout(300)
    assert visitor.frames == []
    assert visitor.page.evaluate("window.kept.every((one) => one.isConnected)")


def test_a_sentence_at_the_limit_stays_usable(arrive):
    visitor = arrive(f"{DEEP}?task=slots&layers=4&weights=fresh&size=large&text={quote('to ' * 200)}")
    assert visitor.last_step == 199
    visitor.press("Home")
    visitor.at_step(0)
    visitor.press("End")
    visitor.at_step(199)
    expect(visitor.page.locator(".readings-column.now")).to_be_in_viewport()
    assert visitor.overflow() <= 0
