"""A page for the tests alone: a board whose arrays have three snapshots, and with ``?board=last`` one of the last."""

import numpy as np
import streamlit as st

from rnnviz import figures
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board, stage
from rnnviz.trace import Signal

LABELS = ("after 0 updates", "after 200 updates", "after 400 updates")
TOKENS = ("what", "time", "is", "it")
UNITS = 3
# Every entry is another number: hundreds count snapshots, tens steps, ones units, from 1.
H = np.fromfunction(lambda s, t, u: 100 * (s + 1) + 10 * (t + 1) + u + 1, (3, 4, 3)) / 1000
P = np.random.default_rng(0).dirichlet(np.ones(2), (3, 4))


def board(snapshots: bool) -> Board:
    """Every kind of view that reads an array by step, by unit or whole."""
    made = Board(TOKENS, [True] * len(TOKENS), UNITS, snapshots=LABELS if snapshots else ())
    for name, values in (("h", H), ("p", P)):
        made.array(name, values if snapshots else values[-1], by_snapshot=snapshots)
    made.array("always", np.arange(12.0).reshape(4, 3))
    place = {"span": 6, "color": "#888"}
    shades = {"scale": "state", "range": [-1, 1]}
    made.row(
        {"kind": "probabilities", "array": "p", "labels": ["a", "b"], **place},
        {
            "kind": "sentence",
            "signals": [{"name": "h", "array": "h", "meaning": "", **place, **shades}],
            "mean": {"name": "mean", "meaning": ""},
        }
        | place,
    )
    made.row(
        {"kind": "strip", "array": "h", "initial": "always", "probabilities": "p", "labels": ["a", "b"], "cell": "RNN"}
        | place
        | shades
    )
    last = H[-1].astype(np.float32)
    lines = figures.lines.draft(
        [
            figures.Line(name, values, "#888", meta={"signal": "h", "label": name, **at})
            for name, values, at in (("unit", last[:, 0], {}), ("first", last[-1], {"at": 0, "unit": 0}))
        ]
    )
    picture = figures.heatmap.draft(Signal("h", ("time", "unit"), last))
    made.row(
        chart(lines, bound=[Bound(0, "y", "h", "unit"), Bound(1, "y", "h", "step")], span=6),
        chart(name_trace(picture, -1, "h", label="h"), bound=[Bound(-1, "z", "h", "snapshot")], unitRows=True, span=6),
    )
    return made


if __name__ == "__main__":
    stage("board", board(st.query_params.get("board") != "last"))
