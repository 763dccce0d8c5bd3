"""How often a gate is all but shut or all but open (Karpathy, Johnson, Li 2015, arXiv:1506.02078, section 4.2)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.trace import Signal

SHUT, OPEN = 0.1, 0.9


class Saturation(NamedTuple):
    """For each unit the share of steps, in [0, 1], that its gate spends below ``SHUT`` and above ``OPEN``."""

    shut: Signal
    open: Signal


def saturation(gate: Signal) -> Saturation:
    """``gate``: ("time", "unit") with bounds (0, 1). Raises ValueError for what is not a gate."""
    if gate.axes != ("time", "unit") or gate.bounds != (0.0, 1.0):
        raise ValueError(f"saturation is of a gate over time and unit; {gate.name!r} has {gate.axes}, {gate.bounds}")
    return Saturation(
        Signal(f"{gate.name} shut", ("unit",), np.mean(gate.values < SHUT, axis=0), bounds=(0.0, 1.0)),
        Signal(f"{gate.name} open", ("unit",), np.mean(gate.values > OPEN, axis=0), bounds=(0.0, 1.0)),
    )
