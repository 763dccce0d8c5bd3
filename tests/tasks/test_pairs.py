"""Pairs: each answer against the text, pair by pair."""

import re

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, Pairs
from rnnviz.tasks.pairs import KEYS, VALUES


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("pairs", [4, 8, 16])
def test_the_answer_is_the_number_that_came_with_the_letter(pairs):
    task = Pairs(pairs)
    (x, y), tokens = task.held_out()[0], task.vocabulary.tokens
    for b in range(64):
        *read, asked = [tokens[token] for token in x[:, b].tolist()]
        table = dict(re.fullmatch(r"([a-p])(\d+)", token).groups() for token in read)
        assert len(table) == len(set(table.values())) == pairs
        assert VALUES[y[b]] == table[asked]
    assert (torch.bincount(y, minlength=16) / len(y) - 1 / 16).abs().max() < 0.05


def test_a_letter_that_was_written_again_has_the_later_number_and_one_that_never_came_has_none():
    task = Pairs()
    texts = {"A3 B4 A12 A": 11, "A3 B4 A12 B": 3, "A3 B4 C": UNASKED, "A3 B4": UNASKED, "A": UNASKED, "A3 A !": UNASKED}
    assert {text: task.solution(task.encode(text)).item() for text in texts} == texts


def test_training_draws_as_many_pairs_as_it_is_told_and_what_is_held_out_has_most():
    task, drawn = Pairs(16, fewest=4), generator(2)
    lengths = {len(task.batch(2, drawn).x) for _ in range(200)}
    assert lengths == set(range(5, 18))
    assert (len(task.held_out()[0].x), len(task.example(drawn).x)) == (17, 17)
    assert task.options() == {"pairs": 16, "fewest": 4}


def test_it_is_in_the_table_and_its_data_hang_on_the_generator_alone():
    task, before = TASKS["pairs"](), torch.get_rng_state()
    assert torch.equal(task.batch(8, generator(3)).x, Pairs().batch(8, generator(3)).x)
    assert torch.equal(torch.get_rng_state(), before)
    assert len(task.vocabulary) == 1 + len(KEYS) * (len(VALUES) + 1)
    assert all((task.solution(task.encode(example)) != UNASKED).all() for example in task.examples)
    assert [task.label_text(label) for label in task.labels][:2] == ["1", "2"]
    with pytest.raises(ValueError, match="pairs is 17 and fewest 17; they must be from 2 to 16"):
        Pairs(17)
    with pytest.raises(KeyError):
        task.label_text("17")
