"""Reservoir: an echo state network and what it reads, to see what it forgets and what a linear readout can recover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.dynamics import Echo, MemoryCapacity, echo_state_test, linear_memory_capacity, spectral_radius, spectrum
from rnnviz.dynamics.capacity import Delays
from rnnviz.dynamics.echoes import apart
from rnnviz.experiment import MAX_SEED, refuse_outside, refuse_unknown
from rnnviz.network import Network
from rnnviz.once import kept
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
AT_ONCE = 3  # reservoirs that are run together: more would not fit what a process takes without asking the system anew


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
        if cell != "ESN":
            return _network(cell, self.units, self.seed).eval()
        options = {"leak": self.leak, "density": self.density, "input_scaling": self.scaling}
        options |= {"spectral_radius": self.radius, "nonlinearity": self.nonlinearity, "bias": False}
        drawn = _drawn(self.units, self.density, self.seed)
        weights = {"weight_ih": self.scaling * drawn.inputs, "weight_hh": self.radius * drawn.matrix}
        shared = {name: nn.Parameter(value, requires_grad=False) for name, value in weights.items()}
        return _network(
            cell, self.units, self.seed, shared=[shared | {"bias_ih": None, "bias_hh": None}], **options
        ).eval()

    @property
    def eigenvalues(self) -> np.ndarray:
        """Those of the recurrent matrix, complex (N,), the largest first."""
        return self.radius * _drawn(self.units, self.density, self.seed).eigenvalues

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
        starts = self._starts()
        return apart(self._path(starts, TESTED), starts)

    def _starts(self) -> Tensor:
        """As ``echo_state_test`` draws them for a batch of two: (4, H), the second start of each after both first."""
        return 2 * torch.rand(4, self.units, generator=self._draw(), dtype=torch.float64) - 1

    def _path(self, starts: Tensor, steps: int) -> Tensor:
        x = self.input()[:steps]
        return self._run(torch.cat([x, torch.zeros_like(x)], 1).repeat(1, 2, 1), starts=starts[None])[:, 0]

    def starts(self) -> Tensor:
        """The two starts of ``echo`` under the input, (2, H)."""
        return self._starts()[::2]

    def states(self) -> Signal:
        """h from both starts over the first ``SHOWN`` steps of the ``input``: ("time", "batch", "unit"), a start each.

        Of a reservoir that explodes, infinite or NaN from some step on.
        """
        return Signal("h", ("time", "batch", "unit"), self._path(self._starts(), SHOWN)[:, ::2].numpy(), "h_t")

    @torch.no_grad()
    def memory(self, cell: str = "ESN") -> MemoryCapacity:
        """How many past inputs a linear readout recovers from the reservoir, or from another cell's ``network``."""
        if cell == "ESN":
            return self.memories([self.radius])[0]
        u = self.sequences()
        return _capacity(self._delays().fit(self.network(cell)(u)).scores)

    def memories(self, radii: Sequence[float]) -> list[MemoryCapacity]:
        """Of this reservoir at each of ``radii``, all else equal: a few of them in one run, for they share one
        matrix up to the radius, and what readouts are fitted to."""
        u, delays = self.sequences(), self._delays()
        blocks = (self._run(u, radii[first : first + AT_ONCE]) for first in range(0, len(radii), AT_ONCE))
        return [_capacity(delays.fit(h).scores) for states in blocks for h in states.unbind(1)]

    def measure(self) -> tuple[MemoryCapacity, Readouts]:
        """``memory``, and the readouts that it scores, one for each delay: the ridge regression of u(t - k) on h_t."""
        scores, fitted = self._delays().fit(self._run(self.sequences())[:, 0])
        finite = bool(fitted.gram.isfinite().all())
        resolved = int((torch.linalg.eigvalsh(fitted.gram) > fitted.penalty).sum()) if finite else 0
        return _capacity(scores), Readouts(fitted.weights.numpy(), fitted.intercepts.numpy(), resolved)

    def _delays(self) -> Delays:
        return Delays(self.sequences()[..., 0], self.delays, WASHOUT)

    def _run(self, u: Tensor, radii: Sequence[float] | None = None, starts: Tensor | None = None) -> Tensor:
        """h of reservoirs with these ``radii``, this one's own unless given, that read ``u`` (T, B, 1): (T, R, B, H).

        As calling ``network`` gives it, from ``starts`` (R, B, H) or zeros; nothing else is kept of a step.
        """
        drawn = _drawn(self.units, self.density, self.seed)
        radius = torch.tensor(radii or [self.radius], dtype=torch.float64)[:, None, None]
        driven, weight = u @ (self.scaling * drawn.inputs).T, drawn.matrix.T.contiguous()
        states = torch.empty(len(u), len(radius), *driven.shape[1:], dtype=torch.float64)
        before = torch.zeros_like(states[0]) if starts is None else starts
        for h, flat, values, x in zip(states, states.flatten(1, 2), states.numpy(), driven, strict=True):
            torch.mm(before.flatten(0, 1), weight, out=flat)
            h.mul_(radius).add_(x)
            if self.nonlinearity == "tanh":
                np.tanh(values, out=values)  # to the same digits three times as fast as torch's in float64
            if self.leak < 1:
                h.mul_(self.leak).add_(before, alpha=1 - self.leak)
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


class _Drawn(NamedTuple):
    """``inputs`` (N, 1), in [-1, 1]; ``matrix`` (N, N), of radius 1, and its ``eigenvalues``, the largest first."""

    inputs: Tensor
    matrix: Tensor
    eigenvalues: np.ndarray


@kept(64)
def _drawn(units: int, density: float, seed: int) -> _Drawn:
    """All that is drawn of a reservoir, and the one eigenvalue problem that all of its radii have: nobody may change
    it."""
    options = {"density": density, "spectral_radius": 1.0, "bias": False}
    cell = _network("ESN", units, seed, **options).layers[0][0]
    return _Drawn(cell.weight_ih, cell.weight_hh, spectrum(cell.weight_hh).values)


def _network(cell: str, units: int, seed: int, **options: object) -> Network:
    return Network(cell, 1, units, generator=torch.Generator().manual_seed(seed), dtype=torch.float64, **options)


def _capacity(scores: Tensor) -> MemoryCapacity:
    return MemoryCapacity(Signal("MC", ("delay",), scores.numpy(), r"\mathrm{MC}_k", (0.0, 1.0)), float(scores.sum()))


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
