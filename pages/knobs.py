"""What can be chosen on each page beside the subject."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.app.knobs import Knobs, option, several
from rnnviz.app.knobs import to_translate as __

# As in rnnviz.cells, which would bring torch to whoever only asks for the table of pages.
CELLS = ("Jordan", "RNN", "LSTM 1997", "LSTM", "LSTM peephole", "ESN", "GRU 2014", "GRU", "minGRU")
TRIO = ("RNN", "LSTM", "GRU")


@dataclass(frozen=True)
class History(Knobs):
    period: int = option(10, __("The timer counts to"), {10: "10", 5: "5", 25: "25"})


@dataclass(frozen=True)
class SideBySide(Knobs):
    compared: tuple[str, ...] = several(TRIO, __("Cells to compare"), CELLS, most=len(CELLS), least=0)
