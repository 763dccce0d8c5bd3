"""Parity: bit by bit against counting."""

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, Parity


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_answer_is_whether_the_ones_so_far_are_odd_in_number():
    x, y = Parity(60).batch(32, generator())
    assert x.shape == y.shape == (60, 32)
    for b in range(32):
        bits = [token - 1 for token in x[:, b].tolist()]
        assert y[:, b].tolist() == [sum(bits[: t + 1]) % 2 for t in range(60)]
    assert y.double().mean().item() == pytest.approx(0.5, abs=0.05)


def test_training_draws_a_length_and_what_is_held_out_has_most():
    task, drawn = Parity(40, shortest=35), generator(1)
    assert {len(task.batch(2, drawn).x) for _ in range(60)} == set(range(35, 41))
    assert torch.equal(task.held_out()[0].x, Parity(40).held_out()[0].x)
    with pytest.raises(ValueError, match="shortest is 41; it must be from 1 to length, 40"):
        Parity(40, shortest=41)


def test_after_an_unknown_bit_nobody_can_tell():
    assert Parity().solution(torch.tensor([[2], [1], [0], [2]]))[:, 0].tolist() == [1, 1, UNASKED, UNASKED]


def test_it_is_in_the_table_and_its_data_hang_on_the_generator_alone():
    task, before = Parity(), torch.get_rng_state()
    assert TASKS["parity"] is Parity
    assert torch.equal(task.batch(8, generator(3)).x, Parity().batch(8, generator(3)).x)
    assert torch.equal(task.held_out()[0].x, Parity().held_out()[0].x)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(len(task.encode(example)) == task.length for example in task.examples)
    with pytest.raises(ValueError, match="length is 29; it must be at least 30"):
        Parity(29)
    with pytest.raises(KeyError):
        task.label_text("2")
