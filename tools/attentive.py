"""The network that answers with attention to all words of a sentence: assets/attentive, trained by
``tools.make_models``."""

from __future__ import annotations

from pathlib import Path

import torch

from rnnviz import checkpoints, training
from rnnviz.attentive_network import AttentiveNetwork
from rnnviz.subjects import attentive
from rnnviz.subjects.sizes import EMBEDDING, task
from tools.cards import keep
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
    return keep(made, learnt, asked, folder, name=attentive.NAME, task=attentive.TASK, size="small")
