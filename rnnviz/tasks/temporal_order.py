"""Temporal order: two marks among many symbols that mean nothing; which came first, and which second?

After Hochreiter and Schmidhuber (1997), Neural Computation 9(8):1735-1780, experiment 6a, at any length and without
their symbols for start and end: the answer is not in what was seen but in its order.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, normalize

MARKS, DIGITS = ("X", "Y"), ("1", "2", "3", "4")
LENGTH, SHORTEST = 50, 10
HELD_OUT, HELD_OUT_SEED = 512, 50


def draw(length: int, size: int, generator: torch.Generator) -> Tensor:
    """Token ids (length, size): digits, a mark in the second tenth of the steps and one in the sixth."""
    x = torch.randint(1 + len(MARKS), 1 + len(MARKS) + len(DIGITS), (length, size), generator=generator)
    tenth = length // 10
    for first in (tenth, 5 * tenth):
        places = torch.randint(first, first + tenth, (1, size), generator=generator)
        x.scatter_(0, places, torch.randint(1, 1 + len(MARKS), (1, size), generator=generator))
    return x


def example(seed: int) -> str:
    """A sequence as text."""
    ids = draw(LENGTH, 1, torch.Generator().manual_seed(seed))[:, 0]
    return " ".join((*MARKS, *DIGITS)[token - 1] for token in ids)


class TemporalOrder(Task):
    """Digits drawn at random, with X or Y at two places of them; which of XX, XY, YX, YY was it? Read out at the last
    step. Guessing is right once in four, and so is half of it to a network that keeps one mark of the two.

    ``length``: the number of steps, from 10 on. The first mark stands in the second tenth of them, the second one in
    the sixth.
    """

    name = "temporal_order"
    title = "Which mark came first, which second?"
    readout = "last"
    labels = ("XX", "XY", "YX", "YY")
    examples = tuple(example(seed) for seed in range(4))

    def __init__(self, length: int = LENGTH) -> None:
        if length < SHORTEST:
            raise ValueError(f"length is {length}; it must be at least {SHORTEST}")
        self.length = length

    def label_text(self, label: str) -> str:
        first, second = super().label_text(label)
        return f"first {first}, then {second}"

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *map(normalize, MARKS + DIGITS)))

    def solution(self, x: Tensor) -> Tensor:
        """The class of each column; UNASKED where there are not two marks."""
        marks = (x == 1) | (x == 2)
        second = x == 2
        place = marks.cumsum(0)
        y = 2 * (second & (place == 1)).any(0).long() + (second & (place == 2)).any(0).long()
        return y.where(marks.sum(0) == 2, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (length, size); digits, marks and their places are independent."""
        x = draw(self.length, size, generator)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]
