"""Delayed recall by delay: which cells, started how, keep a letter so long; five seeds each on one budget.

The forget bias: Gers, Schmidhuber, Cummins (2000), Neural Computation 12(10):2451; Jozefowicz, Zaremba, Sutskever
(2015). Chrono start: Tallec and Ollivier (2018), arXiv:1804.11188. Orthogonal: Saxe, McClelland, Ganguli (2014).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import torch

from rnnviz.compute import once
from rnnviz.network import Network
from rnnviz.subjects import Subject, Trained, Untrained, shipped_runs
from rnnviz.subjects.sequences import Text
from rnnviz.subjects.sizes import task
from rnnviz.sweeps import Goal
from rnnviz.tasks import DelayedRecall
from rnnviz.tasks.delayed_recall import example
from rnnviz.training import Recipe, accuracy


class Kind(NamedTuple):
    """How a network is built and trained. ``bias``: of the forget gate; ``chrono``: gates start with memories of all
    lengths up to the delay."""

    cell: str
    learning_rate: float = 1e-2
    orthogonal: bool = False
    bias: float | None = None
    chrono: bool = False


# A simple RNN diverges at the step size that gated cells learn with.
KINDS = {
    "rnn": Kind("RNN", 3e-3),
    "orthogonal": Kind("RNN", 3e-3, orthogonal=True),
    "lstm-0": Kind("LSTM", bias=0.0),
    "lstm-1": Kind("LSTM", bias=1.0),
    "lstm-5": Kind("LSTM", bias=5.0),
    "chrono": Kind("LSTM", chrono=True),
    "gru": Kind("GRU"),
}
DELAYS, SEEDS, UNITS = (20, 50), range(5), 32
ASKED = (5, 10, 20, 30, 50, 70, 100)  # delays at which every network is asked, whatever it was trained at
AROUND = (-5, -2, 2, 5)  # and these steps from that one
UPDATES, BATCH = 1000, 32
SOLVED = 0.95
GOAL = Goal(accuracy=SOLVED, ends=False)


def fresh(kind: str, delay: int, seed: int) -> Subject:
    """A network before training, and a sequence of that delay."""
    built = KINDS[kind]
    options: dict[str, object] = {"recurrent": "orthogonal"} if built.orthogonal else {}
    options |= {} if built.bias is None else {"forget_bias": built.bias}
    options |= {"memory_span": delay} if built.chrono else {}
    return Subject(Untrained(built.cell, str(UNITS), "recall", seed, options=tuple(options.items())), reads(delay))


def reads(delay: int) -> Text:
    return Text(example("A", delay))


def asked(delay: int) -> tuple[int, ...]:
    """The delays at which networks that were trained at one are asked, in order."""
    return tuple(sorted({*ASKED, *(delay + steps for steps in AROUND)}))


def learnt(delay: int) -> DelayedRecall:
    """The task at a delay, one for all who ask."""
    return task("recall", delay=delay)


def recipe(kind: str, **changes: object) -> Recipe:
    """The one budget; ``changes``: other fields of a Recipe. Its seed is that of the network."""
    return Recipe(**{"updates": UPDATES, "batch": BATCH, "learning_rate": KINDS[kind].learning_rate} | changes)


def name_of(kind: str, delay: int, seed: int) -> str:
    """Of a shipped run."""
    return f"recall-{delay}-{kind}-seed{seed}"


def shipped(kind: str, delay: int, seed: int) -> Subject:
    """A network as it is after its training at a delay."""
    name = name_of(kind, delay, seed)
    return Subject(Trained(name, shipped_runs.updates(name)[-1]), reads(delay))


@once
def sequences(delay: int) -> list:
    """What every network is asked at a delay: always the same, and never trained on."""
    return learnt(delay).held_out()


def right(network: Network, delay: int) -> float:
    """The share of right answers at a delay."""
    with torch.no_grad():
        return accuracy(network, sequences(delay))


def subjects(kinds: Iterable[str], delay: int) -> dict[str, Subject]:
    """The first network of each kind that was trained at a delay."""
    return {kind: shipped(kind, delay, SEEDS[0]) for kind in kinds}
