"""Delayed recall: the first symbol must be told at the end, after many that mean nothing.

The simplest question that needs a long memory (the latch problem of Bengio, Simard, Frasconi 1994, IEEE TNN 5:157, in
the form of a choice between symbols): nothing has to be computed, something has to be kept.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, normalize

LETTERS, DIGITS = ("A", "B", "C", "D"), ("1", "2", "3", "4")
DELAY = 50
HELD_OUT, HELD_OUT_SEED = 512, 50


def example(letter: str, delay: int = DELAY) -> str:
    """A sequence of the task as text, always the same for one letter."""
    noise = torch.randint(len(DIGITS), (delay,), generator=torch.Generator().manual_seed(ord(letter)))
    return " ".join([letter, *(DIGITS[place] for place in noise)])


class DelayedRecall(Task):
    """One of the letters A to D, then digits drawn at random; which letter was it? Read out at the last step.

    ``delay``: the number of digits, so a sequence has delay + 1 steps. Guessing is right once in four. There are so
    many sequences (4 letters and ``4 ** delay`` rows of digits) that with the usual delay the held-out ones are never
    met in training; with a short one they are.
    """

    name = "recall"
    title = "Which letter came first?"
    readout = "last"
    labels = LETTERS
    delay: int = DELAY  # of one that is made without arguments
    examples = tuple(example(letter) for letter in LETTERS)

    def __init__(self, delay: int = DELAY) -> None:
        if delay < 1:
            raise ValueError(f"delay is {delay}; it must be at least 1")
        self.delay = delay
        if delay != DELAY:
            self.examples = tuple(example(letter, delay) for letter in LETTERS)

    def label_text(self, label: str) -> str:
        return f"the letter {super().label_text(label)}"

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *map(normalize, LETTERS + DIGITS)))

    def solution(self, x: Tensor) -> Tensor:
        """The class of each column; UNASKED where not one letter stands before digits alone."""
        letters = len(self.labels)
        asked = (x[0] >= 1) & (x[0] <= letters) & (x[1:] > letters).all(0)
        return (x[0] - 1).where(asked, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (delay + 1, size); each letter and each digit is equally likely, and they are independent."""
        y = torch.randint(len(self.labels), (size,), generator=generator)
        first_digit = 1 + len(self.labels)
        noise = torch.randint(first_digit, self.input_size, (self.delay, size), generator=generator)
        return Batch(torch.cat([y[None] + 1, noise]), y)

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]
