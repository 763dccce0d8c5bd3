"""Backpropagation through time as the textbook derives it: dL/dS_t in two parts, dL/dW as a sum over steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import unbatched
from rnnviz.budget import refuse_beyond
from rnnviz.cells.coordinates import count, told
from rnnviz.gradients.backpropagation import Loss
from rnnviz.gradients.following import Run, Steps, follow
from rnnviz.gradients.sweeping import Flow, Reached, arriving_from
from rnnviz.gradients.weights import SYMBOLS, contributions
from rnnviz.trace import Signal


class ThroughTime(NamedTuple):
    """What ``through_time`` returns, float64. S_t is the cut state: h, or of an LSTM h and then c; S numbers, as
    ``step_jacobians`` counts them. Before them an output that is none of the states.

    ``scores``: dL/dO_t, ("time", "output"); O is what the readout gives, of a network without one the state h.
    ``direct``: what the loss says of S_t past every later step, V' dL/dO_t of a linear head, ("time", "unit").
    ``later``: what comes back from the step after it, J_{t+1}' dL/dS_{t+1}; zero where it was cut off.
    ``states``: dL/dS_t, the sum of both.
    ``sums``: dL/da_t of a cell whose state is f(a_t) alone, ("time", "unit"); None of any other.
    ``terms``: by parameter of the cell, and "readout.weight" and "readout.bias" where there is a readout, what each
    step adds to its gradient: ``("time", *its axes)``. Their sum over time is the gradient.
    """

    scores: Signal
    direct: Signal
    later: Signal
    states: Signal
    sums: Signal | None
    terms: dict[str, Signal]

    def gradients(self) -> dict[str, np.ndarray]:
        """Each parameter's gradient: its terms, added up."""
        return {name: signal.values.sum(0) for name, signal in self.terms.items()}


def through_time(
    model: nn.Module, x: Tensor, loss: Loss, *, truncate: int | None = None, run: Run | None = None
) -> ThroughTime:
    """Take backpropagation through time apart, for the top layer of one sequence that is read from left to right.

    dL/dS_t = V' dL/dO_t + J_{t+1}' dL/dS_{t+1}, from the last step back, and each step's term of every dL/dW.
    ``truncate``: a gradient goes back through so many steps, counted from the end: the state that is handed to the
    first of them is detached, and so is the one as many steps before. All if None. ``run``: what ``follow`` makes of
    the model and x, where it is known already. Other arguments and errors as in ``backpropagate``; ValueError for a
    batch, for a network that reads the other way, for ``truncate`` below 1 and for more than ``rnnviz.budget.BYTES``.
    """
    if truncate is not None and truncate < 1:
        raise ValueError(f"truncate is {truncate}; a gradient goes back through 1 step at least")
    with torch.inference_mode(False):
        run = run or follow(model, x)
        (steps, *others), length = run.layers[-1], len(run.output)
        if others or steps.direction != "forward" or run.output.shape[1] != 1:
            raise ValueError("through_time takes one sequence, and a network that reads it from left to right alone")
        size = sum(value.numel() for value in steps.cell.parameters())
        refuse_beyond(8 * length * size, f"{length:,} terms of {size:,} weights", "take fewer steps")
        arriving, scores = arriving_from(run, model, loss, unbatched(model, x))
        scores = _over_time(scores.double(), length)
        direct, later = _back(steps, arriving, truncate or length)
        states = {name: direct[name] + later[name] for name in direct}
        terms = _terms(Reached(steps, Flow(states, torch.zeros(length, 1, dtype=torch.int64))))
    if run.network.readout is not None:
        terms["readout.weight"] = scores[:, :, None] * run.network.into_readout(run.output[:, 0])[:, None]
        terms["readout.bias"] = scores
    by_states = r"V^\top" if run.network.front is None else r"(\partial O_t / \partial h_t)^\top"
    return ThroughTime(
        _signal("dL/dO", ("time", "output"), scores, r"\partial L / \partial O_t"),
        _states(direct, rf"{by_states} \partial L / \partial O_t"),
        _states(later, r"J_{t+1}^\top \partial L / \partial S_{t+1}"),
        _states(states, r"\partial L / \partial S_t"),
        _before_f(steps, states),
        {name: _term(name, values) for name, values in terms.items()},
    )


def _back(steps: Steps, arriving: Tensor, truncate: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Both parts of dL/dS_t by state, (T, 1, N) each: the recursion, from the last step to the first."""
    length = len(arriving)
    direct = {name: arriving.new_zeros(length, 1, count(steps.cell, name)) for name in told(steps.cell)}
    later = {name: torch.zeros_like(part) for name, part in direct.items()}
    direct[steps.cell.output] += arriving
    pull: Callable = steps.linear.puller(1)
    with torch.no_grad():
        for t in range(length - 1, 0, -1):
            if (length - t) % truncate:
                reaching = {name: direct[name][t] + later[name][t] for name in direct}
                pull(t, reaching, {name: part[t - 1] for name, part in later.items()})
    return direct, later


def _terms(reached: Reached) -> dict[str, Tensor]:
    parts: dict[str, list[Tensor]] = {}
    for few, _exponents in contributions(reached):
        for name, values in few.items():
            parts.setdefault(name, []).append(values)
    return {name: torch.cat(values) for name, values in parts.items()}


def _before_f(steps: Steps, states: Mapping[str, Tensor]) -> Signal | None:
    """dL/da_t where S_t = f(a_t): an Elman network's."""
    if steps.cell.name != "RNN":
        return None
    arriving = steps.linear.at_the_sums(dict(states))[:, 0]
    return _signal("dL/da", ("time", "unit"), arriving, r"\partial L / \partial a_t")


def _over_time(scores: Tensor, length: int) -> Tensor:
    """(B, O) of a network that answers once stands at the last step; (T, B, O) as it is: both (T, O)."""
    if scores.ndim == 3:
        return scores[:, 0]
    return torch.cat([scores.new_zeros(length - 1, scores.shape[-1]), scores])


def _states(parts: Mapping[str, Tensor], symbol: str) -> Signal:
    return _signal("dL/dS", ("time", "unit"), torch.cat(list(parts.values()), -1)[:, 0], symbol)


def _term(name: str, values: Tensor) -> Signal:
    symbol = SYMBOLS.get(name, {"readout.weight": "V", "readout.bias": "b_V"}.get(name, name))
    axes = ("time", "row", "column")[: values.ndim]
    return _signal(name, axes, values, rf"\partial_t L / \partial {symbol}")


def _signal(name: str, axes: tuple[str, ...], values: Tensor, symbol: str) -> Signal:
    return Signal(name, axes, values.detach().contiguous().numpy(), symbol, kind="gradient")
