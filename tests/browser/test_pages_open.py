"""Each page opens whole: by its address in any window and theme, as a file that was saved, by the menu."""

import re

import pytest
from playwright.sync_api import expect

from pages import PAGES
from tests.browser.access import all_views_have_names, axe_finds_nothing_of_ours
from tests.browser.files import is_the_same_in_a_file
from tests.browser.looks import (
    WINDOWS,
    is_whole,
    is_whole_in_both_windows,
    nothing_moved_while_it_opened,
    time_axes_line_up,
    titles_keep_off_numbers,
)

pytestmark = pytest.mark.browser

ADDRESSES = {page.title: "/" + page.file.removesuffix(".py").replace("_", "-") for page in PAGES}
ADDRESSES[PAGES[0].title] = "/"
ALIGNED = ("States and gates", "Two directions", "Deep network")  # whose charts stand in panels of one width


# Every page opens at a desk and is then looked at on a phone and in the dark; every ninth one opens there, too.
OPENINGS = [(title, 0) for title in ADDRESSES] + [(title, 1) for title in list(ADDRESSES)[::9]]


@pytest.mark.parametrize(("title", "first"), OPENINGS)
def test_a_page_is_whole_as_it_opens_when_window_and_theme_change_and_in_a_file(arrive, reader, tmp_path, title, first):
    viewport, scheme = WINDOWS[first]
    visitor = arrive(ADDRESSES[title], viewport=viewport, color_scheme=scheme)
    nothing_moved_while_it_opened(visitor)
    expect(visitor.warnings).to_have_count(0)
    if first == 0:
        if title in ALIGNED:
            time_axes_line_up(visitor)
        titles_keep_off_numbers(visitor)
        if title != "Lessons":  # has no button to save it
            is_the_same_in_a_file(visitor, reader, tmp_path, ADDRESSES[title].strip("/") or "start")
        all_views_have_names(visitor)
        if title == "States and gates":  # with another unit than the one it opens with
            opened = int(visitor.stage.get_attribute("data-unit"))
            visitor.page.locator(".unit-chooser button").last.click()
            visitor.at_unit(opened + 1)
            visitor.open_the_code()
        visitor.page.emulate_media(reduced_motion="reduce")  # a text that fades in has no contrast yet
        # What axe takes long for: each page in one of the windows, and those with the most in them in both.
        place = list(ADDRESSES).index(title)
        is_whole_in_both_windows(visitor, axe_finds_nothing_of_ours, (0, 1) if title in ALIGNED else (place % 2,))
    else:
        is_whole(visitor, first)


def test_the_menu_leads_to_every_page_and_after_one_of_each_section_a_key_still_moves_one_step(visitor):
    assert visitor.menu == [page.title for page in PAGES]
    sections = visitor.page.get_by_test_id("stNavSectionHeader").all_inner_texts()
    assert [text.split("\n")[0] for text in sections] == list(dict.fromkeys(page.section for page in PAGES))
    hrefs = visitor.page.get_by_test_id("stSidebarNavLink").evaluate_all("all => all.map((one) => one.pathname)")
    assert hrefs == list(ADDRESSES.values())
    for page in (*{page.section: page for page in PAGES[3:]}.values(), *PAGES[:2], PAGES[3], PAGES[2]):
        visitor.choose_page(page.title)
        address = re.escape(visitor.url + ADDRESSES[page.title])
        expect(visitor.page).to_have_url(re.compile(rf"^{address}(\?|$)"))
        expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(page.title)
        expect(visitor.page).to_have_title(f"{page.title} · rnnviz")
        visitor.ready()
    expect(visitor.page.locator(".rnnviz-stage")).to_have_count(1)
    start = visitor.step
    visitor.page.locator("body").press("ArrowLeft")
    visitor.at_step(start - 1)
    visitor.page.wait_for_timeout(300)
    assert visitor.step == start - 1


def test_each_page_ends_with_a_link_to_the_next_and_the_last_with_one_to_the_first(arrive):
    visitor = arrive(ADDRESSES[PAGES[-2].title])
    for following in (PAGES[-1], PAGES[0]):
        visitor.page.get_by_test_id("stPageLink").get_by_text(f"Next: {following.title}").first.click()
        expect(visitor.page).to_have_title(f"{following.title} · rnnviz")
        visitor.ready()


def test_before_the_first_message_the_page_stands_where_the_sidebar_leaves_it(arrive):
    visitor = arrive("/states")
    here = visitor.page.get_by_test_id("stMain").bounding_box()
    visitor.page.evaluate("document.querySelector('[data-testid=stSidebar]').remove()")
    alone = visitor.page.get_by_test_id("stAppViewContainer").evaluate("one => getComputedStyle(one).paddingLeft")
    assert alone == f"{here['x']:.0f}px"
