"""Selective copying: each cue against the letters that were read."""

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, SelectiveCopy
from rnnviz.tasks.selective_copy import BLANK, CUE, LETTERS

TOKENS = ("", *LETTERS, BLANK, CUE)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("length", "count"), [(24, 4), (10, 10), (40, 1)])
def test_the_cues_ask_for_the_letters_in_their_order_and_nothing_else_is_asked(length, count):
    task = SelectiveCopy(length, count)
    x, y = task.batch(32, generator())
    assert x.shape == y.shape == (length + count, 32)
    for b in range(32):
        read = [TOKENS[token] for token in x[:, b].tolist()]
        letters = [token for token in read if token in LETTERS]
        assert (len(letters), read[length:]) == (count, [CUE] * count)
        assert y[:length, b].tolist() == [UNASKED] * length
        assert [task.labels[answer] for answer in y[length:, b].tolist()] == letters


def test_letters_and_places_are_drawn_evenly():
    x, y = SelectiveCopy().batch(4000, generator())
    letters = (x[:24] <= len(LETTERS)).double().mean(1)
    assert (letters - 4 / 24).abs().max() < 0.03
    assert (torch.bincount(y[24:].flatten()) / 16_000 - 0.25).abs().max() < 0.02


def test_a_cue_without_a_letter_asks_for_nothing_and_a_letter_after_it_is_not_known_yet():
    task = SelectiveCopy()
    answers = task.solution(task.encode("? A . ? ? B ?"))[:, 0].tolist()
    assert answers == [UNASKED, UNASKED, UNASKED, UNASKED, UNASKED, UNASKED, UNASKED]
    assert task.solution(task.encode("D A ? B ? ?"))[:, 0].tolist() == [UNASKED, UNASKED, 3, UNASKED, 0, 1]


def test_it_is_in_the_table_and_its_data_hang_on_the_generator_alone():
    task, before = SelectiveCopy(), torch.get_rng_state()
    assert TASKS["selective_copy"] is SelectiveCopy
    assert torch.equal(task.batch(8, generator(3)).x, SelectiveCopy().batch(8, generator(3)).x)
    assert torch.equal(task.held_out()[0].x, SelectiveCopy().held_out()[0].x)
    assert torch.equal(torch.get_rng_state(), before)
    assert all((task.solution(task.encode(example)) != UNASKED).sum() == 4 for example in task.examples)
    assert [task.label_text(label) for label in task.labels] == list(LETTERS)
    with pytest.raises(ValueError, match="count is 5; it must be from 1 to length, 4"):
        SelectiveCopy(4, 5)
    with pytest.raises(KeyError):
        task.label_text("E")
