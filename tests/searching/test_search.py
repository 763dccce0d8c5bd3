"""The index against plain loops over the same sentences read one by one."""

import csv

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.searching import search

WORDS = ["<unk>", *"abcdefgh"]
SENTENCES = ["".join(np.random.default_rng(k).choice(list("abcdefgh"), 2 + k % 6)) for k in range(60)]


@pytest.fixture(scope="module")
def network():
    draw = torch.Generator().manual_seed(0)
    return rnnviz.Network("GRU", 4, 70, num_layers=2, bidirectional=True, vocabulary_size=9, generator=draw)


@pytest.fixture(scope="module")
def index(network):
    labelled = [(text, [letter.upper() for letter in text]) for text in SENTENCES]
    return search(network, labelled, vocabulary=WORDS, layer=1, direction="backward")


@pytest.fixture(scope="module")
def alone(network):
    """What each sentence does by itself, (steps, units)."""
    ids = [torch.tensor([[WORDS.index(letter)] for letter in text]) for text in SENTENCES]
    return [rnnviz.record(network, each).layer(1, "backward")["h"].values[:, 0] for each in ids]


def test_what_excites_a_unit_most_is_what_a_loop_over_the_sentences_finds(index, alone):
    for lowest, sign in ((False, 1), (True, -1)):
        found = index.top(7, 10, lowest=lowest)
        best = sorted(range(60), key=lambda k: -(sign * alone[k][:, 7]).max())[:10]
        assert [place.sentence for place in found] == best
        for place in found:
            own = alone[place.sentence][:, 7]
            assert place.start == np.argmax(sign * own)
            assert place.value == pytest.approx(own[place.start], abs=1e-6)
            assert place.words == (SENTENCES[place.sentence][place.start],)
            assert place.labels == (place.words[0].upper(),)
    np.testing.assert_allclose(index.activation(3, 7), alone[3][:, 7], atol=1e-6)


def test_the_words_of_a_unit_have_the_means_over_all_their_places(index, alone):
    at = {letter: [] for letter in "abcdefgh"}
    for text, values in zip(SENTENCES, alone, strict=True):
        for letter, value in zip(text, values[:, 5], strict=True):
            at[letter].append(value)
    words = index.words_of(5)
    assert [word.word for word in words] == sorted(at, key=lambda letter: -np.mean(at[letter]))
    for word in words:
        assert (word.count, word.mean) == (len(at[word.word]), pytest.approx(np.mean(at[word.word]), abs=1e-6))
        assert word.largest == pytest.approx(max(at[word.word]), abs=1e-6)


def test_places_that_look_alike_are_those_that_a_loop_over_all_ranges_finds(index, alone):
    sentence = 5
    pattern = index.pattern(sentence, 1, 4, threshold=0.02)
    assert pattern.units == tuple(np.flatnonzero((alone[sentence][1:4] > 0.02).all(0)))
    wanted, scores = np.isin(np.arange(70), pattern.units), {}
    for k, values in enumerate(alone):
        on = values > 0.02
        alike = (on & wanted).sum(1) / (on | wanted).sum(1)
        ranges = [alike[t : t + 3].mean() for t in range(len(alike) - 2)]
        if k != sentence and ranges:
            scores[k] = max(ranges), int(np.argmax(ranges))
    found = index.like(pattern, 60)  # of every sentence that is long enough
    assert [place.value for place in found] == pytest.approx(sorted((s for s, _ in scores.values()), reverse=True))
    for place in found:
        assert (place.value, place.start) == (pytest.approx(scores[place.sentence][0]), scores[place.sentence][1])
        assert place.stop == place.start + 3
    labels = index.labels(found)
    assert labels.total() == 3 * len(scores)
    with pytest.raises(ValueError, match="lower the threshold"):
        index.pattern(0, 0, 1, threshold=2.0)
    with pytest.raises(ValueError, match="no range"):
        index.pattern(0, 1, 99)


def test_bad_lines_are_counted_and_named_and_the_rest_goes_on(network, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc\n\n\xff\xfe\nhgf\n" + b"a" * 30 + b"\n")
    index = search(network, tmp_path, vocabulary=WORDS, longest=20)
    assert [index.tokens(k) for k in range(len(index))] == [("a", "b", "c"), ("h", "g", "f")]
    assert index.skipped.counts == {"empty": 1, "not UTF-8": 1, "over 20 tokens": 1}
    assert index.skipped.named[1] == ("a.txt:3", "not UTF-8")
    assert len(search(network, ["abc", None, 3, ("ab", ["x"] * 5)], vocabulary=WORDS).skipped) == 3
    split = search(network, [(["a", "b"], ["x", "y"]), ["c", 3]], vocabulary=WORDS)
    assert (split.tokens(0), split.skipped.named) == (("a", "b"), [("#2", "not a text but list")])
    strict = search(network, ["abc", "a1"], vocabulary=[*"iabcdefgh"])  # no token for what it does not have
    assert strict.skipped.counts == {"words that the vocabulary does not have": 1}
    nothing = search(network, [], vocabulary=WORDS)
    assert (nothing.top(0), nothing.words_of(0), len(nothing)) == ([], [], 0)


def test_a_column_of_a_table_with_labels_is_read(network, tmp_path):
    with (tmp_path / "t.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["kind", "text"], ["x", "abc"], ["y", ""], ["y", "ba"]])
    index = search(network, tmp_path / "t.csv", vocabulary=WORDS, column="text", label_column="kind", folder=tmp_path)
    assert {place.line: place.labels for place in index.top(0)} == {"t.csv:2": ("x",), "t.csv:4": ("y",)}
    assert index.skipped.named == [("t.csv:3", "empty")]
    with pytest.raises(ValueError, match="no column 'other'"):
        search(network, tmp_path / "t.csv", vocabulary=WORDS, column="other")
    with pytest.raises(FileNotFoundError):
        search(network, tmp_path / "none", vocabulary=WORDS)


def test_what_cannot_be_searched_is_refused(network):
    with pytest.raises(ValueError, match="reads sentences"):
        search(torch.nn.GRU(2, 3), ["a"])
    with pytest.raises(ValueError, match="no vector 'c'"):
        search(network, ["a"], vocabulary=WORDS, quantity="c")
    with pytest.raises(ValueError, match="no layer"):
        search(network, ["a"], vocabulary=WORDS, layer=2)


def test_a_shipped_network_reads_its_own_words():
    index = search("intents-lstm-small", ["what time is it ?", "play some music"], quantity="c")
    assert index.tokens(0) == ("what", "time", "is", "it", "?")
    trace = rnnviz.subject("intents-lstm-small", text="play some music").trace().layer()["c"].values[:, 0, 0]
    np.testing.assert_allclose(index.activation(1, 0), trace, atol=1e-6)
