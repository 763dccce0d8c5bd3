"""The page Forecast: what is drawn is what the library says, and the title counts it."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz import forecasting
from rnnviz.studies import forecasts
from tests.pages.visit import board, chips, claim, land

PAGE = "forecast.py"
STEPS = 20


def test_the_lines_from_every_step_are_the_networks_own_continuations():
    subject = rnnviz.subject("forecast-lorenz-xyz-gru", example=4)
    header, arrays = board(land(PAGE, **subject.query(), ahead=str(STEPS)))
    x = subject.input()
    told = forecasting.continuations(subject.network(), x, STEPS)
    for variable in range(3):
        drawn = arrays[f"told:{variable}"].reshape(len(x), len(x))
        for t in (0, 60, len(x) - 5):
            ahead = min(STEPS, len(x) - 1 - t)
            np.testing.assert_allclose(drawn[t, t], x[t, 0, variable], rtol=1e-6)
            np.testing.assert_allclose(
                drawn[t, t + 1 : t + 1 + ahead], told[t, :ahead, 0, variable], rtol=1e-4, atol=1e-4
            )
            assert np.isnan(drawn[t, :t]).all()
            assert np.isnan(drawn[t, t + 1 + STEPS :]).all()
        naive = arrays[f"naive:{variable}"].reshape(len(x), len(x))
        assert (naive[60, 60 : 61 + STEPS] == x[60, 0, variable].numpy()).all()
    assert header["start"] == len(x) // 2 - 1


@pytest.mark.parametrize("series", ["lorenz", "mackey-glass", "sines"])
def test_the_title_counts_the_steps_over_what_was_held_out(series):
    subject = rnnviz.subject(f"forecast-{series}-lstm", example=1)
    at = land(PAGE, **subject.query())
    held = subject.load().task.held_out()[0].x
    told = forecasting.continue_series(subject.network(), held[:80], 80)
    counts = forecasting.followed(told, held[80:].double())
    typical = int(np.median(counts.numpy()))
    assert f" {typical} steps" in claim(at)
    assert f"LSTM: {typical} steps" in chips(at)
    assert "last value: " in chips(at)


def test_an_untrained_network_is_shown_and_another_cell_beside_the_three():
    at = land(PAGE, model="untrained~cell.minGRU~task.forecast~series.lorenz", example="2")
    assert not at.warning
    assert "minGRU" in claim(at)
    assert "minGRU: " in chips(at)


def test_a_series_and_how_far_ahead_are_chosen_and_kept_in_the_address():
    at = land(PAGE)
    at.segmented_control(key="series").set_value("mackey_glass")
    at.segmented_control(key="ahead").set_value(40)
    at = at.run()
    assert not at.exception
    assert at.query_params["model"] == "forecast-mackey-glass-lstm"
    assert at.query_params["ahead"] == "40"
    assert "Mackey" in claim(at)


@pytest.mark.parametrize("model", ["switches-lstm", "intents-lstm-small", "recall-gru-seed0"])
def test_a_network_that_does_not_forecast_is_refused_with_a_sentence(model):
    at = land(PAGE, model=model)
    assert "does not forecast" in at.warning[0].value
    assert "Lorenz" in claim(at)


def test_a_network_of_ones_own_that_tells_the_next_value_is_shown_on_its_own_series():
    draw = torch.Generator().manual_seed(0)
    network = rnnviz.Network("GRU", 2, 5, output_size=2, readout="every", generator=draw)
    subject = rnnviz.subject(network, torch.randn(30, 1, 2, generator=draw))
    at = land(PAGE, **subject.query())
    assert not at.warning
    _header, arrays = board(at)
    assert arrays["told:1"].size == 900
    assert forecasts.measure(subject, 15).count == 1
