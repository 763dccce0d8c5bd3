"""Elman's stream of bits: each third one is the exclusive or of the two before it. Predict the next bit.

Elman (1990), Finding structure in time, Cognitive Science 14:179-211. Two bits of three cannot be known; a network that
learnt the rule shows it by an error that dips at every third step.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary

BITS = ("0", "1")
TRIPLES = 12
HELD_OUT, HELD_OUT_SEED = 512, 50


def draw(size: int, generator: torch.Generator, triples: int = TRIPLES) -> Tensor:
    """Bits (3 triples, size): two of each triple are drawn, the third one follows."""
    first, second = torch.randint(2, (2, triples, size), generator=generator)
    return torch.stack([first, second, first ^ second], 1).flatten(0, 1)


def example(seed: int) -> str:
    """A stream as text."""
    return " ".join(BITS[bit] for bit in draw(1, torch.Generator().manual_seed(seed))[:, 0])


class XorStream(Task):
    """Triples of bits, two drawn and the third their exclusive or; the answer at each step is the next bit.

    The stream starts with a triple; the last step is not asked. The part "third" asks for every third bit alone, the
    only ones that can be known. The best that can be done with all of them is two right of three.
    """

    name = "xor_stream"
    title = "Which bit comes next?"
    writes = True
    readout = "every"
    labels = BITS
    examples = tuple(example(seed) for seed in range(4))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *BITS))

    def solution(self, x: Tensor) -> Tensor:
        """The third bit of each triple, told after the second; all other steps, and unknown bits, are UNASKED."""
        y = torch.full_like(x, UNASKED)
        first, second = x[:-1:3], x[1::3]
        y[1::3] = torch.where((first > 0) & (second > 0), (first != second).long(), UNASKED)
        return y

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """Streams (3 TRIPLES, size)."""
        bits = draw(size, generator)
        return Batch(bits + 1, torch.cat([bits[1:], torch.full_like(bits[:1], UNASKED)]))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` streams, from a source of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]

    def subsets(self) -> dict[str, list[Batch]]:
        return {"third": [Batch(x, self.solution(x)) for x, _ in self.held_out()]}
