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
    """What ridge regression of ``wanted`` (N,) on ``h`` (N, H) reads off; a penalty of so much of the mean variance."""
    middle, centred = h.mean(0), h - h.mean(0)
    gram = centred.T @ centred
    weights = np.linalg.solve(
        gram + ridge * np.diag(gram).mean() * np.eye(len(gram)), centred.T @ (wanted - wanted.mean())
    )
    return lambda state: (state - middle) @ weights + wanted.mean()


def components(cloud: np.ndarray, path: np.ndarray, count: int) -> np.ndarray:
    """``path`` (T, S) along the directions in which ``cloud`` (N, S) varies most, (T, count); signs are free."""
    middle = cloud.mean(0)
    return (path - middle) @ np.linalg.svd(cloud - middle, full_matrices=False)[2][:count].T
