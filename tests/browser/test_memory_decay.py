"""Memory decay in a browser: its headline is what its pictures write, and titles of axes can be read."""

import pytest

from rnnviz.cells import TRIO
from tests.browser.looks import titles_keep_off_numbers
from tests.pages.memory_page import written

pytestmark = pytest.mark.browser
WRITTEN = """() => [...document.querySelectorAll('.shares-part [data-signal="effect"][data-source="0"]')]
    .map(({ dataset }) => [dataset.network, Number(dataset.value)])"""


def test_at_the_end_the_letter_holds_what_the_headline_says(arrive):
    visitor = arrive("/memory-decay")
    visitor.press("End")
    visitor.at_step(50)
    shares = dict(visitor.page.evaluate(WRITTEN))
    assert list(shares) == list(TRIO)
    assert visitor.chips == [f"{kind} {written(share)}" for kind, share in shares.items()]


def test_it_opens_where_its_headline_is_true_with_a_key_to_the_letters_colour_above_the_pictures(arrive):
    visitor = arrive("/memory-decay")
    visitor.at_step(50)
    assert visitor.page.locator(".stage-wheel").count() == 1
    assert visitor.texts(".wheel-part:first-child") == ["the first letterA"]


@pytest.mark.parametrize("address", ["/memory-decay?lang=zh", "/deep-network?lang=zh"])
def test_titles_of_axes_keep_off_the_numbers_of_their_axes_in_chinese_too(arrive, address):
    titles_keep_off_numbers(arrive(address))
