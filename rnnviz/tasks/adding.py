"""The adding problem: two numbers of many are marked; what is their sum?

Hochreiter and Schmidhuber (1997), Neural Computation 9(8):1735-1780, experiment 4, in the variant of Le, Jaitly and
Hinton (2015), arXiv:1504.00941: numbers from 0 to 1, a mark is 1 and all else 0, and the sum itself is asked for.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.tasks.base import Batch
from rnnviz.tasks.reals import RealTask

LENGTH = 50
HELD_OUT, HELD_OUT_SEED = 1024, 50


class Adding(RealTask):
    """A number from U(0, 1) at each step, and a mark at two steps anywhere; the answer, at the last, is their sum.

    ``length``: the number of steps, from 2 on. Always to answer 1 has a mean squared error of 1/6, the variance of the
    sum; Hochreiter and Schmidhuber call a sequence right within 0.04, on their scale.
    """

    name = "adding"
    title = "What do the two marked numbers add up to?"
    readout = "last"
    channels = ("number", "mark")
    labels = ("sum",)

    def __init__(self, length: int = LENGTH) -> None:
        if length < 2:
            raise ValueError(f"length is {length}; it must be at least 2")
        self.length = length

    def label_text(self, label: str) -> str:
        return {"sum": "sum of the marked numbers"}[label]

    def solution(self, x: Tensor) -> Tensor:
        """The sum of the numbers where the mark is 1: (T, B, 2) -> (B, 1)."""
        return (x[..., :1] * x[..., 1:]).sum(0)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (length, size, 2); all pairs of places are equally likely."""
        numbers = torch.rand(self.length, size, generator=generator)
        places = torch.rand(self.length, size, generator=generator).topk(2, dim=0).indices
        x = torch.stack([numbers, torch.zeros_like(numbers).scatter_(0, places, 1.0)], -1)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]
