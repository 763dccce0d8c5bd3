"""See inside recurrent neural networks, one time step at a time.

>>> import torch, rnnviz
>>> trace = rnnviz.record(torch.nn.LSTM(8, 32, num_layers=2, bidirectional=True), torch.randn(50, 1, 8))
>>> trace.layer(1, "backward")["f"].values.shape
(50, 1, 32)

Everything is imported when it is first asked for: the app answers before torch is there, and Plotly is loaded only by
who draws.
"""

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = [
    "CELLS",
    "TASKS",
    "Hold",
    "Network",
    "Recipe",
    "Signal",
    "Trace",
    "backpropagate",
    "cells",
    "dynamics",
    "figures",
    "files",
    "forecasting",
    "from_torch",
    "generate",
    "gradients",
    "load",
    "memory",
    "open",
    "record",
    "search",
    "searching",
    "show",
    "subject",
    "sweep",
    "train",
    "watch",
    "watching",
]

if TYPE_CHECKING:  # the same names for editors and type checkers, which do not run __getattr__
    from rnnviz import cells, dynamics, figures, files, forecasting, gradients, memory, searching, watching
    from rnnviz.app.notebook import show
    from rnnviz.cells import CELLS
    from rnnviz.files import load
    from rnnviz.gradients import backpropagate
    from rnnviz.holding import Hold
    from rnnviz.network import Network
    from rnnviz.recording import record
    from rnnviz.searching import search
    from rnnviz.serving import open  # noqa: A004  as gzip.open: one says rnnviz.open
    from rnnviz.sharing import from_torch
    from rnnviz.subjects import generate, subject, train
    from rnnviz.sweeps import sweep
    from rnnviz.tasks import TASKS
    from rnnviz.trace import Signal, Trace
    from rnnviz.training import Recipe
    from rnnviz.watching import watch
else:
    # The module that a name lives in; a public name that is not here is a package.
    _HOMES = {
        "CELLS": "cells",
        "TASKS": "tasks",
        "Hold": "holding",
        "Network": "network",
        "Recipe": "training",
        "Signal": "trace",
        "Trace": "trace",
        "backpropagate": "gradients",
        "from_torch": "sharing",
        "generate": "subjects",
        "load": "files",
        "open": "serving",
        "record": "recording",
        "search": "searching",
        "show": "app.notebook",
        "subject": "subjects",
        "sweep": "sweeps",
        "train": "subjects",
        "watch": "watching",
    }

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module 'rnnviz' has no attribute {name!r}")
        module = importlib.import_module(f"rnnviz.{_HOMES.get(name, name)}")
        return getattr(module, name) if name in _HOMES else module


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
