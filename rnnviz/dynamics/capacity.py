"""Memory capacity: how many past inputs a linear readout can recover from one state, delay by delay.

Jaeger (2001), Short term memory in echo state networks, GMD report 152.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.accepting import as_numbers
from rnnviz.budget import refuse_beyond
from rnnviz.linear_readout import LinearReadout, fit
from rnnviz.trace import Signal

# The penalty, in units of the state's mean variance. Small: faint echoes of old inputs lie far below the rest.
RIDGE = 1e-10


class MemoryCapacity(NamedTuple):
    """``by_delay``: ("delay",) from 0, MC_k in [0, 1], the share of the variance of u(t - k) that the state at t tells.
    ``total``: their sum; of N units with independent inputs it cannot pass N, but for the chance that a finite
    measurement leaves. Of ``linear_memory_capacity`` the sum over all delays."""

    by_delay: Signal
    total: float


@torch.no_grad()
def memory_capacity(
    state: Signal, u: Tensor | np.ndarray, max_delay: int, *, washout: int = 100, ridge: float = RIDGE
) -> MemoryCapacity:
    """Fit one linear readout per delay on the first half of the steps, and correlate it with u(t - k) on the second.

    ``state``: ("time", "unit") or ("time", "batch", "unit") of any cell, for instance
    ``record(model, x).layer()["h"]``. ``u``: what was read, independent from step to step, (T,) or (T, B).
    ``washout``: first steps, in which the network forgets its start, that are left out, as are the first
    ``max_delay``. ``ridge``: the penalty over the mean variance of the units; the intercept is free.

    MC_k is the squared correlation, 0 where the readout is constant. On steps that were not fitted: on those that
    were, each delay would gain about N over the number of steps. What is left of that kind is one over the number of
    steps scored, so a tail of many delays near zero still adds a little. A state that is not finite gives NaN.

    Raises ValueError for shapes that do not fit, a negative delay, washout or ridge, and for too short a sequence.
    """
    values = torch.from_numpy(np.array(state.values, dtype=np.float64))
    u = as_numbers("u", u, "of what was read, (T,) or (T, B)").detach().double()
    if state.axes not in (("time", "unit"), ("time", "batch", "unit")) or u.shape != values.shape[:-1]:
        raise ValueError(f"the state has axes {state.axes} {tuple(values.shape)}; u must be all but the last of it")
    if min(max_delay, washout) < 0 or not ridge >= 0:
        raise ValueError(f"max_delay {max_delay}, washout {washout} and ridge {ridge} must be at least 0")
    if state.direction == "backward":  # what it read before is what comes after in the sequence
        values, u = values.flip(0), u.flip(0)
    numbers = 3 * u.numel() * (max_delay + 1)
    refuse_beyond(8 * numbers, f"{max_delay + 1:,} delays of {u.numel():,} inputs", "measure fewer delays or steps")
    if state.axes == ("time", "unit"):
        values, u = values[:, None], u[:, None]
    found = Delays(u, max_delay, washout).fit(values, ridge).scores.numpy()
    return MemoryCapacity(Signal("MC", ("delay",), found, r"\mathrm{MC}_k", (0.0, 1.0)), float(found.sum()))


class Fit(NamedTuple):
    """One readout per delay, and their ``scores`` (K,)."""

    scores: Tensor
    readouts: LinearReadout


class Delays:
    """u(t - k) for k from 0 to ``max_delay``, as readouts are fitted to them and scored; for many networks that read
    the same ``u`` (T, B), float64."""

    def __init__(self, u: Tensor, max_delay: int, washout: int) -> None:
        first = max(washout, max_delay)
        half = (len(u) - first) // 2
        if half < 2:
            raise ValueError(f"{len(u)} steps are too few: the first {first} are left out, and two halves must remain")
        windows = u.unfold(0, max_delay + 1, 1).flip(-1)[first - max_delay :]  # (T - first, B, delays), 0 first
        self.fitted, self.held = slice(first, first + half), slice(first + half, None)
        self.wanted, asked = windows[:half].flatten(0, 1), windows[half:].flatten(0, 1)
        self.asked = asked - asked.mean(0)
        self.spread = self.asked.square().sum(0)

    def fit(self, states: Tensor, ridge: float = RIDGE) -> Fit:
        """``states``: (T, B, N), float64. A network that explodes has scores and weights that are NaN."""
        readouts = fit(states[self.fitted].flatten(0, 1), self.wanted, ridge)
        rest = states[self.held].flatten(0, 1)
        read = (rest - rest.mean(0)) @ readouts.weights
        together, apart = (read * self.asked).sum(0).square(), read.square().sum(0) * self.spread
        scores = torch.where(apart == 0, 0.0, together / apart)  # the squared correlation; 0 where one does not vary
        return Fit(scores, readouts)
