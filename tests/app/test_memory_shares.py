"""The panels about memory: parts that add up, measures that say what they are, and an honest place for failures."""

import numpy as np
import pytest
import torch

from rnnviz import memory
from rnnviz.app.page import percent
from rnnviz.app.panels import first_word, forgetting, memory_shares
from rnnviz.app.results import FIRST
from rnnviz.cells import CELLS, TRIO
from rnnviz.recording import record
from rnnviz.studies.delayed_recall import KINDS, SEEDS, beside, subject_of
from rnnviz.subjects import Subject
from rnnviz.tasks import DelayedRecall
from rnnviz.trace import Signal
from tests.app.sent import unpack
from tests.app.sources import SOURCES, board_for, every_source

# Who wrote this state


@every_source
@pytest.mark.parametrize("measure", ["reveal", "ledger"])
def test_at_every_step_the_parts_of_all_words_and_the_base_sum_to_one(sources, measure):
    board = board_for(sources)
    board.row(*memory_shares.measured(measure, sources, board)[-1])
    _header, arrays = unpack(board)
    assert set(arrays) == {
        f"{measure}:{n}" for n, s in sources.items() if measure == "reveal" or CELLS[s.cell].keeps is not None
    }
    for parts in arrays.values():
        steps = len(board.tokens)
        assert parts.shape == (steps, steps + 1)
        assert (parts >= 0).all()
        np.testing.assert_allclose(parts.sum(1), 1, atol=1e-4)
        ahead = np.triu(np.ones((steps, steps)), 1) > 0
        assert (parts[:, 1:][ahead] == 0).all()  # no word is in a state before it was read


@pytest.mark.parametrize("which", ["recall", "a sentence"])
def test_the_picture_holds_the_reveal_of_its_own_network_with_the_base_first(which):
    sources = SOURCES[which]
    board = board_for(sources)
    panels = memory_shares.measured("reveal", sources, board)[-1]
    board.row(*panels)
    _header, arrays = unpack(board)
    for (cell, source), panel in zip(sources.items(), panels, strict=True):
        found = memory.reveal(source.network(), source.input(), layer=0)
        np.testing.assert_allclose(arrays[f"reveal:{cell}"][:, 0], found.base_share.values[:, 0], atol=1e-6)
        np.testing.assert_allclose(arrays[f"reveal:{cell}"][:, 1:], found.shares.values[:, :, 0], atol=1e-6)
        assert (panel["title"], panel["first"]) == (cell, 0)
        assert panel["base"] == "start, biases and reading zeros"
        assert panel["span"] == 4
        assert "accent" not in panel  # the colours are the words', not the cells'


@pytest.mark.parametrize("which", ["recall", "a sentence", "one word", "two hundred words"])
def test_the_ledger_omits_the_rnn_and_says_when_what_stands_there_was_written(which):
    sources = SOURCES[which]
    panels = memory_shares.measured("ledger", sources, board_for(sources))[-1]
    assert [panel["array"] for panel in panels] == ["ledger:LSTM", "ledger:GRU"]
    chips = {
        name: chip.text.removeprefix(f"{name} ")
        for name, chip in zip(sources, first_word.chips(sources, "ledger", FIRST), strict=True)
    }
    for panel, name in zip(panels, ("LSTM", "GRU"), strict=True):
        found = memory.ledger(sources[name].trace())
        written = np.abs(found.entries.values[-1, :, 0].astype(float)).sum(-1)
        share = written[0] / (written.sum() + np.abs(found.opening.values[-1, 0]).sum())
        last = next(n for n in range(1, written.size + 1) if written[-n:].sum() >= written.sum() / 2)
        assert panel["title"] == name
        assert chips[name] == ("< 1%" if 0 < share < 0.005 else percent(float(share)))
        assert panel["caption"].endswith(
            f"). Half of what stands there at the end was written in the last {last} steps."
        )
        assert panel["span"] == 12 // len(panels)
        assert "accent" not in panel


def test_the_ledger_of_what_an_rnn_alone_reads_is_a_sentence():
    sources = {"RNN": subject_of("RNN")}
    (panel,) = memory_shares.measured("ledger", sources, board_for(sources))[-1]
    assert (panel["kind"], panel["span"]) == ("missing", 12)
    assert "no ledger" in panel["text"]


def test_gated_cells_keep_the_letter_and_the_rnn_that_failed_does_not():
    last = {name: memory_shares.revealed(subject_of(name)).shares.values[-1, 0, 0] for name in KINDS}
    assert last["RNN"] < 1e-6
    assert min(last["LSTM"], last["GRU"], last["orthogonal RNN"]) > 0.2


@every_source
def test_a_picture_says_how_far_its_parts_undo_one_another(sources):
    for source in sources.values():
        panel = memory_shares.measured("reveal", {"it": source}, board_for(sources))[-1][0]
        most = memory.reveal(source.network(), source.input(), layer=0).cancellation.values.max()
        usual = f"Added up without their signs the parts are up to {most:.1f} times the state."
        careful = f"Careful: the parts largely undo one another (up to {most:.1f} times the state), shares say little."
        assert panel["caption"].endswith(careful if most > memory.CANCELS else usual)


@pytest.mark.parametrize("step", [0, 20, -1])
def test_parts_that_cancel_at_one_step_are_warned_of(step, monkeypatch):
    source = subject_of("GRU")
    found = memory.reveal(source.network(), source.input(), layer=0)
    cancelling = found.cancellation.values.copy()
    cancelling[step] = memory.CANCELS + 2.5
    found = found._replace(cancellation=Signal("cancellation", ("time", "batch"), cancelling))
    monkeypatch.setattr(memory_shares, "revealed", lambda _source, _of: found)
    (panel,) = memory_shares.measured("reveal", {"GRU": source}, board_for({"GRU": source}))[-1]
    assert "Careful: the parts largely undo one another (up to 7.5 times the state)" in panel["caption"]


def test_every_measure_says_whence_its_numbers_are_and_what_is_grey():
    for source in (subject_of(), Subject()):
        assert len({first_word.meaning({"it": source}, measure) for measure in ("effect", "reveal", "ledger")}) == 3
        assert "another order gives other shares" in first_word.meaning(source, "reveal")
        assert "zero vectors that training never saw" in first_word.meaning(source, "reveal")
    assert "reads zeros" in memory_shares.colours("reveal")
    assert "initial state" in memory_shares.colours("ledger")
    assert "Grey" not in memory_shares.colours("effect")
    ribbon = memory_shares.ribbon("GRU", subject_of("GRU"), board_for({"GRU": subject_of("GRU")}))
    assert ribbon["base"] == "start, biases and reading zeros"
    assert "another order gives other ribbons" in ribbon["caption"]


@every_source
@pytest.mark.parametrize("measure", ["reveal", "ledger"])
def test_beside_each_share_stands_what_its_own_network_answers(sources, measure):
    for panel in memory_shares.measured(measure, sources, board_for(sources))[-1]:
        if panel["kind"] == "missing":
            continue
        source = sources[panel["array"].partition(":")[2]]
        asked = source.load().task
        if source.network().readout is None or asked.inputs != "tokens":
            assert "answers" not in panel["caption"]
            continue
        with torch.no_grad():
            scores = source.network()(source.input())
        chances = (scores[-1, 0] if source.network().read_at == "every" else scores[0]).softmax(-1).numpy()
        answer = asked.label_text(asked.labels[chances.argmax()])
        sure = "> 99%" if 0.995 < chances.max() < 1 else f"{chances.max():.0%}"  # never called certain unless it is
        assert panel["caption"].startswith(f"It answers {answer} ({sure}). ")


# One unit


@every_source
def test_the_ribbons_of_every_unit_add_up_to_its_value(sources):
    for cell, source in sources.items():
        board = board_for(sources)
        panel = memory_shares.ribbon(cell, source, board)
        contributions = memory.reveal(source.network(), source.input(), layer=0).contributions.values
        kept = memory_shares.revealed(source).contributions
        assert (panel is None) == (kept is None) == (contributions.size > memory_shares.LARGEST_RIBBON)
        if panel is None:
            continue
        np.testing.assert_array_equal(kept.values, contributions)
        board.row(panel)
        _header, arrays = unpack(board)
        steps, units = len(source.tokens), panel["units"]
        parts = arrays["ribbon"].reshape(steps, steps + 1, units)
        value = arrays["ribbon:h"]
        np.testing.assert_allclose(parts.sum(1), value, atol=2e-5)
        with torch.no_grad():
            trace = record(source.network(), source.input())
        h = trace.layer()["h"].values[:, 0]
        np.testing.assert_allclose(value, h, atol=1e-6)


# The other measures


@every_source
def test_connectivities_sum_to_one(sources, drawn):
    panel = memory_shares.connectivities(sources, span=12)
    if any(source.network().readout is None for source in sources.values()):
        assert "no answer that a push could move" in panel["text"]
        return
    assert set(drawn) == set(sources)
    for cell, shares in drawn.items():
        assert shares.shape == (len(sources[cell].tokens),)
        assert (shares >= 0).all()
        assert shares.sum() == pytest.approx(1, abs=1e-5)


def test_connectivities_are_the_gradients_of_the_final_answer(drawn):
    memory_shares.connectivities(SOURCES["a sentence"], span=12)
    for cell, source in SOURCES["a sentence"].items():
        size = memory.connectivity(source.network(), source.input()).values[:, 0]
        np.testing.assert_allclose(drawn[cell], size / size.sum(), rtol=1e-5)


@pytest.mark.parametrize("seed", [SEEDS[0], SEEDS[-1]])
def test_a_linear_probe_reads_the_letter_where_it_was_learnt_and_guesses_where_it_was_not(seed, drawn):
    forgetting.probes(beside(subject_of(seed=seed)), span=6)
    assert set(drawn) == set(TRIO)
    for name, score in drawn.items():
        assert score.shape == (DelayedRecall.delay + 1,)
        assert score[0] > 0.99, "just read, any cell holds it"
        if name == "RNN":
            assert abs(score[-1] - 0.25) < 0.1
        else:
            assert score[-1] > 0.98


def test_a_probe_never_sees_a_network_of_another_seed(drawn):
    one = forgetting.first_word_read(subject_of("RNN", 0).model).values
    other = forgetting.first_word_read(subject_of("RNN", 1).model).values
    assert not np.array_equal(one, other)


# Whatever comes


@every_source
def test_every_panel_stands_and_is_json(sources):
    board, (name, subject) = board_for(sources), list(sources.items())[-1]
    for measure in ("reveal", "ledger"):
        board.row(*memory_shares.measured(measure, sources, board)[-1])
    ribbon = memory_shares.ribbon(name, subject, board)
    board.row(*([ribbon] if ribbon else []))
    board.row(forgetting.half_life_rows(sources, span=12))
    board.row(memory_shares.connectivities(sources, span=6), forgetting.divergences(sources, span=6))
    board.row(forgetting.honesty())
    header, arrays = unpack(board)
    assert len(header["rows"]) == 5 + (ribbon is not None)
    assert all(np.isfinite(array).all() for array in arrays.values())
    spans = [sum(panel["span"] for panel in row) for row in header["rows"]]
    assert max(spans) <= 12
