"""What the pages on gradients through time compare, by their knobs, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.opening import opening
from rnnviz.compute import computed
from rnnviz.studies import cell_comparison
from rnnviz.studies.cell_comparison import UNITS, fresh
from rnnviz.subjects import Subject

siblings = computed(cell_comparison.siblings)


def choose(*of_fresh: str, always: Sequence[str] = ()) -> dict[str, Subject]:
    """Draw the knobs and return what they ask for, {cell: subject}. ``of_fresh``: a page's own that are about fresh
    networks; ``always``: those that are about all."""
    own, knobs = siblings(state.subject()), state.knobs()
    if not is_fresh(own):
        controls.knobs(*(["reads"] if len(own) > 1 else []), *always)
        return own
    columns = st.columns([4, 4, 4, 3], vertical_alignment="bottom")
    for column, name in zip(columns, ("reads", "radius", "forget_bias"), strict=False):
        with column:
            controls.knob(name)
    with columns[-1], controls.more_settings():
        for name in (*always, "steps", "draw", "start", "activation", *of_fresh):
            controls.knob(name)
    options = {"recurrent": knobs.start, "spectral_radius": knobs.radius, "forget_bias": knobs.forget_bias}
    return {cell: fresh(cell, knobs.steps, knobs.draw, knobs.activation, **options) for cell in own}


def is_fresh(compared: Mapping[str, Subject]) -> bool:
    """Whether fresh networks on noise are compared; a subject that has no others beside it is shown itself."""
    return len(compared) > 1 and state.knobs().reads == "noise"


def conditions(compared: Mapping[str, Subject]) -> str:
    """Of what networks the numbers are, in a sentence or some."""
    subject, knobs = state.subject(), state.knobs()
    if len(compared) == 1:
        return sentences(*_alone(subject))
    if not is_fresh(compared):
        trained = _("trained") if subject.trained else _("untrained")
        return _("Your sentence in the {weights} networks; the loss is that of each one's own answer.").format(
            weights=trained
        )
    return _(
        "Fresh networks of {units} units, seed {seed}; every recurrent block, one per gate, is scaled to radius "
        "{radius}."
    ).format(units=UNITS, seed=knobs.draw, radius=f"{knobs.radius:g}")


def _alone(subject: Subject) -> list[str]:
    """What is not shown beside a subject that has no others, or of it."""
    network = subject.network()
    others = _(
        "Only this network: cells are compared where all read the same words one way, in one layer, all trained or "
        "none."
    )
    told = [others]
    if network.num_layers > 1:
        told.append(_("Of its {count} layers the top one is shown.").format(count=network.num_layers))
    if len(network.directions) > 1:
        told.append(_("Of its two directions the one that reads from left to right is shown."))
    return told


def back() -> dict[str, object]:
    """Changes that bring back what a page opens with, from a subject that has no others beside it."""
    return {} if len(siblings(state.subject())) > 1 else opening(state.row()).query()
