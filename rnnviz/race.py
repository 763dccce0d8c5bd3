"""Race: fresh networks of every cell on the same noise, to see how far back through time a gradient reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from rnnviz.cells import CELLS, NONLINEARITIES, Recurrent
from rnnviz.cells.initialisation import RECURRENT
from rnnviz.experiment import MAX_SEED, Experiment, refuse_outside, refuse_unknown
from rnnviz.network import Network

MAX_LENGTH, MAX_RADIUS, MAX_BIAS = 500, 5.0, 6.0
INPUTS, UNITS = 8, 32
LOSSES = ("last", "every")


@dataclass(frozen=True)
class Race:
    """One network of a race. ``radius``: the spectral radius that every recurrent block is scaled to, where there are
    any. ``forget_bias``: the bias of the gate that keeps, where the cell has one. ``start``: the recurrent blocks
    before scaling.
    ``loss``: at the "last" step, or at "every" one. Everything random hangs on ``seed``."""

    cell: str = "RNN"
    length: int = 100
    radius: float = 0.9
    nonlinearity: str = "tanh"
    forget_bias: float = 2.0
    start: str = "default"
    loss: str = "last"
    seed: int = 0

    def __post_init__(self) -> None:
        allowed = {"cell": CELLS, "nonlinearity": NONLINEARITIES, "start": RECURRENT, "loss": LOSSES}
        refuse_unknown(self, allowed)
        limits = {"length": (2, MAX_LENGTH), "radius": (0.0, MAX_RADIUS), "seed": (0, MAX_SEED)}
        limits |= {"forget_bias": (-MAX_BIAS, MAX_BIAS)}
        refuse_outside(self, limits)

    def network(self) -> Network:
        """Float64, so that only what is beyond 1e308 counts as exploded."""
        options: dict[str, object] = {}
        if issubclass(CELLS[self.cell], Recurrent):
            options |= {"recurrent": self.start, "spectral_radius": self.radius}
        if self.cell == "RNN":
            options["nonlinearity"] = self.nonlinearity
        if CELLS[self.cell].keeps is not None:
            options["forget_bias"] = self.forget_bias
        generator = torch.Generator().manual_seed(self.seed)
        return Network(self.cell, INPUTS, UNITS, generator=generator, dtype=torch.float64, **options).eval()

    def input(self) -> Tensor:
        """White noise (T, 1, I), the same for every cell."""
        generator = torch.Generator().manual_seed(MAX_SEED + 1 + self.seed)
        return torch.randn(self.length, 1, INPUTS, generator=generator, dtype=torch.float64)

    def objective(self, y: Tensor) -> Tensor:
        """A push of length 1 along all units alike, at the last step or at every one."""
        return (y[-1] if self.loss == "last" else y).sum() / math.sqrt(UNITS)

    def objective_at_each_step(self, y: Tensor) -> Tensor:
        """The same push at each step, as T losses, (T,); the last is that of ``objective``."""
        return y.sum(-1) / math.sqrt(UNITS)

    def with_(self, **changes: object) -> Race:
        return replace(self, **changes)


@dataclass(frozen=True)
class Answer:
    """The gradient of an Experiment's own answer: minus the log of the probability that it gives its final answer."""

    experiment: Experiment

    @property
    def cell(self) -> str:
        return self.experiment.cell

    @property
    def length(self) -> int:
        return len(self.experiment.tokens)

    def network(self) -> Network:
        return self.experiment.network()

    def input(self) -> Tensor:
        return self.experiment.input()

    def objective(self, y: Tensor) -> Tensor:
        # In float64: of a network that is sure, what is left of 1 - p would be rounding.
        return -y.double().log_softmax(-1).amax(-1).sum()

    def objective_at_each_step(self, y: Tensor) -> Tensor:
        """The same of the answers ``y`` (T, O) that the network would give at each step, (T,): minus the log of the
        probability of its final answer."""
        return -y.double().log_softmax(-1)[:, y[-1].argmax()]
