"""Memory decay in a browser: its headline is what its pictures write, and titles of axes can be read."""

import pytest

from rnnviz.recall import KINDS

pytestmark = pytest.mark.browser
WRITTEN = """() => [...document.querySelectorAll('.shares-part [data-signal="effect"][data-source="0"]')]
    .map(({ dataset }) => [dataset.network, Number(dataset.value)])"""
OVERLAPS = """() => [...document.querySelectorAll('.stage-plot')].flatMap((plot) => {
    const title = plot.querySelector('.ytitle')?.getBoundingClientRect();
    const labels = [...plot.querySelectorAll('.ytick text, .yaxislayer-above text')];
    return labels.filter((label) => title && label.getBoundingClientRect().left < title.right - 0.5)
        .map((label) => `${plot.querySelector('.ytitle').textContent}: ${label.textContent}`);
})"""


def test_at_the_end_the_letter_holds_what_the_headline_says(arrive):
    visitor = arrive("/memory-decay")
    visitor.at_step(50)
    shares = dict(visitor.page.evaluate(WRITTEN))
    for kind in KINDS:  # a share of next to nothing is not listed
        assert f"{kind}: {shares.get(kind, 0.0):.1%}" in visitor.claim.inner_text()


@pytest.mark.parametrize("address", ["/memory-decay?lang=zh", "/memory-decay?lang=en", "/deep-network?lang=zh"])
def test_titles_of_axes_keep_off_the_numbers_of_their_axes(arrive, address):
    assert arrive(address).page.evaluate(OVERLAPS) == []
