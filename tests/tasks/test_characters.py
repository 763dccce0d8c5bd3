"""Characters: what is read, what is asked, and texts of which nothing can be learnt."""

import math
from collections import Counter

import pytest
import torch

from rnnviz.refusals import Refused
from rnnviz.subjects import Subject, Untrained
from rnnviz.tasks import TASKS, UNASKED, UNKNOWN, Characters
from rnnviz.tasks.alphabet import Alphabet, join, split
from rnnviz.tasks.characters import LONGEST, STEPS, bits
from rnnviz.tasks.sources import HELD_OUT, TRAINED_ON, of_standard_library

POEM = "床前明月光，疑是地上霜。举头望明月，低头思故乡。\n" * 20


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("text", [None, POEM])
def test_the_answer_is_the_character_that_comes_next_in_the_text(text):
    task = Characters(text)
    training = "".join(map(chr, task.parts[0].tolist()))
    x, y = task.batch(16, generator())
    assert x.shape == y.shape == (STEPS, 16)
    for b in range(16):
        asked = y[:, b].where(y[:, b] != UNASKED, 0)
        assert "".join(map(chr, asked.tolist())) in training
        read = x[1:, b] != 0  # a few are hidden from the network
        assert read.double().mean() > 0.9
        assert torch.equal(x[1:, b][read], y[:-1, b][read])
    assert torch.equal(task.solution(x)[:-1], x[1:].where(x[1:] != 0, UNASKED))
    assert (task.solution(x)[-1] == UNASKED).all()


def test_the_default_text_is_split_by_file_and_nothing_held_out_is_trained_on():
    sources = of_standard_library()
    assert not set(TRAINED_ON) & set(HELD_OUT)
    assert len(sources.training) > 5 * len(sources.held_out)
    task = Characters()
    training, (x, _y) = "".join(map(chr, task.parts[0].tolist())), task.held_out()[0]
    windows = ["".join(map(chr, ids)) for ids in x.T.tolist()]
    assert len(set(windows)) == len(windows)
    assert not any(window in training for window in windows)


def test_the_tokens_of_the_default_text_are_those_of_any_python():
    task = Characters()
    assert task.labels == task.vocabulary.tokens
    assert len(task.labels) == 98
    assert task.labels[:4] == (UNKNOWN, "⇥", "↵", "␣")
    assert task.vocabulary.encode(split("aA é\n")) == [68, 36, 3, 0, 2]
    for example in (*task.examples, "a\n        b  c\n      d", "    x"):
        tokens = task.vocabulary.split(example)
        assert all(map(task.vocabulary.knows, tokens))
        assert task.vocabulary.join(tokens) == example
        assert task.vocabulary.split("".join(tokens)) == tokens  # as it is shown
        assert task.vocabulary.ids(example).tolist() == task.vocabulary.encode(tokens)
    assert task.vocabulary.split("\n      d    e") == [*"↵⇥␣␣d␣␣␣␣e"]


def test_a_chinese_text_brings_its_own_characters():
    task = Characters(POEM)
    assert set(task.labels[1:]) == set(split(POEM))
    assert task.encode("明月")[:, 0].tolist() == [task.labels.index("明"), task.labels.index("月")]
    assert sum(map(len, task.parts)) == len(POEM)
    assert Characters(POEM).digest == task.digest != Characters(POEM + "月").digest


def test_of_too_many_characters_the_frequent_ones_are_kept():
    alphabet = Alphabet.of_characters("aaabbcd", 3)
    assert alphabet.tokens == (UNKNOWN, "a", "b", "c")
    assert alphabet.encode(["d", "A", "a"]) == [0, 0, 1]


def test_a_text_is_read_without_what_nobody_sees():
    assert join(split("a\r\nb\u202ec\x00\ud800\te\u0301")) == "a\nbc\té"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has 0 characters; to learn from it takes 200 to 1,000,000"),
        ("short", "has 5 characters"),
        ("ab" * LONGEST, "has 2,000,000 characters"),
        (" " * 300, "one character alone, ␣"),
        ("\x00" * 300, "has 0 characters"),
    ],
)
def test_a_text_of_which_nothing_can_be_learnt_is_refused(text, why):
    with pytest.raises(Refused, match=why):
        Characters(text)


def test_a_python_without_source_files_is_told(tmp_path):
    (tmp_path / "bisect.py").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="not on this machine"):
        of_standard_library(tmp_path)


def test_the_baseline_is_what_the_frequencies_alone_come_to():
    task = Characters(POEM)
    counts = Counter(task.parts[0].tolist())
    total = sum(counts.values()) + len(task.labels) - 1
    asked = task.held_out()[0].y.flatten().tolist()
    expected = -sum(math.log((counts[token] + 1) / total) for token in asked) / len(asked)
    assert task.baseline() == pytest.approx(expected, rel=1e-12)
    assert bits(task.baseline()) == pytest.approx(expected / math.log(2), rel=1e-12)


def test_it_is_in_the_table_and_its_data_hang_on_the_generator_alone():
    task, before = Characters(), torch.get_rng_state()
    assert TASKS["characters"] is Characters
    assert torch.equal(task.batch(8, generator(3)).x, Characters().batch(8, generator(3)).x)
    assert torch.equal(task.held_out()[0].x, Characters().held_out()[0].x)
    assert torch.equal(torch.get_rng_state(), before)
    assert [task.label_text(label) for label in task.labels] == list(task.labels)
    with pytest.raises(KeyError):
        task.label_text("é")


def test_a_text_may_have_more_characters_than_words_but_no_more_than_a_page_shows():
    words, characters = Subject(Untrained()), Subject(Untrained(task="characters"))
    assert len(characters.with_(text="a " * 201).tokens) == 402
    for subject, text, said in (
        (words, "a " * 201, "201 tokens, the limit is 200"),
        (characters, "a" * 501, "501 tokens, the limit is 500"),
    ):
        with pytest.raises(Refused, match=said):
            subject.with_(text=text).read()
