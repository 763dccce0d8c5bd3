"""What a newer station's part brought and cost: counting and recall, measured on the shipped networks of every cell."""

from __future__ import annotations

import html

import streamlit as st

from rnnviz import figures
from rnnviz.app import trial_runs
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.panels.cell_milestones import FORGETS, GRU
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.trial_runs import Shares
from rnnviz.figures import Amount, style
from rnnviz.studies import lost_and_won as study
from rnnviz.studies.lstm_history import EARLY, STATIONS

BITS, PAIRS = 256, 16
# Those of ``lost_and_won.KINDS``; the LSTM and the GRU first, to hold the newer ones against.
KINDS = {FORGETS: "lstm", GRU: "gru"} | {
    name: next(kind for kind, built in study.KINDS.items() if built.cell == origin.cell and not built.options)
    for name, origin in STATIONS.items()
    if name not in EARLY
}


def share(shares: Shares, trial: str, station: str) -> float:
    """Of right answers, the mean over seeds."""
    values = trial_runs.at(shares, trial, KINDS[station], BITS if trial == "counting" else PAIRS)
    return float("nan") if values is None else float(values.mean())


def counts(station: str, shares: Shares, **place: object) -> dict:
    return _bars(
        station,
        shares,
        "counting",
        title=_("Another task: is the number of ones among {bits} bits odd?").format(bits=BITS),
        caption=_("Trained on up to 40 bits. Who counts must change the state by what it holds."),
        **place,
    )


def recalls(station: str, shares: Shares, **place: object) -> dict:
    return _bars(
        station,
        shares,
        "recall",
        title=_("Another task: of {pairs} pairs, which number came with the letter?").format(pairs=PAIRS),
        caption=_("States of about {size} numbers each, as a vector or as a matrix.").format(
            size=study.TRIALS["recall"].state
        ),
        **place,
    )


def link() -> None:
    """Where every cell, length and seed of these tasks stands."""
    whole = html.escape(_("All cells, lengths and seeds: The return of recurrence"))
    st.html(f'<p class="look-closer"><a class="inside" href="the-return-of-recurrence">{whole}</a></p>')


def _bars(station: str, shares: Shares, trial: str, **words: object) -> dict:
    asked = BITS if trial == "counting" else PAIRS
    found = {STATIONS[name].cell: share(shares, trial, name) for name in KINDS}
    figure = figures.tally.draft(
        [Amount(cell, value, percent(value), style.CELLS[cell]) for cell, value in found.items()],
        chosen=STATIONS[station].cell,
        mark=study.chance(trial, asked),
        mark_title=_("a guess"),
        value_title=_("share that is right, mean of {count} seeds").format(count=len(study.SEEDS)),
        height=320,
    )
    return chart(figure, time=False, **words)
