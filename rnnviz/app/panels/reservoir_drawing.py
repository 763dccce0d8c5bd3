"""The reservoir itself as a drawing: its units from both starts, the strongest of its weights, and a readout of it."""

from __future__ import annotations

import numpy as np

from rnnviz.app.i18n import _
from rnnviz.app.panels import reservoir_claims
from rnnviz.app.panels.network_views import legends, shades
from rnnviz.app.stage.board import Board
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import SHOWN
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

LOUDEST = 10.0  # of a linear reservoir's states, which have no bound: beyond it a colour is full
WIRES, ENDS = 40, 8  # so many of the strongest weights are drawn: between units; from the input, and to the readout


def drawing(subject: Subject, delay: int, board: Board, **place: object) -> dict:
    """Every unit at the cursor's step, its left half from the one start and its right half from the other."""
    seen, cell = reservoir_claims.seen(subject), study.cell_of(subject)
    h, u = seen.states, study.shown_input(subject)[:SHOWN, 0].numpy()
    wanted = np.concatenate([np.full((delay, 1), np.nan), u[: SHOWN - delay]])
    within = bounded(h.at(batch=0))
    names = [_("start 1"), _("start 2")]
    read = [board.array(f"u:{k}", seen.readouts(h.values[:, k], delay)[:, None]) for k in range(2)]
    return {
        "kind": "reservoir",
        "halves": [{"name": name, "array": board.array(f"h:{k}", h.values[:, k])} for k, name in enumerate(names)],
        "wanted": {"name": _("recall u(t − {delay})").format(delay=delay), "array": board.array("u", wanted)},
        "read": [{"name": name, "array": array} for name, array in zip(names, read, strict=True)],
        "input": {"name": _("input u(t)"), "array": board.array("x", u)},
        "wires": strongest(cell.weight_hh.numpy() * (1 - np.eye(subject.units)), WIRES),
        "into": strongest(cell.weight_ih.numpy(), ENDS),
        "out": strongest(seen.readouts.weights[:, delay, None], ENDS),
        "words": {
            "fixed": _("random, fixed"),
            "trained": _("trained readout: says the same for both once they merge"),
            "strongest": _("(strongest weights only)"),
            "read": _("readout says:"),
            "from": _("from step {step}").format(step=delay + 1),
        },
        **shades(within),
        "title": _("Do the halves become alike?"),
        "caption": _("A disc is a unit: its left half from starting state 1, its right half from 2."),
        "legends": [{"name": _("state"), **legend} for legend in legends(within)],
        "label": _("{units} units, each from both starts").format(units=subject.units),
        **place,
    }


def strongest(weights: np.ndarray, most: int) -> list[list[float]]:
    """[to, from, weight] of the largest weights that are not zero, the weakest first so that the others lie on top."""
    flat = np.nan_to_num(weights).ravel()
    order = np.argsort(np.abs(flat), kind="stable")[-most:]
    return [[*map(int, divmod(k, weights.shape[1])), float(flat[k])] for k in order.tolist() if flat[k]]


def bounded(h: Signal) -> Signal:
    """States as they are drawn in colours."""
    return Signal("h", h.axes, np.clip(h.values, -LOUDEST, LOUDEST).astype(np.float32), h.symbol)
