"""The panels of total effects: what they draw is what the library measures, with its error, for any source."""

import re

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz import compute, memory
from rnnviz.app import heavy_work
from rnnviz.app.comparison import called
from rnnviz.app.i18n import sentences
from rnnviz.app.panels import first_word, memory_shares, networks_compared, word_effects
from rnnviz.app.panels.quantity_shapes import main_state
from rnnviz.app.results import FIRST, Layer
from rnnviz.cells import CELLS, TRIO
from rnnviz.memory import TotalEffect
from rnnviz.studies.delayed_recall import KINDS, SEEDS, beside, subject_of
from rnnviz.subjects import Example, Noise, Subject, Untrained
from rnnviz.subjects.limits import MAX_TOKENS
from rnnviz.subjects.sizes import SIZES, task
from rnnviz.subjects.subject import EFFECT_WORK, LEAST_PAIRS, PAIRS
from rnnviz.trace import Signal
from tests.app import sources as drawn_for
from tests.app.sent import numbers, unpack
from tests.app.sources import board_for, sentence

SOURCES = {
    "recall": beside(subject_of(seed=2)),
    "a sentence": sentence("intents-lstm-small", "will it rain in Taipei tomorrow ?"),
    "every cell": rnnviz.subject("untrained", text="what time is it ?").vary(cell=CELLS),
    "one word that was never met": sentence("intents-lstm-small", "zzzz"),
    **{
        name: drawn_for.SOURCES[name]
        for name in ("two layers, two directions", "vectors of a task", "letters, untrained")
    },
    **{name: drawn_for.SOURCES[name] for name in ("a network that was given", "one step of vectors")},
}
every_source = pytest.mark.parametrize("sources", SOURCES.values(), ids=SOURCES)


def measured(source: Subject, of: Layer = FIRST) -> TotalEffect:
    sequence = () if source.is_example_of_a_rule() else (source.input(),)
    state = main_state(source.network().layers[0][0])
    return memory.total_effect(source.network(), *source.draws(), *sequence, of=state, layer=of[0], direction=of[1])


@every_source
def test_the_pictures_hold_the_effects_of_their_own_networks_on_one_scale_and_the_fold_their_errors(sources):
    board, told = board_for(sources), word_effects.numbers(sources)
    above, key, panels = memory_shares.measured("effect", sources, board)
    measured_all = all(source.trained and source.is_example_of_a_rule() for source in sources.values())
    assert [panel["kind"] for panel in (*above, *key)] == ["chart"] * (1 + measured_all) + ["wheel"]
    board.row(*panels)
    _header, arrays = unpack(board)
    highest = 1.0
    for (name, source), panel in zip(sources.items(), panels, strict=True):
        found = measured(source)
        parts = arrays[f"effect:{name}"]
        assert (panel["array"], panel["title"]) == (f"effect:{name}", title_of(name, found))
        assert (parts[:, 0] == 0).all()  # there is no base
        np.testing.assert_allclose(parts[:, 1:], found.effect.values, atol=1e-6)
        share, error = found.effect.values[-1, 0], found.effect_error.values[-1, 0]
        both = f"{found.sum.values[-1]:.1%} ± {found.sum_error.values[-1]:.1%}"
        assert f"{name}: {share:.1%} ± {error:.1%}, all shares together {both}" in told
        highest = max(highest, found.sum.values.max())
    assert all(panel["top"] == pytest.approx(highest) for panel in panels)


def test_in_a_window_a_title_counts_the_steps_of_the_whole_sequence():
    subject = Subject(Untrained("GRU", size="6", task=""), Noise(300, window=100)).at_once(200)
    title = word_effects.stacked({"GRU": subject}, board_for({"GRU": subject}))[0]["title"]
    share = word_effects.effect(subject).effect.values[:, 0]
    gone = next(t for t in range(len(share)) if (share[t:] < 0.01).all())
    assert title == f"{called('GRU')}: gone by step {101 + gone}"


def title_of(name: str, known: TotalEffect) -> str:
    first = known.effect.values[:, 0]
    if not np.isfinite(first[-1]):
        return called(name)
    if first[-1] < 0.01:
        return f"{called(name)}: gone by step {1 + next(t for t in range(len(first)) if (first[t:] < 0.01).all())}"
    return f"{called(name)}: kept {'to the end' if first[-1] > 0.5 else 'in part'}"


def test_the_headline_sorts_the_networks_by_their_share():
    for sources in (drawn_for.SOURCES["letters, untrained"], SOURCES["a sentence"]):
        told, fates = first_word.title(sources, "effect", FIRST), []
        for source in sources.values():
            share = measured(source).effect.values[-1, 0]
            fates.append("forget" if share < 0.01 else "keep" if share > 0.5 else "partly")
        clauses = told.split("; ")
        assert len(clauses) == len(set(fates))
        for clause in clauses:
            fate = next(fate for fate in ("partly", "forget", "keep") if fate in clause)
            names = [name for name, own in zip(sources, fates, strict=True) if own == fate]
            counted = ("the other three", f"the other {len(names)}", f"{len(names)} networks")
            assert all(name in clause for name in names) if len(names) <= 2 else any(c in clause for c in counted)


def test_a_state_that_does_not_vary_has_no_share_and_the_headline_says_so(monkeypatch):
    nothing, single = np.full((3, 3), np.nan), np.full(3, np.nan)
    still = TotalEffect(
        Signal("total effect", ("time", "source"), nothing),
        Signal("standard error", ("time", "source"), nothing),
        Signal("sum", ("time",), single),
        Signal("standard error", ("time",), single),
        Signal("variance", ("time",), np.zeros(3)),
    )
    monkeypatch.setattr(word_effects, "effect", lambda _source, _of: still)
    sources = {"ESN": rnnviz.subject("untrained", cell="ESN", text="a b c")}
    assert first_word.title(sources, "effect", FIRST) == "The first word has no effect on the ESN"
    assert first_word.chips(sources, "effect", FIRST) == [("ESN", "ESN – (the state does not vary)")]
    (panel,) = word_effects.stacked(sources, board_for(sources))
    assert panel["top"] == 1.0


def test_what_a_recall_draws_is_of_the_task_and_the_same_for_all_of_its_networks():
    a, b = subject_of("LSTM", 1).draws()
    assert a.shape == b.shape == (51, 256)
    assert not torch.equal(a, b)
    for batch in (a, b):
        assert ((batch[0] >= 1) & (batch[0] <= 4)).all()
        assert ((batch[1:] >= 5) & (batch[1:] <= 8)).all()
    for kind in KINDS:
        for seed in SEEDS:
            assert torch.equal(subject_of(kind, seed, "C").draws()[1], b)


def test_whatever_letter_is_read_the_effects_are_measured_once():
    known = word_effects.effect(subject_of("GRU", 4))
    assert word_effects.effect(subject_of("GRU", 4, "D")) is known
    assert word_effects.effect(subject_of("GRU", 4).with_(sequence=Example(8))) is known
    assert word_effects.effect(subject_of("GRU", 4).with_(text="a 1 2")) is not known


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 7, 50, MAX_TOKENS])
def test_a_sentences_words_are_drawn_from_the_vocabulary_as_often_as_a_server_bears(size, count):
    a, b = rnnviz.subject(f"intents-gru-{size}", text=" ".join(["what"] * count)).draws()
    steps, pairs = a.shape
    assert (steps, b.shape) == (count, a.shape)
    assert LEAST_PAIRS <= pairs <= PAIRS
    weights = 4 * SIZES[size] * (SIZES[size] + 16)
    assert pairs == LEAST_PAIRS or count**2 * pairs * weights <= EFFECT_WORK
    words = torch.cat([a, b])
    assert words.min() >= 1, "the unknown word is not drawn"
    assert words.max() < task("intents").input_size
    if words.numel() > 10_000:
        assert len(words.unique()) == task("intents").input_size - 1
    same = rnnviz.subject(f"intents-rnn-{size}", text=" ".join(["time"] * count))
    assert torch.equal(a, same.draws()[0]), "all cells of one size are measured on the same words"


def test_each_source_says_what_was_replaced_by_what_and_what_its_sum_says():
    recall, sentence, vectors = subject_of(), Subject(), rnnviz.subject("untrained", task="", noise=0)
    assert "256 pairs of the task's own sequences" in first_word.meaning({"it": recall}, "effect")
    assert "drawn from the vocabulary" in first_word.meaning({"it": sentence}, "effect")
    assert "128 pairs of draws" in first_word.meaning({"it": sentence}, "effect")
    assert "noise of each channel's mean and spread" in first_word.meaning({"it": vectors}, "effect")
    assert "either side of 100%" in word_effects.summing(sentence)
    assert "Above 100%" in word_effects.summing(recall)


def test_sentences_follow_one_another_as_their_language_writes_them(monkeypatch):
    assert sentences("One.", "", "Two.") == "One. Two."
    monkeypatch.setattr("rnnviz.app.i18n.language", lambda: "zh")
    assert sentences("一。", "二。") == "一。二。"
    told = word_effects.numbers({"LSTM": subject_of()})
    assert not re.search("。 ", told)


def test_the_effects_around_a_long_sentence_tell_how_far_they_are_and_can_be_given_up(monkeypatch):
    shares: list[float] = []

    def turn_away(share: float, text: str) -> None:
        shares.append(share)
        assert "12" in text
        if len(shares) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(heavy_work.Bar, "__init__", lambda self: None)
    monkeypatch.setattr(heavy_work.Bar, "end", lambda self: None)
    monkeypatch.setattr(heavy_work.Bar, "show", lambda self, share, text: turn_away(share, text))
    subject = rnnviz.subject("untrained", text="time " * 12, seed=77)
    with pytest.raises(KeyboardInterrupt):
        word_effects.prepare({"LSTM": subject})
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 1
    assert compute.STORE.held(word_effects._key(subject, FIRST)) is None
    monkeypatch.setattr(heavy_work.Bar, "show", lambda self, share, text: shares.append(share))
    word_effects.prepare({"LSTM": subject})
    assert shares[-1] == 1
    expected = memory.total_effect(subject.network(), *subject.draws(), subject.input())
    np.testing.assert_array_equal(word_effects.effect(subject).effect.values, expected.effect.values)


def test_beside_a_subject_stand_the_kinds_that_recall_or_its_cells_or_nothing():
    assert networks_compared.compared(subject_of("orthogonal RNN", 2)) == {kind: subject_of(kind, 2) for kind in KINDS}
    assert list(networks_compared.compared(subject_of("GRU", 2))) == list(TRIO)
    peephole = rnnviz.subject("untrained", cell="LSTM peephole", text="hello")
    assert list(networks_compared.compared(peephole)) == [*TRIO, "LSTM peephole"]
    assert not any(other.trained for other in networks_compared.compared(peephole).values())
    assert list(drawn_for.SOURCES["a network that was given"]) == ["LSTM"]


def test_which_part_of_a_larger_network_is_shown_is_said():
    def told(name: str) -> str:
        return networks_compared.conditions(drawn_for.SOURCES[name])

    assert "learnt the task so often: RNN: 0; LSTM: 5; GRU: 5. LSTM and GRU started" in told("recall")
    assert "Where there are several layers, number 1 is shown." in told("two layers, two directions")
    above = networks_compared.conditions(drawn_for.SOURCES["a network that was given"], (1, "backward"))
    assert "number 2 is shown. This direction reads from right to left" in above
    assert "all steps count at every step" in above


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("recall", "the first letter", "the last digit"),
        ("a sentence", "the first word", "the last word"),
        ("one step of vectors", "the first input", "the last input"),
    ],
)
def test_what_is_read_first_is_called_what_it_is(name, first, last):
    sources = drawn_for.SOURCES[name]
    assert networks_compared.first_read(sources) == first
    assert networks_compared.first_read(sources, (0, "backward")) == last


@pytest.mark.parametrize("of", [(0, "backward"), (1, "forward"), (1, "backward")])
def test_the_effects_are_those_of_the_layer_and_direction_that_is_shown(of):
    sources = drawn_for.SOURCES["two layers, two directions"]
    board, first = board_for(sources), -1 if of[1] == "backward" else 0
    above, _key, panels = memory_shares.measured("effect", sources, board, of)
    board.row(*panels)
    _header, arrays = unpack(board)
    told = first_word.title(sources, "effect", of)
    assert ("the last " if of[1] == "backward" else "the first ") in told
    lines = {trace["meta"]["network"]: trace for trace in above[0]["figure"]["data"]}
    for name, source in sources.items():
        known = measured(source, of).effect.values
        np.testing.assert_allclose(arrays[f"effect:{name}"][:, 1:], known, atol=1e-6)
        np.testing.assert_allclose(numbers(lines[name]["y"]), known[:, first], atol=1e-6)
        assert lines[name]["meta"]["source"] == first % len(known)
