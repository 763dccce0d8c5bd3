"""Temporal order: the answer is read off the two marks, step by step."""

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, TemporalOrder
from rnnviz.tasks.temporal_order import HELD_OUT

MARKS = {1: "X", 2: "Y"}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("length", [10, 25, 50, 100])
def test_the_answer_names_the_two_marks_in_their_order(length):
    task = TemporalOrder(length)
    x, y = task.batch(64, generator())
    assert x.shape == (length, 64)
    for b in range(64):
        marks = [(t, MARKS[token]) for t, token in enumerate(x[:, b].tolist()) if token in MARKS]
        (first, one), (second, other) = marks
        assert task.labels[y[b]] == one + other
        assert length // 10 <= first < 2 * (length // 10)
        assert 5 * (length // 10) <= second < 6 * (length // 10)
    assert set(x.unique().tolist()) == {1, 2, 3, 4, 5, 6}


def test_the_four_classes_are_equally_likely():
    _, y = TemporalOrder().batch(8000, generator())
    assert (torch.bincount(y, minlength=4) / 8000 - 0.25).abs().max() < 0.02


def test_without_two_marks_there_is_no_answer():
    x = torch.tensor([[3, 1, 1, 1], [3, 4, 2, 2], [4, 5, 6, 1]])
    assert TemporalOrder().solution(x).tolist() == [UNASKED, UNASKED, 1, UNASKED]


def test_it_is_in_the_table_and_its_data_hang_on_the_generator_alone():
    task, before = TemporalOrder(), torch.get_rng_state()
    assert TASKS["temporal_order"] is TemporalOrder
    assert torch.equal(task.batch(8, generator(3)).x, TemporalOrder().batch(8, generator(3)).x)
    assert task.held_out()[0].y.shape == (HELD_OUT,)
    assert torch.equal(task.held_out()[0].x, TemporalOrder().held_out()[0].x)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_training_run_never_meets_a_held_out_sequence():
    task, source = TemporalOrder(), generator()
    held_out = {tuple(row) for row in task.held_out()[0].x.T.tolist()}
    trained = {tuple(row) for _ in range(300) for row in task.batch(64, source).x.T.tolist()}
    assert len(held_out) == HELD_OUT
    assert not held_out & trained


def test_examples_have_an_answer_and_labels_have_words():
    task = TemporalOrder()
    assert all(task.solution(task.encode(example)).item() in range(4) for example in task.examples)
    assert task.label_text("XY") == "first X, then Y"
    with pytest.raises(KeyError):
        task.label_text("XZ")
    with pytest.raises(ValueError, match="length is 9; it must be at least 10"):
        TemporalOrder(9)
