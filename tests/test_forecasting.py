"""Forecasts against hand-written loops: continuation, baselines, errors by horizon, autocorrelation."""

import math

import numpy as np
import pytest
import torch

from rnnviz import forecasting
from rnnviz.cells import CELLS
from rnnviz.network import Network
from rnnviz.refusals import Refused

T, B, C, STEPS = 9, 3, 2, 5


def network(cell: str = "LSTM", **structure) -> Network:
    generator = torch.Generator().manual_seed(1)
    structure = {"output_size": C, "readout": "every", "generator": generator, "dtype": torch.float64} | structure
    return Network(cell, C, 4, **structure).eval()


def series(rng: torch.Generator, steps: int = T) -> torch.Tensor:
    return torch.randn(steps, B, C, generator=rng, dtype=torch.float64)


@pytest.mark.parametrize("cell", CELLS)
def test_a_network_that_goes_on_by_itself_reads_its_own_answers(cell, rng):
    model, x = network(cell), series(rng)
    longer = x
    with torch.no_grad():
        for _ in range(STEPS):
            longer = torch.cat([longer, model(longer)[-1:]])  # all read anew at each step
    torch.testing.assert_close(forecasting.continue_series(model, x, STEPS), longer[T:])


def test_the_continuations_from_every_step_are_those_of_each_beginning(rng):
    model, x = network("GRU", num_layers=2), series(rng)
    told = forecasting.continuations(model, x, STEPS)
    assert told.shape == (T, STEPS, B, C)
    for t in range(T):
        torch.testing.assert_close(told[t], forecasting.continue_series(model, x[: t + 1], STEPS))
    torch.testing.assert_close(told[:, 0], model(x).detach())


@pytest.mark.parametrize(
    ("structure", "why"),
    [
        ({"output_size": 3}, "reads 2 numbers per step and answers with 3"),
        ({"readout": "last"}, "does not answer at every step"),
        ({"output_size": None}, "does not answer at every step"),
        ({"bidirectional": True}, "does not read from left to right alone"),
    ],
)
def test_a_network_that_cannot_read_its_own_answers_is_refused(structure, why, rng):
    with pytest.raises(Refused, match=why):
        forecasting.continue_series(network(**structure), series(rng), STEPS)


def test_baselines_and_truth_are_those_of_a_loop(rng):
    x, lag = series(rng), 3
    last, again, truth = (
        forecasting.naive(x, STEPS),
        forecasting.seasonal_naive(x, STEPS, lag),
        forecasting.futures(x, STEPS),
    )
    for t in range(T):
        for h in range(1, STEPS + 1):
            assert torch.equal(last[t, h - 1], x[t])
            ago = t + h - lag * math.ceil(h / lag)
            seen = again[t, h - 1]
            assert torch.equal(seen, x[ago]) if t + 1 >= lag or ago >= 0 else seen.isnan().all()
            came = truth[t, h - 1]
            assert torch.equal(came, x[t + h]) if t + h < T else came.isnan().all()


def test_errors_by_horizon_are_means_over_all_that_has_a_truth(rng):
    x = series(rng)
    forecast, truth = forecasting.naive(x, STEPS), forecasting.futures(x, STEPS)
    errors = forecasting.squared_errors(forecast, truth)
    for h in range(1, STEPS + 1):
        squares = [(x[t + h, b, c] - x[t, b, c]).item() ** 2 for t in range(T - h) for b in range(B) for c in range(C)]
        assert errors[h - 1] == pytest.approx(sum(squares) / len(squares))
    assert forecasting.skill(errors, errors) == pytest.approx(0)
    assert forecasting.skill(errors / 4, errors) == pytest.approx(0.75)
    np.testing.assert_allclose(forecasting.normalised_errors(np.array([4.0]), 0.5), 4)


def test_a_series_that_is_told_by_its_mean_has_a_normalised_error_of_one(rng):
    x = series(rng, 500)
    mean = x.mean().expand(500, 1, B, C)
    errors = forecasting.squared_errors(mean[:-1], forecasting.futures(x, 1)[:-1])
    assert forecasting.normalised_errors(errors, x.std().item())[0] == pytest.approx(1, abs=0.02)


def test_a_forecast_is_followed_until_its_first_error_that_is_too_large():
    truth = torch.zeros(6, 4, 1)
    forecast = torch.tensor([[0.1, 0.1, 0.5, 0.1, 0, 0], [0] * 6, [1] + [0] * 5, [0.1, math.nan, 0, 0, 0, 0]]).T[
        ..., None
    ]
    assert forecasting.followed(forecast, truth).tolist() == [2, 6, 0, 1]
    assert forecasting.followed(forecast, truth, 2.0).tolist() == [6, 6, 0, 1]
    assert forecasting.followed(forecast * 10, truth, 2.0, within=3).tolist() == [6, 6, 0, 1]


def test_over_several_variables_the_error_is_the_root_of_their_mean_square():
    forecast = torch.tensor([3.0, 4.0]).expand(1, 1, 2)
    size = math.sqrt((9 + 16) / 2)
    for within, count in ((size - 0.01, 0), (size + 0.01, 1)):
        assert forecasting.followed(forecast, torch.zeros(1, 1, 2), within=within).item() == count


def test_the_autocorrelation_is_that_of_a_loop(rng):
    x = series(rng, 40)[:, 0, 0].numpy()
    centred, found = x - x.mean(), forecasting.autocorrelation(x, 39)
    for k in range(40):
        wanted = sum(centred[t] * centred[t + k] for t in range(40 - k)) / sum(centred**2)
        assert found[k] == pytest.approx(wanted, abs=1e-12)
    assert np.isnan(forecasting.autocorrelation(np.ones(8), 3)).all()


def test_the_season_of_a_wave_is_its_period_and_noise_has_none(rng):
    steps = np.arange(200)
    noise = torch.randn(200, generator=rng).numpy()
    for period in (7, 20, 31):
        wave = np.sin(2 * np.pi * steps / period) + 0.2 * noise
        assert forecasting.season(forecasting.autocorrelation(wave, 100), 200) == pytest.approx(period, abs=1)
    assert forecasting.season(forecasting.autocorrelation(steps.astype(float), 60), 200) is None
    assert forecasting.season(np.full(5, np.nan), 200) is None
