"""How well a unit tells a label from the rest: against all pairs of places, one by one."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.searching import Pattern, pattern_of, search, tells
from rnnviz.searching.telling import areas

WORDS = ["<unk>", *"abcd"]
DRAW = np.random.default_rng(0)
SENTENCES = ["".join(DRAW.choice(list("abcd"), 1 + k % 5)) for k in range(60)]


@pytest.fixture(scope="module")
def network():
    draw = torch.Generator().manual_seed(0)
    return rnnviz.Network("GRU", 4, 3, bidirectional=True, vocabulary_size=5, generator=draw)


def pairs(mine, others):
    """The share of pairs in which the first is larger, ties half, by a loop."""
    won = sum((a > b) + (a == b) / 2 for a in mine for b in others)
    return won / (len(mine) * len(others))


def test_an_area_is_the_share_of_pairs_that_are_ordered_so_with_ties_half():
    values, groups = DRAW.integers(0, 5, 80) / 4, DRAW.integers(0, 3, 80)
    found = areas(values, groups, 4)
    for group in range(3):
        assert found[group] == pytest.approx(pairs(values[groups == group], values[groups != group]))
    assert np.isnan(found[3])  # nothing has it
    assert np.isnan(areas(values, np.zeros(80, int), 1)[0])  # all have it


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_label_of_a_sentence_is_read_where_its_reading_ends(network, direction):
    labels = ["x" if len(text) % 2 else "y" for text in SENTENCES]
    index = search(network, list(zip(SENTENCES, labels, strict=True)), vocabulary=WORDS, direction=direction)
    half = slice(1, None, 2)
    ends = [index.activation(k, 2)[-1 if direction == "forward" else 0] for k in range(60)][half]
    mine = [value for value, label in zip(ends, labels[half], strict=True) if label == "x"]
    others = [value for value, label in zip(ends, labels[half], strict=True) if label != "x"]
    told = tells(index, "label", half)
    assert (told.names, told.counts.tolist()) == (("x", "y"), [len(mine), len(others)])
    assert told.area(2, "x") == pytest.approx(pairs(mine, others))
    assert told.area(2, "y") == pytest.approx(1 - told.area(2, "x"))
    assert np.isnan(told.area(2, "z"))


def test_labels_of_steps_and_words_are_told_at_their_own_steps_and_the_unasked_are_left_out(network):
    labelled = [(text, ["" if letter == "d" else letter.upper() for letter in text]) for text in SENTENCES]
    index = search(network, labelled, vocabulary=WORDS)
    values = [(letter, index.activation(k, 0)[t]) for k, text in enumerate(SENTENCES) for t, letter in enumerate(text)]

    def at(chosen):
        return [value for letter, value in values if letter in chosen]

    assert tells(index).names == ("A", "B", "C")
    assert tells(index).area(0, "A") == pytest.approx(pairs(at("a"), at("bc")))
    assert tells(index, "word", names=["a"]).area(0, "a") == pytest.approx(pairs(at("a"), at("bcd")))
    (ends,) = [(word.smallest, word.largest) for word in index.words_of(0) if word.word == "a"]
    assert ends == pytest.approx((min(at("a")), max(at("a"))), abs=1e-6)


def test_a_pattern_of_another_sentence_leaves_none_of_the_corpus_out(network):
    index = search(network, SENTENCES, vocabulary=WORDS)
    longest = int(np.argmax([len(text) for text in SENTENCES]))
    states = np.stack([index.activation(longest, unit) for unit in range(3)], 1)
    inside, outside = index.pattern(longest, 0, 2, -1.0), pattern_of(states, 0, 2, -1.0)
    assert outside == Pattern(None, 0, 2, inside.units, -1.0)
    found = [{place.sentence for place in index.like(pattern, 60)} for pattern in (inside, outside)]
    assert found[1] - found[0] == {longest}


def test_token_ids_are_the_words_of_a_network_without_a_vocabulary(network):
    index = search(network, ["1 2 4", "9"])
    assert index.tokens(0) == ("1", "2", "4")
    assert index.skipped.counts == {"words that the vocabulary does not have": 1}
