"""Recall: a shipped network of the delayed-recall task, and one sequence for it to read. A sister of Experiment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from rnnviz import checkpoints
from rnnviz.checkpoints import Card
from rnnviz.experiment import refuse_unknown, task
from rnnviz.network import Network
from rnnviz.once import once
from rnnviz.recording import record
from rnnviz.tasks.delayed_recall import LETTERS, example
from rnnviz.trace import Trace

# What was trained, one budget of updates for all: the label under which it is shown and the name of its files.
KINDS = {"RNN": "rnn", "RNN, orthogonal": "rnn-orthogonal", "LSTM": "lstm", "GRU": "gru"}
SEEDS = range(5)
PAIRS, DRAWS_SEED = 256, 51  # of sequences that total effects are measured over; none of the held-out ones


@dataclass(frozen=True)
class Recall:
    """``kind``: a row of KINDS. ``seed``: which of the trained networks. ``letter``: what it has to remember."""

    kind: str = "LSTM"
    seed: int = 0
    letter: str = "A"

    def __post_init__(self) -> None:
        allowed = {"kind": KINDS, "seed": SEEDS, "letter": LETTERS}
        refuse_unknown(self, allowed)

    @property
    def cell(self) -> str:
        return self.kind.partition(",")[0]

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(example(self.letter).split())

    @property
    def card(self) -> Card:
        return _card(self.kind, self.seed)

    def network(self) -> Network:
        """One for all who ask: nobody may change it."""
        return _shipped(self.kind, self.seed)

    def input(self) -> Tensor:
        """Token ids (T, 1)."""
        return task("recall").encode(example(self.letter))

    def draws(self) -> tuple[Tensor, Tensor]:
        """Two batches (T, ``PAIRS``) of the task's own sequences for ``memory.total_effect``, always the same."""
        generator = torch.Generator().manual_seed(DRAWS_SEED)
        return task("recall").batch(PAIRS, generator).x, task("recall").batch(PAIRS, generator).x

    def trace(self, network: Network | None = None) -> Trace:
        with torch.no_grad():
            return record(network or self.network(), self.input(), tokens=self.tokens)


def _path(kind: str, seed: int) -> Path:
    return checkpoints.MODELS / f"recall-{KINDS[kind]}-seed{seed}"


@once
def _shipped(kind: str, seed: int) -> Network:
    return checkpoints.load(_path(kind, seed))


@once
def _card(kind: str, seed: int) -> Card:
    return checkpoints.read_card(_path(kind, seed))


def start(kind: str) -> dict[str, object]:
    """How the recurrent weights and gates of a kind started, as arguments of Network; {} is torch's own start."""
    structure = Recall(kind).card.network
    return {name: structure[name] for name in ("recurrent", "memory_span") if name in structure}


def solved(kind: str) -> tuple[int, int]:
    """In how many of how many seeds a kind learnt to recall: at most one answer in twenty wrong on held-out ones."""
    errors = [Recall(kind, seed).card.held_out_error for seed in SEEDS]
    return sum(error <= 0.05 for error in errors), len(errors)
