"""Tasks whose sequences are vectors of real numbers: answered with classes, or with numbers and an error."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from torch import Tensor

from rnnviz.tasks.base import Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary


class VectorTask(Task):
    """Sequences of vectors, sorted into classes.

    In a Batch ``x`` is (T, B, I) in float32. ``channels`` names the numbers of the input. A network for it has no
    embedding: its ``input_size`` is the task's.
    """

    inputs = "reals"
    channels: ClassVar[tuple[str, ...]]
    examples = ()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names of the channels: they say what a network's input weights belong to, as tokens do elsewhere."""
        return Vocabulary((UNKNOWN, *self.channels))

    @property
    def input_size(self) -> int:
        """How many numbers come in at each step."""
        return len(self.channels)

    def encode(self, text: str) -> Tensor:
        """Raises ``ValueError``: this task reads numbers."""
        raise ValueError(f"this task reads numbers, not text: {', '.join(self.channels)}")


class RealTask(VectorTask):
    """Sequences of vectors and an answer in numbers.

    In a Batch ``y`` is (B, O) where the task is read out at the last step, (T, B, O) where at every step, float32; NaN
    is an answer that is not asked for. ``labels`` names the numbers of the answer.
    """

    answers = "numbers"

    def loss(self, output: Tensor, y: Tensor) -> Tensor:
        """The mean squared error over the numbers that are asked for."""
        wanted = ~y.isnan()
        return (output[wanted] - y[wanted]).square().mean()
