"""How far back networks recall a letter: the picture, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from rnnviz import figures
from rnnviz.app import state, sweep_runs
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.board import Board, show
from rnnviz.app.sweep_runs import Live, called
from rnnviz.figures import style
from rnnviz.studies import how_far_back as study
from rnnviz.tasks.delayed_recall import LETTERS

Shares = Mapping[str, np.ndarray]
# A colour is a cell, so a dash tells networks of one cell apart.
DASHES = {"orthogonal": "dash", "lstm-0": "dot", "lstm-1": "dash", "lstm-5": "dashdot", "rnn": "solid", "gru": "solid"}

LATER, WRONG = study.AROUND[2], 0.5  # steps after the delay of the training, and a share of right answers


def show_picture(shares: Shares) -> dict[str, Live]:
    """Draw the picture, and train one more of each kind if the visitor asks for it: what is known already is shown
    meanwhile. Returns what was trained."""
    knobs = state.knobs()
    progress, place = st.container(), st.empty()

    def build(live: Mapping[str, Live]) -> Board:
        board = Board([], [], units=1, about=study.subjects(knobs.kinds, knobs.trained_at))
        board.row(picture(shares, live))
        return board

    live: dict[str, Live] = {}
    if knobs.train:
        with place.container():
            show(lambda: build({}), part="shipped")
        with progress:
            choices = (knobs.kinds, knobs.run_seed, knobs.run_rate, knobs.run_clipping)
            live = sweep_runs.trained(knobs.trained_at, *choices)
    with place.container():
        show(lambda: build(live))
    return live


def picture(shares: Shares, live: Mapping[str, Live], span: int = 12) -> dict:
    """Right answers by the delay that is asked; a dot per seed, and a ring for what was trained now."""
    knobs = state.knobs()
    runs = [
        figures.Runs(
            called(kind),
            shares[kind],
            style.CELLS[study.KINDS[kind].cell],
            DASHES.get(kind, "solid"),
            np.array([live[kind].shares]) if kind in live else None,
            {"signal": "right by delay", "network": kind},
        )
        for kind in knobs.kinds
    ]
    figure = figures.seeds.draft(
        study.asked(knobs.trained_at),
        runs,
        ticks=study.ASKED,
        chance=1 / len(LETTERS),
        chance_title=_("guessing"),
        boundary=knobs.trained_at,
        boundary_title=_("trained here"),
        setting_title=_("steps between the letter and the question"),
        value_title=_("right answers"),
        height=380,
    )
    rings = _("A ring is the network that was trained just now.") if live else ""
    caption = _("A dot is one of {count} seeds, a line the median; measured on {sequences} new sequences each.")
    sequences = study.sequences(knobs.trained_at)[0].x.shape[1]
    return chart(
        figure,
        time=False,
        span=span,
        title=_("Trained at {delay} steps, asked at {least} to {most}").format(
            delay=knobs.trained_at, least=study.ASKED[0], most=study.ASKED[-1]
        ),
        caption=sentences(caption.format(count=len(study.SEEDS), sequences=sequences), rings),
    )


def at_delay(values: np.ndarray, delay: int) -> np.ndarray:
    """Of shares (seed, ``study.asked``) those at the delay of the training, (seed,)."""
    return values[:, study.asked(delay).index(delay)]


def solved(values: np.ndarray, delay: int) -> int:
    """In how many seeds a kind recalls the letter at the delay that it was trained at."""
    return int((at_delay(values, delay) >= study.SOLVED).sum())


def title(shares: Shares) -> str:
    """What the forget bias decides."""
    delay = state.knobs().trained_at
    one, five = (solved(shares[kind], delay) for kind in ("lstm-1", "lstm-5"))
    told = _(
        "With a forget bias of 1 the LSTM solves {one} of {count} seeds at {delay} steps; with 5 it solves {five} of "
        "{count}"
    )
    if one == five:
        told = _("At {delay} steps the LSTM solves {one} of {count} seeds, with a forget bias of 1 as with 5")
    return told.format(one=one, five=five, count=len(study.SEEDS), delay=delay)


def sentence(shares: Shares) -> str:
    """Who recalls the letter at every delay, and who only at the one that it was trained at."""
    delay, medians = state.knobs().trained_at, {kind: np.median(shares[kind], 0) for kind in state.knobs().kinds}
    able = [kind for kind in medians if solved(shares[kind], delay) > len(study.SEEDS) / 2]
    keep = [called(kind) for kind in able if (medians[kind] >= study.SOLVED).all()]
    later = study.asked(delay).index(delay + LATER)
    timed = [called(kind) for kind in able if medians[kind][later] < WRONG]
    what = _("A letter, then digits that mean nothing: which letter was it?")
    kept = _("Right at every delay asked: {networks}.").format(networks=together(keep)) if keep else ""
    only = _("Right at {delay} steps and wrong two steps later: {networks}.")
    return sentences(what, kept, only.format(networks=together(timed), delay=delay) if timed else "")


def chips(shares: Shares) -> list[Chip]:
    """Solved of how many, kind by kind."""
    delay, count = state.knobs().trained_at, len(study.SEEDS)
    told = _("{network}: {solved} of {count}")
    return [
        Chip(
            study.KINDS[kind].cell,
            told.format(network=called(kind), solved=solved(shares[kind], delay), count=count),
        )
        for kind in state.knobs().kinds
    ]


def measured() -> str:
    return _(
        "Each network has {units} units and was trained for {updates} updates of {batch} sequences: Adam, gradients "
        "clipped at norm 1, with the learning rate {gated} (RNNs: {plain}). Solved means that at least {share} of the "
        "answers are right at the delay of the training. All this was computed when the page opened, from the weights."
    ).format(
        units=study.UNITS,
        updates=f"{study.UPDATES:,}",
        batch=study.BATCH,
        gated=study.KINDS["gru"].learning_rate,
        plain=study.KINDS["rnn"].learning_rate,
        share=f"{study.SOLVED:.0%}",
    )
