"""probe(state, x): how well each word can be read off the state by a linear map, over many sequences.

For real inputs into an echo state network this is the memory capacity of Jaeger (2001), GMD report 152, seen on
sequences that the map was not fitted to.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.accepting import as_numbers
from rnnviz.budget import chosen, refuse_beyond
from rnnviz.linear_readout import RIDGE, fit
from rnnviz.trace import Signal


class Probe(NamedTuple):
    """``score``: ("time", "source"), how well x of position "source" is read from the state at "time".

    ``measure``: "accuracy" in [0, 1] for token ids, "R²" for real inputs (1 exact, 0 no better than their mean, below
    0 worse). ``chance``: ("source",), what a map scores that ignores the state. Both on sequences held out of the fit.
    """

    score: Signal
    chance: Signal
    measure: str


@torch.no_grad()
def probe(
    state: Signal, x: Tensor | np.ndarray, *, ridge: float = RIDGE, last: int | None = None, every: int = 1
) -> Probe:
    """Fit, for every time, one ridge regression from the state to the inputs of all positions; score it on the rest.

    ``state``: ("time", "batch", "unit"), for instance ``record(model, x).layer()["h"]``. ``x``: what was read, token
    ids (T, B), or reals (T, B) or (T, B, I), of which R² is averaged over I. The first half of the batch is fitted,
    the second scores. ``ridge``: the penalty over the mean variance of the state's units; the intercept is free.

    ``last``, ``every``: of the states at the last so many steps only each ``every``-th, counted back from the last one:
    fewer rows of the same result.

    One Cholesky factor per time serves all positions. Positions not read yet are scored too: they stay at chance, or
    the network reads both ways. A state that is not finite scores NaN.
    Raises ValueError for shapes that do not fit, a negative ridge, fewer than two sequences per half, or more than
    ``rnnviz.budget.BYTES``; TypeError for what is no numbers.
    """
    x = as_numbers("x", x, "of what was read, (T, B) or (T, B, I)").detach()
    if state.axes != ("time", "batch", "unit"):
        raise ValueError(f"probe takes a state over ('time', 'batch', 'unit'), not {state.axes}")
    if x.ndim not in (2, 3) or tuple(x.shape[:2]) != state.values.shape[:2]:
        raise ValueError(f"x has shape {tuple(x.shape)} beside a state of {state.values.shape}; both start with (T, B)")
    if x.shape[1] < 4:
        raise ValueError(f"{x.shape[1]} sequences are too few: a probe is fitted on one half and scored on the other")
    rows = chosen(len(x), last, every)
    tokens = not x.is_floating_point()
    wide = len(torch.unique(x)) if tokens else x[0, 0].numel()
    needed = 8 * len(x) * (2 * len(rows) + 4 * x.shape[1] * wide)
    what = f"a probe of {len(rows):,} states for {len(x):,} words"
    refuse_beyond(needed, what, "take fewer states with last=n or every=n")
    if tokens:
        classes, x = torch.unique(x, return_inverse=True)
        targets = F.one_hot(x, len(classes)).double()
    else:
        targets = x.double() if x.ndim == 3 else x.double()[..., None]
    half = x.shape[1] // 2
    fitted = targets[:, :half].transpose(0, 1).flatten(1)  # one readout for all positions
    scores = []
    for h in torch.from_numpy(state.values[rows]).double():
        read = fit(h[:half], fitted, ridge).read(h[half:]).unflatten(1, (len(targets), -1)).transpose(0, 1)
        scores.append((_accuracy if tokens else _r_squared)(read, targets[:, half:]))
    usual = targets[:, :half].mean(1, keepdim=True).expand_as(targets[:, half:])
    chance = _accuracy(usual, targets[:, half:]) if tokens else torch.zeros(len(targets), dtype=torch.float64)
    measure = "accuracy" if tokens else "R²"
    bounds = (0.0, 1.0) if tokens else None
    return Probe(
        Signal(measure, ("time", "source"), torch.stack(scores).numpy(), bounds=bounds),
        Signal("chance", ("source",), chance.numpy(), bounds=bounds),
        measure,
    )


def _accuracy(read: Tensor, targets: Tensor) -> Tensor:
    right = (read.argmax(-1) == targets.argmax(-1)).double().mean(1)
    return torch.where(read.isnan().any(-1).any(-1), torch.nan, right)


def _r_squared(read: Tensor, targets: Tensor) -> Tensor:
    missed = ((targets - read) ** 2).sum(1)
    spread = ((targets - targets.mean(1, keepdim=True)) ** 2).sum(1)
    return (1 - missed / spread).mean(-1)
