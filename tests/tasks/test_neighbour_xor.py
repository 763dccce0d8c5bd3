"""Neighbour XOR: the answer needs both neighbours, and neither of them alone tells a thing."""

import itertools

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, NeighbourXor
from rnnviz.tasks.neighbour_xor import HELD_OUT, LENGTH


@pytest.fixture(scope="module")
def task() -> NeighbourXor:
    return NeighbourXor()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def xor(ids: list[int]) -> list[int]:
    """The answers to one sequence, worked out bit by bit. Id 0 is unknown, ids 1 and 2 are the bits 0 and 1."""
    answers = []
    for step in range(len(ids)):
        inside = 0 < step < len(ids) - 1
        if not inside or 0 in (ids[step - 1], ids[step + 1]):
            answers.append(UNASKED)
        else:
            answers.append((ids[step - 1] - 1) ^ (ids[step + 1] - 1))
    return answers


def test_it_is_in_the_table_of_tasks_and_is_read_out_at_every_step(task):
    assert TASKS["neighbour_xor"] is NeighbourXor
    assert (task.readout, task.labels) == ("every", ("same", "differ"))
    assert (task.input_size, task.output_size) == (3, 2)


def test_the_answer_is_whether_the_neighbours_differ(task):
    x, y = task.batch(64, generator())
    assert x.shape == y.shape == (LENGTH, 64)
    for column in range(64):
        assert y[:, column].tolist() == xor(x[:, column].tolist())


def test_all_sequences_of_three_bits_have_the_answers_of_the_truth_table(task):
    for before, here, after in itertools.product((0, 1), repeat=3):
        x = task.encode(f"{before} {here} {after}")
        assert task.solution(x).flatten().tolist() == [UNASKED, int(before != after), UNASKED]


def test_just_the_two_ends_are_not_asked(task):
    _, y = task.batch(8, generator())
    assert (y[[0, -1]] == UNASKED).all()
    assert (y[1:-1] != UNASKED).all()


@pytest.mark.parametrize("length", [1, 2, 3, 4, 9])
def test_a_sequence_of_any_length_has_its_answers_and_beside_an_unknown_bit_none_is_asked(task, length):
    x = torch.randint(3, (length, 20), generator=generator(length))
    y = task.solution(x)
    assert y.shape == x.shape
    for column in range(20):
        assert y[:, column].tolist() == xor(x[:, column].tolist())


def test_no_bit_alone_tells_anything_of_the_answer(task):
    x, y = task.batch(20_000, generator())
    assert abs(y[8].double().mean() - 0.5) < 0.02
    for step in range(LENGTH):
        for bit in (1, 2):
            assert abs(y[8][x[step] == bit].double().mean() - 0.5) < 0.03


def test_the_same_generator_draws_the_same_batches_and_the_global_one_is_left_alone(task):
    before = torch.get_rng_state()
    for one, other in zip(task.batch(8, generator(3)), NeighbourXor().batch(8, generator(3)), strict=True):
        assert torch.equal(one, other)
    assert not torch.equal(task.batch(8, generator(0)).x, task.batch(8, generator(1)).x)
    task.held_out()
    assert torch.equal(torch.get_rng_state(), before)


def test_the_held_out_sequences_are_always_the_same(task):
    (one,), (other,) = task.held_out(), NeighbourXor().held_out()
    assert one.x.shape == (LENGTH, HELD_OUT)
    assert torch.equal(one.x, other.x)
    assert torch.equal(one.y, other.y)


def test_a_training_run_never_meets_a_held_out_sequence_though_there_are_few(task):
    held_out = {tuple(row) for row in task.held_out()[0].x.T.tolist()}
    stream = generator(1)
    trained = {tuple(row) for _ in range(200) for row in task.batch(128, stream).x.T.tolist()}
    assert len(trained) > 0.3 * 2**LENGTH
    assert not held_out & trained


def test_examples_are_sequences_of_the_task(task):
    assert len(set(task.examples)) == len(task.examples)
    for text in task.examples:
        assert task.encode(text).shape == (LENGTH, 1)
        assert (task.encode(text) > 0).all()


def test_a_label_in_words(task):
    assert len({task.label_text(label) for label in task.labels}) == 2
    with pytest.raises(KeyError):
        task.label_text("xor")
