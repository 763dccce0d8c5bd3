"""Where the state of a network rests without input, and which states lie between two of them."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import torch

from rnnviz.dynamics import Departures, FixedPoints, Plane, departures, fixed_points, principal_plane, visited_states
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

STREAMS = range(1128, 1134)  # seeds of examples; in the first one seven of the eight settings occur
EXPLORED = 16  # of the task's held-out sequences: where their states lie is where fixed points are searched
# Enough to find the same points as twice the starts and five times the updates do, in about a second.
STARTS, UPDATES = 512, 200


class Landscape(NamedTuple):
    """What a network does when it reads zeros.

    ``plane``: three principal components of the states that it visits. ``answers``: what it says at each fixed point,
    (point, output); None without a readout.
    """

    found: FixedPoints
    plane: Plane
    left: Departures
    answers: np.ndarray | None


def landscape(subject: Subject) -> Landscape:
    """Searched for from the states that the network visits on its task's sequences; without a task, on its own.

    The network reads vectors forward, in one layer. Errors as ``fixed_points``.
    """
    network, visited = subject.network(), visited_by(subject)
    silence = torch.zeros(network.input_size, dtype=next(network.parameters()).dtype)
    generator = torch.Generator().manual_seed(0)
    found = fixed_points(network, silence, visited, generator=generator, starts=STARTS, updates=UPDATES)
    left = departures(network, silence, found)
    return Landscape(found, principal_plane(visited, 3), left, answers_at(subject, found.points))


def visited_by(subject: Subject) -> Signal:
    """The cut states after each step, ("time", "batch", "unit")."""
    learnt = subject.load().task
    x = subject.input() if learnt is None else learnt.held_out()[0].x[:, :EXPLORED]
    return visited_states(subject.network(), x)


def answers_at(subject: Subject, states: Signal) -> np.ndarray | None:
    """What the readout says in cut states (..., "unit")."""
    network = subject.network()
    if network.readout is None:
        return None
    hidden = torch.tensor(states.values[..., : network.hidden_size], dtype=network.readout.weight.dtype)
    with torch.no_grad():
        return network.scores(hidden).numpy()


def index_sum(found: FixedPoints) -> int:
    """Each point counts +1, or -1 where an odd number of real eigenvalues is above 1; of all points of a bounded
    state together that is 1 (Poincaré and Hopf)."""
    values = found.eigenvalues.values
    above = ((np.abs(values.imag) < 1e-9) & (values.real > 1)).sum(-1)
    return int(((-1) ** above).sum())


def joined(subject: Subject, known: Landscape) -> Counter[int]:
    """Of the saddles with one unstable direction, between how different answers they lie: by the number of outputs
    whose sign differs at the ends of the two ways down."""
    ends = answers_at(subject, Signal("S", ("way", "unit"), known.left.ways.values[-1]))
    return Counter(int(count) for count in (np.sign(ends[::2]) != np.sign(ends[1::2])).sum(1))
