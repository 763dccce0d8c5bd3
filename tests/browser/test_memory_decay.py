"""Memory decay in a browser: its headline is what its pictures write, and titles of axes can be read."""

import pytest

from rnnviz.studies.delayed_recall import KINDS
from tests.browser.looks import titles_keep_off_numbers

pytestmark = pytest.mark.browser
WRITTEN = """() => [...document.querySelectorAll('.shares-part [data-signal="effect"][data-source="0"]')]
    .map(({ dataset }) => [dataset.network, Number(dataset.value)])"""


def test_at_the_end_the_letter_holds_what_the_headline_says(arrive):
    visitor = arrive("/memory-decay")
    visitor.at_step(50)
    shares = dict(visitor.page.evaluate(WRITTEN))
    for kind in KINDS:  # a share of next to nothing is not listed
        assert any(text.startswith(f"{kind} {shares.get(kind, 0.0):.1%} ± ") for text in visitor.chips)


@pytest.mark.parametrize("address", ["/memory-decay?lang=zh", "/deep-network?lang=zh"])
def test_titles_of_axes_keep_off_the_numbers_of_their_axes_in_chinese_too(arrive, address):
    titles_keep_off_numbers(arrive(address))
