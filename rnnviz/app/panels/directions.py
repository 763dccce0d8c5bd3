"""Panels of the page on two directions: what each side has read, keeps and says about every word."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app import results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import answers_per_step
from rnnviz.app.panels.answers_per_step import sibling
from rnnviz.app.panels.direction_claims import marks, named, opened, reason, told
from rnnviz.app.panels.network_views import label_names, legends, shades
from rnnviz.app.panels.state_charts import chart, picture_of
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.subjects.models import FAR
from rnnviz.trace import LayerTrace, Signal

TEXTBOOK = "我爱NLP"
ARROWS = {"forward": "h→", "backward": "h←"}
# What the links below the page set, so that each shows what it says whatever was chosen before.
TRAVEL = {"task": "slots", "trained": True}
ECHO = {"task": FAR, "trained": True}


def pair(subject: Subject) -> tuple[Subject | None, Subject]:
    """The same network reading one way and both ways, one layer each, so that left and right stay apart. One that was
    given is alone, as it is."""
    one, two = (sibling(subject, directions=directions, layers=1) for directions in ("one", "two"))
    return (None, subject) if two is None else (one, two)


def sides_of(two: Subject) -> dict[str, LayerTrace]:
    """What both directions of the layer do that is read out."""
    trace = results.trace(two)
    return {side: trace.layer(trace.depth - 1, side) for side in trace.directions}


def output_of(layer: LayerTrace) -> Signal:
    """What is read above."""
    return layer[layer.output]


def board(one: Subject | None, two: Subject) -> Board:
    """The time axis, and the states of the layer that reads both ways. It opens at the title's word."""
    result = Board(two.tokens, two.known, two.units, start=opened(one, two), about={two.cell: two})
    for side, layer in sides_of(two).items():
        result.array(f"h:{side}", layer[layer.output].at(batch=0).values)
    result.array("p", results.answers(two).values)
    return result


def at_the_cursor(one: Subject | None, two: Subject, board: Board, **place: object) -> dict:
    """What either way answers at a word, and what it has read by then."""
    title, marked = _("What it answers, and what it has read"), reason(one, two)
    if marked is not None:
        caption = _("Coloured frame: the word that decides what “{word}” is.")
        place |= {"reason": [told(one, two), marked], "caption": caption.format(word=two.tokens[told(one, two)])}
    return answers_per_step.candidates(named(one, two), board, title=title, **place)


def readings(one: Subject | None, two: Subject, board: Board, **place: object) -> dict:
    title = _("What it answers at every step")
    return answers_per_step.readings(named(one, two), board, title=title, caption=marks(one, two), **place)


def mirror(two: Subject, **place: object) -> dict:
    forward, backward = (layer[layer.output].at(batch=0) for layer in sides_of(two).values())
    low, high = style.value_range(forward, backward)
    figure = figures.mirror.draft(
        forward,
        backward,
        two.tokens,
        value_range=(low, high),
        height=430,
        time_title=_("position"),
        unit_title=_("unit"),
        forward_title=_("h→ reads from left to right"),
        backward_title=_("h← reads from right to left"),
    )
    for trace in figure.traces:
        if "zmin" in trace:  # a trace without limits is the grey of what is not finite
            trace["meta"] = {"signal": forward.name, "direction": list(ARROWS)[picture_of(trace)]}
    title = _("At every word two states meet: h→ comes from the left of it, h← from the right")
    legends = [{"scale": "state", "low": low, "high": high}]
    return chart(figure, cursor="column", legends=legends, title=title, **place)


def sides(two: Subject, board: Board, **place: object) -> dict:
    """One position from both sides: states, their merger, and what each side adds to the score of every answer."""
    parts = results.answer_parts(two)
    inks = [style.DIRECTIONS["forward"], style.DIRECTIONS["backward"], style.INK]
    shown = [
        {
            "array": board.array(term.name, term.at(batch=0).values),
            "color": ink,
            "name": _("added by {side}").format(side=side),
        }
        for term, ink, side in zip(parts.terms, inks, [*ARROWS.values(), "b"], strict=True)
    ]
    return {
        "kind": "sides",
        "sides": [
            {
                "name": ARROWS[side],
                "array": f"h:{side}",
                "color": style.DIRECTIONS[side],
                "backward": side == "backward",
            }
            for side in ARROWS
        ],
        "parts": shown,
        "limit": max(1.0, *(float(np.abs(term.values).max()) for term in parts.terms)),
        "merges": ["concat", "sum", "mean", "product"],
        "units": two.units,
        "labels": label_names(two),
        "probabilities": "p",
        "strings": {
            "read": _("has read"),
            "concat": _("concatenated"),
            "sum": _("sum"),
            "mean": _("mean"),
            "product": _("product"),
            "concat_rule": "[h→ ; h←]",
            "sum_rule": "h→ + h←",
            "mean_rule": "(h→ + h←) / 2",
            "product_rule": "h→ ⊙ h←",
            "concat_note": _("This is what the read-out sees."),
            "other_note": _("Only to look at: the read-out sees the concatenation."),
        },
        **shades(output_of(sides_of(two)["forward"])),
        "title": _("At the cursor: two states, one answer"),
        "caption": _("Bars: what h→, h← and the bias add to each score. They sum to it exactly."),
        **place,
    }


def datapath(one: Subject | None, two: Subject, **place: object) -> dict:
    """How the layer reads both ways: the states that meet at each word, and the way of a word that decides another."""
    caption = _("h→ has read everything up to here; h← everything from here to the end.")
    if (marked := reason(one, two)) is not None:
        way = _("Coloured arrows: how “{word}” reaches “{decided}” through h←.")
        decided = told(one, two)
        caption = sentences(caption, way.format(word=two.tokens[marked], decided=two.tokens[decided]))
        place |= {"reason": [decided, marked]}
    return {
        "kind": "datapath",
        **{side: {"array": f"h:{side}", "color": style.DIRECTIONS[side], "name": ARROWS[side]} for side in ARROWS},
        "strings": {
            "sequence": _("the sequence"),
            "runs": _("reads left to right"),
            "runs_back": _("reads right to left"),
        },
        **shades(h := output_of(sides_of(two)["forward"])),
        "legends": legends(h),
        "title": _("At every word two states meet"),
        "caption": caption,
        **place,
    }
