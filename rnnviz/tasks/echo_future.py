"""Echo of the future: at each step, tell the letter that comes so many steps later.

The question of Schuster and Paliwal (1997, IEEE Transactions on Signal Processing 45:2673) in its purest form: what
lies ahead decides, so a network that reads one way can only guess, and one that reads both ways only has to keep.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, normalize

LETTERS = ("A", "B", "C", "D")
LENGTH = 16
HELD_OUT, HELD_OUT_SEED = 512, 50


def example(seed: int, length: int = LENGTH) -> str:
    """Letters drawn at random, as text."""
    drawn = torch.randint(len(LETTERS), (length,), generator=torch.Generator().manual_seed(seed))
    return " ".join(LETTERS[letter] for letter in drawn)


class EchoFuture(Task):
    """Letters A to D drawn at random; the answer at step t is the letter at step t + ``distance``. Read out at every
    step; the last ``distance`` of them are not asked. Guessing is right once in four, and a network of one direction
    can do no better in the long run: the letters are independent. The held-out sequences are never met in training, or
    hardly: there are ``4 ** LENGTH``.
    """

    name = "echo_future"
    title = "Which letter comes some steps later?"
    readout = "every"
    labels = LETTERS
    usual: ClassVar[int] = 2
    farthest: ClassVar[int] = 4
    examples = tuple(example(seed) for seed in range(4))

    def __init__(self, distance: int = usual) -> None:
        if not 1 <= distance <= self.farthest:
            raise ValueError(f"distance is {distance}; it must be from 1 to {self.farthest}")
        self.distance = distance

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *map(normalize, LETTERS)))

    def solution(self, x: Tensor) -> Tensor:
        """The letter ``distance`` steps ahead, UNASKED where there is none or it is unknown."""
        ahead = torch.full_like(x, UNASKED)
        ahead[: -self.distance] = x[self.distance :] - 1
        return ahead.masked_fill(ahead < 0, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (LENGTH, size); each letter is equally likely, and they are independent."""
        x = torch.randint(1, self.input_size, (LENGTH, size), generator=generator)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]
