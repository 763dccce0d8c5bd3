"""Series from their equations: mixtures of sines, Mackey and Glass's delay equation, Lorenz's three variables.

Both differential equations are integrated with the classical Runge-Kutta method of fourth order (RK4), many series at a
time, from starts that a generator draws; the first stretch of each, on its way to the attractor, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

# Lorenz (1963), Deterministic nonperiodic flow, Journal of the Atmospheric Sciences 20:130-141.
SIGMA, RHO, BETA = 10.0, 28.0, 8 / 3
LORENZ_STEP, LORENZ_BETWEEN, LORENZ_BEFORE = 0.01, 5, 1000  # time of a step of RK4; steps per sample, and left out
# Mackey and Glass (1977), Oscillation and chaos in physiological control systems, Science 197:287-289.
GROWTH, DECAY, POWER, DELAY = 0.2, 0.1, 10, 17.0
GLASS_STEP, GLASS_BETWEEN, GLASS_BEFORE = 0.25, 8, 1600
SINES, SHORTEST_PERIOD, LONGEST_PERIOD = 2, 20.0, 60.0  # how many are mixed, and their periods in samples


def sines(size: int, steps: int, generator: torch.Generator) -> Tensor:
    """Mixtures of ``SINES`` sines, (steps, size, 1) in float64, in units of their own spread.

    Frequencies are drawn evenly between those of ``LONGEST_PERIOD`` and ``SHORTEST_PERIOD``, phases from a whole turn,
    amplitudes from 0.5 to 1.
    """
    frequency, phase, amplitude = torch.rand(3, SINES, size, generator=generator, dtype=torch.float64).unbind()
    frequency = 1 / LONGEST_PERIOD + frequency * (1 / SHORTEST_PERIOD - 1 / LONGEST_PERIOD)
    amplitude = 0.5 + amplitude / 2
    turns = torch.arange(steps, dtype=torch.float64)[:, None, None] * frequency + phase
    mixed = (amplitude * torch.sin(2 * math.pi * turns)).sum(1)
    return (mixed / amplitude.square().sum(0).div(2).sqrt())[..., None]


def lorenz_slope(place: np.ndarray) -> np.ndarray:
    """d/dt of (x, y, z), the first axis of ``place`` (3, B)."""
    x, y, z = place
    return np.stack([SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z])


def runge_kutta(slope: Callable[[np.ndarray], np.ndarray], place: np.ndarray, step: float) -> np.ndarray:
    """One step of RK4 along ``slope``, which does not depend on time."""
    first = slope(place)
    second = slope(place + step / 2 * first)
    third = slope(place + step / 2 * second)
    fourth = slope(place + step * third)
    return place + step / 6 * (first + 2 * second + 2 * third + fourth)


def lorenz(size: int, steps: int, generator: torch.Generator) -> Tensor:
    """x, y and z of Lorenz's equations, (steps, size, 3) in float64, a sample every 0.05 of time."""
    drawn = torch.rand(3, size, generator=generator, dtype=torch.float64).numpy()
    place = np.array([[-15.0], [-15.0], [10.0]]) + 30 * drawn
    path = np.empty((steps, size, 3))
    for k in range(1 - LORENZ_BEFORE, (steps - 1) * LORENZ_BETWEEN + 1):
        place = runge_kutta(lorenz_slope, place, LORENZ_STEP)
        if k >= 0 and k % LORENZ_BETWEEN == 0:
            path[k // LORENZ_BETWEEN] = place.T
    return torch.from_numpy(path)


class History(NamedTuple):
    """Of Mackey and Glass's equation before time 0: at each grid point from -DELAY to 0, and midway to the next."""

    points: np.ndarray  # (DELAY / step + 1, B)
    middles: np.ndarray  # (DELAY / step, B)


def glass_slope(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """dx/dt from x(t) and x(t - DELAY)."""
    return GROWTH * before / (1 + before**POWER) - DECAY * now


def mackey_glass_path(history: History, steps: int, step: float = GLASS_STEP) -> np.ndarray:
    """x at the grid points after 0, (steps, B).

    RK4 asks for x(t - DELAY) between grid points too: there it is the cubic through two values and two slopes, whose
    error is of fourth order as well.
    """
    lag = len(history.middles)
    points, middles = np.empty((2, lag + steps + 1, history.points.shape[1]))
    points[: lag + 1], middles[:lag] = history
    slope = glass_slope(points[lag], points[0])
    for k in range(steps):
        now, early, middle, late = points[lag + k], points[k], middles[k], points[k + 1]
        first = glass_slope(now, early)
        second = glass_slope(now + step / 2 * first, middle)
        third = glass_slope(now + step / 2 * second, middle)
        fourth = glass_slope(now + step * third, late)
        following = now + step / 6 * (first + 2 * second + 2 * third + fourth)
        before, slope = slope, glass_slope(following, late)
        points[lag + k + 1] = following
        middles[lag + k] = (now + following) / 2 + step / 8 * (before - slope)
    return points[lag + 1 :]


def mackey_glass(size: int, steps: int, generator: torch.Generator) -> Tensor:
    """x of Mackey and Glass's equation, (steps, size, 1) in float64, a sample every 2 of time; a sine is before."""
    level, swing, phase = torch.rand(3, size, generator=generator, dtype=torch.float64).numpy()
    lag = round(DELAY / GLASS_STEP)

    def wave(at: np.ndarray) -> np.ndarray:
        turns = at[:, None] * GLASS_STEP / 50 + phase
        return 0.7 + 0.4 * level + 0.3 * swing * np.sin(2 * np.pi * turns)

    history = History(wave(np.arange(-lag, 1.0)), wave(np.arange(-lag, 0.0) + 0.5))
    path = mackey_glass_path(history, GLASS_BEFORE + (steps - 1) * GLASS_BETWEEN + 1)
    return torch.from_numpy(path[GLASS_BEFORE::GLASS_BETWEEN, :, None].copy())
