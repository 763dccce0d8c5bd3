"""What networks multiply their states by from step to step: eigenvalues, or what a gate keeps, beside one another.

The linear recurrent unit: Orvieto and others 2023, arXiv:2303.06349. What eigenvalues below zero are good for: Grazzi
and others 2024, arXiv:2411.12537.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnviz.dynamics import recurrent_spectra
from rnnviz.network import Network
from rnnviz.subjects import Subject, Untrained
from rnnviz.subjects.models import load
from rnnviz.subjects.sequences import usual
from rnnviz.trace import LayerTrace

UNITS = 64


class Multiplied(NamedTuple):
    """``eigenvalues``: complex (H,), the same at every step; or ``kept``: (T, H), what a gate keeps at each."""

    eigenvalues: np.ndarray | None = None
    kept: np.ndarray | None = None


class Shown(NamedTuple):
    """A network on the disc. ``own``: how its numbers are read off its cell or its trace."""

    cell: str
    trained: bool
    own: Callable[[Network, LayerTrace], Multiplied]


def _own_numbers(network: Network, layer: LayerTrace) -> Multiplied:
    return Multiplied(eigenvalues=network.layers[0][0].eigenvalues().detach().numpy())


def _of_weights(network: Network, layer: LayerTrace) -> Multiplied:
    (found,) = recurrent_spectra(network).values()
    return Multiplied(eigenvalues=found.values)


def _of_gate(network: Network, layer: LayerTrace) -> Multiplied:
    step = {name: layer[name].values[:, 0] for name in layer.names}
    return Multiplied(kept=network.layers[0][0].keeps.kept(step))


NETWORKS = {
    "lru": Shown("LRU", False, _own_numbers),
    "min-gru": Shown("minGRU", False, _of_gate),
    "rg-lru": Shown("RG-LRU", False, _of_gate),
    "rnn": Shown("RNN", False, _of_weights),
}


def subject_of(name: str) -> Subject:
    """The network of a name in NETWORKS, reading an example of parity."""
    model = Untrained(NETWORKS[name].cell, str(UNITS), "parity")
    return Subject(model, usual(load(model)))


def multiplied(name: str) -> Multiplied:
    """What it multiplies its state by, unit by unit or eigenvector by eigenvector."""
    subject = subject_of(name)
    return NETWORKS[name].own(subject.network(), subject.trace().layer())
