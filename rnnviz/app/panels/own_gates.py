"""The product of keep gates beside the gradient in a network of the visitor's choice, on what that one reads."""

from __future__ import annotations

import math

from rnnviz import figures
from rnnviz.app import controls, naming, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.opening import opening
from rnnviz.app.page import Chip
from rnnviz.app.panels.gate_product import HEIGHT, finite, measured, ratio_of, share_of, written
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.board import Board
from rnnviz.figures import Line, style
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
    ratio, steps = ratio_of(subject, layer), len(subject.tokens) - 1
    told = _("This network's own loss, {steps} steps back: solid, what reaches the state; dashed, the gates alone.")
    parts = [
        told.format(steps=steps),
        _("Where the loss or a layer above asks at other steps too, more arrives than came from the last one.")
        if layer < subject.network().num_layers - 1 or "backward" in subject.network().directions
        else "",
    ]
    chip = _("{cell}: {ratio} of its gradient").format(cell=subject.cell, ratio=written(ratio))
    return title(subject, layer), sentences(*parts), [Chip(subject.cell, chip)] if math.isfinite(ratio) else []


def title(subject: Subject, layer: int) -> str:
    ratio = ratio_of(subject, layer)
    if not math.isfinite(ratio):
        return _("{cell}: no gradient arrives at the first step").format(cell=subject.cell)
    return share_of(subject.cell, ratio)


def board(subject: Subject, layer: int) -> Board:
    start = 0 if _forward(subject) else None
    stage = Board(
        subject.tokens, subject.known, units=1, start=start, backwards=_forward(subject), about={subject.cell: subject}
    )
    stage.row(_sizes(subject, layer, span=7), _ratio(subject, layer, span=5))
    return stage


def _forward(subject: Subject) -> bool:
    return subject.network().directions[0] == "forward"


def _sizes(subject: Subject, layer: int, **place: object) -> dict:
    found, cell = measured(subject, layer), subject.cell
    of = naming.letter(cell, subject.network().layers[layer][0].keeps.state)
    drawn = [
        Line(
            label,
            finite(values),
            style.CELLS[cell],
            dash,
            meta={"signal": signal, "network": cell, "label": label} | POWER,
        )
        for values, label, dash, signal in (
            (found.exact, f"|∂L/∂{of}|", "solid", "exact"),
            (found.product, _("product of gates"), "dash", "product"),
        )
    ]
    figure = figures.lines.draft(
        drawn,
        subject.tokens,
        value_title=_("size of the gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=HEIGHT,
    )
    layers = subject.network().num_layers
    where = _("Layer {layer} of {count}.").format(layer=layer + 1, count=layers) if layers > 1 else ""
    return chart(
        figure,
        title=_("From the last step back to the first"),
        caption=sentences(_("Solid: what reaches the state, in all ways. Dashed: by gates alone."), where),
        values="below",
        **place,
    )


def _ratio(subject: Subject, layer: int, **place: object) -> dict:
    values = measured(subject, layer).ratio
    meta = {"signal": "ratio", "network": subject.cell, "label": subject.cell} | POWER
    figure = figures.lines.draft(
        [Line(subject.cell, finite(values), style.CELLS[subject.cell], meta=meta)],
        subject.tokens,
        value_title=_("product ÷ gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=HEIGHT,
    )
    return chart(
        figure,
        title=_("How much of the gradient the gates tell"),
        caption=_("1 = all of it."),
        values="below",
        **place,
    )
