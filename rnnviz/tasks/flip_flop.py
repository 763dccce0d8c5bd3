"""Flip-flops: three switches that stay as they were last pushed.

Sussillo and Barak (2013), Opening the black box, Neural Computation 25(3):626-649. A network that learnt it has a
stable state for each of the eight settings, and between them the saddles that a push must pass.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.tasks.base import Batch
from rnnviz.tasks.reals import RealTask

LENGTH, PUSHES = 50, 0.1
HELD_OUT, HELD_OUT_SEED = 256, 50


class FlipFlop(RealTask):
    """Three channels of silence (0) and rare pushes (+1 or -1); the answer on each, at every step, is its last push.

    At the first step every channel is pushed, so that there always is an answer; later each one is with probability
    ``PUSHES``. Always to answer 0 has a mean squared error of 1.
    """

    name = "flip_flop"
    title = "Which way was each switch pushed last?"
    readout = "every"
    channels = ("push 1", "push 2", "push 3")
    labels = ("switch 1", "switch 2", "switch 3")

    def solution(self, x: Tensor) -> Tensor:
        """The last push of each channel, NaN before the first: (T, B, 3) -> (T, B, 3)."""
        steps = torch.arange(len(x)).view(-1, 1, 1)
        pushed = torch.where(x != 0, steps, -1).cummax(0).values
        return x.gather(0, pushed.clamp(min=0)).masked_fill(pushed < 0, torch.nan)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (LENGTH, size, 3); pushes of one channel tell nothing of the others."""
        shape = (LENGTH, size, len(self.channels))
        ways = 2.0 * torch.randint(2, shape, generator=generator) - 1
        pushed = torch.rand(shape, generator=generator) < PUSHES
        pushed[0] = True
        x = ways * pushed
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]
