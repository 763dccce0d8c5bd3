"""Reservoir: an echo state network and what it reads, to see what it forgets and what a linear readout can recover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.dynamics import (
    Echo,
    MemoryCapacity,
    echo_state_test,
    linear_memory_capacity,
    memory_capacity,
    spectral_radius,
)
from rnnviz.dynamics.capacity import RIDGE
from rnnviz.experiment import MAX_SEED, refuse_outside, refuse_unknown
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.trace import Signal

MAX_RADIUS, MAX_SCALING = 3.0, 2.0
MIN_UNITS, MAX_UNITS = 20, 200
LEAST = 0.05  # of what may be small but not nothing: radius, leak, density
SHAPES = ("tanh", "identity")

SHOWN = 200  # steps whose every state is shown
TESTED = 1000  # steps over which two starts can meet; what comes later is not known
MET = 1e-6  # of the first distance: two starts so near are one state
SEQUENCES, STEPS = 20, 300  # what memory is measured on
WASHOUT = 100  # first steps of each sequence that are left out: the longest delay reaches back into them
FITTED = (STEPS - WASHOUT) // 2  # steps of each sequence for the fit; on the rest it is scored
MAX_DELAY = WASHOUT
PAIR_SEED = 0


@dataclass(frozen=True)
class Reservoir:
    """``radius``: what the recurrent matrix's spectral radius is scaled to. ``leak``: how much of the state each step
    replaces. ``scaling``: the largest input weight; 0 is no input. ``density``: the share of units that each hears.
    ``nonlinearity``: "tanh", or "identity" for a linear reservoir. Everything random hangs on ``seed``."""

    units: int = 100
    radius: float = 1.2
    leak: float = 1.0
    scaling: float = 1.0
    density: float = 0.1
    nonlinearity: str = "tanh"
    seed: int = 0

    def __post_init__(self) -> None:
        refuse_unknown(self, {"nonlinearity": SHAPES})
        limits = {"units": (MIN_UNITS, MAX_UNITS), "radius": (LEAST, MAX_RADIUS), "leak": (LEAST, 1.0)}
        limits |= {"scaling": (0.0, MAX_SCALING), "density": (LEAST, 1.0), "seed": (0, MAX_SEED)}
        refuse_outside(self, limits)

    def with_(self, **changes: object) -> Reservoir:
        return replace(self, **changes)

    @property
    def delays(self) -> int:
        """The longest delay at which memory is measured: twice the units, as far as there are steps for it."""
        return min(2 * self.units, MAX_DELAY)

    def network(self, cell: str = "ESN") -> Network:
        """The reservoir; or a network of another cell of as many units, untrained, as torch would draw it. Float64.

        Without biases: a reservoir that reads nothing is then left to itself.
        """
        generator, options = torch.Generator().manual_seed(self.seed), {}
        if cell == "ESN":
            options = {"leak": self.leak, "density": self.density, "input_scaling": self.scaling}
            options |= {"spectral_radius": self.radius, "nonlinearity": self.nonlinearity, "bias": False}
        return Network(cell, 1, self.units, generator=generator, dtype=torch.float64, **options).eval()

    def input(self) -> Tensor:
        """White noise from U(-1, 1), (``TESTED``, 1, 1), on which nothing is fitted."""
        return _noise(TESTED, 1, MAX_SEED + 1 + self.seed)

    def sequences(self) -> Tensor:
        """More of it, (``STEPS``, ``SEQUENCES``, 1), on which readouts are fitted and memory is measured."""
        return _noise(STEPS, SEQUENCES, 2 * MAX_SEED + 2 + self.seed)

    def _draw(self) -> torch.Generator:
        return torch.Generator().manual_seed(3 * MAX_SEED + 3 + self.seed)

    def echo(self) -> Echo:
        """Two starts under the ``input``, batch 0, and two that read zeros, batch 1; over ``TESTED`` steps."""
        x = self.input()
        return echo_state_test(self.network(), torch.cat([x, torch.zeros_like(x)], 1), generator=self._draw())

    def starts(self) -> Tensor:
        """The two starts of ``echo`` under the input, (2, H)."""
        drawn = 2 * torch.rand(4, self.units, generator=self._draw(), dtype=torch.float64) - 1
        return drawn[[0, 2]]

    def states(self) -> Signal:
        """h from both starts over the first ``SHOWN`` steps of the ``input``: ("time", "batch", "unit"), a start each.

        Of a reservoir that explodes, infinite or NaN from some step on.
        """
        x = self.input()[:SHOWN].expand(-1, 2, -1)
        return record(self.network(), x, self.starts()[None]).layer()["h"]

    @torch.no_grad()
    def memory(self, cell: str = "ESN") -> MemoryCapacity:
        """How many past inputs a linear readout recovers from the reservoir, or from another cell's ``network``."""
        u = self.sequences()
        network = self.network(cell)
        read = self._read(network, u) if cell == "ESN" else network(u)
        states = Signal("h", ("time", "batch", "unit"), read.numpy())
        return memory_capacity(states, u[..., 0], self.delays, washout=WASHOUT)

    @torch.no_grad()
    def _read(self, network: Network, u: Tensor) -> Tensor:
        """h of the reservoir's ``network``, (T, B, H), as calling it gives; nothing else is kept of a step, which a
        page that asks for a dozen reservoirs gains by."""
        cell = network.layers[0][0]
        driven, weight = cell.input_part(u), cell.weight_hh.T
        states = torch.empty_like(driven)
        before = torch.zeros_like(driven[0])
        for h, x in zip(states.unbind(), driven.unbind(), strict=True):
            torch.mm(before, weight, out=h).add_(x)
            if self.nonlinearity == "tanh":
                h.tanh_()
            if self.leak < 1:
                h.mul_(self.leak).add_((1 - self.leak) * before)
            before = h
        return states

    def theory(self) -> MemoryCapacity | None:
        """MC_k of a linear reservoir, exact; None for one that is not linear, hears nothing or does not forget."""
        if self.nonlinearity != "identity" or self.scaling == 0:
            return None
        cell = self.network().layers[0][0]
        own = (1 - self.leak) * torch.eye(self.units, dtype=torch.float64) + self.leak * cell.weight_hh
        if spectral_radius(own) > 1 - 1e-9:  # a matrix that was scaled to 1 is so but for rounding
            return None
        return linear_memory_capacity(own, self.leak * cell.weight_ih, self.delays)

    @torch.no_grad()
    def readouts(self) -> Readouts:
        """The readouts that ``memory`` scores, one for each delay: the ridge regression of u(t - k) on h_t."""
        x = self.sequences()
        rows = torch.arange(WASHOUT, WASHOUT + FITTED)
        states = self._read(self.network(), x)[rows].reshape(-1, self.units)
        wanted = torch.stack([x[rows - delay, :, 0].reshape(-1) for delay in range(self.delays + 1)], 1)
        centred = states - states.mean(0)
        gram = centred.T @ centred
        penalty = RIDGE * gram.diagonal().mean() + torch.finfo(gram.dtype).tiny
        factor, failed = torch.linalg.cholesky_ex(gram + penalty * torch.eye(self.units, dtype=gram.dtype))
        weights = torch.cholesky_solve(centred.T @ (wanted - wanted.mean(0)), factor)
        if failed or not weights.isfinite().all():  # of a reservoir that explodes
            weights = torch.full_like(weights, torch.nan)
        finite = bool(torch.isfinite(gram).all())
        resolved = int((torch.linalg.eigvalsh(gram) > penalty).sum()) if finite else 0
        return Readouts(weights.numpy(), (wanted.mean(0) - states.mean(0) @ weights).numpy(), resolved)


class Readouts(NamedTuple):
    """u(t - k), as read off the state at t: h_t · ``weights``[:, k] + ``intercepts``[k]. (H, K) and (K,).

    ``resolved``: in how many directions the state varies by more than the ridge penalty, ``RIDGE`` of a unit's mean
    variance. What varies less is not read, so that no more inputs than these can be recovered.
    """

    weights: np.ndarray
    intercepts: np.ndarray
    resolved: int

    def __call__(self, states: np.ndarray, delay: int) -> np.ndarray:
        """``states``: (..., H). Returns (...)."""
        with np.errstate(all="ignore"):  # of a reservoir that explodes
            return states @ self.weights[:, delay] + self.intercepts[delay]


def small_pair() -> Network:
    """Two units whose matrix, [[20.5, -16], [25, -19.5]], has the radius 1/2, and which do not forget their start.

    Both eigenvalues are 1/2, yet the matrix stretches some states fifty times before it shrinks them: tanh cuts those
    off at 1, and they stay. So a spectral radius below 1 is not enough for two starts to meet.
    """
    generator = torch.Generator().manual_seed(0)  # of what is drawn and then overwritten
    options = {"leak": 1.0, "density": 1.0, "input_scaling": 0.0}
    network = Network("ESN", 1, 2, bias=False, generator=generator, dtype=torch.float64, **options)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(torch.tensor([[20.5, -16.0], [25.0, -19.5]]))
    return network.eval()


def pair_echo() -> Echo:
    """Two starts of the ``small_pair``, which reads nothing, over ``TESTED`` steps."""
    silence = torch.zeros(TESTED, 1, 1, dtype=torch.float64)
    return echo_state_test(small_pair(), silence, generator=torch.Generator().manual_seed(PAIR_SEED))


def _noise(steps: int, batch: int, seed: int) -> Tensor:
    return 2 * torch.rand(steps, batch, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) - 1


def met(distance: np.ndarray, start: float) -> int | None:
    """After how many steps two starts are one: from then on never again ``MET`` of the first distance apart; or None.

    ``distance``: ("time",) as ``echo`` gives it. What is not finite has not met.
    """
    apart = np.flatnonzero(~(distance < MET * start))
    steps = int(apart[-1]) + 1 if len(apart) else 0
    return steps + 1 if steps < len(distance) else None
