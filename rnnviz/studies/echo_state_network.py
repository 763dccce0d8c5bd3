"""What an echo state network forgets, and how many of its past inputs a linear readout recovers from its state.

A reservoir is a subject with a network of the cell ESN, which reads one number per step forward in one layer. What it
reads here is the study's own white noise, which hangs on the seed that its weights were drawn from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import Cell
from rnnviz.dynamics import Echo, MemoryCapacity, echo_state_test, linear_memory_capacity, spectral_radius, spectrum
from rnnviz.dynamics.capacity import Delays
from rnnviz.dynamics.echoes import apart
from rnnviz.network import Network
from rnnviz.subjects import Noise, Subject, Untrained
from rnnviz.subjects.limits import MAX_SEED
from rnnviz.trace import Signal

RADII = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.2, 3.0)
SHOWN = 200  # steps whose every state is shown
TESTED = 1000  # steps over which two starts can meet; what comes later is not known
MET = 1e-6  # of the first distance: two starts so near are one state
SEQUENCES, STEPS = 20, 300  # what memory is measured on
WASHOUT = 100  # first steps of each sequence that are left out: the longest delay reaches back into them
FITTED = (STEPS - WASHOUT) // 2  # steps of each sequence for the fit; on the rest it is scored
LEAST_DELAYS, MOST_DELAYS = 40, WASHOUT  # so many are measured at least, of however few units, and at most
PAIR_SEED = 0
AT_ONCE = 3  # reservoirs that are run together: more would not fit what a process takes without asking the system anew


def cell_of(subject: Subject) -> Cell:
    return subject.network().layers[0][0]


def scaled_from(subject: Subject) -> Subject:
    """The reservoir whose matrix, times a factor, is that of ``subject``.

    Of those that were drawn it is the one of radius 1: then all radii of a seed have one matrix up to the factor.
    """
    return subject if subject.load().provenance.seed is None else subject.with_(spectral_radius=1.0)


def radius(subject: Subject) -> float:
    """The spectral radius of W: the one that was asked for where one was."""
    network, drawn = subject.network(), subject.load().provenance.seed is not None
    asked = network.structure.get("spectral_radius") if drawn else None
    return spectral_radius(cell_of(subject).weight_hh) if asked is None else asked


def eigenvalues(subject: Subject) -> np.ndarray:
    """Those of W, complex (N,), the largest first."""
    return spectrum(cell_of(subject).weight_hh.double()).values


def is_linear_at_zero(subject: Subject) -> bool:
    """Whether a state of zero rests, and W alone (with the leak) says what becomes of a small push there."""
    cell = cell_of(subject)
    return cell.nonlinearity in ("tanh", "identity") and cell.bias_ih is None


def delays(subject: Subject) -> int:
    """The longest delay at which memory is measured: twice the units, as far as there are steps for it."""
    return min(max(2 * subject.units, LEAST_DELAYS), MOST_DELAYS)


def seed(subject: Subject) -> int:
    return subject.load().provenance.seed or 0


def shown_input(subject: Subject) -> Tensor:
    """White noise from U(-1, 1), (``TESTED``, 1, 1), on which nothing is fitted."""
    return _noise(TESTED, 1, MAX_SEED + 1 + seed(subject))


def sequences(subject: Subject) -> Tensor:
    """More of it, (``STEPS``, ``SEQUENCES``, 1), on which readouts are fitted and memory is measured."""
    return _noise(STEPS, SEQUENCES, 2 * MAX_SEED + 2 + seed(subject))


def _noise(steps: int, batch: int, drawn_from: int) -> Tensor:
    generator = torch.Generator().manual_seed(drawn_from)
    return 2 * torch.rand(steps, batch, 1, generator=generator, dtype=torch.float64) - 1


def start_generator(subject: Subject) -> torch.Generator:
    return torch.Generator().manual_seed(3 * MAX_SEED + 3 + seed(subject))


def _starts(subject: Subject) -> Tensor:
    """As ``echo_state_test`` draws them for a batch of two: (4, H), the second start of each after both first."""
    return 2 * torch.rand(4, subject.units, generator=start_generator(subject), dtype=torch.float64) - 1


def starts(subject: Subject) -> Tensor:
    """The two starts of ``echo`` under the input, (2, H)."""
    return _starts(subject)[::2]


def echo(subject: Subject) -> Echo:
    """Two starts under the ``shown_input``, batch 0, and two that read zeros, batch 1; over ``TESTED`` steps."""
    return two_starts(subject)[0]


def two_starts(subject: Subject) -> tuple[Echo, Signal]:
    """``echo``, and h from both starts over the first ``SHOWN`` steps of the input: ("time", "batch", "unit"), a start
    each; of a reservoir that explodes, infinite or NaN from some step on."""
    x = shown_input(subject)
    path = run(subject, torch.cat([x, torch.zeros_like(x)], 1).repeat(1, 2, 1), starts=_starts(subject)[None])[:, 0]
    shown = path[:SHOWN, ::2].clone()  # what is kept must not hold the rest
    return apart(path, _starts(subject)), Signal("h", ("time", "batch", "unit"), shown.numpy(), "h_t")


def met(distance: np.ndarray, start: float) -> int | None:
    """After how many steps two starts are one: from then on never again ``MET`` of the first distance apart; or None.

    ``distance``: ("time",) as ``echo`` gives it. What is not finite has not met.
    """
    apart = np.flatnonzero(~(distance < MET * start))
    steps = int(apart[-1]) + 1 if len(apart) else 0
    return steps + 1 if steps < len(distance) else None


def other_cell(subject: Subject, cell: str) -> Subject:
    """An untrained network of another cell as torch would draw it: of as many units, of the same seed."""
    return Subject(Untrained(cell, str(subject.units), "", seed(subject), channels=1), Noise())


@torch.no_grad()
def memory(subject: Subject) -> MemoryCapacity:
    """How many past inputs a linear readout recovers from a reservoir, or from the network of an ``other_cell``."""
    if subject.cell == "ESN":
        return measure(subject)[0]
    return _capacity(_delays(subject).fit(subject.network()(sequences(subject))).scores)


def memories(subject: Subject, radii: Sequence[float]) -> Iterator[MemoryCapacity]:
    """Of this reservoir at each of ``radii``, all else equal: a few of them in one run, for they share one matrix up
    to the radius, and what readouts are fitted to."""
    u, fits = sequences(subject), _delays(subject)
    for first in range(0, len(radii), AT_ONCE):
        for h in run(subject, u, radii[first : first + AT_ONCE]).unbind(1):
            yield _capacity(fits.fit(h).scores)


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


def measure(subject: Subject) -> tuple[MemoryCapacity, Readouts]:
    """``memory``, and the readouts that it scores, one for each delay: the ridge regression of u(t - k) on h_t."""
    scores, fitted = _delays(subject).fit(run(subject, sequences(subject))[:, 0])
    finite = bool(fitted.gram.isfinite().all())
    resolved = int((torch.linalg.eigvalsh(fitted.gram) > fitted.penalty).sum()) if finite else 0
    return _capacity(scores), Readouts(fitted.weights.numpy(), fitted.intercepts.numpy(), resolved)


def _delays(subject: Subject) -> Delays:
    return Delays(sequences(subject)[..., 0], delays(subject), WASHOUT)


def _capacity(scores: Tensor) -> MemoryCapacity:
    return MemoryCapacity(Signal("MC", ("delay",), scores.numpy(), r"\mathrm{MC}_k", (0.0, 1.0)), float(scores.sum()))


@torch.no_grad()
def run(subject: Subject, u: Tensor, radii: Sequence[float] | None = None, starts: Tensor | None = None) -> Tensor:
    """h of reservoirs with these ``radii``, the subject's own unless given, that read ``u`` (T, B, 1): (T, R, B, H).

    As calling the network gives it, in float64, from ``starts`` (R, B, H) or zeros; nothing else is kept of a step.
    """
    base = scaled_from(subject)
    cell, own = cell_of(base), radius(base)
    wanted = np.array(radii or [radius(subject)])
    with np.errstate(all="ignore"):  # a matrix of radius 0 has no other
        factors = torch.from_numpy(np.where(wanted == own, 1.0, wanted / own))[:, None, None]
    driven, weight = u @ cell.weight_ih.T.double(), cell.weight_hh.T.double().contiguous()
    if cell.bias_ih is not None:
        driven = driven + (cell.bias_ih + cell.bias_hh).double()
    states = torch.empty(len(u), len(factors), *driven.shape[1:], dtype=torch.float64)
    before = torch.zeros_like(states[0]) if starts is None else starts
    for h, flat, values, x in zip(states, states.flatten(1, 2), states.numpy(), driven, strict=True):
        torch.mm(before.flatten(0, 1), weight, out=flat)
        h.mul_(factors).add_(x)
        if cell.nonlinearity == "tanh":
            np.tanh(values, out=values)  # to the same digits three times as fast as torch's in float64
        else:
            h.copy_(cell.f(h))
        if cell.leak < 1:
            h.mul_(cell.leak).add_(before, alpha=1 - cell.leak)
        before = h
    return states


def theory(subject: Subject) -> MemoryCapacity | None:
    """MC_k of a linear reservoir, exact; None for one that is not linear, hears nothing or does not forget."""
    cell = cell_of(subject)
    if cell.nonlinearity != "identity" or not cell.weight_ih.any():
        return None
    own = (1 - cell.leak) * torch.eye(subject.units, dtype=torch.float64) + cell.leak * cell.weight_hh.detach()
    if spectral_radius(own) > 1 - 1e-9:  # a matrix that was scaled to 1 is so but for rounding
        return None
    return linear_memory_capacity(own, cell.leak * cell.weight_ih.detach().double(), delays(subject))


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
