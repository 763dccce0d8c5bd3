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
    first = max(washout, max_delay)
    half = (len(u) - first) // 2
    if half < 2:
        raise ValueError(f"{len(u)} steps are too few: the first {first} are left out, and two halves must remain")
    windows = u.unfold(0, max_delay + 1, 1).flip(-1)[first - max_delay :]  # (T - first, [B,] delays), 0 first
    fitted, rest = slice(0, half), slice(half, None)
    states = values[first:]
    read = _readout(_rows(states[fitted]), _rows(windows[fitted]), _rows(states[rest]), ridge)
    found = _squared_correlation(read, _rows(windows[rest])).numpy()
    return MemoryCapacity(Signal("MC", ("delay",), found, r"\mathrm{MC}_k", (0.0, 1.0)), float(found.sum()))


def _rows(values: Tensor) -> Tensor:
    return values.reshape(-1, values.shape[-1])


def _readout(states: Tensor, targets: Tensor, others: Tensor, ridge: float) -> Tensor:
    """What the map from ``states`` (T, N) to ``targets`` (T, K) says of ``others``, (T', K), but for the intercept."""
    centred = states - states.mean(0)
    gram = centred.T @ centred
    # The smallest number keeps a state that never varies solvable: its weights are zero.
    penalty = ridge * gram.diagonal().mean() + torch.finfo(gram.dtype).tiny
    factor, failed = torch.linalg.cholesky_ex(gram + penalty * torch.eye(len(gram), dtype=gram.dtype))
    if failed or not torch.isfinite(factor).all():
        return torch.full((len(others), targets.shape[1]), torch.nan, dtype=states.dtype)
    return others @ torch.cholesky_solve(centred.T @ (targets - targets.mean(0)), factor)


def _squared_correlation(read: Tensor, targets: Tensor) -> Tensor:
    """Over rows, (K,); 0 where one of the two does not vary."""
    read, targets = read - read.mean(0), targets - targets.mean(0)
    together, apart = (read * targets).sum(0) ** 2, (read**2).sum(0) * (targets**2).sum(0)
    return torch.where(apart == 0, 0.0, together / apart)
