"""The heavy part of a first visit, done before there is a visitor."""

import time

import torch

from rnnviz.app import subject_picker
from rnnviz.app.panels import (  # and with them plotly and the figures, most of an import's time
    forgetting,
    memory_shares,
    word_effects,
)
from rnnviz.studies import first_story
from rnnviz.studies.delayed_recall import beside, subject_of

PATIENCE = 2.0  # seconds until the first visitor has their page: what comes later must not compete with it


def first_page() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    for language in first_story.QUESTION:
        word_effects.effect(first_story.reader(language))
    for cell in ("RNN", "LSTM"):
        word_effects.effect(first_story.recaller(cell))
    first_story.word_alone()
    first_story.pulses()


def later_pages() -> None:
    """What the line at the top of most pages offers, and what Memory decay opens with."""
    time.sleep(PATIENCE)
    subject_picker.lacking()
    for subject in beside(subject_of()).values():
        word_effects.effect(subject)
        memory_shares.first_word_read(subject.model)
        memory_shares.taken_apart(subject)
    forgetting.untrained()
