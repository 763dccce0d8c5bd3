"""Words around the stage: shares that never claim too much, and a visitor's text that never becomes markup."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.app.page import _verbatim, bold, percent
from rnnviz.app.panels.network_views import quoted
from tests.intents import intents


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"),
        (0.004, "0%"),
        (0.5, "50%"),
        (0.994, "99%"),
        (0.99501, "> 99%"),
        (0.9999999, "> 99%"),
        (1.0, "100%"),
    ],
)
def test_a_share_is_never_called_certain_unless_it_is(share, said):
    assert percent(share) == said


@given(st.floats(0, 1))
def test_a_share_is_told_to_within_one_per_cent(share):
    said = percent(share)
    assert said == "> 99%" if said.startswith(">") else abs(float(said.rstrip("%")) / 100 - share) <= 0.005 + 1e-9


ODD = [
    "`",
    "``",
    "a`b",
    "`a`",
    "```x```",
    "[l](http://x)",
    "![i](x)",
    "# h",
    "<b>",
    "$x$",
    ":red[x]",
    "a\n\n# b",
    "",
    "\\",
]


@pytest.mark.parametrize("text", ODD)
def test_refused_text_is_fenced_by_more_backticks_than_it_holds(text):
    said = _verbatim(text)
    fence = said[: len(said) - len(said.lstrip("`"))]
    assert said == f"{fence} {' '.join(text.split())} {fence}"
    assert fence
    assert fence not in text
    assert "\n" not in said


def test_refused_text_turns_nothing_around_it():
    said = _verbatim("a\u202eb\u2066`\x00`c")
    assert said == "``` ab``c ```"


@given(st.text("`ab \n", max_size=30))
def test_no_run_of_backticks_can_close_the_fence(text):
    said = _verbatim(text)
    fence = said[: len(said) - len(said.lstrip("`"))]
    inner = said[len(fence) : -len(fence)]
    assert fence not in inner
    assert (inner[0], inner[-1]) == (" ", " ")
    assert inner.split() == text.split()


@given(st.text(max_size=40))
def test_bold_text_holds_no_markup_but_its_own(text):
    said = bold(text)
    assert said.startswith("<b>")
    assert said.endswith("</b>")
    assert not set(said[3:-4]) & set("<>\"'")
    assert html.unescape(said[3:-4]) == text or "&" in text or "\r" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("what time is it ?", "what time is it ?"),
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"),
        ("a & b", "a &amp; b"),
        ("\u202eabc\u202c", "abc"),
        ("a\x00b\x1bc\nd", "abcd"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("  雨  ", "雨"),
    ],
)
def test_a_sentence_is_quoted_safely_isolated_and_cut_to_a_titles_length(text, shown):
    assert quoted(intents(text=text)) == f"<bdi>{shown}</bdi>"
