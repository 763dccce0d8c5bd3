"""Switches: a shipped network of the three-bit flip-flop, and a stream of pushes for it to read. A sister of Recall."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from rnnviz import checkpoints
from rnnviz.checkpoints import Card
from rnnviz.dynamics import FixedPoints, fixed_points, visited_states
from rnnviz.experiment import refuse_outside, refuse_unknown, task
from rnnviz.network import Network
from rnnviz.tasks import FlipFlop
from rnnviz.trace import Signal

UNITS = {"RNN": 48, "LSTM": 24, "GRU": 32}  # what was trained, and with how many hidden units
STREAMS = 6
FIRST_STREAM = 1128  # the seed of the first one, in which seven of the eight settings occur
EXPLORED = 16  # held-out streams: where their states lie is where fixed points are searched
# Enough to find the same points as twice the starts and five times the updates do, in about a second.
STARTS, UPDATES = 512, 200


@dataclass(frozen=True)
class Switches:
    """``cell``: a row of UNITS. ``stream``: which of the streams of pushes it reads."""

    cell: str = "RNN"
    stream: int = 0

    def __post_init__(self) -> None:
        refuse_unknown(self, {"cell": UNITS})
        refuse_outside(self, {"stream": (0, STREAMS - 1)})

    @property
    def learnt(self) -> FlipFlop:
        return task("flip_flop")

    @property
    def _path(self) -> Path:
        return checkpoints.MODELS / f"switches-{self.cell.lower()}"

    @property
    def card(self) -> Card:
        return checkpoints.read_card(self._path)

    def network(self) -> Network:
        return checkpoints.load(self._path)

    def input(self) -> Tensor:
        """Pushes (T, 1, 3): silence, 0, and rarely +1 or -1 on a channel."""
        return self.learnt.batch(1, torch.Generator().manual_seed(FIRST_STREAM + self.stream)).x

    def solution(self) -> Tensor:
        """The way that each switch was pushed last, (T, 1, 3)."""
        return self.learnt.solution(self.input())

    def visited(self, network: Network | None = None) -> Signal:
        """The cut states after each step of many held-out streams, ("time", "batch", "unit")."""
        return visited_states(network or self.network(), self.learnt.held_out()[0].x[:, :EXPLORED])

    def fixed_points(self, network: Network | None = None) -> FixedPoints:
        """Where the state stays in silence, searched for from the states of ``visited``."""
        network = network or self.network()
        silence = torch.zeros(self.learnt.input_size)
        generator = torch.Generator().manual_seed(0)
        return fixed_points(
            network, silence, self.visited(network), generator=generator, starts=STARTS, updates=UPDATES
        )
