"""Delayed recall as a task: the answer is in the first step and nowhere else."""

import pytest
import torch

from rnnviz.tasks import TASKS, DelayedRecall
from rnnviz.tasks.base import UNASKED
from rnnviz.tasks.delayed_recall import HELD_OUT, LETTERS


@pytest.fixture(scope="module")
def task() -> DelayedRecall:
    return DelayedRecall()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_it_is_in_the_table_of_tasks(task):
    assert TASKS["recall"] is DelayedRecall
    assert task.labels == LETTERS
    assert task.output_size == 4
    assert task.input_size == 9


def test_the_answer_is_the_first_letter(task):
    x, y = task.batch(64, generator())
    assert x.shape == (task.delay + 1, 64)
    assert y.shape == (64,)
    tokens = task.vocabulary.tokens
    assert [tokens[i].upper() for i in x[0]] == [task.labels[answer] for answer in y]


def test_a_rule_gives_the_answer_to_a_letter_before_digits_and_to_nothing_else(task):
    x, y = task.batch(64, generator())
    assert torch.equal(task.solution(x), y)
    for text in ("1 2 3", "A 1 B", "hello 1", "? 2"):
        assert task.solution(task.encode(text)).tolist() == [UNASKED]
    assert task.solution(task.encode("C")).tolist() == [2]


def test_all_after_the_letter_are_digits_and_no_token_is_unknown(task):
    x, _ = task.batch(64, generator())
    assert {task.vocabulary.tokens[i] for i in x[1:].flatten().tolist()} == {"1", "2", "3", "4"}
    assert (x > 0).all()


def test_letters_and_digits_are_equally_likely_and_tell_nothing_of_one_another(task):
    x, y = task.batch(20_000, generator())
    share = torch.bincount(y) / len(y)
    assert (share - 0.25).abs().max() < 0.02
    for step in (1, 25, task.delay):
        for digit in range(5, 9):
            given = torch.bincount(y[x[step] == digit], minlength=4).double()
            assert (given / given.sum() - 0.25).abs().max() < 0.03


def test_the_same_generator_draws_the_same_batches_and_the_global_one_is_left_alone(task):
    before = torch.get_rng_state()
    for one, other in zip(task.batch(8, generator(3)), DelayedRecall().batch(8, generator(3)), strict=True):
        assert torch.equal(one, other)
    assert not torch.equal(task.batch(64, generator(0)).y, task.batch(64, generator(1)).y)
    task.held_out()
    assert torch.equal(torch.get_rng_state(), before)


def test_the_held_out_sequences_are_always_the_same(task):
    (one,), (other,) = task.held_out(), DelayedRecall().held_out()
    assert one.y.shape == (HELD_OUT,)
    assert torch.equal(one.x, other.x)
    assert torch.equal(one.y, other.y)


def test_a_training_run_never_meets_a_held_out_sequence(task):
    held_out = {tuple(row) for row in task.held_out()[0].x.T.tolist()}
    assert len(held_out) == HELD_OUT
    for seed in range(1, 6):
        stream = generator(seed)
        trained = {tuple(row) for _ in range(500) for row in task.batch(32, stream).x.T.tolist()}
        assert not held_out & trained


def test_another_delay_is_another_task_with_examples_of_its_own_length():
    short = DelayedRecall(5)
    assert short.batch(3, generator()).x.shape == (6, 3)
    assert short.held_out()[0].x.shape == (6, HELD_OUT)
    assert [len(short.encode(text)) for text in short.examples] == [6] * len(LETTERS)
    assert DelayedRecall().examples == DelayedRecall.examples
    with pytest.raises(ValueError, match="at least 1"):
        DelayedRecall(0)


def test_examples_are_sequences_of_the_task_with_every_letter_first(task):
    assert [text.split()[0] for text in task.examples] == list(LETTERS)
    for text in task.examples:
        ids = task.encode(text)
        assert ids.shape == (task.delay + 1, 1)
        assert ids[0, 0] in range(1, 5)
        assert set(ids[1:, 0].tolist()) <= {5, 6, 7, 8}


def test_a_label_in_words(task):
    assert task.label_text("A") == "the letter A"
    with pytest.raises(KeyError):
        task.label_text("E")
