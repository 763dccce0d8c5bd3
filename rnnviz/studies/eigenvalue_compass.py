"""What networks multiply their states by from step to step: eigenvalues, or what a gate keeps, beside one another.

The linear recurrent unit: Orvieto and others 2023, arXiv:2303.06349. What eigenvalues below zero are good for: Grazzi
and others 2024, arXiv:2411.12537.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from rnnviz.dynamics import recurrent_spectra
from rnnviz.network import Network
from rnnviz.studies import lost_and_won
from rnnviz.subjects import Subject, Untrained
from rnnviz.subjects.models import load
from rnnviz.subjects.sequences import usual
from rnnviz.trace import LayerTrace

ASKED, SEQUENCES = 256, 128  # bits that a trained network is asked to count, and how often it is asked


class Multiplied(NamedTuple):
    """``eigenvalues``: complex (H,), the same at every step; or ``kept``: (T, H), what a gate keeps at each."""

    eigenvalues: np.ndarray | None = None
    kept: np.ndarray | None = None


class Shown(NamedTuple):
    """A network on the disc. ``kind``: of ``lost_and_won``, whose training to count it had, or before any if not
    ``trained``. ``own``: how its numbers are read off its cell or its trace."""

    kind: str
    own: Callable[[Network, LayerTrace], Multiplied]
    trained: bool = True


def _own_numbers(network: Network, layer: LayerTrace) -> Multiplied:
    return Multiplied(eigenvalues=network.layers[0][0].eigenvalues().detach().numpy())


def _of_weights(network: Network, layer: LayerTrace) -> Multiplied:
    (found,) = recurrent_spectra(network).values()
    return Multiplied(eigenvalues=found.values)


def _of_gate(network: Network, layer: LayerTrace) -> Multiplied:
    step = {name: layer[name].values[:, 0] for name in layer.names}
    return Multiplied(kept=network.layers[0][0].keeps.kept(step))


NETWORKS = {
    "lru-start": Shown("lru", _own_numbers, trained=False),
    "lru": Shown("lru", _own_numbers),
    "min-gru": Shown("min-gru", _of_gate),
    "rg-lru": Shown("rg-lru", _of_gate),
    "rnn": Shown("rnn", _of_weights),
}
SEED = 0


def is_trained(name: str) -> bool:
    """Whether it is shown as it is after training: where that is shipped."""
    return NETWORKS[name].trained and SEED in lost_and_won.seeds(NETWORKS[name].kind, "counting")


def subject_of(name: str) -> Subject:
    """The network of a name in NETWORKS, reading an example of what it learns: is the number of ones so far odd?"""
    kind = NETWORKS[name].kind
    if is_trained(name):
        return lost_and_won.shipped(kind, "counting", SEED)
    model = Untrained(lost_and_won.KINDS[kind].cell, str(lost_and_won.units(kind, "counting")), "parity", SEED)
    return Subject(model, usual(load(model)))


def multiplied(name: str) -> Multiplied:
    """What it multiplies its state by, unit by unit or eigenvector by eigenvector."""
    subject = subject_of(name)
    return NETWORKS[name].own(subject.network(), subject.trace().layer())


@torch.no_grad()
def right(name: str) -> float:
    """How often it says rightly whether ASKED bits have an odd number of ones, of SEQUENCES; half is chance."""
    x, y = (part[..., :SEQUENCES] for part in lost_and_won.questions("counting", ASKED))
    return float((subject_of(name).network()(x)[-1].argmax(-1) == y).double().mean())
