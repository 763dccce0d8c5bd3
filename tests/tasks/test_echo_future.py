"""The echo of the future: the answer at a step is in a later one and nowhere else."""

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, EchoFuture
from rnnviz.tasks.echo_future import HELD_OUT, LENGTH, LETTERS

DISTANCES = range(1, EchoFuture.farthest + 1)
every_distance = pytest.mark.parametrize("distance", DISTANCES)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def echo(ids: list[int], distance: int) -> list[int]:
    """The answers to one sequence, worked out letter by letter. Id 0 is unknown, ids 1 to 4 are the classes 0 to 3."""
    answers = []
    for step in range(len(ids)):
        there = step + distance < len(ids) and ids[step + distance] > 0
        answers.append(ids[step + distance] - 1 if there else UNASKED)
    return answers


def test_it_is_in_the_table_of_tasks_and_is_read_out_at_every_step():
    assert TASKS["echo_future"] is EchoFuture
    task = EchoFuture()
    assert (task.distance, task.readout, task.labels) == (EchoFuture.usual, "every", LETTERS)
    assert (task.input_size, task.output_size) == (5, 4)


@every_distance
def test_the_answer_is_the_letter_so_many_steps_later(distance):
    task = EchoFuture(distance)
    x, y = task.batch(32, generator())
    assert x.shape == y.shape == (LENGTH, 32)
    for column in range(32):
        assert y[:, column].tolist() == echo(x[:, column].tolist(), distance)
    letters = [task.vocabulary.tokens[i].upper() for i in x[:, 0]]
    assert [task.labels[answer] for answer in y[:-distance, 0]] == letters[distance:]


@every_distance
def test_just_the_last_steps_are_not_asked(distance):
    _, y = EchoFuture(distance).batch(8, generator())
    assert (y[-distance:] == UNASKED).all()
    assert (y[:-distance] != UNASKED).all()


@every_distance
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 9])
def test_a_sequence_of_any_length_has_its_answers_and_an_unknown_letter_is_not_asked(distance, length):
    task = EchoFuture(distance)
    x = torch.randint(task.input_size, (length, 20), generator=generator(length))
    y = task.solution(x)
    assert y.shape == x.shape
    for column in range(20):
        assert y[:, column].tolist() == echo(x[:, column].tolist(), distance)


def test_all_that_was_read_so_far_tells_nothing_of_the_answer():
    x, y = EchoFuture(1).batch(20_000, generator())
    assert (torch.bincount(y[8]) / 20_000 - 0.25).abs().max() < 0.02
    for step in (0, 7, 8):
        for letter in range(1, 5):
            given = torch.bincount(y[8][x[step] == letter], minlength=4).double()
            assert (given / given.sum() - 0.25).abs().max() < 0.03


def test_the_same_generator_draws_the_same_batches_and_the_global_one_is_left_alone():
    before = torch.get_rng_state()
    for one, other in zip(EchoFuture().batch(8, generator(3)), EchoFuture().batch(8, generator(3)), strict=True):
        assert torch.equal(one, other)
    assert not torch.equal(EchoFuture().batch(8, generator(0)).x, EchoFuture().batch(8, generator(1)).x)
    assert torch.equal(EchoFuture(1).batch(8, generator(3)).x, EchoFuture(4).batch(8, generator(3)).x)
    EchoFuture().held_out()
    assert torch.equal(torch.get_rng_state(), before)


@every_distance
def test_the_held_out_sequences_are_always_the_same_and_a_training_run_never_meets_them(distance):
    (one,), (other,) = EchoFuture(distance).held_out(), EchoFuture(distance).held_out()
    assert one.x.shape == (LENGTH, HELD_OUT)
    assert torch.equal(one.x, other.x)
    assert torch.equal(one.y, other.y)
    held_out = {tuple(row) for row in one.x.T.tolist()}
    stream = generator(1)
    trained = {tuple(row) for _ in range(400) for row in EchoFuture(distance).batch(128, stream).x.T.tolist()}
    assert not held_out & trained


@pytest.mark.parametrize("distance", [0, -1, 5, 100])
def test_a_distance_outside_of_the_limits_is_refused(distance):
    with pytest.raises(ValueError, match=rf"^distance is {distance}; it must be from 1 to 4$"):
        EchoFuture(distance)


def test_examples_are_sequences_of_the_task():
    task = EchoFuture()
    assert len(set(task.examples)) == len(task.examples)
    for text in task.examples:
        assert task.encode(text).shape == (LENGTH, 1)
        assert (task.encode(text) > 0).all()
        assert torch.equal(task.encode(text.lower()), task.encode(text))


def test_a_label_in_words():
    assert EchoFuture().label_text("A") == "A"
    with pytest.raises(KeyError):
        EchoFuture().label_text("E")
