"""What it costs to watch a training loop: a step that is looked at, and one that is not, against the plain step.

Run: python -m benchmarks.watching

The loop is one that one writes in torch.nn: forward, cross entropy at the last step, backward, clipping, Adam. Before
anything is timed, the norms are shown to be those of `gradient_curves`, which costs several steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.report import table, verdict
from rnnviz.gradients import gradient_curves
from rnnviz.watching import watch

MODULES = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
SIZES = ((50, 32, 128), (200, 32, 256))
CLASSES, ROUNDS = 10, 9
TARGET, NOTHING, EXACT = 1.5, 1.05, 1e-6  # the second: what the same step differs by from round to round


class Loop:
    """One training loop, a step at a time."""

    def __init__(self, kind: str, steps: int, batch: int, units: int) -> None:
        torch.manual_seed(0)
        self.module, self.head = MODULES[kind](units, units), nn.Linear(units, CLASSES)
        self.model = nn.ModuleList([self.module, self.head])
        self.optimizer = torch.optim.Adam(self.model.parameters())
        self.x, self.y = torch.randn(steps, batch, units), torch.randint(CLASSES, (batch,))

    def loss(self, states: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(self.head(states[-1]), self.y)

    def step(self) -> None:
        loss = self.loss(self.module(self.x)[0])
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()


def apart(loop: Loop) -> float:
    """By how much of themselves the norms differ at most from those of ``gradient_curves``."""
    expected = gradient_curves(loop.module, loop.x, loop.loss)
    with watch(loop.model) as log:
        loop.step()
    norms = log[0].calls[0].layer().norms
    kept = norms["h"].shape[1]
    return max(float(np.abs(10 ** (norms[n].values - expected[n].values[:, :kept]) - 1).max()) for n in norms)


def seconds(step: Callable[[], object]) -> float:
    """Of the processor: other programs on the machine do not count."""
    start = time.process_time()
    step()
    return time.process_time() - start


def race(loop: Loop) -> dict[str, float]:
    """The least processor seconds of a step, in turn: plain, looked at, with all sequences, watched; and of
    gradient_curves."""
    taken: dict[str, list[float]] = {"plain": [], "looked at": [], "whole": [], "others": [], "curves": []}
    for _ in range(ROUNDS):
        taken["plain"].append(seconds(loop.step))
        with watch(loop.model, every=1):
            taken["looked at"].append(seconds(loop.step))
        with watch(loop.model, every=1, sequences=None):
            taken["whole"].append(seconds(loop.step))
        with watch(loop.model, every=1000):
            loop.step()
            taken["others"].append(seconds(loop.step))
        taken["curves"].append(seconds(lambda: gradient_curves(loop.module, loop.x, loop.loss)))
    return {name: min(each) for name, each in taken.items()}


def main() -> None:
    torch.set_num_threads(1)
    lines, claims = [], []
    for kind in MODULES:
        for size in SIZES:
            loop = Loop(kind, *size)
            off = apart(loop)
            plain, looked_at, whole, others, curves = race(loop).values()
            ratio, idle = looked_at / plain, others / plain
            times = (f"{own / plain:.2f}x" for own in (looked_at, whole, others, curves))
            lines.append((kind, *size, f"{plain * 1e3:.1f}", *times, f"{off:.0e}"))
            place = f"{kind} at T {size[0]}, B {size[1]}, H {size[2]}"
            for what, cost in (("looked at", ratio), ("all sequences looked at", whole / plain)):
                claims.append(verdict(f"{place}: {what}, at most {TARGET:g}x", f"{cost:.2f}x", cost <= TARGET))
            claims.append(verdict(f"{place}: nothing on the others", f"{idle:.2f}x", idle <= NOTHING))
            claims.append(verdict(f"{place}: the norms to {EXACT:g} of themselves", f"{off:.0e}", off <= EXACT))
    print("One training step in processor milliseconds, one thread; the others in times as long\n")
    head = ("", "T", "B", "H", "plain ms", "looked at", "all sequences", "others", "gradient_curves", "apart")
    print(table(head, lines))
    print("\n".join(claims))


if __name__ == "__main__":
    main()
