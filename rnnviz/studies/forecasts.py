"""Forecasts of a subject: from every step of the series that it reads, and from the middle of all that are held out.

Values are as the network reads them: in standard deviations from the mean, both known beforehand or, of a series that
was brought, those of what was trained on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz import forecasting
from rnnviz.subjects import Subject

MOST_LAGS = 80


class Shown(NamedTuple):
    """What a network makes of one series. ``told``, ``naive``, ``seasonal``: forecasts from every step, (T, H, C); the
    last None without a ``season``. ``correlation``: r_k of the first variable over its first ``measured`` steps."""

    x: Tensor  # (T, C)
    told: Tensor
    naive: Tensor
    seasonal: Tensor | None
    followed: Tensor  # (T,), steps out of those that can be compared
    season: int | None
    correlation: np.ndarray
    measured: int


class Measured(NamedTuple):
    """Forecasts from step ``origin`` of each of ``count`` series. Errors are normalised (NRMSE), (H,)."""

    errors: np.ndarray
    naive: np.ndarray
    seasonal: np.ndarray
    followed: np.ndarray  # (count,)
    naive_followed: np.ndarray
    origin: int
    count: int

    @property
    def typical(self) -> int:
        """The median number of steps that the network follows a series, rounded down."""
        return int(np.median(self.followed))

    @property
    def as_naive(self) -> int | None:
        """The first horizon at which the network is no better than the naive forecast; None if it always is."""
        return _first(~(self.errors < self.naive))

    @property
    def as_mean(self) -> int | None:
        """And no better than to tell the mean, whose normalised error is 1."""
        return _first(~(self.errors < 1))


def seen(subject: Subject, steps: int) -> Shown:
    """What the subject reads, forecast ``steps`` ahead from each of its steps."""
    own = subject.read().input
    x, told = own.double(), forecasting.continuations(subject.network(), own, steps)
    season, correlation, measured = _season(x[:, 0])
    truth = forecasting.futures(x, steps)
    return Shown(
        x[:, 0],
        told[:, :, 0],
        forecasting.naive(x, steps)[:, :, 0],
        None if season is None else forecasting.seasonal_naive(x, steps, season)[:, :, 0],
        forecasting.followed(told, truth)[:, 0],
        season,
        correlation,
        measured,
    )


def _first(true: np.ndarray) -> int | None:
    places = np.flatnonzero(true)
    return int(places[0]) + 1 if len(places) else None


def _season(x: Tensor) -> tuple[int | None, np.ndarray, int]:
    """The season of the first variable of (T, C), from its first half, of which nothing is forecast."""
    half = max(4, len(x) // 2)
    correlation = forecasting.autocorrelation(x[:half, 0].numpy(), min(MOST_LAGS, 3 * half // 4))
    return forecasting.season(correlation, half), correlation, half


def series_of(subject: Subject) -> Tensor:
    """The series that are held out, (T, N, C); of a network without a task the one that it reads."""
    learnt = subject.load().task
    return learnt.held_out()[0].x if learnt is not None else subject.read().input


def measure(subject: Subject, steps: int) -> Measured:
    """How far the network gets from the middle of every series that is held out, beside what needs no network."""
    own = series_of(subject)
    x, origin = own.double(), len(own) // 2
    read, truth = x[:origin], x[origin : origin + steps]
    ahead = len(truth)
    told = forecasting.continue_series(subject.network(), own[:origin], ahead)
    last = read[-1:].expand_as(truth)
    return Measured(
        _errors(told, truth),
        _errors(last, truth),
        _errors(_again(read, ahead), truth),
        forecasting.followed(told, truth).numpy(),
        forecasting.followed(last, truth).numpy(),
        origin,
        x.shape[1],
    )


def _errors(forecast: Tensor, truth: Tensor) -> np.ndarray:
    return forecasting.normalised_errors(forecasting.squared_errors(forecast, truth), 1.0)


def _again(read: Tensor, steps: int) -> Tensor:
    """The seasonal naive forecast after (T, N, C), each series by its own season; the last value where it has none."""
    columns = []
    for series in read.unbind(1):
        correlation = forecasting.autocorrelation(series[:, 0].numpy(), min(MOST_LAGS, 3 * len(series) // 4))
        season = forecasting.season(correlation, len(series)) or 1
        columns.append(forecasting.seasonal_naive(series[:, None], steps, season)[-1, :, 0])
    return torch.stack(columns, 1)
