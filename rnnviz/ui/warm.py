"""The heavy part of a first visit, done before there is a visitor."""

import time

import torch

from rnnviz import gradients
from rnnviz.experiment import Experiment
from rnnviz.ui import charts  # noqa: F401 - the import is the point: plotly and the figures

PATIENCE = 2.0  # seconds until the first visitor has their page: what comes later must not compete with it


def first_page() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    Experiment().trace()


def later_pages() -> None:
    """The first gradient of a process: torch imports a computer algebra system for it, most of a second."""
    time.sleep(PATIENCE)
    experiment = Experiment()
    gradients.backpropagate(experiment.network(), experiment.input(), lambda y: y.sum())
