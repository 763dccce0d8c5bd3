"""What it costs to watch a network learn: `rnnviz.train`, snapshots and all, against the loop one writes in torch.nn.

Run: python -m benchmarks.training

Both train the same weights on the same batches of delayed recall with the same optimizer, and clip alike; the loop
keeps its losses and nothing else. Before anything is timed, both are shown to give the same losses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.report import table, verdict
from rnnviz.network import Network
from rnnviz.subjects import Untrained, train
from rnnviz.subjects.sizes import task
from rnnviz.training import Recipe

MODULES = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
UNITS, UPDATES, CHECKED, ROUNDS = (16, 32, 64), 500, 20, 3
TASK = "recall"
TARGET = 1.3


class Plain(nn.Module):
    """The same network in torch.nn alone."""

    def __init__(self, like: Network) -> None:
        super().__init__()
        rows, width = like.embedding.weight.shape
        self.embedding = nn.Embedding(rows, width)
        self.layer = MODULES[like.cell](width, like.hidden_size)
        self.readout = nn.Linear(like.hidden_size, like.readout.out_features)
        own = like.layers[0][0].state_dict()
        self.embedding.load_state_dict(like.embedding.state_dict())
        self.layer.load_state_dict({f"{name}_l0": value for name, value in own.items()})
        self.readout.load_state_dict(like.readout.state_dict())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.readout(self.layer(self.embedding(x))[0][-1])


def bare(network: Network, recipe: Recipe) -> Iterator[float]:
    model, learnt = Plain(network), task(TASK)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    generator = recipe.generator()
    for _ in range(recipe.updates):
        x, y = learnt.batch(recipe.batch, generator)
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), recipe.limit)
        optimizer.step()
        yield loss.item()


def watched(network: Network, recipe: Recipe, per_decade: int = 8) -> Iterator[float]:
    return (progress.loss for progress in train(network, recipe, task=TASK, per_decade=per_decade))


def in_step(runs: Sequence[Iterator[float]]) -> list[float]:
    """The processor seconds of each run, an update of each by turns, so that noise from outside hits all alike."""
    taken = [0.0] * len(runs)
    for turn in range(UPDATES):
        for place in range(len(runs)):
            number = (turn + place) % len(runs)
            start = time.process_time()
            next(runs[number])
            taken[number] += time.process_time() - start
    return taken


def measure(cell: str, units: int) -> tuple[float, float, float]:
    """Milliseconds of an update in the bare loop; how many times as long ours takes with snapshots, and without."""
    fresh = Untrained(cell, size=str(units), task=TASK).network
    few, recipe = Recipe(updates=CHECKED), Recipe(updates=UPDATES)
    np.testing.assert_allclose(list(watched(fresh(), few)), list(bare(fresh(), few)), rtol=1e-4)
    rounds = []
    for _ in range(ROUNDS):
        runs = [bare(fresh(), recipe), watched(fresh(), recipe), watched(fresh(), recipe, per_decade=0)]
        plain, snapshots, without = in_step(runs)
        rounds.append((plain / UPDATES * 1e3, snapshots / plain, without / plain))
    return tuple(float(middle) for middle in np.median(rounds, axis=0))


def main() -> None:
    torch.set_num_threads(1)
    rows = {(cell, units): measure(cell, units) for cell in MODULES for units in UNITS}
    print(f"{UPDATES} updates of delayed recall, batches of {Recipe().batch}; times the bare loop, one thread\n")
    lines = [(*key, f"{ms:.2f}", f"{ours:.2f}x", f"{none:.2f}x") for key, (ms, ours, none) in rows.items()]
    print(table(("", "H", "bare ms per update", "with snapshots", "without"), lines))
    for (cell, units), (_ms, ours, _none) in rows.items():
        print(verdict(f"{cell} of {units} units: at most {TARGET:g}x the bare loop", f"{ours:.2f}x", ours <= TARGET))


if __name__ == "__main__":
    main()
