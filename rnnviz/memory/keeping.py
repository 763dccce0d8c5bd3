"""ledger(trace): when was this cell written, kept, erased? The exact expansion of what the gates did."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.trace import Direction, Signal, Trace

LARGEST = 400 * 400 * 128


class Ledger(NamedTuple):
    """``entries``: ("time", "source", "batch", "unit"), what is left at step t of that written at step k.

    ``opening``: ("time", "batch", "unit"), what is left of the initial state. ``opening + entries.sum over source``
    is the state named ``state``: c of an LSTM, h of a GRU.
    """

    entries: Signal
    opening: Signal
    state: str


def ledger(trace: Trace, layer: int = 0, direction: Direction = "forward") -> Ledger:
    r"""When was this cell written, kept, erased: each step's entry, times every keeping gate since.

    LSTM: c_t = (\prod_s f_s) c_0 + \sum_k (\prod_{s>k} f_s) i_k g_k. GRU: the same of h with z and (1 - z_k) n_k.

    Exact, but **not an attribution**: it says when a value was last written, not which word it is about. A trained
    network keeps rewriting what it knows (through h into g), so that a fact from the first word stands in the ledger
    as an entry of the last few steps. For "whose word is it?" use ``reveal``.

    Raises ValueError for a cell without a gate that keeps, and for a trace too long to expand.
    """
    recorded = trace.layer(layer, direction)
    keeps = CELLS[recorded.cell].keeps
    if keeps is None:
        gated = ", ".join(name for name, cell in CELLS.items() if cell.keeps is not None)
        raise ValueError(f"{recorded.cell} has no gate that keeps its state, so there is no ledger; use {gated}")
    step = {name: recorded[name].values for name in recorded.names}
    gate, written = keeps.kept(step), keeps.written(step)
    if gate.size * len(gate) > LARGEST:
        raise ValueError(
            f"a ledger of {len(gate)} steps times {gate[0].size} values is too large; trace fewer steps or sequences"
        )
    backward = direction == "backward"
    if backward:
        gate, written = gate[::-1], written[::-1]
    entries = np.zeros((len(gate), *written.shape), written.dtype)
    opening = np.empty_like(written)
    left = recorded.initial[keeps.state].values
    with np.errstate(all="ignore"):  # an exploding network may reach infinity, and must be shown doing so
        for t, keep in enumerate(gate):
            opening[t] = left = keep * left
            entries[t, :t] = keep * entries[t - 1, :t]
            entries[t, t] = written[t]
    if backward:
        entries, opening = entries[::-1, ::-1], opening[::-1]
    axes = ("time", "source", "batch", "unit")
    return Ledger(
        Signal("entry", axes, entries, rf"\prod_{{s>k}} {keeps.symbol}_s \odot w_k"),
        Signal("opening", ("time", "batch", "unit"), opening, rf"\prod_s {keeps.symbol}_s \odot {keeps.state}_0"),
        keeps.state,
    )
