"""A leaky reservoir from its equation, what two starts become, and readouts by ridge regression."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Shape = Callable[[np.ndarray], np.ndarray]


def states(w_in: np.ndarray, w: np.ndarray, u: np.ndarray, h: np.ndarray, leak: float = 1.0, f: Shape = np.tanh):
    """h_t = (1 - a) h_{t-1} + a f(W_in u_t + W h_{t-1}) from ``h`` (H,), (T, H); ``u`` (T, 1)."""
    found = []
    for u_t in u:
        h = (1 - leak) * h + leak * f(w_in @ u_t + w @ h)
        found.append(h)
    return np.array(found)


def decades(one: np.ndarray, other: np.ndarray, start: float, floor: float = -17) -> np.ndarray:
    """log10 of the distance of two paths over their first one, not below ``floor``."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log10(np.linalg.norm(one - other, axis=1) / start), floor)


def readout(h: np.ndarray, wanted: np.ndarray, ridge: float) -> Callable[[np.ndarray], np.ndarray]:
    """What ridge regression of ``wanted``, (N,) or (N, K), on ``h`` (N, H) reads off.

    ``ridge``: the penalty over the mean variance of a unit.
    """
    middle, centred = h.mean(0), h - h.mean(0)
    gram = centred.T @ centred
    weights = np.linalg.solve(
        gram + ridge * np.diag(gram).mean() * np.eye(len(gram)), centred.T @ (wanted - wanted.mean(0))
    )
    return lambda state: (state - middle) @ weights + wanted.mean(0)


def recovered(h: np.ndarray, u: np.ndarray, delays: int, washout: int, ridge: float) -> np.ndarray:
    """r² of u(t - k) with what is read off h_t, for k up to ``delays``: fitted on half of the steps after the first
    ones, scored on the others. ``h``: (T, B, H), ``u``: (T, B)."""
    first = max(washout, delays)
    half = (len(u) - first) // 2
    wanted = np.stack([u[first - k : len(u) - k] for k in range(delays + 1)], -1)
    (fitted, scored), (a, b) = ([part.reshape(-1, part.shape[-1]) for part in (one[:half], one[half:])]
                                for one in (h[first:], wanted))  # fmt: skip
    said = readout(fitted, a, ridge)(scored)
    said, b = said - said.mean(0), b - b.mean(0)
    return (said * b).sum(0) ** 2 / ((said**2).sum(0) * (b**2).sum(0))


def components(cloud: np.ndarray, path: np.ndarray, count: int) -> np.ndarray:
    """``path`` (T, S) along the directions in which ``cloud`` (N, S) varies most, (T, count); signs are free."""
    middle = cloud.mean(0)
    return (path - middle) @ np.linalg.svd(cloud - middle, full_matrices=False)[2][:count].T
