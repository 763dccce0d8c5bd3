"""How fast networks forget that were never trained: what is a property of a cell, and what of how its weights start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.memory.replacing import total_effect
from rnnviz.network import Network
from rnnviz.trace import Signal

# The starts that are worth comparing, as arguments of Network.
STARTS: dict[str, dict[str, object]] = {
    "RNN": {"cell": "RNN"},
    "orthogonal RNN": {"cell": "RNN", "recurrent": "orthogonal"},
    "GRU": {"cell": "GRU"},
    "LSTM": {"cell": "LSTM"},
    "LSTM, forget bias 1": {"cell": "LSTM", "forget_bias": 1.0},
    "LSTM, forget bias 3": {"cell": "LSTM", "forget_bias": 3.0},
}
WORDS, EMBEDDING, PAIRS = 8, 16, 64


def fading(model: nn.Module, a: Tensor, b: Tensor) -> Signal:
    """How much of the last state's variance hangs on each word, by how many steps ago it was read: ("age",).

    Age 0 is the last word. The total effects of ``total_effect(model, a, b)`` on the last state, the newest first.
    """
    effect = total_effect(model, a, b).effect
    return Signal(effect.name, ("age",), effect.values[-1, ::-1], effect.symbol)


def untrained(steps: int = 30, units: int = 32, seeds: Sequence[int] = (0, 1, 2)) -> dict[str, Signal]:
    """``fading`` of fresh networks, one Signal ("age",) per row of ``STARTS``, the mean over ``seeds``.

    For one seed all read the same words. The rows say that "an LSTM remembers" is true of trained gates, or of a forget
    gate that starts open, and not of the cell as such; and that a simple RNN can hold a word if it starts well.
    """
    curves = {label: [] for label in STARTS}
    for seed in seeds:
        a, b = torch.randint(WORDS, (2, steps, PAIRS), generator=torch.Generator().manual_seed(seed))
        for label, start in STARTS.items():
            generator = torch.Generator().manual_seed(seed)
            network = Network(
                input_size=EMBEDDING, hidden_size=units, vocabulary_size=WORDS, generator=generator, **start
            )
            curves[label].append(fading(network, a, b).values)
    return {label: Signal("total effect", ("age",), np.mean(rows, axis=0)) for label, rows in curves.items()}
