"""Memory decay in a browser: its headline is what its pictures write, and titles of axes can be read."""

import pytest

from rnnviz.cells import TRIO
from tests.browser.looks import titles_keep_off_numbers
from tests.pages.memory_page import written

pytestmark = pytest.mark.browser
WRITTEN = """() => [...document.querySelectorAll('[data-signal="effect"][data-source="0"]')]
    .map(({ dataset, textContent }) => [dataset.network, Number(dataset.value), textContent])"""


def test_it_opens_where_its_headline_is_true_with_a_key_to_the_letters_colour_above_the_pictures(arrive):
    visitor = arrive("/memory-decay")
    visitor.at_step(50)
    shares = visitor.page.evaluate(WRITTEN)
    assert {network for network, _share, _text in shares} == set(TRIO)
    for network, share, text in shares:
        assert text == written(share)
        assert share < 0.01 if network == "RNN" else share > 0.99
    assert visitor.page.locator(".stage-wheel").count() == 1
    assert visitor.texts(".wheel-part:first-child") == ["the first letterA"]


@pytest.mark.parametrize("address", ["/memory-decay?lang=zh", "/deep-network?lang=zh"])
def test_titles_of_axes_keep_off_the_numbers_of_their_axes_in_chinese_too(arrive, address):
    titles_keep_off_numbers(arrive(address))
