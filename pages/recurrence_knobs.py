"""What can be chosen on pages about modern recurrent cells: see ``pages.knobs``."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.app.knobs import Knobs, option
from rnnviz.app.knobs import to_translate as __
from rnnviz.studies.lost_and_won import KINDS


@dataclass(frozen=True)
class ReturnOfRecurrence(Knobs):
    bits: int = option(256, __("Bits to count"), {40: __("40 bits"), 256: __("256 bits")})
    pairs: int = option(16, __("Pairs to recall"), {4: __("4 pairs"), 8: __("8 pairs"), 16: __("16 pairs")})
    kind: str = option("min-gru", __("Cell"), {kind: built.cell for kind, built in KINDS.items()})


@dataclass(frozen=True)
class EigenvalueCompass(Knobs):
    network: str = option(
        "lru",
        __("Network on the disc"),
        {"lru": "LRU", "min-gru": "minGRU", "rg-lru": "RG-LRU", "rnn": "RNN"},
    )
