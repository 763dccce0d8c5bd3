"""The heavy part of a first visit, done before there is a visitor."""

import torch

from rnnviz.experiment import Experiment
from rnnviz.ui import charts  # noqa: F401 - the import is the point: plotly and the figures


def everything() -> None:
    # On few cores several threads per small product cost more than they bring, and visitors wait for each other.
    torch.set_num_threads(1)
    Experiment().trace()
