"""echo_state_test(model, x): whether the input alone decides the state, or where the network started does too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.dynamics.stepping import Step
from rnnviz.trace import Signal


class Echo(NamedTuple):
    """``distance``: ("time", "batch"), how far apart two states are after each step that both read alike. ``start``:
    ("batch",), how far apart they were before the first."""

    distance: Signal
    start: Signal

    @property
    def left(self) -> np.ndarray:
        """The share of the first distance that is left after the last step, (batch,); NaN for a state that exploded."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.distance.values[-1] / self.start.values


@torch.no_grad()
def echo_state_test(model: nn.Module, x: Tensor, *, generator: torch.Generator) -> Echo:
    """Start the network twice, in states drawn from U(-1, 1), and let both read ``x``: the distance between them.

    A network has the echo state property for this input if the distance goes to zero (Jaeger 2001, GMD report 148):
    then the state is an echo of what was read and of nothing else. A spectral radius below 1 is neither enough nor
    needed: a strong input saturates the units, and so makes a network forget that would not do so if left alone.

    ``model`` and ``x`` as in ``record``; every sequence of the batch has two starts of its own. In float64, whatever
    the model's own precision is: what is asked is a property of its equations. A distance of 1e-15 or so is two equal
    states. ValueError for a network that reads both ways.
    """
    network, x, _ = accept(model, x)
    step = Step(network)
    batch = x.shape[1]
    starts = 2 * torch.rand(2 * batch, step.size, generator=generator, dtype=torch.float64) - 1
    # Both runs as one batch: half the steps, and the same rounding for both.
    return apart(step.follow(step.embed(x).repeat(1, 2, 1), starts), starts)


def apart(path: Tensor, starts: Tensor) -> Echo:
    """How far the two halves of a batch are apart, that began in ``starts`` (2 B, S), along ``path`` (T, 2 B, S)."""
    return Echo(
        Signal("distance", ("time", "batch"), _apart(path), r"\| S_t - S'_t \|", (0.0, np.inf)),
        Signal("distance", ("batch",), _apart(starts), r"\| S_0 - S'_0 \|", (0.0, np.inf)),
    )


def _apart(states: Tensor) -> np.ndarray:
    """Between the two halves of a batch (..., 2 B, S): (..., B)."""
    one, other = states.chunk(2, -2)
    return torch.linalg.vector_norm(one - other, dim=-1).numpy()
