"""The heavy part of a first visit, done before there is a visitor."""

import importlib
import time
from collections.abc import Mapping

import torch

from rnnviz.app import subject_picker, sweep_runs, trial_runs
from rnnviz.app.panels import (  # and with them plotly and the figures, most of an import's time
    fixed_points,
    forgetting,
    growth_rates,
    memory_shares,
    reservoir_claims,
    word_effects,
)
from rnnviz.app.results import FIRST
from rnnviz.studies import first_story, how_far_back, lstm_history, radius_sweep
from rnnviz.studies.delayed_recall import beside, subject_of
from rnnviz.subjects import Subject

# What Streamlit imports at the first icon that a page names, and torch at the first gradient of more than one number.
ICONS, GRADIENTS = "streamlit.emojis", "torch.fx.experimental.symbolic_shapes"
PATIENCE = 1.0  # seconds until the first visitor has their page: what comes later must not compete with it


def first_page() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    importlib.import_module(ICONS)
    for language in first_story.QUESTION:
        word_effects.effect(first_story.reader(language))
    for cell in ("RNN", "LSTM"):
        word_effects.effect(first_story.recaller(cell))
    first_story.word_alone()
    first_story.pulses()


def later_pages(opens: Mapping[str, Mapping[str, str]]) -> None:
    """What the line at the top of most pages offers, and what takes longest of what later pages open with.

    ``opens``: the query of that, by the page's address.
    """
    time.sleep(PATIENCE)
    subject_picker.lacking()
    importlib.import_module(GRADIENTS)
    for subject in beside(subject_of()).values():
        word_effects.effect(subject)
        forgetting.first_word_read(subject.model, FIRST)
        memory_shares.taken_apart(subject, FIRST)
    forgetting.untrained()
    for station in lstm_history.EARLY:
        lstm_history.long_run(station)
    for row in radius_sweep.subjects().values():
        for subject in row:
            growth_rates.growth(subject)
    fixed_points.known(Subject.from_query(opens["dynamics"])[0])
    sweep_runs.prepare(how_far_back.DELAYS[-1])
    trial_runs.prepare()
    reservoir_claims.prepare(Subject.from_query(opens["echo-state-network"])[0])
