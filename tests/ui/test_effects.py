"""The panels of total effects: what they draw is what the library measures, with its error, for any source."""

import json
import re

import numpy as np
import pytest
import torch

from rnnviz import memory
from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import EFFECT_WORK, LEAST_PAIRS, MAX_TOKENS, PAIRS, SIZES, Experiment, task
from rnnviz.memory import TotalEffect
from rnnviz.recall import KINDS, SEEDS, Recall
from rnnviz.trace import Signal
from rnnviz.ui import effects, heavy_work
from rnnviz.ui.language import sentences
from tests.ui.sent import unpack
from tests.ui.sources import board_for

SOURCES = {
    "recall": {kind: Recall(kind, 2) for kind in KINDS},
    "a sentence": {cell: Experiment(cell, text="will it rain in Taipei tomorrow ?") for cell in TRIO},
    "every cell": {cell: Experiment(cell, text="what time is it ?", weights="fresh") for cell in CELLS},
    "one word that was never met": {cell: Experiment(cell, text="zzzz") for cell in TRIO},
}
every_source = pytest.mark.parametrize("sources", SOURCES.values(), ids=SOURCES)


def measured(source) -> TotalEffect:
    sequence = () if isinstance(source, Recall) else (source.input(),)
    return memory.total_effect(source.network(), *source.draws(), *sequence)


@every_source
def test_the_pictures_hold_the_effects_and_errors_of_their_own_networks_on_one_scale(sources):
    board = board_for(sources)
    panels = effects.stacked(sources, board)
    board.row(*panels)
    _header, arrays = unpack(board)
    highest = 1.0
    for (name, source), panel in zip(sources.items(), panels, strict=True):
        found = measured(source)
        parts, errors = arrays[f"effect:{name}"], arrays[f"effect:error:{name}"]
        assert (panel["array"], panel["error"]) == (f"effect:{name}", f"effect:error:{name}")
        assert (parts[:, 0] == 0).all()  # there is no base
        np.testing.assert_allclose(parts[:, 1:], found.effect.values, atol=1e-6)
        np.testing.assert_allclose(errors[:, 1:], found.effect_error.values, atol=1e-6)
        share, error = found.effect.values[-1, 0], found.effect_error.values[-1, 0]
        assert panel["title"] == f"{name}: {share:.1%} ± {error:.1%} at the end hangs on the first word"
        both = f"{found.sum.values[-1]:.1%} ± {found.sum_error.values[-1]:.1%}"
        assert panel["caption"].startswith(f"Sum over words at the end: {both}.")
        highest = max(highest, found.sum.values.max())
    assert all(panel["top"] == pytest.approx(highest) for panel in panels)


@every_source
def test_the_curve_is_the_first_words_effect_between_its_errors(sources):
    panel = effects.over_time(sources, span=6)
    json.dumps(panel["figure"], allow_nan=False)
    named = {trace["meta"]["network"]: trace["meta"] for trace in panel["figure"]["data"] if "meta" in trace}
    assert list(named) == list(sources)
    assert all(meta["signal"] == "effect" and meta["source"] == 0 for meta in named.values())


def test_the_headline_gives_every_share_and_the_largest_error():
    for sources in (SOURCES["recall"], SOURCES["a sentence"]):
        found = {name: measured(source) for name, source in sources.items()}
        told = effects.headline(sources, 51)
        for name, one in found.items():
            assert f"{name}: {one.effect.values[-1, 0]:.1%}" in told
        assert f"(± {max(one.effect_error.values[-1, 0] for one in found.values()):.1%})" in told


def test_a_state_that_does_not_vary_has_no_share_and_the_headline_says_so(monkeypatch):
    nothing, single = np.full((3, 3), np.nan), np.full(3, np.nan)
    still = TotalEffect(
        Signal("total effect", ("time", "source"), nothing),
        Signal("standard error", ("time", "source"), nothing),
        Signal("sum", ("time",), single),
        Signal("standard error", ("time",), single),
        Signal("variance", ("time",), np.zeros(3)),
    )
    monkeypatch.setattr(effects, "effect", lambda _source: still)
    sources = {"ESN": Experiment("ESN", text="a b c")}
    assert "ESN: – (the state does not vary) (± 0.0%)" in effects.headline(sources, 3)
    (panel,) = effects.stacked(sources, board_for(sources))
    assert panel["title"] == "ESN: – at the end hangs on the first word"
    assert panel["top"] == 1.0


def test_what_a_recall_draws_is_of_the_task_and_the_same_for_all_of_its_networks():
    a, b = Recall("LSTM", 1).draws()
    assert a.shape == b.shape == (51, 256)
    assert not torch.equal(a, b)
    for batch in (a, b):
        assert ((batch[0] >= 1) & (batch[0] <= 4)).all()
        assert ((batch[1:] >= 5) & (batch[1:] <= 8)).all()
    for kind in KINDS:
        for seed in SEEDS:
            assert torch.equal(Recall(kind, seed, "C").draws()[1], b)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 7, 50, MAX_TOKENS])
def test_a_sentences_words_are_drawn_from_the_vocabulary_as_often_as_a_server_bears(size, count):
    read = Experiment("GRU", size, text=" ".join(["what"] * count))
    a, b = read.draws()
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
    assert torch.equal(a, Experiment("RNN", size, text=" ".join(["time"] * count)).draws()[0])


def test_each_source_says_what_was_replaced_by_what_and_what_its_sum_says():
    recall, sentence = Recall(), Experiment()
    assert "256 pairs of the task's own sequences" in effects.meaning(recall)
    assert "drawn from the vocabulary" in effects.meaning(sentence)
    assert "128 pairs of draws" in effects.meaning(sentence)
    assert "either side of 100%" in effects.summing(sentence)
    assert "Above 100%" in effects.summing(recall)


def test_sentences_follow_one_another_as_their_language_writes_them(monkeypatch):
    assert sentences("One.", "", "Two.") == "One. Two."
    monkeypatch.setattr("rnnviz.ui.language.language", lambda: "zh")
    assert sentences("一。", "二。") == "一。二。"
    told = effects.stacked({"LSTM": Recall()}, board_for({"LSTM": Recall()}))[0]
    assert not re.search("。 ", told["caption"])


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
    experiment = Experiment(text="time " * 12, weights="fresh", seed=77)
    with pytest.raises(KeyboardInterrupt):
        effects.prepare({"LSTM": experiment})
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 1
    assert effects._EFFECTS.get(experiment) is None
    monkeypatch.setattr(heavy_work.Bar, "show", lambda self, share, text: shares.append(share))
    effects.prepare({"LSTM": experiment})
    assert shares[-1] == 1
    expected = memory.total_effect(experiment.network(), *experiment.draws(), experiment.input())
    np.testing.assert_array_equal(effects.effect(experiment).effect.values, expected.effect.values)
