"""Associative recall: pairs of a letter and a number, then one of the letters; which number came with it?

The task that tells a state that holds a table from one that holds a summary: the key is named only when all pairs are
past, so that each of them must be kept, and found (Graves, Wayne, Danihelka 2014, arXiv:1410.5401, section 4.3; asked
of recurrent networks against attention by Arora and others 2023, arXiv:2312.04927). A pair is one token, so that one
step can write it: a network of one layer has no other step at which it sees both parts.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, normalize

KEYS = tuple("ABCDEFGHIJKLMNOP")
VALUES = tuple(str(value) for value in range(1, 17))
PAIRS, EACH = 16, len(VALUES) + 1  # tokens of each letter: with every number, then alone
HELD_OUT, HELD_OUT_SEED = 512, 50


def draw(pairs: int, size: int, generator: torch.Generator) -> Tensor:
    """Token ids (pairs + 1, size): pairs of which no two share a letter or a number, then a letter of one of them."""
    keys = torch.rand(len(KEYS), size, generator=generator).topk(pairs, dim=0).indices
    values = torch.rand(len(VALUES), size, generator=generator).topk(pairs, dim=0).indices
    asked = torch.randint(pairs, (1, size), generator=generator)
    return 1 + EACH * torch.cat([keys, keys.gather(0, asked)]) + torch.cat([values, torch.full((1, size), EACH - 1)])


def example(seed: int, pairs: int = PAIRS) -> str:
    """A sequence as text."""
    ids = draw(pairs, 1, torch.Generator().manual_seed(seed))[:, 0] - 1
    return " ".join(KEYS[token // EACH] + (*VALUES, "")[token % EACH] for token in ids.tolist())


class Pairs(Task):
    """Pairs such as F12, then a letter; the answer, at the last step, is the number that came with it. One who knows
    which numbers came, and not with which letters, is right once in ``pairs`` times.

    ``pairs``: how many, 2 to 16; no two share a letter or a number. ``fewest``: a training batch has this many pairs at
    least, as many as are drawn for it; ``pairs`` unless given. What is held out always has ``pairs``. There are about
    ``(16! / (16 - pairs)!) ** 2`` sequences: of few pairs a held-out one may be met in training.
    """

    name = "pairs"
    title = "Which number came with the letter?"
    readout = "last"
    labels = VALUES
    one_length = False
    pairs: int = PAIRS  # of one that is made without arguments
    fewest: int = PAIRS
    examples = tuple(example(seed) for seed in range(4))

    def __init__(self, pairs: int = PAIRS, fewest: int | None = None) -> None:
        fewest = pairs if fewest is None else fewest
        if not 2 <= fewest <= pairs <= len(KEYS):
            raise ValueError(f"pairs is {pairs} and fewest {fewest}; they must be from 2 to {len(KEYS)}, fewest first")
        self.pairs, self.fewest = pairs, fewest
        if pairs != PAIRS:
            self.examples = tuple(example(seed, pairs) for seed in range(4))

    def options(self) -> dict[str, object]:
        return {"pairs": self.pairs, "fewest": self.fewest}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *(normalize(key + value) for key in KEYS for value in (*VALUES, ""))))

    def solution(self, x: Tensor) -> Tensor:
        """The number that came last with the letter of the last step; UNASKED where that is no letter alone, or none
        came with it."""
        key, value = (x - 1).div(EACH, rounding_mode="floor"), (x - 1) % EACH
        pair = (x > 0) & (value < len(VALUES))
        fits = pair & (key == key[-1])
        last = torch.where(fits, torch.arange(len(x)).view(-1, 1), -1).max(0).values
        answered = (x[-1] > 0) & ~pair[-1] & (last >= 0)
        return value.gather(0, last.clamp(min=0)[None])[0].where(answered, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (fewest + 1 to pairs + 1, size); letters, numbers and what is asked for are independent."""
        count = int(torch.randint(self.fewest, self.pairs + 1, (), generator=generator))
        return self._of(count, size, generator)

    def example(self, generator: torch.Generator) -> Batch:
        return self._of(self.pairs, 1, generator)

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences of ``pairs`` pairs, from a stream of its own."""
        return [self._of(self.pairs, HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]

    def _of(self, pairs: int, size: int, generator: torch.Generator) -> Batch:
        x = draw(pairs, size, generator)
        return Batch(x, self.solution(x))
