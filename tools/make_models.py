"""Train every network that the project ships: assets/models/*.safetensors with their cards.

Deterministic: the same code, seed and torch build give the same files. Run it as ``make models``.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from rnnviz import checkpoints
from rnnviz.cells import TRIO
from rnnviz.experiment import EMBEDDING, SIZES, fresh_network, task
from rnnviz.network import Network
from rnnviz.tasks import DelayedRecall
from rnnviz.training import accuracy, train


@dataclass(frozen=True)
class Recipe:
    """One shipped network. ``start``: how its weights start, where that is not the default of the cell."""

    name: str
    task: str
    cell: str
    size: str
    learning_rate: float
    updates: int
    batch: int
    weight_decay: float = 0.0
    seed: int = 0
    start: dict[str, object] = field(default_factory=dict)

    def network(self) -> Network:
        if self.task == "intents":
            return fresh_network(self.cell, self.size, self.task, self.seed)
        learnt = task(self.task)
        return Network(
            self.cell,
            EMBEDDING,
            int(self.size),
            vocabulary_size=learnt.input_size,
            output_size=learnt.output_size,
            readout=learnt.readout,
            generator=torch.Generator().manual_seed(self.seed),
            **self.start,
        )


# All cells of a size share seed, budget and batch size. Smaller steps for more units.
LEARNING_RATES = {"small": 1e-2, "medium": 5e-3, "large": 3e-3}
INTENTS = [
    Recipe(f"intents-{cell}-{size}".lower(), "intents", cell, size, LEARNING_RATES[size], 1500, 64, weight_decay=0.1)
    for size in SIZES
    for cell in TRIO
]

# One budget of updates for all, five seeds each. A simple RNN diverges at the step size that gated cells learn with;
# the gated ones start with memories of all lengths up to the delay, the orthogonal RNN with one that hardly fades.
SPAN = {"memory_span": DelayedRecall.delay}
RECALLS = {
    "rnn": ("RNN", 3e-3, {}),
    "rnn-orthogonal": ("RNN", 3e-3, {"recurrent": "orthogonal"}),
    "lstm": ("LSTM", 1e-2, SPAN),
    "gru": ("GRU", 1e-2, SPAN),
}
RECALL = [
    Recipe(f"recall-{label}-seed{seed}", "recall", cell, "32", rate, 500, 32, seed=seed, start=start)
    for label, (cell, rate, start) in RECALLS.items()
    for seed in range(5)
]
RECIPES = INTENTS + RECALL


def make(recipe: Recipe, folder: Path = checkpoints.MODELS, on_update=lambda update: None) -> checkpoints.Card:
    """Train one network and write its two files into ``folder``."""
    learnt, network = task(recipe.task), recipe.network()
    # Batches come from a stream of their own: the order of training does not depend on how many weights were drawn.
    generator = torch.Generator().manual_seed(recipe.seed + 1)
    for progress in train(
        network,
        learnt,
        recipe.updates,
        generator=generator,
        batch=recipe.batch,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
    ):
        on_update(progress.update)
    held_out = learnt.held_out()
    card = checkpoints.Card(
        name=recipe.name,
        task=recipe.task,
        size=recipe.size,
        network=network.structure,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        seed=recipe.seed,
        updates=recipe.updates,
        batch=recipe.batch,
        learning_rate=recipe.learning_rate,
        held_out_sequences=sum(batch.y.numel() for batch in held_out),
        held_out_accuracy=round(accuracy(network.eval(), held_out), 4),
        vocabulary=checkpoints.fingerprint(learnt),
    )
    checkpoints.save(network, card, folder)
    return card


def progress_bar(done: int, total: int, label: str, width: int = 32) -> None:
    if not sys.stderr.isatty():
        return
    filled = width * done // total
    print(f"\r{'█' * filled}{'·' * (width - filled)} {100 * done // total:3d} %  {label:<28}", end="", file=sys.stderr)


def main() -> None:
    torch.set_num_threads(1)
    total, done, start = sum(recipe.updates for recipe in RECIPES), 0, time.perf_counter()
    for recipe in RECIPES:
        card = make(recipe, on_update=lambda update, d=done, name=recipe.name: progress_bar(d + update, total, name))
        done += recipe.updates
        print(f"\r{card.name:<28} {card.parameters:>8,} parameters   held-out accuracy {card.held_out_accuracy:.1%}")
    print(f"{len(RECIPES)} networks in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
