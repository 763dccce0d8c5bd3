"""Selective copying: letters at places that nobody knows before, among blanks; tell them again, in their order.

The copying of Arjovsky, Shah, Bengio (2016, arXiv:1511.06464) with places that are drawn, as Gu and Dao ask it (2023,
arXiv:2312.00752, section 4.1): counting steps is no help any more, what comes in must decide what is written.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, normalize

LETTERS, BLANK, CUE = ("A", "B", "C", "D"), ".", "?"
LENGTH, COUNT = 24, 4
HELD_OUT, HELD_OUT_SEED = 512, 50


def draw(length: int, count: int, size: int, generator: torch.Generator) -> Tensor:
    """Token ids (length + count, size): ``count`` letters among blanks, then as many cues."""
    places = torch.rand(length, size, generator=generator).topk(count, dim=0).indices
    letters = torch.randint(1, 1 + len(LETTERS), (count, size), generator=generator)
    blanks = torch.full((length, size), 1 + len(LETTERS))
    return torch.cat([blanks.scatter_(0, places, letters), torch.full((count, size), 2 + len(LETTERS))])


def example(seed: int) -> str:
    """A sequence as text."""
    ids = draw(LENGTH, COUNT, 1, torch.Generator().manual_seed(seed))[:, 0]
    return " ".join((*LETTERS, BLANK, CUE)[token - 1] for token in ids)


class SelectiveCopy(Task):
    """Letters A to D at random places among blanks, then a cue for each of them: the answer at the k-th cue is the k-th
    letter. Guessing is right once in four.

    ``length``: the number of steps before the cues. ``count``: how many letters, 1 to ``length``. With few of either
    a held-out sequence may be met in training: there are only so many.
    """

    name = "selective_copy"
    title = "Which letters were there, in their order?"
    readout = "every"
    labels = LETTERS
    examples = tuple(example(seed) for seed in range(4))

    def __init__(self, length: int = LENGTH, count: int = COUNT) -> None:
        if not 1 <= count <= length:
            raise ValueError(f"count is {count}; it must be from 1 to length, {length}")
        self.length, self.count = length, count

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *map(normalize, LETTERS), BLANK, CUE))

    def solution(self, x: Tensor) -> Tensor:
        """At the k-th cue the k-th letter of all that came before it; UNASKED at other steps, and where none is."""
        letter, cue = (x >= 1) & (x <= len(LETTERS)), x == 2 + len(LETTERS)
        in_order = x.gather(0, (~letter).long().argsort(dim=0, stable=True))
        k = cue.cumsum(0) - 1
        answered = cue & (k < letter.cumsum(0))
        return (in_order.gather(0, k.clamp(min=0)) - 1).where(answered, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (length + count, size); letters and places are independent, and all are equally likely."""
        x = draw(self.length, self.count, size, generator)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]
