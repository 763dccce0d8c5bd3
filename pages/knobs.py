"""What can be chosen on each page beside the subject."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.app.knobs import Knobs, number, option, several, words
from rnnviz.app.knobs import to_translate as __

# As in rnnviz.cells, which would bring torch to whoever only asks for the table of pages.
CELLS = ("Jordan", "RNN", "LSTM 1997", "LSTM", "LSTM peephole", "ESN", "GRU 2014", "GRU", "minGRU")
TRIO = ("RNN", "LSTM", "GRU")


@dataclass(frozen=True)
class History(Knobs):
    period: int = option(10, __("The timer counts to"), {10: "10", 5: "5", 25: "25"})


@dataclass(frozen=True)
class MemoryDecay(Knobs):
    measure: str = option(
        "effect",
        __("Measure"),
        {
            "effect": __("what hangs on each word"),
            "reveal": __("exact parts"),
            "ledger": __("when was it written"),
            "connectivity": __("gradient"),
        },
    )


@dataclass(frozen=True)
class SideBySide(Knobs):
    compared: tuple[str, ...] = several(TRIO, __("Cells to compare"), CELLS, most=len(CELLS), least=0)
    beside: tuple[str, ...] = words(__("Or networks of your choice beside the one above"), most=3)


@dataclass(frozen=True)
class OneLayer(Knobs):
    """For pages that show one layer in one direction: ask with ``state.layer()`` and ``state.direction()``."""

    layer: int = number(1, __("Layer"), 1, 99, 1)
    direction: str = option("forward", __("Direction"), {"forward": __("h→"), "backward": __("h←")})


@dataclass(frozen=True)
class DeepNetwork(Knobs):
    loss_at: str = option(
        "middle",
        __("In the gradient's pictures the loss stands at"),
        {
            "middle": __("the middle"),
            "last": __("the last step"),
            "first": __("the first step"),
            "every": __("every step"),
        },
    )


@dataclass(frozen=True)
class EchoStateNetwork(Knobs):
    delay: int = number(5, __("Delay k of the readout"), 0, 40, 1)
