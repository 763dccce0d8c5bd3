"""Forecasts: a network that goes on with a series by itself, what it is to be compared with, and how far it gets.

A forecast is made at a step, the origin, of all that was read until then: for each horizon h = 1, 2, ... what comes h
steps later. A network that was trained to tell the next value forecasts further by reading its own answers.

All of this takes the series to be stationary: what it does later follows the rule that it followed before.
A trend, or a level that shifts, breaks that, and then neither a network nor a baseline is right for long.

| function | question |
| --- | --- |
| ``continue_series`` | how does the network go on from here? |
| ``continuations`` | and from every step? |
| ``naive``, ``seasonal_naive`` | what would do without a network? |
| ``futures`` | what really came? |
| ``squared_errors``, ``normalised_errors``, ``skill`` | how wrong is a forecast, by its horizon? |
| ``followed`` | how many steps long is it right? |
| ``autocorrelation``, ``season`` | how alike is the series to itself some steps ago? |
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.cells import State
from rnnviz.network import Network
from rnnviz.refusals import Refused

WITHIN = 0.4  # of the series' spread: a forecast that is nearer follows it


def why_no_forecaster(network: Network) -> str | None:
    """What keeps a network from reading its own answers; None where it can."""
    if network.embedding is not None:
        return "it reads tokens"
    if network.directions != ("forward",):
        return "it does not read from left to right alone"
    if network.readout is None or network.read_at != "every":
        return "it does not answer at every step"
    if network.readout.out_features != network.input_size:
        return f"it reads {network.input_size} numbers per step and answers with {network.readout.out_features}"
    return None


@torch.no_grad()
def continue_series(model: nn.Module, x: Tensor, steps: int) -> Tensor:
    """What a network makes of a series after its end: it reads ``x``, and then its own answer at each of ``steps``.

    ``x``: (T, B, C) or (T, C). Returns (steps, B, C), in float64; its first row is the answer at the last step of x.
    Raises Refused for a network that cannot read its own answers, and what ``accept`` raises.
    """
    run, x = _prepared(model, x)
    answer, states = run.read(x)
    return run.go_on(answer[-1], [{name: value[-1] for name, value in state.items()} for state in states], steps)


@torch.no_grad()
def continuations(model: nn.Module, x: Tensor, steps: int) -> Tensor:
    """``continue_series`` of the beginning of ``x`` until each of its steps: (T, steps, B, C)."""
    run, x = _prepared(model, x)
    answers, states = run.read(x)
    flat = [{name: value.flatten(0, 1) for name, value in state.items()} for state in states]
    told = run.go_on(answers.flatten(0, 1), flat, steps)
    return told.unflatten(1, x.shape[:2]).transpose(0, 1)


class _Run:
    """A network step by step, by its cells' equations, in float64."""

    def __init__(self, network: Network) -> None:
        self.network = copy.deepcopy(network).double().eval()
        self.cells = [cells[0] for cells in self.network.layers]

    def step(self, x_t: Tensor, states: list[State]) -> tuple[Tensor, list[State]]:
        """(B, C) and the state of each layer -> the answer (B, C) and the states after it."""
        after = []
        for cell, state in zip(self.cells, states, strict=True):
            quantities = cell(x_t, state)
            x_t = quantities[cell.output]
            after.append({name: quantities[name] for name in cell.state})
        return self.network.scores(x_t), after

    def read(self, x: Tensor) -> tuple[Tensor, list[State]]:
        """(T, B, C) -> the answer after each step (T, B, C), and each layer's states (T, B, ...) by name."""
        states = [self.network.initial_state(None, index, 0, x) for index in range(len(self.cells))]
        answers, path = [], []
        for x_t in x:
            answer, states = self.step(x_t, states)
            answers.append(answer)
            path.append(states)
        layers = [
            {name: torch.stack([states[layer][name] for states in path]) for name in cell.state}
            for layer, cell in enumerate(self.cells)
        ]
        return torch.stack(answers), layers

    def go_on(self, answer: Tensor, states: list[State], steps: int) -> Tensor:
        told = [answer]
        for _ in range(steps - 1):
            answer, states = self.step(answer, states)
            told.append(answer)
        return torch.stack(told)


def _prepared(model: nn.Module, x: Tensor) -> tuple[_Run, Tensor]:
    network, x, _ = accept(model, x)
    why = why_no_forecaster(network)
    if why is not None:
        raise Refused("This network cannot go on with a series by itself: {why}.", why=why)
    return _Run(network), x.double()


def futures(x: Tensor, steps: int) -> Tensor:
    """What came ``1 ... steps`` after each step of ``x`` (T, B, C): (T, steps, B, C), NaN past the end."""
    longer = torch.cat([x, x.new_full((steps, *x.shape[1:]), torch.nan)])
    return longer[torch.arange(len(x))[:, None] + torch.arange(1, steps + 1)]


def naive(x: Tensor, steps: int) -> Tensor:
    """The last value at every horizon: (T, B, C) -> (T, steps, B, C)."""
    return x[:, None].expand(-1, steps, *x.shape[1:])


def seasonal_naive(x: Tensor, steps: int, lag: int) -> Tensor:
    """The last ``lag`` values over and over: (T, B, C) -> (T, steps, B, C); NaN where not so many were read."""
    ahead = torch.arange(steps) % lag  # 0 for the next step
    places = torch.arange(len(x))[:, None] + 1 - lag + ahead
    return x[places.clamp(min=0)].masked_fill((places < 0)[..., None, None], torch.nan)


def squared_errors(forecast: Tensor, truth: Tensor) -> np.ndarray:
    """The mean squared error at each horizon, (steps,): over all origins, sequences and variables that have a forecast
    and a truth. Both (..., steps, B, C), such as (T, steps, B, C)."""
    squares = (forecast - truth).square().movedim(-3, 0).flatten(1)
    return squares.nanmean(1).numpy()


def normalised_errors(errors: np.ndarray, spread: float) -> np.ndarray:
    """NRMSE: the root of mean squared errors in units of the series' standard deviation ``spread``; to tell the mean
    at all times has about 1."""
    return np.sqrt(errors) / spread


def skill(errors: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """1 - MSE / MSE of a baseline, at each horizon: 1 is perfect, 0 no better than the baseline, below 0 worse."""
    with np.errstate(all="ignore"):
        return 1 - errors / baseline


def followed(forecast: Tensor, truth: Tensor, spread: Tensor | float = 1.0, within: float = WITHIN) -> Tensor:
    """How many steps a forecast stays near the truth: those before the first whose error is not below ``within``.

    The error is the root of the mean square over variables, each in units of its ``spread``. Both (..., steps, B, C);
    returns (..., B), whole numbers from 0 to steps. What has no truth, or is not finite, is not followed.
    """
    near = ((forecast - truth) / spread).square().mean(-1).sqrt() < within
    return near.long().cumprod(-2).sum(-2)


def autocorrelation(values: np.ndarray, most: int) -> np.ndarray:
    """r_k of a series (T,) for k = 0 ... ``most``, (most + 1,): the sum of (x_t - m)(x_{t+k} - m), which has T - k
    terms, divided by that of k = 0, which has T.

    This is the biased estimate, as usual: it shrinks towards 0 at long lags, where few pairs are left, and is never
    above 1. NaN for a series that does not change. Source: Box, Jenkins, Reinsel, Time Series Analysis, section 2.1.
    """
    centred = np.asarray(values, np.float64) - np.mean(values)
    size = 2 ** int(np.ceil(np.log2(2 * len(centred))))  # with zeros behind, so that nothing comes round
    power = np.abs(np.fft.rfft(centred, size)) ** 2
    sums = np.fft.irfft(power, size)[: most + 1]
    with np.errstate(all="ignore"):
        return sums / np.square(centred).sum()


def season(correlation: np.ndarray, steps: int) -> int | None:
    """The lag at which a series is most like itself again: the highest local peak of its autocorrelation after it first
    fell below 0, if that is more than chance, 1.96 / sqrt(T), would do; None where there is none.

    ``correlation``: as ``autocorrelation`` gives it. ``steps``: T.
    """
    below = np.flatnonzero(correlation < 0)
    if not len(below):
        return None
    rest = np.arange(below[0] + 1, len(correlation) - 1)
    peaks = [k for k in rest if correlation[k - 1] < correlation[k] >= correlation[k + 1]]
    best = max(peaks, key=lambda k: correlation[k], default=None)
    return int(best) if best is not None and correlation[best] > 1.96 / np.sqrt(steps) else None
