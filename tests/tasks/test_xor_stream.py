"""Elman's stream: bit by bit against its rule."""

import pytest
import torch

from rnnviz.network import Network
from rnnviz.tasks import TASKS, UNASKED, XorStream
from rnnviz.tasks.xor_stream import HELD_OUT, TRIPLES
from rnnviz.training import Recipe, Training, accuracy


@pytest.fixture(scope="module")
def task() -> XorStream:
    return XorStream()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_it_is_in_the_table_of_tasks(task):
    assert TASKS["xor_stream"] is XorStream
    assert (task.input_size, task.output_size) == (3, 2)


def test_each_third_bit_is_the_exclusive_or_of_the_two_before_it_and_the_answer_is_the_next_bit(task):
    x, y = task.batch(64, generator())
    assert x.shape == y.shape == (3 * TRIPLES, 64)
    for b in range(64):
        bits = [int(token) - 1 for token in x[:, b]]
        for first in range(0, len(bits), 3):
            assert bits[first + 2] == (bits[first] + bits[first + 1]) % 2
        assert y[:, b].tolist() == [*bits[1:], UNASKED]


def test_the_other_bits_are_drawn_and_tell_nothing_of_one_another(task):
    x, _ = task.batch(5000, generator())
    bits = (x - 1).double()
    assert (bits.mean(1) - 0.5).abs().max() < 0.03
    together = torch.corrcoef(bits[[0, 1, 3, 4, 6, 7]]).fill_diagonal_(0)
    assert together.abs().max() < 0.05


def test_only_the_third_bits_have_a_solution(task):
    x, y = task.batch(16, generator())
    solution = task.solution(x)
    assert (solution != UNASKED).nonzero()[:, 0].unique().tolist() == list(range(1, 3 * TRIPLES, 3))
    assert torch.equal(solution[1::3], y[1::3])
    assert task.solution(torch.tensor([[1], [2]]))[:, 0].tolist() == [UNASKED, 1]
    assert task.solution(torch.tensor([[2], [0], [1], [2]]))[:, 0].tolist() == [UNASKED] * 4
    assert task.solution(torch.tensor([[2]]))[:, 0].tolist() == [UNASKED]


def test_the_third_part_asks_for_every_third_bit_alone(task):
    ((x, y),) = task.subsets()["third"]
    (whole,) = task.held_out()
    assert torch.equal(x, whole.x)
    assert (y != UNASKED).sum() == TRIPLES * HELD_OUT
    assert torch.equal(y[1::3], whole.y[1::3])


def test_the_same_generator_draws_the_same_and_the_global_one_is_left_alone(task):
    before = torch.get_rng_state()
    assert torch.equal(task.batch(8, generator(3)).x, XorStream().batch(8, generator(3)).x)
    assert torch.equal(task.held_out()[0].x, XorStream().held_out()[0].x)
    assert torch.equal(torch.get_rng_state(), before)


def test_examples_are_streams_of_the_task_and_labels_have_words(task):
    for example in task.examples:
        ids = task.encode(example)
        assert torch.equal(task.solution(ids)[1::3, 0], ids[2::3, 0] - 1)
    assert [task.label_text(label) for label in task.labels] == ["0", "1"]
    with pytest.raises(KeyError):
        task.label_text("2")


def test_an_elman_network_learns_the_third_bits_and_nothing_can_learn_the_others(task):
    sizes = {"vocabulary_size": task.input_size, "output_size": task.output_size, "readout": task.readout}
    network = Network("RNN", 4, 16, generator=generator(), **sizes)
    for _ in Training(network, task, Recipe(learning_rate=2e-2, schedule="linear"), per_decade=0):
        pass
    assert accuracy(network, task.subsets()["third"]) > 0.98
    assert accuracy(network, task.held_out()) == pytest.approx(2 / 3, abs=0.02)
