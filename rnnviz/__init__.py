"""See inside recurrent neural networks, one time step at a time.

>>> import torch, rnnviz
>>> trace = rnnviz.record(torch.nn.LSTM(8, 32, num_layers=2, bidirectional=True), torch.randn(50, 1, 8))
>>> trace.layer(1, "backward")["f"].values.shape
(50, 1, 32)

The figure functions are under ``rnnviz.figures``; they and their Plotly are imported when first asked for.
"""

from rnnviz import gradients, memory
from rnnviz.cells import CELLS
from rnnviz.checkpoints import load
from rnnviz.experiment import Experiment
from rnnviz.gradients import backpropagate
from rnnviz.network import Network, from_torch
from rnnviz.recording import record
from rnnviz.tasks import TASKS
from rnnviz.trace import Signal, Trace

__all__ = [
    "CELLS",
    "TASKS",
    "Experiment",
    "Network",
    "Signal",
    "Trace",
    "backpropagate",
    "figures",
    "from_torch",
    "gradients",
    "load",
    "memory",
    "record",
]


def __getattr__(name: str) -> object:
    if name == "figures":
        import importlib

        return importlib.import_module("rnnviz.figures")
    raise AttributeError(f"module 'rnnviz' has no attribute {name!r}")
