"""A linear readout that is fitted after the fact: the ridge regression from states to what they are asked to tell."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

# The penalty, in units of the state's mean variance: small beside what is written, large beside rounding.
RIDGE = 1e-4


class LinearReadout(NamedTuple):
    """h -> (h - ``mean``) ``weights`` + ``usual``, with weights (N, K); ``usual`` (K,): the mean of what was asked.

    ``gram`` (N, N): of the states that were fitted, about their mean. ``penalty``: what was added to its diagonal.
    """

    weights: Tensor
    mean: Tensor
    usual: Tensor
    gram: Tensor
    penalty: Tensor

    @property
    def intercepts(self) -> Tensor:
        """What it reads in a state of zeros, (K,)."""
        return self.usual - self.mean @ self.weights

    def read(self, states: Tensor) -> Tensor:
        """(.., N) -> (.., K)."""
        return (states - self.mean) @ self.weights + self.usual


@torch.no_grad()
def fit(states: Tensor, targets: Tensor, ridge: float = RIDGE) -> LinearReadout:
    """The ridge regression of ``targets`` (S, K) on ``states`` (S, N), both float64; the intercept is free.

    ``ridge``: the penalty over the mean variance of the units. States that are not finite give weights that are NaN.
    Raises ValueError for a negative ridge.
    """
    if not ridge >= 0:
        raise ValueError(f"ridge is {ridge}; it must be at least 0")
    mean, usual = states.mean(0), targets.mean(0)
    centred = states - mean
    gram = centred.T @ centred
    # The smallest number keeps a state that never varies solvable: its weights are zero.
    penalty = ridge * gram.diagonal().mean() + torch.finfo(gram.dtype).tiny
    factor, failed = torch.linalg.cholesky_ex(gram + penalty * torch.eye(len(gram), dtype=gram.dtype))
    weights = torch.cholesky_solve(centred.T @ (targets - usual), factor)
    if failed or not weights.isfinite().all():
        weights = torch.full_like(weights, torch.nan)
    return LinearReadout(weights, mean, usual, gram, penalty)
