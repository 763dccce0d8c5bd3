"""See inside recurrent neural networks, one time step at a time.

>>> import torch, rnnviz
>>> trace = rnnviz.record(torch.nn.LSTM(8, 32, num_layers=2, bidirectional=True), torch.randn(50, 1, 8))
>>> trace.layer(1, "backward")["f"].values.shape
(50, 1, 32)

Everything is imported when it is first asked for: the app answers before torch is there, and Plotly is loaded only by
who draws.
"""

import importlib

# Every public name and the module that it lives in; a module that is public as a whole stands for itself.
_HOMES = {
    "CELLS": "rnnviz.cells",
    "TASKS": "rnnviz.tasks",
    "Experiment": "rnnviz.experiment",
    "Network": "rnnviz.network",
    "Signal": "rnnviz.trace",
    "Trace": "rnnviz.trace",
    "backpropagate": "rnnviz.gradients",
    "figures": "rnnviz.figures",
    "from_torch": "rnnviz.torch_modules",
    "gradients": "rnnviz.gradients",
    "load": "rnnviz.checkpoints",
    "memory": "rnnviz.memory",
    "record": "rnnviz.recording",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'rnnviz' has no attribute {name!r}")
    module = importlib.import_module(_HOMES[name])
    return module if _HOMES[name] == f"rnnviz.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
