"""The heavy part of a first visit, done before there is a visitor."""

import time

import torch

from rnnviz import gradients
from rnnviz.studies.delayed_recall import beside, subject_of
from rnnviz.subjects import Subject
from rnnviz.ui import effects, forgetting, memories  # and with them plotly and the figures, most of an import's time

PATIENCE = 2.0  # seconds until the first visitor has their page: what comes later must not compete with it


def first_page() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    Subject().trace()


def later_pages() -> None:
    """The first gradient of a process, for which torch imports a computer algebra system, most of a second; and what
    Memory decay opens with."""
    time.sleep(PATIENCE)
    gradients.backpropagate(Subject().network(), Subject().input(), lambda y: y.sum())
    for subject in beside(subject_of()).values():
        effects.effect(subject)
        memories.first_word_read(subject.model)
        memories.taken_apart(subject)
    forgetting.untrained()
