"""How the forget gate starts decides what is learnt: a row per kind, a dot for each of its trainings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rnnviz.app import state, sweep_runs
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels.delays import GUESS, Shares, at_delay, begins, over_delays, solved, told_later
from rnnviz.app.stage.board import Board, show
from rnnviz.app.sweep_runs import Live, called, opened
from rnnviz.figures import style
from rnnviz.studies import how_far_back as study
from rnnviz.subjects import Subject

OPENS = "memory-decay"
NONE = 0.02  # less is no letter named right


def show_pictures(shares: Shares) -> dict[str, Live]:
    """Draw the dots and, below them, the curves over the delay, and train one more of each kind if the visitor asks for
    it: what is known already is shown meanwhile. Returns what was trained."""
    knobs = state.knobs()
    progress, place = st.container(), st.empty()

    def build(live: Mapping[str, Live]) -> Board:
        board = Board([], [], units=1, about=study.subjects(knobs.kinds, knobs.trained_at))
        board.row(picture(board, shares, live))
        board.row(over_delays(shares, live))
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


def picture(board: Board, shares: Shares, live: Mapping[str, Live]) -> dict:
    """Right answers of every training at the delay that it was trained at, and at another; what was trained just now
    is a dot more."""
    knobs = state.knobs()
    trained, other = knobs.trained_at, told_later(shares)
    columns = [
        {
            "key": str(delay),
            "title": _("Asked after {delay} steps").format(delay=delay),
            "asked": _("as in training") if delay == trained else _never(shares, delay),
            "chance": GUESS,
            "array": board.array(f"right:{delay}", _values(shares, live, delay)),
        }
        for delay in (trained, other)
    ]
    rows = [
        {
            "key": kind,
            "name": _begun(kind),
            "color": style.CELLS[study.KINDS[kind].cell],
            "called": called(kind),
            "opens": [_links(kind, live)] * len(columns),
        }
        for kind in knobs.kinds
    ]
    groups = [
        {
            "name": cell,
            "state": told,
            "rows": [k for k, kind in enumerate(knobs.kinds) if study.KINDS[kind].cell == cell],
        }
        for cell, told in {"LSTM": _("forget gate"), "GRU": _("update gate"), "RNN": _("no gate")}.items()
    ]
    return {
        "kind": "scores",
        "columns": columns,
        "rows": rows,
        "groups": [group for group in groups if group["rows"]],
        "solved": study.SOLVED,
        "trainings": len(study.SEEDS),
        "strings": {
            "dot": _("{name}, seed {seed}: {share} right. Open it on Memory decay."),
            "new": _("{name}, trained just now: {share} right. Open it on Memory decay."),
            "count": _("{solved} of {count}"),
            "unit": _("right answers"),
            "guess": _("guessing {share}"),
        },
        "span": 12,
        "title": _("Right answers of {count} trainings each, by how the gate starts").format(count=len(study.SEEDS)),
        "alternative": _told(shares),
    }


def _never(shares: Shares, delay: int) -> str:
    """What is said of a delay that was not trained, where some take each letter for another too."""
    place = study.asked(state.knobs().trained_at).index(delay)
    if any((shares[kind][:, place] < NONE).any() for kind in state.knobs().kinds):
        return _("never trained on; 0%: each letter taken for another")
    return _("never trained on")


def _begun(kind: str) -> str:
    """How networks of a kind start, in a few words."""
    built = study.KINDS[kind]
    if built.bias is not None:
        return _("bias {bias}: {share} open").format(bias=f"{built.bias:g}", share=percent(begins(built.bias)))
    if built.chrono:
        least, most = (percent(begins(math.log(steps))) for steps in (1, state.knobs().trained_at - 1))
        return _("chrono: {least}–{most} open").format(least=least, most=most)
    return _("orthogonal W") if built.orthogonal else _("usual start")


def _values(shares: Shares, live: Mapping[str, Live], delay: int) -> np.ndarray:
    """(kind, training), what was trained just now last; NaN where nothing was."""
    trained, kinds = state.knobs().trained_at, state.knobs().kinds
    place = study.asked(trained).index(delay)
    new = [[live[kind].shares[place] if kind in live else np.nan] for kind in kinds]
    return np.concatenate([[shares[kind][:, place] for kind in kinds], new], axis=1)


def _links(kind: str, live: Mapping[str, Live]) -> list[str]:
    """The addresses that open its networks, in the order of ``_values``."""
    shown: list[Subject] = [study.shipped(kind, state.knobs().trained_at, seed) for seed in study.SEEDS]
    shown += [opened(live[kind])] if kind in live else []
    return [f"{OPENS}?{urlencode(subject.query())}" for subject in shown]


def _told(shares: Shares) -> str:
    """The counts, for who does not see the picture."""
    delay, count = state.knobs().trained_at, len(study.SEEDS)
    told = _("{network}: {solved} of {count} solved, {share} right at {delay} steps (median).")
    return sentences(
        *(
            told.format(
                network=called(kind),
                solved=solved(shares[kind], delay),
                count=count,
                share=percent(float(np.median(at_delay(shares[kind], delay)))),
                delay=delay,
            )
            for kind in state.knobs().kinds
        )
    )
