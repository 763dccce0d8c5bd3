"""How the weights of an untrained network may start, and what its cells may be made with."""

from __future__ import annotations

import torch

from rnnviz.cells import CELLS, NONLINEARITIES
from rnnviz.cells.initialisation import RECURRENT
from rnnviz.compute import once
from rnnviz.refusals import refuse_outside, refuse_unknown
from rnnviz.subjects.limits import MAX_BIAS, MAX_RADIUS, MAX_SCALING, MAX_SPAN

# The values that are allowed, or the limits of a number.
OPTIONS: dict[str, tuple] = {
    "nonlinearity": tuple(NONLINEARITIES),
    "recurrent": RECURRENT,
    "spectral_radius": (0.0, MAX_RADIUS),
    "forget_bias": (-MAX_BIAS, MAX_BIAS),
    "memory_span": (3.0, MAX_SPAN),
    "leak": (0.01, 1.0),
    "density": (0.01, 1.0),
    "input_scaling": (0.0, MAX_SCALING),
    "bias": (False, True),
}


def refuse_option(name: str, value: object) -> None:
    """Raise Refused for what is no option, or not one of its values."""
    refuse_unknown("option", name, OPTIONS)
    allowed = OPTIONS[name]
    if isinstance(allowed[0], float):
        refuse_outside(name, value, *allowed)
    else:
        refuse_unknown(name, value, allowed)


@once
def takes(cell: str, option: str) -> bool:
    """Whether a cell can be made with an option of OPTIONS: tried on a cell of two units."""
    value = OPTIONS[option][1]  # not the first, which may be what a cell does without the option
    try:
        CELLS[cell](1, 2, generator=torch.Generator().manual_seed(0), **{option: value})
    except (TypeError, ValueError):
        return False
    return True
