"""Clipping: what it leaves of a gradient, step by step.

Training clips the gradient of the weights, which is a sum over all steps. Here every step's gradient is clipped on its
own, so that one can see on a curve what either rule does: one keeps the direction, the other does not.
"""

from __future__ import annotations

from rnnviz.trace import Signal, Trace


def clip_by_norm[Gradient: (Signal, Trace)](gradient: Gradient, limit: float) -> Gradient:
    """Shorten every vector over the last axis to the Euclidean norm ``limit`` (> 0); shorter ones stay as they are.

    The direction stays (Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063). One that holds inf has none, and becomes NaN.
    """
