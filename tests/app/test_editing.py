"""A change of one word of what is read: what becomes of the tokens."""

import pytest

from rnnviz.app.editing import change

WORDS = ("what", "time", "is", "it", "?")


@pytest.mark.parametrize(
    ("kind", "step", "text", "becomes"),
    [
        ("swap", 1, "weather", "what weather is it ?"),
        ("swap", 1, "nice weather", "what nice weather is it ?"),
        ("swap", 4, "", "what time is it"),
        ("delete", 0, "", "time is it ?"),
        ("left", 1, "", "time what is it ?"),
        ("right", 1, "", "what is time it ?"),
        ("left", 0, "", "what time is it ?"),
        ("right", 4, "", "what time is it ?"),
        ("no such change", 2, "x", "what time is it ?"),
    ],
)
def test_a_change_of_one_word(kind, step, text, becomes):
    assert change(WORDS, kind, step, text) == becomes.split()


def test_a_shuffle_has_the_same_words_in_another_order_and_is_always_the_same():
    shuffled = change(WORDS, "shuffle", 0)
    assert sorted(shuffled) == sorted(WORDS)
    assert shuffled != list(WORDS)
    assert shuffled == change(WORDS, "shuffle", 3)


@pytest.mark.parametrize("words", [("what",), ("1", "1", "1")])
def test_a_shuffle_of_what_has_one_order_ends(words):
    assert change(words, "shuffle", 0) == list(words)
