"""Panels of the page on batches: the rows and their padding, what reading it changes, who is left at each step."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app import page
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import batch_claims as claims
from rnnviz.app.panels.network_views import label_names, missing
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.figures import Amount, Line, style
from rnnviz.studies.a_batch import Runs
from rnnviz.subjects import Subject

COLORS = ["#{:02x}{:02x}{:02x}".format(*color) for color in style.WORDS]


def color(row: int) -> str:
    return COLORS[row % len(COLORS)]


def sheet(subject: Subject, runs: Runs, board: Board, **place: object) -> dict:
    """The batch itself, each row with its answer alone and read through its padding."""
    rows = [
        {
            "name": str(k + 1),
            "tokens": row.reading.tokens,
            "known": row.reading.known,
            "length": row.steps,
            "color": color(k),
            "misread": k in runs.misread,
        }
        for k, row in enumerate(runs.rows)
    ]
    size = runs.batch.x.shape[0] * runs.batch.x.shape[1]
    return {
        "kind": "batch",
        "rows": rows,
        "labels": label_names(subject),
        "alone": board.array("answers:alone", runs.answers),
        "padded": board.array("answers:padded", runs.padded_answers),
        "drift": board.array("drift", runs.drift),
        "sizes": board.array("batch_sizes", np.array(runs.sizes, float)),
        "strings": {
            "step": _("time step"),
            "left": _("still there"),
            "alone": _("alone, or packed"),
            "padded": _("after padding"),
            "moved": _("padding: its state is {share} of its norm away from where it should have stayed"),
            "misread": _("another answer than alone"),
            "said": _("At step {step}, {left} of {rows} sequences are still there."),
        },
        "title": _("{share} of these {count} places are padding").format(
            share=page.percent(runs.batch.share), count=size
        ),
        "caption": sentences(
            _("Hatched: padding, the stronger the further the state has moved in it."),
            _("Framed in red: another answer.") if runs.misread else "",
        ),
        "alternative": claims.told(runs),
        **place,
    }


def drift(subject: Subject, runs: Runs, **place: object) -> dict:
    """How far each padded row's state is from the one that it has alone."""
    drawn = [
        Line(name, runs.drift[:, k], color(k), meta={"signal": "drift", "network": k, "label": name})
        for k in range(len(runs.rows))
        for name in [_("row {number}").format(number=k + 1)]
    ]
    figure = figures.lines.draft(drawn, value_title=_("distance ÷ norm"), time_title=_("time step"), height=280)
    figure.update_yaxes(rangemode="tozero")
    title = _("A padded row's state goes on changing after its end")
    if subject.network().directions != ("forward",):
        title = _("Backward reading begins in the padding: even a row's own steps change")
    return chart(
        figure,
        title=title if runs.batch.share else _("Without padding no state is changed"),
        caption=_(
            "Distance of each state from that of its row read alone (after its end: from its last), ÷ that one's norm."
        ),
        **place,
    )


def left(subject: Subject, runs: Runs, **place: object) -> dict:
    """The packed batch: batch_sizes."""
    figure = figures.rows_left.draft(
        np.array(runs.sizes),
        color=style.CELLS[subject.cell],
        left_title=_("computed"),
        padding_title=_("left out"),
        value_title=_("sequences"),
        time_title=_("time step"),
        height=280,
    )
    count, size = sum(runs.sizes), runs.batch.x.shape[0] * runs.batch.x.shape[1]
    return chart(
        figure,
        title=_("Packed: {count} steps of a cell instead of {size}").format(count=count, size=size),
        caption=_(
            "batch_sizes of pack_padded_sequence. The states are those of single runs: the largest difference is "
            "{most}."
        ).format(most=significant(runs.rounding, 2)),
        **place,
    )


def gradient(subject: Subject, runs: Runs, **place: object) -> dict:
    """What padding in the loss does to the gradient, by group of weights."""
    found = claims.teaching()
    names = {"embedding": _("the embedding"), "readout": _("the readout")}
    names |= {f"layer {k}": _("layer {number}").format(number=k) for k in range(1, 9)}
    amounts = [
        Amount(names.get(name, name), value, significant(value, 3), style.CELLS[subject.cell])
        for name, value in found.parts.items()
    ]
    if not all(np.isfinite(amount.value) for amount in amounts):
        return missing(_("The gradient is zero or not finite, so a share of it cannot be told."), **place)
    figure = figures.tally.draft(
        amounts, value_title=_("length of the difference ÷ length of the gradient"), height=120 + 40 * len(amounts)
    )
    figure.traces[0]["meta"] = {"signal": "teaching"}
    last = _("Without a mask the loss reads each row's answer where the padding ends, not where the row does.")
    every = _("Without a mask the loss counts the padding as steps of class 0, as pad_sequence fills up the answers.")
    said = every if subject.load().answers.at == "every" else last
    known = "" if found.known else _("Where the right answer is not known, the network's own stands for it.")
    return chart(
        figure,
        time=False,
        title=_("Padding in the loss changes the gradient by {times} times its own length").format(
            times=significant(found.whole, 2)
        ),
        caption=sentences(said, known),
        **place,
    )
