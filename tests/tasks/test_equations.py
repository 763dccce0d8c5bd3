"""Series from equations: at rest where the equations say so, and as exact as a method of fourth order is."""

import math

import numpy as np
import pytest
import torch

from rnnviz.tasks import equations
from rnnviz.tasks.equations import BETA, DELAY, RHO, History, lorenz_slope, mackey_glass_path, runge_kutta


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_lorenzs_three_fixed_points_stay_where_they_are():
    wing = math.sqrt(BETA * (RHO - 1))
    rest = np.array([[0, 0, 0], [wing, wing, RHO - 1], [-wing, -wing, RHO - 1]]).T
    np.testing.assert_allclose(lorenz_slope(rest), 0, atol=1e-12)
    place = rest
    for _ in range(10):
        place = runge_kutta(lorenz_slope, place, 0.01)
    np.testing.assert_allclose(place, rest, atol=1e-10)


def test_lorenzs_slope_is_the_equations_number_by_number():
    x, y, z = 1.5, -2.0, 20.0
    wanted = [10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z]
    np.testing.assert_allclose(lorenz_slope(np.array([[x], [y], [z]]))[:, 0], wanted)


@pytest.mark.parametrize("path", ["lorenz", "mackey_glass"])
def test_half_the_step_makes_a_sixteenth_of_the_error(path):
    def end(halvings: int) -> float:
        if path == "lorenz":
            place = np.array([[1.0], [2.0], [20.0]])
            for _ in range(20 * 2**halvings):
                place = runge_kutta(lorenz_slope, place, 0.02 / 2**halvings)
            return place[0, 0]
        step = 1.0 / 2**halvings
        lag = round(DELAY / step)
        history = (
            np.cos(np.arange(-lag, stop) * step / 9 + shift)[:, None] for stop, shift in ((1.0, 0), (0, step / 18))
        )
        return mackey_glass_path(History(*(0.9 + 0.2 * wave for wave in history)), 60 * 2**halvings, step)[-1, 0]

    ends = [end(halvings) for halvings in range(4)]
    errors = np.abs(np.diff(ends))
    assert (np.log2(errors[:-1] / errors[1:]) > 3.5).all()


def test_mackey_and_glasss_series_stays_at_one_where_growth_and_decay_are_equal():
    assert equations.glass_slope(np.array(1.0), np.array(1.0)) == pytest.approx(0)
    lag = round(DELAY / 0.25)
    rest = mackey_glass_path(History(np.ones((lag + 1, 2)), np.ones((lag, 2))), 400)
    np.testing.assert_allclose(rest, 1, atol=1e-12)


def test_without_what_came_before_mackey_and_glasss_series_decays_at_its_rate():
    lag = round(DELAY / 0.25)
    history = History(np.zeros((lag + 1, 1)), np.zeros((lag, 1)))
    history.points[-1] = 1
    path = mackey_glass_path(history, lag - 4)[:, 0]  # until its own start comes back
    np.testing.assert_allclose(path, np.exp(-0.1 * 0.25 * np.arange(1, lag - 3)), rtol=1e-8)


def test_a_mixture_has_two_lines_in_its_spectrum_within_the_periods_that_are_allowed():
    x = equations.sines(3, 4000, generator())[..., 0].numpy()
    np.testing.assert_allclose(x.std(0), 1, rtol=0.05)
    for series in x.T:
        power = np.abs(np.fft.rfft(series * np.hanning(4000))) ** 2
        strongest = np.flatnonzero(power > 0.01 * power.max())
        assert strongest.min() > 4000 / equations.LONGEST_PERIOD - 3
        assert strongest.max() < 4000 / equations.SHORTEST_PERIOD + 3
        assert 1 <= np.count_nonzero(np.diff(strongest) > 1) + 1 <= 2


@pytest.mark.parametrize(
    ("draw", "mean", "spread"),
    [(equations.lorenz, (0, 0, 23.6), (7.94, 9.01, 8.57)), (equations.mackey_glass, (0.93,), (0.226,))],
)
def test_a_series_has_the_mean_and_spread_that_the_task_takes_away(draw, mean, spread):
    x = draw(64, 200, generator())
    assert x.dtype == torch.float64
    np.testing.assert_allclose(x.mean((0, 1)), mean, atol=0.5 if len(mean) == 3 else 0.01)
    np.testing.assert_allclose(x.std((0, 1)), spread, rtol=0.05)
    assert torch.equal(draw(2, 5, generator(7)), draw(2, 5, generator(7)))
