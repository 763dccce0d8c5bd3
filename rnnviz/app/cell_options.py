"""The controls of what an untrained cell is made with, each with a sentence that says what it does."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from rnnviz.app import state
from rnnviz.app.i18n import _
from rnnviz.app.knobs import to_translate as __
from rnnviz.app.widgets import bound
from rnnviz.subjects.limits import MOST_IN_STATE
from rnnviz.subjects.options import OPTIONS, takes


class Told(NamedTuple):
    """``label``: of the control. ``hint``: what the option does. ``names``: of its values, where they are words."""

    label: str
    hint: str
    names: dict[object, str] | None = None


# The options of OPTIONS that are one cell's own and have an attribute of the same name there.
TOLD: dict[str, Told] = {
    "nonlinearity": Told(
        __("Activation f"), __("Of untrained networks; trained ones have tanh, with which they learnt.")
    ),
    "negative_eigenvalues": Told(
        __("How much β may replace"),
        __(
            "Up to 1 the old value is at most erased. Up to 2 it can turn its sign: the matrix that multiplies the "
            "state then has eigenvalues down to −1, without which a cell cannot count modulo 2."
        ),
        {False: __("up to 1"), True: __("up to 2")},
    ),
    "keys": Told(
        __("Numbers of a key"), __("So many values can be held apart: keys of K numbers are at most K at right angles.")
    ),
    "numbers": Told(__("Numbers of each channel"), __("How many speeds of forgetting each channel has.")),
    "decay_start": Told(
        __("Λ starts as in"),
        __("Before training, the released code keeps less than the paper says: it forgets some eight times as fast."),
        {"paper": __("the paper"), "released": __("the released code")},
    ),
    "ring": Told(
        __("Ring of λ"),
        __("Sizes |λ| between which the units start, evenly on the ring: near 1 they remember for long."),
    ),
    "turn": Told(
        __("Largest angle of λ"), __("By how much a unit turns per step at most, in radians; 6.28 is all around.")
    ),
}


def choose() -> None:
    """A control for each option that the untrained cell on the page takes."""
    model = state.subject().model
    cell = state.subject().network().layers[0][0]
    for name, told in TOLD.items():
        if not takes(model.cell, name):
            continue
        now, allowed = getattr(cell, name), OPTIONS[name]
        label, hint = _(told.label), _(told.hint)
        if isinstance(allowed[0], tuple):
            st.slider(label, *allowed[0], step=0.01, help=hint, **bound(name, tuple(map(float, now))))
        elif isinstance(allowed[0], float):
            st.slider(label, *allowed, step=0.01, help=hint, **bound(name, min(float(now), allowed[1])))
        elif isinstance(allowed[0], int) and not isinstance(allowed[0], bool):
            most = max(now, min(allowed[1], MOST_IN_STATE // state.subject().units))
            st.number_input(label, allowed[0], most, step=1, help=hint, **bound(name, now))
        else:
            _choose(label, hint, name, now, told.names or {})


def _choose(label: str, hint: str, name: str, now: object, names: dict[object, str]) -> None:
    offered = list(dict.fromkeys([*(names or ("tanh", "relu", "sigmoid")), now]))  # a link may ask for another one
    words = {value: _(text) for value, text in names.items()}
    st.segmented_control(
        label,
        offered,
        required=True,
        format_func=lambda value: words.get(value, str(value)),
        width="stretch",
        help=hint,
        **bound(name, now, "default"),
    )
