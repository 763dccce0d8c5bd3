"""The ridge regression of the project against least squares on an extended system, and what it does where none is."""

import numpy as np
import pytest
import torch

from rnnviz.linear_readout import fit
from tests.cells.variants import normal


@pytest.mark.parametrize("ridge", [0.0, 1e-10, 1e-4, 0.3])
def test_it_is_the_ridge_regression_that_least_squares_gives(ridge, rng):
    states, targets, others = normal(rng, 60, 5) + 3, normal(rng, 60, 2) - 1, normal(rng, 7, 5) + 3
    centred = states - states.mean(0)
    penalty = ridge * centred.square().sum() / 5
    system = torch.cat([centred, penalty.sqrt() * torch.eye(5, dtype=torch.float64)])
    asked = torch.cat([targets - targets.mean(0), torch.zeros(5, 2, dtype=torch.float64)])
    weights = torch.linalg.lstsq(system, asked).solution
    found = fit(states, targets, ridge)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-9, atol=1e-12)
    wanted = (others - states.mean(0)) @ weights + targets.mean(0)
    np.testing.assert_allclose(found.read(others), wanted, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(others @ found.weights + found.intercepts, wanted, rtol=1e-9, atol=1e-11)


def test_a_state_that_never_varies_reads_what_is_usual(rng):
    states, targets = torch.ones(6, 3, dtype=torch.float64), normal(rng, 6, 2)
    found = fit(states, targets)
    assert (found.weights == 0).all()
    np.testing.assert_array_equal(found.read(states[:1])[0], targets.mean(0))


@pytest.mark.parametrize("bad", [torch.inf, torch.nan])
def test_a_state_that_is_not_finite_has_no_readout(bad, rng):
    states = normal(rng, 6, 3)
    states[2, 1] = bad
    assert fit(states, normal(rng, 6, 2)).weights.isnan().all()


@pytest.mark.parametrize("ridge", [-1.0, float("nan")])
def test_a_negative_ridge_is_refused(ridge, rng):
    with pytest.raises(ValueError, match=r"ridge is .*; it must be at least 0"):
        fit(normal(rng, 6, 3), normal(rng, 6, 2), ridge)
