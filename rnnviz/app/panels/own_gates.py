"""The product of keep gates beside the gradient in a network of the visitor's choice, on what that one reads."""

from __future__ import annotations

import math

from rnnviz.app import controls, naming, state
from rnnviz.app.gradient_runs import counted_back
from rnnviz.app.i18n import _, sentences
from rnnviz.app.opening import opening
from rnnviz.app.page import Chip
from rnnviz.app.panels.gate_product import alone, decades_of, fraction, ratio, share_of
from rnnviz.app.stage.board import Board
from rnnviz.studies.cell_comparison import is_plain
from rnnviz.subjects import Subject


def is_chosen() -> bool:
    """Whether the network of the line above is shown, and not untrained ones that read noise."""
    return state.knobs().reads == "own" or not is_plain(state.subject())


def choose() -> None:
    """The knobs of this picture."""
    subject = state.subject()
    if is_plain(subject):
        controls.knob("reads")
    if (count := subject.network().num_layers) > 1:
        controls.subject_choice(_("Layer"), "layer", state.layer() + 1, {k: str(k) for k in range(1, count + 1)})


def back() -> dict[str, object]:
    """Changes that bring what the page opens with, from a network that stays where it is otherwise."""
    return {} if is_plain(state.subject()) else opening(state.row()).query()


def claim(subject: Subject, layer: int) -> tuple[str, str, list[Chip]]:
    """What ``page.claim`` takes: how much of this network's gradient its gates tell."""
    steps = len(subject.tokens) - 1
    told = _("This network's own loss, {steps} steps back: solid, what reaches the state; dashed, the gates alone.")
    parts = [
        told.format(steps=steps),
        _("Where the loss or a layer above asks at other steps too, more arrives than came from the last one.")
        if layer < subject.network().num_layers - 1 or "backward" in subject.network().directions
        else "",
    ]
    chips = [fraction(subject, layer)] if math.isfinite(decades_of(subject, layer)) else []
    return title(subject, layer), sentences(*parts), chips


def title(subject: Subject, layer: int) -> str:
    decades = decades_of(subject, layer)
    if not math.isfinite(decades):
        return _("{cell}: no gradient arrives at the first step").format(cell=naming.cell(subject.cell))
    return share_of(subject.cell, decades)


def board(subject: Subject, layer: int) -> Board:
    start = 0 if _forward(subject) else None
    stage = Board(
        subject.tokens,
        subject.known,
        units=1,
        start=start,
        backwards=_forward(subject),
        counts=counted_back() if _forward(subject) else "",
        about={subject.cell: subject},
    )
    layers = subject.network().num_layers
    where = _("Layer {layer} of {count}.").format(layer=layer + 1, count=layers) if layers > 1 else ""
    stage.row(alone(subject, layer, where, subject.tokens, span=12))
    stage.row(ratio(subject, layer, subject.tokens, span=12))
    return stage


def _forward(subject: Subject) -> bool:
    return subject.network().directions[0] == "forward"
