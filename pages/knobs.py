"""What can be chosen on each page beside the subject."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.app.knobs import Knobs, several
from rnnviz.app.knobs import to_translate as __

CELLS = ("RNN", "LSTM", "GRU", "ESN", "Jordan", "LSTM 1997", "LSTM peephole", "GRU 2014", "minGRU")
TRIO = ("RNN", "LSTM", "GRU")


@dataclass(frozen=True)
class SideBySide(Knobs):
    compared: tuple[str, ...] = several(TRIO, __("Cells to compare"), CELLS, most=len(CELLS), least=0)
