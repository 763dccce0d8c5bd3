"""A vocabulary of somebody's own: which ids a text has in it."""

import pytest

from rnnviz.refusals import Refused
from rnnviz.subjects.own_vocabulary import OwnVocabulary

WORDS = OwnVocabulary.of(["<pad>", "<UNK>", "what", "time", "is", "it", "?"])


def test_a_text_is_split_at_white_space_and_then_by_what_the_vocabulary_has():
    tokens = WORDS.split("What time is it?")
    assert tokens == ["What", "time", "is", "it", "?"]
    assert WORDS.encode(tokens) == [2, 3, 4, 5, 6]


def test_other_words_have_the_id_of_unknown_ones():
    assert WORDS.encode(["what", "now"]) == [2, 1]
    assert (WORDS.knows("what"), WORDS.knows("now")) == (True, False)


def test_without_such_an_id_other_words_are_refused_by_name():
    with pytest.raises(Refused, match=r"does not have now.*such as what, time"):
        OwnVocabulary.of(["what", "time"]).encode(["what", "now"])


def test_a_vocabulary_of_characters_reads_character_by_character():
    letters = OwnVocabulary.of({"<pad>": 0, "a": 1, "b": 2, " ": 3})
    assert letters.encode(letters.split("ab a")) == [1, 2, 3, 1]
    assert OwnVocabulary.of(["a", "b"]).split("a b") == ["a", "b"]


def test_ids_may_have_gaps_which_get_names():
    words = OwnVocabulary.of({"a": 0, "b": 3})
    assert words.tokens == ("a", "#1", "#2", "b")
    assert words.named([3, 2, 9]) == ("b", "#2", "#9")


@pytest.mark.parametrize("words", [{}, {"a": -1}, {"a": 10**9}, {"a": 0.5}])
def test_ids_that_are_none_are_refused(words):
    with pytest.raises(Refused, match="whole numbers from 0 on"):
        OwnVocabulary.of(words)
