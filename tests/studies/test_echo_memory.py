"""What a reservoir and other cells remember: readouts, capacities, and what theory allows."""

import math

import numpy as np
import pytest
import torch

from rnnviz.cells import TRIO
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import FITTED, SEQUENCES, SHOWN, STEPS, WASHOUT, met
from tests.reservoirs import reservoir

SMALL = reservoir(20)


@pytest.mark.parametrize("cell", ["ESN", *TRIO])
def test_the_memory_of_every_cell_is_at_most_its_units_and_starts_at_the_present(cell):
    found = study.memory(SMALL if cell == "ESN" else study.other_cell(SMALL, cell))
    assert found.by_delay.values.shape == (study.delays(SMALL) + 1,)
    assert 1 < found.total <= 20
    assert found.by_delay.values[0] > 0.9


def test_a_linear_reservoir_reaches_what_theory_says_until_faint_echoes_are_lost():
    made = reservoir(20, 0.8, nonlinearity="identity", density=0.5)
    theory, found = study.theory(made), study.memory(made)
    assert theory.total == 20
    np.testing.assert_allclose(found.by_delay.values[:8], theory.by_delay.values[:8], atol=0.02)
    assert found.total <= 20.5


@pytest.mark.parametrize(
    "changes",
    [
        {"nonlinearity": "tanh"},
        {"input_scaling": 0.0},
        {"spectral_radius": 1.0},
        {"spectral_radius": 1.2, "leak": 0.5},
    ],
)
def test_there_is_no_theory_without_linear_units_an_input_and_fading(changes):
    made = reservoir(20, 0.8, nonlinearity="identity")
    assert study.theory(made) is not None
    assert study.theory(made.with_(**changes)) is None


def test_the_readouts_are_those_that_the_memory_scores():
    made = reservoir(40, 0.9, 0.8, 0.3)
    (memory, read), scores = study.measure(made), study.memory(made).by_delay.values
    np.testing.assert_allclose(memory.by_delay.values, scores)
    x = study.sequences(made)
    with torch.no_grad():
        held = made.network()(x).numpy()[WASHOUT + FITTED :].reshape(-1, 40)
    u = x[..., 0].numpy()
    for delay in (0, 1, 7, 30):
        wanted = u[WASHOUT + FITTED - delay : STEPS - delay].reshape(-1)
        assert np.corrcoef(read(held, delay), wanted)[0, 1] ** 2 == pytest.approx(scores[delay], abs=1e-6)


def test_a_readout_is_the_ridge_regression_of_its_delay():
    made = reservoir(20, 0.9)
    (_memory, read), x = study.measure(made), study.sequences(made)
    rows = np.arange(WASHOUT, WASHOUT + FITTED)
    h = made.network()(x).numpy()[rows].reshape(-1, 20)
    columns = np.concatenate([np.ones((len(h), 1)), h], 1)
    best, *_ = np.linalg.lstsq(columns, x[..., 0].numpy()[rows - 3].reshape(-1), rcond=None)
    np.testing.assert_allclose(read(h, 3), columns @ best, atol=1e-4)
    assert len(h) == FITTED * SEQUENCES


def test_no_input_leaves_nothing_to_read():
    made = SMALL.with_(input_scaling=0.0)
    assert study.memory(made).total == 0
    assert not study.measure(made)[1].weights.any()
    assert not made.network()(study.sequences(made)).any()


def test_a_reservoir_that_explodes_has_no_readout_and_nothing_warns():
    made = reservoir(20, 3.0, nonlinearity="identity")
    assert math.isnan(study.memory(made).total) or study.memory(made).total < 1
    assert met(study.echo(made).distance.values[:, 0], 1.0) is None
    assert study.measure(made)[1](study.two_starts(made)[1].values, 2).shape == (SHOWN, 2)


def test_the_delays_are_twice_the_units_as_far_as_they_reach_into_what_was_left_out():
    assert [study.delays(reservoir(units)) for units in (3, 20, 40, 200)] == [40, 40, 80, WASHOUT]
