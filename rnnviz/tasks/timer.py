"""The timer: nothing to read, a spike every so many steps.

Gers and Schmidhuber (2000), Recurrent nets that time and count, IJCNN 3:189-194: gates that see their cell can tell
when a count is full; gates that see only what the cell shows cannot, while the output gate is shut.
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from rnnviz.tasks.base import Batch
from rnnviz.tasks.reals import RealTask

ROUNDS, HELD_OUT_ROUNDS = 4, 40


class Timer(RealTask):
    """Silence comes in; the answer is 1 at every ``period``-th step, from that one on, and 0 at all others.

    There is one sequence only, so a batch repeats it; held out is a longer one, which asks to go on at the same pace.
    """

    name = "timer"
    title = "When is it time again?"
    readout = "every"
    channels = ("silence",)
    labels = ("spike",)
    usual: ClassVar[int] = 10

    def __init__(self, period: int = usual) -> None:
        if period < 2:
            raise ValueError(f"period is {period}; it must be at least 2")
        self.period = period

    def label_text(self, label: str) -> str:
        return {"spike": "spike"}[label]

    def solution(self, x: Tensor) -> Tensor:
        """Spikes for as many steps and sequences as ``x`` (T, B, 1) has, whatever it holds."""
        due = torch.arange(1, len(x) + 1) % self.period == 0
        return due.to(x.dtype).view(-1, 1, 1).expand(x.shape).clone()

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (ROUNDS * period, size, 1), always the same."""
        return self._of(ROUNDS, size)

    def held_out(self) -> list[Batch]:
        """One sequence of HELD_OUT_ROUNDS spikes."""
        return [self._of(HELD_OUT_ROUNDS, 1)]

    def _of(self, rounds: int, size: int) -> Batch:
        x = torch.zeros(rounds * self.period, size, len(self.channels))
        return Batch(x, self.solution(x))


@torch.no_grad()
def wind(cell: nn.Module, period: int) -> None:
    """Fill an LSTM with peepholes so that every unit spikes at each ``period``-th step, without any training.

    All weight matrices are zero. Each step writes 1 / period into the cell. The forget and output gates see it through
    their peepholes, and are set to turn over between period - 1 and period of these: what is full is shown at once, and
    erased by the next step. A spike is tanh(1), or 1 where the cell shows c itself; between spikes h is zero to the
    last digit. With ``peepholes`` of zero the same cell fills for ever and shows nothing.
    """
    if period < 2:
        raise ValueError(f"period is {period}; it must be at least 2")
    steep, full = 100.0 * period, 1 - 1 / (2 * period)
    for parameter in cell.parameters():
        parameter.zero_()
    bias = dict(zip(cell.blocks, cell.split(cell.bias_ih), strict=True))
    bias["i"].fill_(40.0)  # its sigmoid is 1 to the last digit
    bias["g"].fill_(math.atanh(1 / period))
    bias["f"].fill_(steep * full)
    bias["o"].fill_(-steep * full)
    _, forget, show = cell.peepholes.chunk(3)
    forget.fill_(-steep)
    show.fill_(steep)
