"""Fresh networks over a range of spectral radii: how fast pushes grow forward, and gradients back."""

from __future__ import annotations

import math
from typing import NamedTuple

from rnnviz import gradients
from rnnviz.cells import TRIO
from rnnviz.dynamics import LyapunovSum
from rnnviz.gradients.following import follow
from rnnviz.studies.cell_comparison import fresh
from rnnviz.subjects import Subject

RADII = (0.3, 0.5, 0.8, 1.1, 1.5, 2.0, 3.0, 4.5)
LENGTH = 300
SETTLING = 50  # first steps, in which a push turns towards the direction that grows fastest


class Growth(NamedTuple):
    """Natural logarithms per step."""

    exponent: float  # of a small push, forward along the driven path
    slope: float  # of the gradient, back along it


def subjects() -> dict[str, list[Subject]]:
    """A network per cell and radius, gates half open, all on the same noise."""
    return {cell: [fresh(cell, LENGTH, spectral_radius=radius, forget_bias=0.0) for radius in RADII] for cell in TRIO}


def growth(subject: Subject) -> Growth:
    """How one network's pushes and gradients grow; a loss at the last step."""
    network, x = subject.network(), subject.input()
    run, total = follow(network, x), LyapunovSum(skip=SETTLING)
    for jacobians in gradients.jacobian_blocks(network, x, run=run):
        total.add(jacobians)
    curve = gradients.retrace(network, x, subject.objective, run).curves["h"].at(batch=0)
    return Growth(float(total.exponents().values[0]), gradients.slope(curve).per_step * math.log(10))
