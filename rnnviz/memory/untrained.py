"""How fast networks forget that were never trained: what is a property of a cell, and what of how its weights start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.memory.revealing import reveal
from rnnviz.network import Network
from rnnviz.trace import Signal

# The starts that are worth comparing, as arguments of Network.
STARTS: dict[str, dict[str, object]] = {
    "RNN": {"cell": "RNN"},
    "RNN, orthogonal": {"cell": "RNN", "recurrent": "orthogonal"},
    "GRU": {"cell": "GRU"},
    "LSTM": {"cell": "LSTM"},
    "LSTM, forget bias 1": {"cell": "LSTM", "forget_bias": 1.0},
    "LSTM, forget bias 3": {"cell": "LSTM", "forget_bias": 3.0},
}
WORDS, EMBEDDING, SEQUENCES = 8, 16, 16


def fading(model: nn.Module, x: Tensor, baseline: Tensor | str | None = None) -> Signal:
    """What part of all that words left in the last state each word has, by how many steps ago it was read: ("age",).

    Age 0 is the last word; the ages add up to 1 (all are 0 if no word left anything). From the shares of
    ``reveal(model, x, baseline)`` without the base, which weighs differently in every cell and start and would hide
    the shape; the mean over the batch.
    """
    shares = reveal(model, x, baseline).shares.values[-1, ::-1]
    words = shares.sum(0)
    return Signal("share", ("age",), (shares / np.where(words == 0, 1, words)).mean(-1), bounds=(0.0, 1.0))


def untrained(steps: int = 30, units: int = 32, seeds: Sequence[int] = (0, 1, 2)) -> dict[str, Signal]:
    """``fading`` of fresh networks, one Signal ("age",) per row of ``STARTS``, the mean over ``seeds``.

    All read the same random words. The rows say that "an LSTM remembers" is true of trained gates, or of a forget
    gate that starts open, and not of the cell as such; and that a simple RNN can hold a word if it starts well.
    """
    curves = {label: [] for label in STARTS}
    for seed in seeds:
        x = torch.randint(WORDS, (steps, SEQUENCES), generator=torch.Generator().manual_seed(seed))
        for label, start in STARTS.items():
            generator = torch.Generator().manual_seed(seed)
            network = Network(
                input_size=EMBEDDING, hidden_size=units, vocabulary_size=WORDS, generator=generator, **start
            )
            curves[label].append(fading(network, x).values)
    return {
        label: Signal("share", ("age",), np.mean(rows, axis=0), bounds=(0.0, 1.0)) for label, rows in curves.items()
    }
