"""fixed_points(model, x, visited): where the state would stay if the input stayed, and what a push does there.

Sussillo and Barak (2013), Opening the black box, Neural Computation 25(3):626-649.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.budget import refuse_beyond
from rnnviz.dynamics.spectra import spectrum
from rnnviz.dynamics.stepping import Step
from rnnviz.trace import Signal

FIXED = 1e-20  # q below which a point is fixed: the step from it is shorter than 2e-10
SLOW = 1e-6  # q below which a point is slow: a step of 1e-3, where states are of size 1
APART = 1e-3  # two points that are nearer than this are one
SLOWLY_APART = 0.05  # for slow points, which have no exact place
NEWTON_STEPS = 30
REACH = 10  # how many times larger than all that is visited a point may be
MEMORY = (0.9, 0.999)  # of Adam, for the mean of the slopes and of their squares


class FixedPoints(NamedTuple):
    """Under one constant input. Points by the number of directions in which they are unstable, fewest first.

    ``points``: ("point", "unit"), cut states. ``eigenvalues``: ("point", "rank"), complex, of the step's Jacobian
    there, largest first. ``unstable``: ("point",), how many of them are outside the unit circle: 0 is an attractor,
    more is a saddle. ``slow``: ("point", "unit"), where a search came to rest and the state hardly moves, but does;
    ``speed``: ("point",), q there.
    """

    points: Signal
    eigenvalues: Signal
    unstable: Signal
    slow: Signal
    speed: Signal

    @property
    def stable(self) -> np.ndarray:
        """(point,), True for attractors."""
        return self.unstable.values == 0


@torch.inference_mode(False)
@torch.no_grad()
def fixed_points(
    model: nn.Module,
    x: Tensor,
    visited: Signal,
    *,
    generator: torch.Generator,
    starts: int = 512,
    updates: int = 500,
    noise: float = 0.05,
    learning_rate: float = 0.02,
) -> FixedPoints:
    """Minimise ``q = 1/2 |F(S, x) - S|^2`` from many states at once, and keep where it is zero.

    ``model``: as in ``record``, reading forward only. ``x``: the input that stays, (I,), or one token id.
    ``visited``: states that the network passes, (..., "unit"), as ``visited_states`` gives them. One half of the
    searches start from states drawn of these, one half between two of them, all with ``noise`` added: saddles lie
    between the attractors that a network visits. ``updates`` of Adam lead near, then Newton's method, in float64, to
    q below 1e-20. Points nearer than 1e-3 are one. A search that Newton's method threw out to more than 10 times the
    largest number visited (or 10) is dropped: there a gate is shut to the last digit of float64, and any state seems
    to stay.

    What is found are fixed points; that all were found is not proved. More ``starts`` find more. ValueError for an
    input or states that do not fit.
    """
    step = Step(model)
    x = step.still(x)
    if visited.axes[-1:] != ("unit",) or visited.values.shape[-1] != step.size:
        raise ValueError(f"visited has {visited.axes} {visited.values.shape}; it must end in {step.size} units")
    what = f"the Jacobians of {starts:,} searches among {step.size} states"
    refuse_beyond(3 * 8 * starts * step.size**2, what, "search from fewer starts")
    pool = torch.tensor(visited.values.reshape(-1, step.size), dtype=torch.float64)
    near = _descend(step, x, _starts(pool, starts, noise, generator), updates, learning_rate)
    exact = _newton(step, x, near)
    near_by = exact.abs().amax(1) <= REACH * max(1.0, float(pool.abs().max()))
    fixed = (_speed(step, x, exact) < FIXED) & near_by
    points = _distinct(exact[fixed], _speed(step, x, exact[fixed]), APART)
    slow = near[~fixed]
    slow = slow[_speed(step, x, slow) < SLOW]
    slow = _distinct(slow, _speed(step, x, slow), SLOWLY_APART)
    found = spectrum(step.jacobian(x, points).numpy()).values
    unstable = (abs(found) > 1).sum(-1)
    # Those of one kind from left to right along the first unit, so that their order does not hang on the draw.
    order = np.lexsort((*points.numpy().T[::-1], unstable))
    return FixedPoints(
        Signal("S", ("point", "unit"), points.numpy()[order], "S^*"),
        Signal("eigenvalues", ("point", "rank"), found[order], r"\lambda_i"),
        Signal("unstable", ("point",), unstable[order]),
        Signal("S", ("point", "unit"), slow.numpy(), "S"),
        Signal("q", ("point",), _speed(step, x, slow).numpy(), "q", (0.0, np.inf)),
    )


def _starts(pool: Tensor, count: int, noise: float, generator: torch.Generator) -> Tensor:
    """``count`` states of the pool or between two of them, with noise: (count, S)."""
    one, other = pool[torch.randint(len(pool), (2, count), generator=generator)]
    between = torch.arange(count)[:, None] % 2 == 1
    chosen = torch.where(between, (one + other) / 2, one)
    return chosen + noise * torch.randn(chosen.shape, generator=generator, dtype=chosen.dtype)


def _speed(step: Step, x: Tensor, states: Tensor) -> Tensor:
    """q of each state, (N, S) -> (N,); infinite where it is not a number."""
    moved = step(x.expand(len(states), -1), states) - states
    return moved.square().sum(1).div(2).nan_to_num(torch.inf, torch.inf)


def _descend(step: Step, x: Tensor, states: Tensor, updates: int, learning_rate: float) -> Tensor:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980) down q, at a rate that falls to zero along a half cosine.

    Every search has its moments to itself, since no weight is shared: a batch is as good as one by one. Written out,
    because to load torch's own optimizers takes longer than to search.
    """
    states = states.clone()
    inputs, mean, square = x.expand(len(states), -1), torch.zeros_like(states), torch.zeros_like(states)
    for update in range(1, updates + 1):
        with torch.enable_grad():
            here = states.requires_grad_()
            (slope,) = torch.autograd.grad((step(inputs, here) - here).square().sum().div(2), here)
        mean.lerp_(slope, 1 - MEMORY[0])
        square.lerp_(slope.square(), 1 - MEMORY[1])
        rate = learning_rate * (1 + math.cos(math.pi * (update - 1) / updates)) / 2
        size = (square / (1 - MEMORY[1] ** update)).sqrt_().add_(1e-8)
        states = states.detach() - rate / (1 - MEMORY[0] ** update) * mean / size
    return states


def _newton(step: Step, x: Tensor, states: Tensor) -> Tensor:
    """Solve F(S) = S from each state. A search whose next step is no number stays where it is."""
    states, identity = states.clone(), torch.eye(step.size, dtype=states.dtype)
    for _ in range(NEWTON_STEPS):
        going = _speed(step, x, states) >= FIXED / 100
        if not going.any():
            break
        here = states[going]
        missing = step(x.expand(len(here), -1), here) - here
        moves, _ = torch.linalg.solve_ex(identity - step.jacobian(x, here), missing)
        states[going] = torch.where(moves.isfinite().all(1, keepdim=True), here + moves, here)
    return states


def _distinct(states: Tensor, speed: Tensor, apart: float) -> Tensor:
    """One of each group of states that are nearer to each other than ``apart``: the one with the smallest q."""
    states = states[speed.argsort()]
    kept: list[Tensor] = []
    for state in states:
        if not kept or torch.linalg.vector_norm(torch.stack(kept) - state, dim=1).min() > apart:
            kept.append(state)
    return torch.stack(kept) if kept else states[:0]
