"""Train the network that answers with attention to all words of a sentence: assets/attentive, with its card.

Deterministic as ``make_models``. Run it as ``make models``, or as ``python -m tools.make_attentive``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from rnnviz import checkpoints, training
from rnnviz.attentive_network import AttentiveNetwork
from rnnviz.subjects import attentive
from rnnviz.subjects.sizes import EMBEDDING, task
from tools.recipes import BUDGETS, STEPS

CELL, UNITS, SEED = "LSTM", 16, 0


def network() -> AttentiveNetwork:
    """As it is before its first update."""
    learnt = task(attentive.TASK)
    sizes = {"vocabulary_size": learnt.input_size, "output_size": learnt.output_size}
    return AttentiveNetwork(CELL, EMBEDDING, UNITS, **sizes, generator=torch.Generator().manual_seed(SEED))


def recipe() -> training.Recipe:
    """The budget of the networks of the same task that have no attention."""
    budget = BUDGETS[attentive.TASK]
    return training.Recipe(learning_rate=STEPS[CELL], schedule="linear", seed=SEED, **budget)


def make(folder: Path = checkpoints.ATTENTIVE) -> checkpoints.Card:
    """Train it and write its two files into ``folder``."""
    learnt, made, asked = task(attentive.TASK), network(), recipe()
    for _ in training.Training(made, learnt, asked, per_decade=0):
        pass
    made.eval()
    card = checkpoints.Card(
        name=attentive.NAME,
        task=attentive.TASK,
        options={},
        size="small",
        network=made.structure,
        parameters=sum(parameter.numel() for parameter in made.parameters()),
        seed=SEED,
        updates=asked.updates,
        batch=asked.batch,
        learning_rate=asked.learning_rate,
        vocabulary=checkpoints.fingerprint(learnt),
        **training.measure(made, learnt),
    )
    checkpoints.save(made, card, folder)
    return card


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.make_attentive", description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=checkpoints.ATTENTIVE, help="where to (default: %(default)s)")
    torch.set_num_threads(1)  # the order of sums must not hang on the machine
    card = make(parser.parse_args(arguments).folder)
    print(f"{card.name:<36} {card.parameters:>8,} parameters   {card.held_out_is} {card.held_out_accuracy:.1%}")


if __name__ == "__main__":
    main()
