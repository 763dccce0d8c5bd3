"""What can be chosen on pages about modern recurrent cells: see ``pages.knobs``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rnnviz.app.knobs import Knobs, number, option, typed
from rnnviz.app.knobs import to_translate as __
from rnnviz.studies.gate_product import KEEPERS
from rnnviz.studies.loop_and_tree import KINDS as LINEAR
from rnnviz.studies.lost_and_won import KINDS
from rnnviz.studies.operations import read_operations
from rnnviz.subjects.limits import MAX_SEED


@dataclass(frozen=True)
class ReturnOfRecurrence(Knobs):
    bits: int = option(256, __("Odd or even"), {40: __("40 bits"), 256: __("256 bits")})
    pairs: int = option(16, __("Recall"), {4: __("4 pairs"), 8: __("8 pairs"), 16: __("16 pairs")})
    kind: str = option("delta-2", __("Cell"), {kind: built.cell for kind, built in KINDS.items()})


@dataclass(frozen=True)
class EigenvalueCompass(Knobs):
    network: str = option(
        "lru-start",
        __("Network on the disc"),
        {
            "lru-start": __("LRU untrained"),
            "lru": __("LRU trained"),
            "min-gru": "minGRU",
            "rg-lru": "RG-LRU",
            "rnn": "RNN",
        },
    )


@dataclass(frozen=True)
class GateProduct(Knobs):
    followed: ClassVar[dict[str, object]] = {"reads": "own"}
    layer: int = number(1, __("Layer"), 1, 99, 1)
    reads: str = option(
        "noise",
        __("Networks"),
        {"noise": __("untrained, on random numbers"), "own": __("the one chosen above")},
    )
    beside: str = option("GRU", __("Beside the minGRU"), {name: name for name in KEEPERS})
    steps: int = option(50, __("Steps back"), {20: __("20 steps"), 50: __("50 steps"), 100: __("100 steps")})
    draw: int = number(3, __("Seed"), 0, MAX_SEED, 1)


@dataclass(frozen=True)
class MatrixMemory(Knobs):
    operations: str | None = typed(
        __("Operations"), 36, __("A1: write 1 under the key A. A0: erase A. A: ask for A. Dots between them.")
    )
    alike: float = number(0.0, __("How alike the keys are"), 0.0, 1.0, 0.05)
    share: float = number(
        1.0,
        __("β of the delta rule"),
        0.0,
        2.0,
        0.1,
        __("How much of what a key finds a write replaces. 1 = all of it."),
    )
    kept: float = number(
        0.9,
        __("α of the decay"),
        0.5,
        1.0,
        0.05,
        __("How much of the whole table is kept at every step. 1 = all of it."),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.operations is not None:
            read_operations(self.operations)


@dataclass(frozen=True)
class LoopAndTree(Knobs):
    way: str = option(
        "doubling",
        __("Order of the work"),
        {"loop": __("Loop"), "doubling": __("Tree"), "chunks": __("Pieces")},
    )
    leaves: int = option(8, __("Steps"), {8: __("8 steps"), 16: __("16 steps")})
    recurrence: str = option("rg-lru", __("Cell"), dict(LINEAR))
    longest: int = option(
        1_000, __("Measure up to"), {1_000: __("1,000 steps"), 10_000: __("10,000 steps"), 100_000: __("100,000 steps")}
    )
