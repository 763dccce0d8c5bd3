"""How the weights of an untrained network may start, and what its cells may be made with."""

from __future__ import annotations

import torch

from rnnviz.cells import CELLS, NONLINEARITIES
from rnnviz.cells.initialisation import RECURRENT
from rnnviz.cells.rg_lru import STARTS
from rnnviz.compute import once
from rnnviz.refusals import Refused, refuse_outside, refuse_unknown
from rnnviz.subjects.limits import MAX_BIAS, MAX_KEYS, MAX_RADIUS, MAX_SCALING, MAX_SPAN, MAX_TURN

# The values that are allowed, or the limits of a number; of a pair of numbers the limits of each.
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
    "negative_eigenvalues": (False, True),
    "keys": (1, MAX_KEYS),
    "numbers": (1, MAX_KEYS),
    "decay_start": STARTS,
    "ring": ((0.0, 1.0), (0.0, 1.0)),
    "turn": (0.01, MAX_TURN),
}


def refuse_option(name: str, value: object) -> None:
    """Raise Refused for what is no option, or not one of its values."""
    refuse_unknown("option", name, OPTIONS)
    allowed = OPTIONS[name]
    if isinstance(allowed[0], tuple):
        _refuse_pair(name, value, *allowed[0])
    elif isinstance(allowed[0], (int, float)) and not isinstance(allowed[0], bool):
        refuse_outside(name, value, *allowed)
    else:
        refuse_unknown(name, value, allowed)


def _refuse_pair(name: str, value: object, least: float, most: float) -> None:
    """Raise Refused for what is not two numbers within the limits, the smaller one first."""
    ends = value if isinstance(value, tuple) else ()
    if len(ends) != 2 or not all(isinstance(end, float) for end in ends) or not least <= ends[0] < ends[1] <= most:
        raise Refused(
            "{field} must be two numbers from {least} to {most}, the smaller one first, as in {example}.",
            field=name,
            least=least,
            most=most,
            example="0.9_0.99",
        )


@once
def takes(cell: str, option: str) -> bool:
    """Whether a cell can be made with an option of OPTIONS: tried on a cell of two units."""
    value = OPTIONS[option][1]  # not the first, which may be what a cell does without the option
    try:
        CELLS[cell](1, 2, generator=torch.Generator().manual_seed(0), **{option: value})
    except (TypeError, ValueError):
        return False
    return True
