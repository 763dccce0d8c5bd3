"""The knobs of the gradient pages: what runs, how it starts, where the loss is. Shared, so a choice goes along."""

from __future__ import annotations

import streamlit as st

from rnnviz.cells import NONLINEARITIES
from rnnviz.cells.initialisation import RECURRENT
from rnnviz.experiment import MAX_SEED, Experiment
from rnnviz.race import LOSSES, MAX_BIAS, MAX_LENGTH, MAX_RADIUS, UNITS, Answer, Race
from rnnviz.ui import controls
from rnnviz.ui.language import _

_DEFAULTS = {
    "race_length": 100,
    "race_radius": 0.9,
    "race_bias": 2.0,
    "race_seed": 0,
}
# All that a claim about fresh networks hangs on: a suggestion sets all of it, so that it keeps its promise.
FRESH = _DEFAULTS | {"race_reads": "noise", "race_start": "default", "race_f": "tanh", "race_loss": "last"}


def runners(chosen: Experiment, with_loss: bool = True) -> dict[str, Race | Answer]:
    """Draw the knobs and return what they ask for, one runner per cell; ``with_loss``: whether to ask where it is."""
    for key, value in _DEFAULTS.items():
        st.session_state.setdefault(key, value)
    reads = {"noise": _("white noise"), "text": _("my sentence")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = controls.page_choice(_("They read"), "race_reads", reads)
        if source == "text":
            return {cell: Answer(experiment) for cell, experiment in controls.alike().items()}
        starts = {"default": _("default"), "orthogonal": _("orthogonal"), "identity": _("identity matrix")}
        start = controls.page_choice(_("Recurrent start"), "race_start", {name: starts[name] for name in RECURRENT})
        names = {name: name for name in NONLINEARITIES} | {"identity": _("identity")}
        shape = controls.page_choice(_("RNN's activation"), "race_f", names)
        loss = "last"
        if with_loss:
            ends = {"last": _("the end"), "every": _("every step")}
            loss = controls.page_choice(_("Loss at"), "race_loss", {name: ends[name] for name in LOSSES})
    columns = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    with columns[0]:
        radius = _("Spectral radius of the recurrent weights")
        st.slider(radius, 0.0, MAX_RADIUS, step=0.05, **controls.shown("race_radius"))
    with columns[1]:
        bias = _("Bias of the forget (update) gate")
        told = _("What speaks for keeping. A minGRU's z writes, so that its own bias is the opposite.")
        st.slider(bias, -MAX_BIAS, MAX_BIAS, step=0.25, help=told, **controls.shown("race_bias"))
    with columns[2]:
        st.slider(_("Length"), 10, MAX_LENGTH, step=10, **controls.shown("race_length"))
    with columns[3]:
        st.number_input(_("Seed"), 0, MAX_SEED, step=1, **controls.shown("race_seed"))
    length, radius, bias, seed = (st.session_state[f"race_{name}"] for name in ("length", "radius", "bias", "seed"))
    made = Race("RNN", length, radius, shape, bias, start, loss, seed)
    return {cell: made.with_(cell=cell) for cell in controls.alike()}


def repeat(label: str) -> bool:
    """Whether the race is to be run over several seeds."""
    st.session_state.setdefault("race_repeat", False)
    st.toggle(label, **controls.shown("race_repeat"))
    return st.session_state["race_repeat"]


def conditions(chosen: Experiment, runner: Race | Answer, told: str) -> str:
    """``told``, a sentence, and under which conditions its numbers hold."""
    if isinstance(runner, Answer):
        trained = _("trained") if chosen.weights == "trained" else _("untrained")
        return _("{told} Your sentence in the {weights} networks; the loss is that of each one's own answer.").format(
            told=told, weights=trained
        )
    return _(
        "{told} Fresh networks of {units} units, seed {seed}; every recurrent block, one per gate, is scaled to radius "
        "{radius}."
    ).format(told=told, units=UNITS, seed=runner.seed, radius=f"{runner.radius:g}")
