"""Forecast: at each step of a series, tell its next value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from rnnviz.refusals import Refused
from rnnviz.tasks import equations
from rnnviz.tasks.base import Batch
from rnnviz.tasks.reals import RealTask

LENGTH = 160
POOL, HELD_OUT = 1024, 128
OWN = "own-"  # what the word of a series that somebody brought begins with; its digest follows
# Beyond the seeds that can be chosen, so that no example is one that was trained on.
POOL_SEED, HELD_OUT_SEED = 1_000_001, 1_000_002


class Series(NamedTuple):
    """``draw``: (size, steps, generator) -> (steps, size, variables), of which the first ones are read and told.
    ``mean``, ``spread``: of each variable over all time; what is read is (value - mean) / spread."""

    draw: Callable[[int, int, torch.Generator], Tensor]
    channels: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]


SERIES: dict[str, Series] = {
    "sines": Series(equations.sines, ("x",), (0.0,), (1.0,)),
    "mackey_glass": Series(equations.mackey_glass, ("x",), (0.93,), (0.226,)),
    "lorenz": Series(equations.lorenz, ("x",), (0.0,), (7.94,)),
    "lorenz_xyz": Series(equations.lorenz, ("x", "y", "z"), (0.0, 0.0, 23.6), (7.94, 9.01, 8.57)),
}


class Forecast(RealTask):
    """A series of one or several variables; the answer at each step is the next value of each. There is none at the
    last step of a sequence.

    ``series``: a name in SERIES, of which all but "lorenz", the x of Lorenz's equations alone, is told whole. Each
    sequence begins at a start of its own; the ones to train on are ``POOL`` that are drawn once, and those that are
    held out, and examples, share no start with them. The mean of the series has a mean squared error of about 1.
    """

    name = "forecast"
    title = "Which value comes next?"
    readout = "every"
    usual: ClassVar[str] = "sines"
    channels: tuple[str, ...] = ("x",)  # of the usual series; others may have more
    labels: tuple[str, ...] = ("next x",)

    def __init__(self, series: str = usual) -> None:
        if series not in SERIES:
            raise ValueError(f"there is no series {series!r}; choose one of {', '.join(SERIES)}")
        self.series, self.channels = series, SERIES[series].channels
        self.labels = tuple(f"next {name}" for name in self.channels)

    def solution(self, x: Tensor) -> Tensor:
        """The value one step later, NaN at the last: (T, B, C) -> (T, B, C)."""
        return torch.cat([x[1:], torch.full_like(x[:1], torch.nan)])

    def draw(self, size: int, generator: torch.Generator, steps: int = LENGTH) -> Tensor:
        """New sequences (steps, size, C), each from its own start."""
        draw, channels, mean, spread = SERIES[self.series]
        values = draw(size, steps, generator)[..., : len(channels)]
        return ((values - values.new_tensor(mean)) / values.new_tensor(spread)).float()

    @cached_property
    def _pool(self) -> Tensor:
        return self.draw(POOL, torch.Generator().manual_seed(POOL_SEED))

    @cached_property
    def _held_out(self) -> Tensor:
        return self.draw(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (LENGTH, size, C) of the sequences to train on, each equally likely."""
        x = self._pool[:, torch.randint(POOL, (size,), generator=generator)]
        return Batch(x, self.solution(x))

    def example(self, generator: torch.Generator) -> Batch:
        x = self.draw(1, generator)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` sequences, from a stream of its own."""
        return [Batch(self._held_out, self.solution(self._held_out))]


class OwnSeries(Forecast):
    """A series that somebody brought, of which no equation is known.

    ``values``: (T, C), from ``SHORTEST`` rows on. The first 70% are trained on, the rest is held out and shown; what is
    read is measured from the mean, and in units of the spread, of the former. ``file``: the name of the file that it
    came in; ``filled``, ``dropped``: how many gaps were filled and how many rows left out before.
    Raises Refused for a series from which nothing can be learnt.
    """

    SHORTEST: ClassVar[int] = 60
    TRAINED_ON: ClassVar[float] = 0.7
    MOST_WINDOWS: ClassVar[int] = 64

    def __init__(
        self, values: Tensor, names: tuple[str, ...], file: str = "", filled: int = 0, dropped: int = 0
    ) -> None:
        if len(values) < self.SHORTEST:
            raise Refused(
                "This series has {count} rows; at least {least} are needed, to learn from some and forecast others.",
                count=len(values),
                least=self.SHORTEST,
            )
        self.values, self.channels, self.file = values.double(), names, file
        self.labels, self.filled, self.dropped = tuple(f"next {name}" for name in names), filled, dropped
        self.cut = round(self.TRAINED_ON * len(values))
        before = self.values[: self.cut]
        self.mean, self.spread = before.mean(0), before.std(0, correction=0)
        for name, mean, spread in zip(names, self.mean.tolist(), self.spread.tolist(), strict=True):
            if not spread > 1e-9 * abs(mean):
                raise Refused("{name} does not change in the first 70%: nothing can be learnt of it.", name=name[:40])
        self.read = ((self.values - self.mean) / self.spread).float()
        # Two thirds of the rest, so that there are several to measure on.
        self.window = min(LENGTH, self.cut // 2, 2 * (len(values) - self.cut) // 3)
        self.nbytes = self.values.nbytes + self.read.nbytes
        told = repr((names, file)).encode() + self.values.contiguous().numpy().tobytes()
        self.digest = hashlib.sha256(told).hexdigest()[:16]
        self.series = f"{OWN}{self.digest}"

    def draw(self, size: int, generator: torch.Generator, steps: int | None = None) -> Tensor:
        """Windows of the rest, that was not trained on."""
        return self._cut(self.read[self.cut :], size, generator, steps or self.window)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """Windows of what is trained on, from any of its steps."""
        x = self._cut(self.read[: self.cut], size, generator, self.window)
        return Batch(x, self.solution(x))

    def held_out(self) -> list[Batch]:
        """Up to MOST_WINDOWS windows, spread evenly over the rest."""
        rest = self.read[self.cut :]
        last = len(rest) - self.window
        firsts = torch.linspace(0, last, min(self.MOST_WINDOWS, last + 1)).round().long()
        x = torch.stack([rest[first : first + self.window] for first in firsts.tolist()], 1)
        return [Batch(x, self.solution(x))]

    @staticmethod
    def _cut(values: Tensor, size: int, generator: torch.Generator, steps: int) -> Tensor:
        firsts = torch.randint(len(values) - steps + 1, (size,), generator=generator)
        return values[firsts + torch.arange(steps)[:, None]]
