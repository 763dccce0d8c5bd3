"""Parity: is the number of ones so far odd?

One bit of memory that every one of the bits may turn: it cannot be forgotten for a step. Easy for a network with a
non-linear state, out of reach for one whose state is only ever scaled by positive numbers (Merrill, Petty, Sabharwal
2024, The illusion of state in state-space models, arXiv:2404.08819).
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary

BITS = ("0", "1")
LENGTH, SHORTEST = 40, 30
HELD_OUT, HELD_OUT_SEED = 512, 50


def example(seed: int) -> str:
    """Bits drawn at random, as text."""
    drawn = torch.randint(2, (LENGTH,), generator=torch.Generator().manual_seed(seed))
    return " ".join(BITS[bit] for bit in drawn)


class Parity(Task):
    """Bits drawn at random; the answer at each step is whether there was an odd number of ones up to it. Guessing is
    right once in two.

    ``length``: the number of bits, from 30 on: so many that the held-out sequences are hardly ever met in training.
    ``shortest``: a training batch has this many bits at least, as many as are drawn for it; ``length`` unless given.
    """

    name = "parity"
    title = "Is the number of ones so far odd?"
    readout = "every"
    labels = ("even", "odd")
    examples = tuple(example(seed) for seed in range(4))

    def __init__(self, length: int = LENGTH, shortest: int | None = None) -> None:
        shortest = length if shortest is None else shortest
        if length < SHORTEST:
            raise ValueError(f"length is {length}; it must be at least {SHORTEST}")
        if not 1 <= shortest <= length:
            raise ValueError(f"shortest is {shortest}; it must be from 1 to length, {length}")
        self.length, self.shortest = length, shortest

    def label_text(self, label: str) -> str:
        return {"even": "even", "odd": "odd"}[label]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *BITS))

    def solution(self, x: Tensor) -> Tensor:
        """1 where the ones so far are odd in number, 0 where even; UNASKED from an unknown token on."""
        odd = (x == 2).cumsum(0) % 2
        return odd.masked_fill((x == 0).cumsum(0) > 0, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (shortest to length, size); all sequences are equally likely."""
        length = self.length
        if self.shortest < length:
            length = int(torch.randint(self.shortest, length + 1, (), generator=generator))
        return self._of(length, size, generator)

    def example(self, generator: torch.Generator) -> Batch:
        return self._of(self.length, 1, generator)

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences of ``length`` bits, from a stream of its own."""
        return [self._of(self.length, HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]

    def _of(self, length: int, size: int, generator: torch.Generator) -> Batch:
        x = torch.randint(1, self.input_size, (length, size), generator=generator)
        return Batch(x, self.solution(x))
