"""What a visitor chose follows them: over pages, in the address, to another visitor, through a change of theme."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CHINESE = "明天台北会下雨吗"


def test_a_typed_sentence_is_read_token_by_token_and_shown_at_its_last_word(visitor):
    top = visitor.page.locator(".probability.top .name")
    assert visitor.tokens == ["what", "time", "is", "it", "?"]
    expect(top).to_have_text("ask the time")
    visitor.press("Home")
    visitor.at_step(0)
    visitor.type_sentence("play some music")
    expect(visitor.claim).to_contain_text("play some music")
    visitor.at_step(2)
    visitor.type_sentence("what zorgle is it ?")
    expect(visitor.page.locator(".strip-column .stage-token.unknown")).to_have_text("zorgle")
    visitor.type_sentence(CHINESE)
    expect(visitor.claim).to_contain_text(CHINESE)
    assert visitor.tokens == list(CHINESE)
    visitor.press("End")
    expect(top).to_have_text("ask the weather")
    expect(visitor.claim).to_contain_text("ask the weather")


def test_another_cell_brings_its_own_diagram_and_equations(visitor):
    equations = visitor.page.locator(".equation").count()
    for cell in ("RNN", "GRU"):
        visitor.choose("cell", cell)
        expect(visitor.claim).to_contain_text(cell)
        assert visitor.page.locator(".equation").count() < equations
        expect(visitor.page).to_have_url(re.compile(f"model=intents-{cell.lower()}-small"))


def test_sentence_cell_step_and_unit_survive_a_change_of_page(visitor):
    visitor.type_sentence(CHINESE)
    visitor.choose("cell", "GRU")
    expect(visitor.claim).to_contain_text("GRU")
    visitor.page.locator(".unit-chooser button").last.click()
    visitor.press("Home")
    visitor.press("ArrowRight")
    visitor.at_step(1)
    for title in ("States and gates", "Side by side", "Step through"):
        visitor.choose_page(title)
        expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(title)
        expect(visitor.sentence).to_have_value(CHINESE)
        visitor.at_step(1)
        assert visitor.chosen("cell") == "GRU"
    visitor.at_unit(1)


def test_the_address_shows_another_visitor_the_same(visitor, arrive):
    visitor.type_sentence(CHINESE)
    visitor.choose("cell", "GRU")
    visitor.choose("size", "medium")
    visitor.choose("trained", "untrained")
    expect(visitor.page.locator(".st-key-seed input")).to_be_visible()
    visitor.page.locator(".st-key-seed input").fill("7")
    with visitor.answered():
        visitor.page.locator(".st-key-seed input").press("Enter")
    expect(visitor.page).to_have_url(re.compile("seed.7"))
    other = arrive(visitor.page.url.removeprefix(visitor.url))
    assert other.claim.inner_text() == visitor.claim.inner_text()
    assert other.tokens == visitor.tokens
    assert other.texts(".equation .number") == visitor.texts(".equation .number")
    for control in ("cell", "size", "trained"):
        assert other.chosen(control) == visitor.chosen(control)
    expect(other.page.locator(".st-key-seed input")).to_have_value("7")


def test_an_address_for_each_page_keeps_its_choices(arrive):
    visitor = arrive("/states?cell=GRU&size=medium")
    assert (visitor.chosen("cell"), visitor.chosen("size")) == ("GRU", "medium")
    visitor.choose_page("Side by side")
    expect(visitor.page).to_have_url(re.compile(r"side-by-side\?.*model=intents-gru-medium"))


def test_the_language_can_be_switched_to_chinese_and_back(visitor):
    visitor.choose("language", "中文")
    expect(visitor.page.locator(".st-key-language button[data-selected=true]")).to_have_text("中文")
    expect(visitor.page).to_have_url(re.compile("lang=zh"))
    visitor.choose_page(visitor.menu[1])
    assert visitor.chosen("language") == "中文"
    visitor.choose("language", "English")
    expect(visitor.page.get_by_test_id("stSidebarNavLink").first).to_contain_text("Start here")


def test_two_of_three_cells_can_be_compared(arrive):
    visitor = arrive("/side-by-side")
    panels = visitor.page.locator(".stage-probabilities")
    expect(panels).to_have_count(3)
    visitor.page.get_by_role("button", name="Networks").click()
    visitor.choose("compared", "RNN")
    expect(panels).to_have_count(2)
    assert not any("RNN" in title for title in visitor.texts(".stage-probabilities h3"))
    visitor.choose_page("Step through")
    visitor.choose_page("Side by side")
    expect(panels).to_have_count(2)


def test_the_hint_below_a_field_is_in_the_page_s_language(arrive):
    for locale, words in (("en-US", "Press Enter to apply"), ("zh-CN", "按回车键应用")):
        visitor = arrive("/step-through", locale=locale)
        visitor.sentence.fill("hi")
        hint = visitor.page.locator("[data-testid=InputInstructions] span").first
        assert hint.evaluate("node => getComputedStyle(node, '::after').content") == f'"{words}"'


def test_a_suggestion_and_an_example_set_the_real_controls(visitor):
    visitor.press_button("In another language")
    expect(visitor.sentence).to_have_value(CHINESE)
    expect(visitor.claim).to_contain_text(CHINESE)
    visitor.page.get_by_role("button", name="Examples").click()
    example = visitor.page.locator(".st-key-example_text button").first
    text = example.inner_text()
    with visitor.answered():
        example.click()
    expect(visitor.sentence).to_have_value(text)
    expect(visitor.claim).to_contain_text(text)


def test_on_a_phone_the_sidebar_gets_out_of_the_way_after_a_choice_of_a_page_and_of_a_network(arrive):
    visitor = arrive("/states", viewport={"width": 390, "height": 844})
    sidebar, opener = visitor.page.get_by_test_id("stSidebar"), visitor.page.get_by_test_id("stExpandSidebarButton")
    for choose in (lambda: visitor.choose_page("Side by side"), lambda: visitor.choose("cell", "GRU")):
        opener.click()
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        choose()
        expect(sidebar).to_have_attribute("data-collapsed", "true")


def test_back_and_reload_keep_the_page_usable(visitor):
    visitor.choose("cell", "GRU")
    expect(visitor.claim).to_contain_text("GRU")
    with visitor.answered():
        visitor.page.reload()
    expect(visitor.claim).to_contain_text("GRU")
    visitor.choose_page("States and gates")
    expect(visitor.page).to_have_url(re.compile("/states"))
    visitor.go_back()
    expect(visitor.page).not_to_have_url(re.compile("/states"))
    expect(visitor.claim).to_contain_text("GRU")


def test_what_has_not_changed_is_not_sent_again_and_stays_in_place(arrive):
    visitor = arrive("/gradient-map?map_scale=linear")
    sent = max(len(frame) for frame in visitor.frames)
    assert sent > 100_000
    # The first press sets what is set already, and completes no address; the second one brings other maps.
    for title, changes in (("On a linear scale", False), ("Radius 2", True)):
        visitor.page.wait_for_timeout(500)
        visitor.frames.clear()
        visitor.page.evaluate("window.kept = [...document.querySelectorAll('.stage-root, .stage-panel, .main-svg')]")
        visitor.page.get_by_role("button", name=title).click()
        visitor.page.wait_for_timeout(2_000)
        visitor.ready()
        assert visitor.frames
        assert (max(len(frame) for frame in visitor.frames) > sent / 2) == changes
        assert visitor.page.evaluate("window.kept.every((one) => one.isConnected)") == (not changes)
