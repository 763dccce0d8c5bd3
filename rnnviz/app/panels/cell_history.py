"""Panels of the page on how the LSTM came to be: one cell's machinery, and what its newest part is good for."""

from __future__ import annotations

import time

import numpy as np
import streamlit as st

from rnnviz import figures
from rnnviz.app import naming, results, task_pictures
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels import cell_diagram, network_views
from rnnviz.app.panels.cell_milestones import FORGETS, JORDAN
from rnnviz.app.panels.network_views import legends
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.stage.board import Board
from rnnviz.figures import Amount, Line, style
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import (
    EARLY,
    LENGTHS,
    LONG,
    SHOWN,
    STATIONS,
    STRINGS,
    LongRun,
    carried,
    carrier,
    endings_right,
    new_wires,
    stream,
    subject_of,
)
from rnnviz.tasks import ContinualReber
from rnnviz.tasks.reber import SYMBOLS, states_after

NAME = 24  # pixels of a drawing, of a name under a box
ABLE = 0.95  # of all strings that end right
PATIENCE = 0.3  # seconds, after which a bar says how far it is


def runs() -> dict[str, LongRun]:
    """What every early station does with the whole stream; while that is being computed a bar says how far it is."""
    found, bar, start = {}, None, time.monotonic()
    for done, name in enumerate(EARLY):
        if time.monotonic() - start > PATIENCE:
            text = _("Reading {count} symbols: {station}").format(count=f"{LONG:,}", station=name)
            bar = bar or st.progress(0.0)
            bar.progress(done / len(EARLY), text=text)
        found[name] = lstm_history.long_run(name)
    if bar:
        bar.empty()
    return found


def board(station: str) -> Board:
    """The stream that is read, which counts letters: a string of it has few of its own."""
    made = network_views.board(subject_of(station), unit=carrier(station))
    made.start, made.counts = opened(), _("stream: {t} of {steps}")
    return made


def drawing(station: str, board: Board, **place: object) -> dict:
    """The station's cell with the numbers at the cursor; what it added is marked."""
    panel = cell_diagram.diagram(subject_of(station), board)
    new, wires = STATIONS[station].new, {wire.points for wire in new_wires(station)}
    words = {"x": _("input"), "h": _("hidden state"), "c": _("cell state"), "s": _("past outputs"), "y": _("output")}
    words |= {"C": _("matrix memory"), "S": _("matrix memory"), "n": _("normalizer"), "m": _("stabilizer")}
    caption = _("Press Play: it reads a letter a step, as {count} numbers x. A square is a unit.")
    caption = caption.format(count=subject_of(station).network().input_size)
    if endings_right(station, LENGTHS[0]) > ABLE * STRINGS:
        forgets = _("At f = 0 a unit starts afresh.") if station == FORGETS else ""
        caption = sentences(
            _("A square is a unit; the framed one carries the letter."), forgets, _("Press Play: a letter a step.")
        )
    operations = panel["operations"]
    if station == JORDAN:
        decay = f"× {subject_of(station).network().layers[0][0].decay:g}"  # the number for its letter
        operations = [o | {"symbol": decay if o["symbol"] == "μ" else o["symbol"]} for o in operations]
        caption = _("s adds up past outputs, {decay} at every step. A square is a unit.").format(decay=decay)
    return panel | {
        "boxes": [
            box
            | {"new": box["signal"] in new, "word": ""}
            | {"under": words.get(box["signal"].removeprefix("previous:")) if _has_room(box, panel["boxes"]) else None}
            | {"reads": box["signal"] == "x"}
            for box in panel["boxes"]
        ],
        "operations": operations,
        "wires": [wire | {"new": wire["points"] in wires} for wire in panel["wires"]],
        "newWord": _("new"),
        "title": _("The cell of {station}").format(station=station),
        "caption": caption,
        **place,
    }


def _has_room(box: dict, boxes: list[dict]) -> bool:
    """Whether no other box of the drawing stands where a name under this one would."""
    (x, y), (wide, tall) = box["at"], box["size"]
    below = y + tall / 2
    return not any(
        other is not box
        and abs(other["at"][0] - x) < wide
        and 0 <= other["at"][1] - other["size"][1] / 2 - below < NAME
        for other in boxes
    )


def opened() -> int:
    """Where the page opens: at the last symbol shown after which only a memory tells what comes."""
    asked = ContinualReber().critical(stream(SHOWN)[:-1] + 1)[:, 0]
    return int(asked.nonzero()[-1])


def expected(station: str, **place: object) -> dict:
    """The probability of each symbol to come next, with the string so far and the grammar that it follows."""
    symbols = stream(SHOWN)
    may_come, asked = ContinualReber().legal(symbols[:-1] + 1)[:, 0], ContinualReber().critical(symbols[:-1] + 1)[:, 0]
    over = [False, *(states_after(symbols[:-1])[:, 0] == 0).tolist()]  # the next symbol begins a string
    begins = np.maximum.accumulate(np.where(over, np.arange(SHOWN + 1), 0))[:SHOWN].tolist()
    return network_views.probabilities(subject_of(station)) | {
        "kind": "next_symbol",
        "came": [SYMBOLS[symbol] for symbol in symbols[:, 0]],
        "begins": begins,
        "mayCome": may_come.tolist(),
        "remembered": asked.tolist(),
        "graph": task_pictures.grammar(),
        "strings": {
            "asked": _("Right: {symbol}, the framed letter."),
            "either": _("✓ either may come next."),
            "graph": _("In between (Reber grammar):"),
            "sure": _("✓ must come next."),
        },
        "title": _("What comes next?"),
        "alternative": _("Reber's graph of {count} states: each arrow is a symbol; at a fork either may come.").format(
            count=len(task_pictures.STATES)
        ),
        **place,
    }


def growth(station: str, found: dict[str, LongRun], **place: object) -> dict:
    """The largest |c|, or |h| of a cell without c, along the whole stream, the station's cell before the others."""
    figure = figures.growth.draft(
        [Line(name, run.sizes, style.CELLS[STATIONS[name].cell]) for name, run in found.items()],
        chosen=station,
        value_title=_("largest size of the state"),
        time_title=_("symbols read"),
        height=300,
    )
    caption = _("The largest |c| of any unit, or |h| where there is no c; {count} symbols.")
    return chart(
        figure,
        time=False,
        title=_("The state along one stream that never starts afresh"),
        caption=caption.format(count=f"{LONG:,}"),
        **place,
    )


def memories(station: str, found: dict[str, LongRun], **place: object) -> dict:
    """Which share of the symbols that only a memory can tell each cell got right."""
    figure = figures.tally.draft(
        [
            Amount(name, run.right / run.asked, f"{run.right} / {run.asked}", style.CELLS[STATIONS[name].cell])
            for name, run in found.items()
        ],
        chosen=station,
        mark=0.5,
        mark_title=_("a guess"),
        value_title=_("share that is right"),
        height=300,
    )
    return chart(
        figure,
        time=False,
        title=_("Which of them remember the second symbol?"),
        caption=_("{station} names a symbol that may come in {share} of all cases.").format(
            station=station, share=percent(found[station].legal)
        ),
        **place,
    )


def states(station: str, **place: object) -> dict:
    """The state that the cell is about, unit by unit, over the symbols on the stage."""
    subject = subject_of(station)
    name = carried(subject)
    signal = results.trace(subject).layer()[name].at(batch=0)
    figure = figures.heatmap.draft(signal, subject.tokens, time_title=_("time step"), unit_title=_("unit"), height=300)
    chosen = subject.units == len(signal.values[0])
    name_trace(figure, -1, name, **({"label": _("unit")} if chosen else {}))
    return chart(
        figure,
        cursor="column",
        unitRows=chosen,
        title=_("{name} of all units, symbol by symbol").format(name=naming.letter(subject.cell, name)),
        caption=_(results.quantities(subject)[name].meaning),
        legends=legends(signal),
        **place,
    )
