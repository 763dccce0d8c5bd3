"""Train every network that the project ships: assets/models/*.safetensors with their cards.

Deterministic: the same code, seed and torch build give the same files. Run it as ``make models``.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from rnnviz import checkpoints
from rnnviz.cells import CELLS
from rnnviz.experiment import SIZES, fresh_network, task
from rnnviz.training import accuracy, train


@dataclass(frozen=True)
class Recipe:
    """One shipped network. All cells of a size share seed, budget and batch size."""

    cell: str
    size: str
    learning_rate: float
    updates: int = 1500
    batch: int = 64
    weight_decay: float = 0.1
    seed: int = 0
    task: str = "intents"


# Smaller steps for more units.
LEARNING_RATES = {"small": 1e-2, "medium": 5e-3, "large": 3e-3}
RECIPES = [Recipe(cell, size, LEARNING_RATES[size]) for size in SIZES for cell in CELLS]


def make(recipe: Recipe, folder: Path = checkpoints.MODELS, on_update=lambda update: None) -> checkpoints.Card:
    """Train one network and write its two files into ``folder``."""
    learnt = task(recipe.task)
    network = fresh_network(recipe.cell, recipe.size, recipe.task, recipe.seed)
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
    print(f"\r{'█' * filled}{'·' * (width - filled)} {100 * done // total:3d} %  {label:<20}", end="", file=sys.stderr)


def main() -> None:
    torch.set_num_threads(1)
    total, done, start = sum(recipe.updates for recipe in RECIPES), 0, time.perf_counter()
    for recipe in RECIPES:
        label = f"{recipe.cell} {recipe.size}"
        card = make(recipe, on_update=lambda update, d=done, name=label: progress_bar(d + update, total, name))
        done += recipe.updates
        print(f"\r{card.name:<22} {card.parameters:>8,} parameters   held-out accuracy {card.held_out_accuracy:.1%}")
    print(f"{len(RECIPES)} networks in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
