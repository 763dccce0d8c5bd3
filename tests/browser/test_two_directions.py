"""Two directions in a browser: one cursor over both pictures, clicks that open what they point at."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.looks import DESK, is_whole_in_both_windows
from tests.browser.visitor import PIXELS

pytestmark = pytest.mark.browser

ADDRESS = "/two-directions"
SHAPE = "(chart) => [...document.querySelectorAll(chart)].map((mark) => mark.getAttribute('d')).join()"
REDRAWN = f"([chart, seen]) => !seen.includes(({SHAPE})(chart))"  # an animated chart follows some frames later
CHINESE = "台北是我出发的地方"
LINKS = [f"{ADDRESS}?task=slots&text={quote(CHINESE)}&cell=GRU", f"{ADDRESS}?task=echo_future&distance=4&weights=fresh"]


@pytest.mark.parametrize("link", LINKS)
def test_a_deep_link_opens_a_whole_page_on_every_window(arrive, link):
    visitor = arrive(link, viewport=DESK)
    expect(visitor.warnings).to_have_count(0)
    is_whole_in_both_windows(visitor)


def test_the_cursor_spans_both_pictures_and_a_click_on_or_between_them_goes_to_that_step(arrive):
    visitor = arrive(f"{ADDRESS}?task=slots&text={quote(CHINESE)}")
    plot = visitor.page.locator(".stage-plot:has(.xy2)").first
    plot.scroll_into_view_if_needed()
    cursor = plot.locator(".stage-cursor").bounding_box()
    areas = sorted((area.bounding_box() for area in plot.locator(".nsewdrag").all()), key=lambda box: box["y"])
    assert len(areas) == 2
    bottom = areas[1]["y"] + areas[1]["height"]
    assert abs(cursor["y"] - areas[0]["y"]) <= 2
    assert abs(cursor["y"] + cursor["height"] - bottom) <= 2
    upper, lower = (area["y"] + area["height"] * 0.8 for area in areas)
    between = areas[0]["y"] + areas[0]["height"] + 10
    clicks = [(upper, 0), (lower, 3), (upper, 7), (lower, 0), (upper, 3), (lower, 7), (between, 4)]
    for y, step in clicks:
        x = areas[0]["x"] + areas[0]["width"] * (step + 0.5) / (visitor.last_step + 1)
        visitor.page.mouse.click(x, y)
        visitor.at_step(step)


def test_the_merge_changes_the_merged_strip_and_says_what_it_is(at_rest):
    visitor = at_rest(ADDRESS)
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
    visitor = arrive(f"{ADDRESS}?task=slots&text={quote('我爱NLP')}")
    for step, (forward, backward) in enumerate([("我", "NLP 爱 我"), ("我 爱", "NLP 爱"), ("我 爱 NLP", "NLP")]):
        visitor.press("Home")
        for _ in range(step):
            visitor.press("ArrowRight")
        visitor.at_step(step)
        read = visitor.page.locator(".stage-sides .sides-head small")
        expect(read.nth(0)).to_have_text(re.compile(f"{forward}$"))
        expect(read.nth(1)).to_have_text(re.compile(f"{backward}$"))


def test_the_page_opens_where_the_two_networks_disagree_and_a_key_moves_every_view(at_rest):
    visitor = at_rest(ADDRESS)
    expect(visitor.page.locator(".readings-column.now.differ")).to_have_count(1)
    word = visitor.page.locator(".readings-column.now .readings-word").inner_text()
    expect(visitor.claim.locator("bdi")).to_have_text(word)
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


def test_the_bars_of_a_label_sum_to_its_score_and_a_click_on_a_reading_goes_to_that_word(at_rest):
    visitor = at_rest(ADDRESS)
    for key, step in (("Home", 0), ("ArrowRight", 1), ("End", visitor.last_step)):
        visitor.press(key)
        visitor.at_step(step)
        rows = visitor.page.locator(".sides-row").evaluate_all(
            """rows => rows.map(row => [...[...row.querySelectorAll("i")].map(bar => bar.title),
                                        row.querySelector(".sides-score").innerText])"""
        )
        for row in rows:
            *parts, score = (float(number.replace("−", "-")) for number in row)
            assert abs(sum(parts) - score) < 0.021
    visitor.press("Home")
    columns = visitor.page.locator(".readings-column")
    for step in (5, 2, 0):
        columns.nth(step).click()
        visitor.at_step(step)
        expect(columns.nth(step)).to_have_class(re.compile(r"\bnow\b"))
    assert visitor.page.locator(".readings-column.now").count() == 1


def test_what_hangs_on_the_cursor_follows_it(at_rest):
    visitor = at_rest(ADDRESS)
    shapes: dict[str, set[str]] = {".barlayer .point path": set(), ".scatterlayer .js-line": set()}
    for step in (0, visitor.last_step // 2, visitor.last_step):
        visitor.press("Home")
        for _ in range(step):
            visitor.press("ArrowRight")
        visitor.at_step(step)
        for chart, seen in shapes.items():
            visitor.page.wait_for_function(REDRAWN, arg=[chart, list(seen)], timeout=10_000)
            seen.add(visitor.page.evaluate(SHAPE, chart))


def test_the_echo_asks_how_far_and_its_answers_follow(arrive):
    visitor = arrive(ADDRESS)
    visitor.choose("task", "echo")
    visitor.at_task("echo")
    for distance in (4, 1):
        visitor.choose("distance", str(distance))
        expect(visitor.page).to_have_url(re.compile(f"model=echo-future-{distance}-"))
        letters = visitor.texts(".readings-word .stage-token")
        right = visitor.texts(".readings-right")
        assert right == letters[distance:] + ["–"] * distance
    both = visitor.page.locator(".readings-column .readings-answer:nth-of-type(3)")
    assert both.evaluate_all("all => all.filter((one) => one.classList.contains('is-wrong')).length") == 0


def test_back_undoes_a_choice(arrive):
    visitor = arrive(ADDRESS)
    visitor.choose("task", "echo")
    visitor.at_task("echo")
    expect(visitor.page).to_have_url(re.compile("model=echo-future"))
    visitor.choose("cell", "GRU")
    expect(visitor.page).to_have_url(re.compile("model=echo-future-[0-9]-gru"))
    visitor.go_back()
    expect(visitor.page).not_to_have_url(re.compile("model=echo-future-[0-9]-gru"))
    expect(visitor.page.locator(".st-key-cell button[data-selected=true]")).to_have_text("LSTM")
    visitor.at_task("echo")
    visitor.go_back()
    visitor.at_task("travel")
    expect(visitor.sentence).to_have_value("Taipei is the city that I leave from")


def test_a_suggestion_brings_its_task_with_a_text(arrive):
    visitor = arrive(ADDRESS)
    with visitor.answered():
        visitor.page.locator(".st-key-button-try-3 button").click()
    visitor.at_task("echo")
    expect(visitor.warnings).to_have_count(0)
    expect(visitor.sentence).to_have_value(re.compile(r"^([A-D] ){15}[A-D]$"))
    assert visitor.chosen("distance") == "4"
    visitor.go_back()
    visitor.at_task("travel")


def test_a_strip_shows_what_either_way_has_read_and_a_click_on_a_word_goes_there(arrive):
    visitor = arrive(f"{ADDRESS}?task=slots&text={quote('from Paris to Rome')}")
    strips = visitor.page.locator(".candidates-strip")
    expect(strips).to_have_count(2)
    for step in (2, 0, 3):
        strips.first.locator(".candidates-word").nth(step).click()
        visitor.at_step(step)
        unread = [strips.nth(k).locator(".unread").count() for k in (0, 1)]
        assert unread == [visitor.last_step - step, 0]
        expect(visitor.page.locator(".candidates-head small").first).to_have_text(f"has read {step + 1} of 4")
        expect(visitor.page.locator(".candidates-word.now")).to_have_count(2)


def test_both_lanes_show_the_words_around_the_cursor_and_a_click_on_one_goes_there(arrive):
    visitor = arrive(ADDRESS)
    first = visitor.texts(".datapath-cell .stage-token")
    words = visitor.texts(".candidates-strip >> nth=0 >> .candidates-word")
    assert first == words[: len(first)]
    visitor.page.locator(".datapath-cell:has(.stage-token)").nth(1).click()
    visitor.at_step(1)
    visitor.press("End")
    assert visitor.texts(".datapath-cell .stage-token") == words[-len(first) :]
