"""Neighbour XOR: at each step, do the bits before and after it differ?

One layer that reads both ways has seen both neighbours, one on each side; but a linear read-out of two sides can only
add what each of them says, and no sum tells for all four pairs whether two bits differ (Minsky and Papert 1969,
Perceptrons). The least cross-entropy that such a sum can have is at even shares, right once in two; its sign can be
right for three of the four pairs, so one half is no ceiling of its accuracy. The next layer reads both sides at once
and can tell all four.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary

BITS = ("0", "1")
LENGTH = 16
HELD_OUT, HELD_OUT_SEED = 512, 50


def example(seed: int, length: int = LENGTH) -> str:
    """Bits drawn at random, as text."""
    drawn = torch.randint(2, (length,), generator=torch.Generator().manual_seed(seed))
    return " ".join(BITS[bit] for bit in drawn)


class NeighbourXor(Task):
    """Bits drawn at random; the answer at step t is x_{t-1} xor x_{t+1}. Read out at every step but the two ends,
    which have one neighbour only. Guessing is right once in two.
    """

    name = "neighbour_xor"
    title = "Do the two neighbours differ?"
    readout = "every"
    labels = ("same", "differ")
    examples = tuple(example(seed) for seed in range(4))

    def label_text(self, label: str) -> str:
        return {"same": "alike", "differ": "differ"}[label]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *BITS))

    def solution(self, x: Tensor) -> Tensor:
        """1 where the neighbours differ, 0 where not; UNASKED at the ends and beside an unknown token."""
        y = torch.full_like(x, UNASKED)
        before, after = x[:-2], x[2:]
        y[1:-1] = torch.where((before > 0) & (after > 0), (before != after).long(), UNASKED)
        return y

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (LENGTH, size); all sequences that are not held out are equally likely."""
        x = self._draw(size, generator)
        while (met := torch.isin(_number(x), self._held_out)).any():
            x[:, met] = self._draw(int(met.sum()), generator)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        x = self._draw(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))
        return [Batch(x, self.solution(x))]

    @cached_property
    def _held_out(self) -> Tensor:
        return _number(self.held_out()[0].x)

    def _draw(self, size: int, generator: torch.Generator) -> Tensor:
        return torch.randint(1, self.input_size, (LENGTH, size), generator=generator)


def _number(x: Tensor) -> Tensor:
    """Sequences of bits (T, B) as whole numbers (B,): there are so few that training would meet the held-out ones."""
    return (x * 2 ** torch.arange(len(x))[:, None]).sum(0)
