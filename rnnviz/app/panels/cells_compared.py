"""What the pages on gradients through time compare, by their knobs, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.app import comparison, controls, state
from rnnviz.app.comparison import Subjects
from rnnviz.app.i18n import _, sentences
from rnnviz.app.knobs import Knobs
from rnnviz.app.opening import opening
from rnnviz.app.panels import network_views
from rnnviz.refusals import Refused
from rnnviz.studies.cell_comparison import UNITS, cells_beside, fresh, is_plain
from rnnviz.subjects import Subject


def choose(*of_fresh: str, always: Sequence[str] = ()) -> dict[str, Subject]:
    """Draw the knobs and return what they ask for, by name. ``of_fresh``: a page's own that are about fresh networks;
    ``always``: those that are about all."""
    subject, knobs = state.subject(), state.knobs()
    if not is_fresh():
        with controls.line():
            for name in (*(["reads"] if is_plain(subject) else []), *always):
                controls.knob(name)
            return comparison.pick(_same_losses) or comparison.family(subject)
    with controls.more_settings():
        for name in ("reads", "forget_bias", *always, "steps", "draw", "start", "activation", *of_fresh):
            controls.knob(name)
    return {cell: fresh_network(cell, knobs) for cell in cells_beside(subject.cell)}


def fresh_network(cell: str, knobs: Knobs) -> Subject:
    """A network of this cell as the knobs of both pages ask for it, and noise."""
    options = {"recurrent": knobs.start, "spectral_radius": knobs.radius, "forget_bias": knobs.forget_bias}
    return fresh(cell, knobs.steps, knobs.draw, knobs.activation, **options)


def is_fresh() -> bool:
    """Whether fresh networks on noise are compared, in the place of a subject that they can stand for."""
    return stands_for(state.subject(), state.knobs())


def stands_for(subject: Subject, knobs: Knobs) -> bool:
    return getattr(knobs, "reads", "own") == "noise" and is_plain(subject)


def _same_losses(chosen: Subject, other: Subject) -> None:
    kinds = {answers and answers.kind for answers in (chosen.load().answers, other.load().answers)}
    if len(kinds) > 1:
        raise Refused("It answers in another way than the network above, so that its loss is another.")


def conditions(compared: Subjects) -> str:
    """Of what networks and of what loss the numbers are, in a sentence or some."""
    knobs = state.knobs()
    if is_fresh():
        return _(
            "Fresh networks of {units} units, seed {seed}; every recurrent block, one per gate, is scaled to radius "
            "{radius}."
        ).format(units=UNITS, seed=knobs.draw, radius=f"{knobs.radius:g}")
    answers = state.subject().load().answers
    loss = _("The loss is a push of length 1 along all outputs alike.")
    if answers is not None and answers.kind == "classes":
        loss = _("The loss is that of each one's own answer.")
    return sentences(loss, what_is_shown(compared))


def what_is_shown(compared: Subjects) -> str:
    """What makes the comparison fair, and which part of larger networks is shown."""
    if is_fresh():
        return ""
    networks = [subject.network() for subject in compared.values()]
    fairness = _("Only this network: none of another cell is known that was trained like it.")
    if len(networks) > 1:
        fairness = network_views.fairness(compared)
    layers = _("Where there are several layers, the top one is shown.")
    directions = _("Where there are two directions, the one that reads from left to right is shown.")
    return sentences(
        fairness,
        layers if any(network.num_layers > 1 for network in networks) else "",
        directions if any(network.bidirectional for network in networks) else "",
    )


def own_sentence() -> dict[str, object]:
    """Changes that bring the trained networks of the sentence that is read, or of what a page opens with."""
    return {"reads": "own", "beside": ()} | back()


def back() -> dict[str, object]:
    """Changes that bring back what a page opens with, from a subject that fresh networks cannot stand for."""
    return {} if is_plain(state.subject()) else opening(state.row()).query()
