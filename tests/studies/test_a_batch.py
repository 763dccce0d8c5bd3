"""The rows of a batch, and what padded and packed runs make of them, against single runs and by hand."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.studies import a_batch as study
from rnnviz.tasks import UNASKED

QUESTION = rnnviz.subject("intents-rnn-small", text="what time is it ?")
TRAVEL = rnnviz.subject("slots-lstm-two-1-seed0", text="Taipei is the city that I leave from")


def test_drawn_sentences_are_of_the_held_out_part_in_the_first_ones_language_and_of_unequal_lengths():
    parts = QUESTION.load().task.parts
    for text, spoken in (("what time is it ?", "en"), ("现在几点", "zh")):
        rows = study.rows_of(QUESTION.with_(text=text), 8, seed=3)
        assert [row.own for row in rows] == [True] + [False] * 7
        lengths = [row.steps for row in rows[1:]]
        assert len(set(lengths)) == 7
        for row in rows[1:]:
            sentence = QUESTION.load().task.sentence(row.reading.tokens)
            assert sentence in parts[1].values()
            assert sentence.language == spoken
            assert int(row.right) == QUESTION.load().task.labels.index(sentence.label)
    again = study.rows_of(QUESTION, 5, seed=3)
    assert [row.reading.tokens for row in again] != [row.reading.tokens for row in study.rows_of(QUESTION, 5, seed=4)]
    assert [row.reading.tokens for row in again] == [row.reading.tokens for row in study.rows_of(QUESTION, 5, seed=3)]


def test_own_lines_stand_in_the_place_of_drawn_ones_and_what_cannot_be_read_is_left_out():
    rows = study.rows_of(QUESTION, 5, seed=0, lines=("hello !", " ", "wake me at seven"))
    assert [" ".join(row.reading.tokens) for row in rows] == ["what time is it ?", "hello !", "wake me at seven"]


def test_examples_of_one_length_are_cut_and_keep_their_right_answers():
    subject = rnnviz.subject("untrained", task="parity", example=1)
    rows = study.rows_of(subject, 6, seed=0)
    whole = subject.read().steps
    assert all(whole // 3 <= row.steps <= whole for row in rows)
    assert len({row.steps for row in rows}) > 1
    for row in rows:
        ones = (row.reading.input[:, 0] == subject.load().task.vocabulary.encode(["1"])[0]).long()
        expected = ones.cumsum(0) % 2
        right = row.right if row.right.ndim else row.right[None].expand(row.steps)
        asked = right != UNASKED
        assert torch.equal(right[asked], expected[asked] if row.right.ndim else expected[-1:].expand(int(asked.sum())))


def test_a_network_without_a_task_reads_noise_of_unequal_lengths():
    network = rnnviz.Network("GRU", 4, 6, output_size=3, generator=torch.Generator().manual_seed(0))
    rows = study.rows_of(rnnviz.subject(network, torch.randn(9, 1, 4)), 5, seed=1)
    assert len(rows) == 5
    assert all(row.right is None and row.steps <= 9 for row in rows)


@pytest.mark.parametrize("subject", [QUESTION, TRAVEL], ids=["once", "at every step, both ways"])
def test_packed_rows_are_those_of_single_runs_and_padded_ones_drift(subject):
    runs = study.run(subject.network(), study.sorted_rows(study.rows_of(subject, 5, seed=0)))
    assert list(runs.batch.lengths) == sorted(runs.batch.lengths, reverse=True)
    assert runs.rounding < 1e-5
    np.testing.assert_allclose(runs.packed_answers, runs.answers, atol=1e-5)
    for b, row in enumerate(runs.rows):
        trace = row.reading.input
        with torch.no_grad():
            *_, (_, alone) = subject.network().run(subject.network().embed(trace))
        np.testing.assert_allclose(runs.alone[: row.steps, b], alone[:, 0].numpy(), atol=1e-6)
        assert np.isnan(runs.alone[row.steps :, b]).all()
        end = alone[-1, 0].numpy()
        away = np.linalg.norm(runs.padded[row.steps :, b] - end, axis=-1) / np.linalg.norm(end)
        np.testing.assert_allclose(runs.drift[row.steps :, b], away, rtol=1e-4)
    forward = subject is QUESTION
    assert (runs.own_drift == 0) is forward


def test_read_through_its_padding_a_known_question_is_answered_otherwise():
    runs = study.run(QUESTION.network(), study.sorted_rows(study.rows_of(QUESTION, 5, seed=0)))
    own = next(b for b, row in enumerate(runs.rows) if row.own)
    assert own in runs.misread
    padded = torch.cat([QUESTION.input(), torch.zeros(len(runs.sizes) - 5, 1, dtype=torch.long)])
    expected = QUESTION.network()(padded)[0].softmax(-1).detach().numpy()
    np.testing.assert_allclose(runs.padded_answers[own], expected, atol=1e-6)


def test_the_gradient_is_compared_with_right_answers_where_they_are_known_and_else_with_its_own():
    runs = study.run(QUESTION.network(), study.rows_of(QUESTION, 4, seed=1))
    found = study.teach(QUESTION.network(), runs)
    assert found.known
    assert set(found.parts) == {"embedding", "layer 1", "readout"}
    assert found.whole > 1  # a trained network's own gradient is small
    travel = study.teach(TRAVEL.network(), study.run(TRAVEL.network(), study.rows_of(TRAVEL, 3, seed=1)))
    assert not travel.known
    equal = study.run(QUESTION.network(), study.rows_of(QUESTION, 2, 0, lines=("what day is it ?",)))
    assert equal.batch.share == 0
    assert study.teach(QUESTION.network(), equal).whole < 1e-3
