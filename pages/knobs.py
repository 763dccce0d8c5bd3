"""What can be chosen on each page beside the subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rnnviz.app.knobs import Knobs, number, option, several, switch, typed, words
from rnnviz.app.knobs import to_translate as __

# As in rnnviz.cells, which would bring torch to whoever only asks for the table of pages.
CELLS = ("Jordan", "RNN", "LSTM 1997", "LSTM", "LSTM peephole", "ESN", "GRU 2014", "GRU")
CELLS += ("linear attention", "LRU", "selective SSM", "RG-LRU", "sLSTM", "mLSTM")
CELLS += ("DeltaNet", "minGRU", "gated DeltaNet")
TRIO = ("RNN", "LSTM", "GRU")
BESIDE = __("Beside the network above")  # see rnnviz.app.comparison


@dataclass(frozen=True)
class History(Knobs):
    period: int = option(10, __("The timer counts to"), {10: "10", 5: "5", 25: "25"})


@dataclass(frozen=True)
class Holding(Knobs):
    """For pages that show a run beside what it was before something in it was held, or a word of it changed: see
    ``rnnviz.app.holding`` and ``rnnviz.app.editing``."""

    hold: tuple[str, ...] = words(__("Held"), most=8)
    before: tuple[str, ...] = words(__("Before the change"), most=1)


KNOWN_FIRST = (*TRIO, *(cell for cell in CELLS if cell not in TRIO))


@dataclass(frozen=True)
class SideBySide(Holding):
    trained_together: ClassVar[bool] = True
    compared: tuple[str, ...] = several(TRIO, __("Cells to compare"), KNOWN_FIRST, most=len(CELLS), least=0)
    beside: tuple[str, ...] = words(BESIDE, most=3)


@dataclass(frozen=True)
class OneLayer(Knobs):
    """For pages that show one layer in one direction: ask with ``state.layer()`` and ``state.direction()``."""

    layer: int = number(1, __("Layer"), 1, 99, 1)
    direction: str = option("forward", __("Direction"), {"forward": __("h→"), "backward": __("h←")})


@dataclass(frozen=True)
class OneRun(OneLayer, Holding):
    """One layer of a run."""


@dataclass(frozen=True)
class MemoryDecay(OneLayer):
    beside: tuple[str, ...] = words(BESIDE, most=3)
    measure: str = option(
        "effect",
        __("Measure memory by"),
        {
            "effect": __("What it depends on"),
            "reveal": __("In exact parts"),
            "ledger": __("When it was written"),
            "connectivity": __("What moves the answer"),
        },
    )


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
class ABatch(Knobs):
    sequences: int = number(5, __("Sequences"), 2, 8, 1)
    drawn: int = number(0, __("Drawn by seed"), 0, 9_999, 1)
    in_order: bool = switch(True, __("The longest first"))
    lines: tuple[str, ...] = words(__("Your own sentences"), most=7)
    timed: str = option(
        "learning",
        __("Time of"),
        {"learning": __("reading and the gradient"), "reading": __("reading alone")},
        __("Training needs both; an answer needs reading alone."),
    )
    again: int = number(0, __("Measured again"), 0, 999, 1)


@dataclass(frozen=True)
class EchoStateNetwork(Knobs):
    delay: int = number(5, __("Delay k of the readout"), 0, 40, 1)


@dataclass(frozen=True)
class Forecast(Knobs):
    ahead: int = option(80, __("Steps it goes on by itself"), {10: "10", 20: "20", 40: "40", 80: "80"})
    beside: tuple[str, ...] = words(BESIDE, most=3)


@dataclass(frozen=True)
class ThroughTime(Knobs):
    truncate: int = option(
        0,
        __("The gradient goes back through"),
        {0: __("all steps"), 1: "1", 2: "2", 3: "3", 5: "5", 10: "10", 20: "20"},
        __("Truncated backpropagation: the state is detached so many steps before the end."),
    )
    clip: float = option(
        0.0,
        __("Clip the gradient's norm at"),
        {0.0: __("off"), 0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1.0: "1", 10.0: "10"},
        __("All gradients of this layer and its readout together are shortened to this norm."),
    )


@dataclass(frozen=True)
class Gradients(Knobs):
    """Of both pages on gradients through time: what is compared, so that a choice goes along."""

    followed: ClassVar[dict[str, object]] = {"reads": "own"}
    beside: tuple[str, ...] = words(BESIDE, most=3)
    reads: str = option("noise", __("They read"), {"noise": __("random numbers"), "own": __("my sentence")})
    start: str = option(
        "default",
        __("Recurrent start"),
        {"default": __("default"), "orthogonal": __("orthogonal"), "identity": __("identity matrix")},
    )
    activation: str = option(
        "tanh",
        __("RNN's activation"),
        {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "identity": __("identity")},
    )
    radius: float = number(0.9, __("Spectral radius"), 0.0, 5.0, 0.05)
    forget_bias: float = number(
        2.0,
        __("Bias of the gates that keep (LSTM f, GRU z)"),
        -6.0,
        6.0,
        0.25,
        __("What speaks for keeping. A minGRU's z writes, so that its own bias is the opposite."),
    )
    steps: int = number(100, __("Length"), 10, 500, 10)
    draw: int = number(0, __("Seed"), 0, 9_999, 1)


# All that a claim about fresh networks hangs on: a suggestion sets all of it, so that it keeps its promise.
FRESH = {name: usual for name, usual in Gradients.defaults().items() if name in Gradients.__annotations__}


@dataclass(frozen=True)
class VanishingGradients(Gradients):
    loss_at: str = option("last", __("Loss at"), {"last": __("the end"), "every": __("every step")})
    repeat: bool = switch(False, __("Repeat over 10 seeds"))
    parts: bool = switch(False, __("h and c of an LSTM apart"))
    watched: str | None = typed(__("Your loop: the layer"), 12)


@dataclass(frozen=True)
class GradientMap(Gradients):
    map_range: str = option("shared", __("Colour range"), {"shared": __("shared"), "own": __("own")})
    map_scale: str = option("log", __("Colour scale"), {"log": __("logarithmic"), "linear": __("linear")})
