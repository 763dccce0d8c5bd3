"""Clipping: what it leaves of a gradient, step by step.

Training clips the gradient of the weights, which is a sum over all steps: ``clip_together``. In the other two every
step's gradient is clipped on its own, so that one can see on a curve what either rule does: one keeps the direction,
the other does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from rnnviz.trace import Signal, Trace

Gradient = TypeVar("Gradient", Signal, Trace)


def clip_by_norm(gradient: Gradient, limit: float) -> Gradient:
    """Shorten each vector over the last axis to the Euclidean norm ``limit``; a shorter one stays as it is.

    The direction is kept (Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063). A vector that holds inf or NaN has none, and
    becomes NaN. ``gradient``: a Signal, or a Trace of which each signal is clipped. ValueError unless ``limit`` > 0.
    """

    def shorten(values: np.ndarray) -> np.ndarray:
        largest = np.abs(values).max(-1, keepdims=True)
        # Divided by the largest entry first: a norm of 1e200 is no reason to overflow.
        relative = values / np.where(largest > 0, largest, 1.0)
        length = np.sqrt((relative**2).sum(-1, keepdims=True))
        return np.where(
            largest * length > limit, relative * (limit / length), np.where(np.isnan(length), np.nan, values)
        )

    return _clipped(gradient, limit, shorten)


def clip_by_value(gradient: Gradient, limit: float) -> Gradient:
    """Cut every entry to -``limit`` ... ``limit``, infinities as well; NaN stays.

    This turns the gradient: large entries are cut, small ones are not. Arguments and errors as in ``clip_by_norm``.
    """
    return _clipped(gradient, limit, lambda values: np.clip(values, -limit, limit))


def clip_together(gradients: Iterable[np.ndarray], limit: float) -> tuple[float, float]:
    """What all gradients are multiplied by so that their common norm is ``limit`` at most, and the norm they had.

    As ``torch.nn.utils.clip_grad_norm_``, which adds 1e-6 to the norm before it divides. ValueError unless ``limit`` is
    above 0.
    """
    if not limit > 0:
        raise ValueError(f"the limit is {limit}; a gradient is clipped to a size above 0")
    norm = math.hypot(*(float(np.linalg.norm(gradient)) for gradient in gradients))
    return min(1.0, limit / (norm + 1e-6)), norm


def _clipped(gradient: Gradient, limit: float, rule: Callable[[np.ndarray], np.ndarray]) -> Gradient:
    if not limit > 0:
        raise ValueError(f"the limit is {limit}; a gradient is clipped to a size above 0")
    if isinstance(gradient, Signal):
        if gradient.kind != "gradient":
            raise ValueError(f"signal {gradient.name!r} holds values, not gradients; backpropagate(...) gives those")
        with np.errstate(all="ignore"):
            return replace(gradient, values=rule(gradient.values))
    layers = tuple(
        replace(
            layer,
            signals=tuple(_clipped(signal, limit, rule) for signal in layer.signals),
            initial={name: _clipped(signal, limit, rule) for name, signal in layer.initial.items()},
        )
        for layer in gradient.layers
    )
    return replace(gradient, x=_clipped(gradient.x, limit, rule), layers=layers, y=_clipped(gradient.y, limit, rule))
