"""What the panels about memory are asked to draw."""

import pytest

from rnnviz.cells import TRIO
from rnnviz.experiment import Experiment
from rnnviz.recall import KINDS, Recall
from rnnviz.ui.effects import Source
from rnnviz.ui.stage import Board

LONG = " ".join(["what", "is", "the", "weather", "?"] * 40)
SOURCES = {
    "recall": {kind: Recall(kind) for kind in KINDS},
    "recall, another seed and letter": {kind: Recall(kind, 3, "C") for kind in KINDS},
    "a sentence": {cell: Experiment(cell) for cell in TRIO},
    "a sentence, untrained": {cell: Experiment(cell, weights="fresh", seed=4) for cell in TRIO},
    "one word": {cell: Experiment(cell, text="play") for cell in TRIO},
    "one word that was never met": {cell: Experiment(cell, text="zzzz") for cell in TRIO},
    "two hundred words": {cell: Experiment(cell, text=LONG) for cell in TRIO},
    "a large network": {cell: Experiment(cell, "large", text="will it rain in Taipei ?") for cell in TRIO},
}
every_source = pytest.mark.parametrize("sources", SOURCES.values(), ids=SOURCES)


def board_for(sources: dict[str, Source]) -> Board:
    tokens = next(iter(sources.values())).tokens
    return Board(tokens, [True] * len(tokens), units=1)
