"""Sizes of gradients: norms as log10, which do not underflow, and how steeply they fall or grow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.trace import Direction, Signal

LOG2 = float(np.log10(2.0))


def log_norms(values: np.ndarray, exponents: np.ndarray | int = 0) -> np.ndarray:
    """log10 of the Euclidean norm over the last axis of ``values * 2^exponents``.

    Each vector is divided by its largest entry before it is squared: 1e-200 squared would be zero.
    """
    with np.errstate(all="ignore"):
        largest = np.abs(values).max(-1, keepdims=True)
        largest = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
        mantissa = 0.5 * np.log10((np.abs(values / largest) ** 2).sum(-1)) + np.log10(largest[..., 0])
        return mantissa + np.asarray(exponents, dtype=np.float64) * LOG2


def gradient_norms(gradient: Signal) -> Signal:
    """log10 of the norm of a gradient over its last axis, of a matrix over both: ("time", "batch", "unit") gives
    ("time", "batch").

    -inf for an exact zero, NaN or inf where the gradient has one. Raises ValueError for a signal that is not a
    gradient.
    """
    if gradient.kind != "gradient":
        raise ValueError(f"signal {gradient.name!r} holds values, not gradients; backpropagate(...) gives those")
    own = 2 if gradient.axes[-2:] == ("row", "column") else 1
    norms = log_norms(gradient.values.reshape(*gradient.values.shape[:-own], -1))
    return norm_signal(gradient.name, gradient.axes[:-own], norms, gradient.symbol, gradient.direction)


def norm_signal(
    name: str, axes: tuple[str, ...], values: np.ndarray, symbol: str, direction: Direction = "forward"
) -> Signal:
    """log10 sizes of what ``symbol`` stands for, as a signal."""
    return Signal(name, axes, values, rf"\log_{{10}} \| {symbol} \|", kind="gradient", direction=direction)


class Slope(NamedTuple):
    """``per_step``: how log10 of the size changes with each step back from the loss, negative where it vanishes.

    ``steps_per_tenfold``: over how many steps it falls (or grows) to a tenth (or tenfold); inf where it is level.
    Both NaN where fewer than two sizes are finite.
    """

    per_step: float
    steps_per_tenfold: float

    @property
    def vanishes(self) -> bool:
        return self.per_step < 0


def slope(norms: Signal) -> Slope:
    """The straight line through log10 sizes ("time",), by least squares over those that are finite.

    A step back is one against the reading order: of a signal of a backward direction, one towards the end.
    """
    if norms.axes != ("time",):
        raise ValueError(f"slope takes axes ('time',), not {norms.axes}; use norms.at(batch=0) first")
    back = np.arange(len(norms.values), dtype=np.float64) * (1 if norms.direction == "backward" else -1)
    finite = np.isfinite(norms.values)
    if finite.sum() < 2:
        return Slope(float("nan"), float("nan"))
    back, sizes = back[finite], norms.values[finite].astype(np.float64)
    back = back - back.mean()
    per_step = float((back * (sizes - sizes.mean())).sum() / (back**2).sum())
    return Slope(per_step, 1 / abs(per_step) if per_step else float("inf"))
