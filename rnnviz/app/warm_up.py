"""The heavy part of a first visit, done before there is a visitor."""

import time

import torch

from rnnviz import gradients
from rnnviz.app import subject_picker
from rnnviz.app.panels import (  # and with them plotly and the figures, most of an import's time
    forgetting,
    memory_shares,
    word_effects,
)
from rnnviz.studies.delayed_recall import beside, subject_of
from rnnviz.subjects import Subject

PATIENCE = 2.0  # seconds until the first visitor has their page: what comes later must not compete with it


def first_page() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    Subject().trace()
    subject_picker.lacking()


def later_pages() -> None:
    """The first gradient of a process, for which torch imports a computer algebra system, most of a second; and what
    Memory decay opens with."""
    time.sleep(PATIENCE)
    gradients.backpropagate(Subject().network(), Subject().input(), lambda y: y.sum())
    for subject in beside(subject_of()).values():
        word_effects.effect(subject)
        memory_shares.first_word_read(subject.model)
        memory_shares.taken_apart(subject)
    forgetting.untrained()
