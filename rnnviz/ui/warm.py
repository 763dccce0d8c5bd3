"""The heavy part of a first visit, done before there is a visitor."""

import time

import torch

from rnnviz import gradients
from rnnviz.experiment import Experiment
from rnnviz.recall import KINDS, Recall
from rnnviz.ui import effects, forgetting, memories  # and with them plotly and the figures, most of an import's time

PATIENCE = 2.0  # seconds until the first visitor has their page: what comes later must not compete with it


def first_page() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    Experiment().trace()


def later_pages() -> None:
    """The first gradient of a process, for which torch imports a computer algebra system, most of a second; and what
    Memory decay opens with."""
    time.sleep(PATIENCE)
    experiment = Experiment()
    gradients.backpropagate(experiment.network(), experiment.input(), lambda y: y.sum())
    for kind in KINDS:
        effects.effect(Recall(kind))
        memories.first_word_read(kind, Recall().seed)
        memories.taken_apart(Recall(kind))
    forgetting.untrained()
