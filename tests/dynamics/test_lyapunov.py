"""Lyapunov exponents, where they are known, and as a forecast of a gradient's slope."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.dynamics import lyapunov_exponents, spectral_radius
from rnnviz.gradients import gradient_curves, slope, step_jacobians
from rnnviz.network import Network
from rnnviz.trace import Signal
from tests.cells.variants import build, normal, scale_recurrence


def linear(matrix, rng):
    network = Network("RNN", 1, len(matrix), nonlinearity="identity", bias=False, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(matrix)
    return network


def silence(length):
    return torch.zeros(length, 1, 1, dtype=torch.float64)


def test_those_of_a_linear_network_are_the_logarithms_of_its_eigenvalues(rng):
    basis = normal(rng, 5, 5)
    matrix = (
        basis @ torch.diag(torch.tensor([1.5, -0.9, 0.5, 0.2, 0.05], dtype=torch.float64)) @ torch.linalg.inv(basis)
    )
    jacobians = step_jacobians(linear(matrix, rng), silence(600))
    found = lyapunov_exponents(jacobians, 5, skip=100).values
    np.testing.assert_allclose(found, np.log([1.5, 0.9, 0.5, 0.2, 0.05]), atol=1e-6)
    assert abs(lyapunov_exponents(jacobians, skip=100).values[0] - np.log(spectral_radius(matrix))) < 1e-6


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_those_of_a_scaled_rotation_are_the_logarithm_of_the_scale(factor, rng):
    rotation = torch.linalg.qr(normal(rng, 6, 6))[0]
    found = lyapunov_exponents(step_jacobians(linear(factor * rotation, rng), silence(50)), 6).values
    np.testing.assert_allclose(found, np.log(factor), atol=1e-12)


@pytest.mark.parametrize("factor", [1e-120, 1e-60, 1e-14, 1e14, 1e60, 1e120])
def test_the_largest_is_that_of_several_however_fast_a_push_grows(factor, rng):
    matrices = (factor * normal(rng, 30, 5, 5)).numpy()
    matrices[11] /= factor
    jacobians = Signal("J", ("time", "to", "from"), matrices)
    together, alone = lyapunov_exponents(jacobians, 2), lyapunov_exponents(jacobians)
    sizes, push = [], np.linalg.qr(np.cos(np.arange(1, 6)[:, None] * np.arange(1, 3)))[0][:, 0]
    for matrix in matrices:
        push = matrix @ push
        sizes.append(np.linalg.norm(push))
        push /= sizes[-1]
    np.testing.assert_allclose(alone.values[0], np.log(sizes).mean(), rtol=1e-12)
    np.testing.assert_allclose(alone.values[0], together.values[0], rtol=1e-12)


def test_a_push_that_is_lost_has_an_exponent_of_minus_infinity(rng):
    matrices = normal(rng, 20, 3, 3).numpy()
    matrices[9] = 0
    assert lyapunov_exponents(Signal("J", ("time", "to", "from"), matrices)).values[0] == -np.inf


def test_units_that_do_not_interact_are_all_found(rng):
    matrix = torch.diag(torch.tensor([0.1, 0.2, 0.9], dtype=torch.float64))
    found = lyapunov_exponents(step_jacobians(linear(matrix, rng), silence(300)), skip=50).values
    np.testing.assert_allclose(found, [np.log(0.9)], atol=1e-9)


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.2, 2.0, 3.0])
@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_the_driven_exponent_forecasts_the_slope_of_the_gradient(kind, radius, rng):
    module = build(kind, rng, 4, 48)
    scale_recurrence(module, radius)
    x = 0.5 * normal(rng, 600, 1, 4)
    exponent = lyapunov_exponents(step_jacobians(module, x), skip=50).values[0]
    curve = gradient_curves(module, x, lambda y: y[-1].sum())["h"].at(batch=0)
    assert abs(slope(curve).per_step * np.log(10) - exponent) < 0.04


def test_a_radius_above_one_does_not_mean_that_a_driven_network_explodes(rng):
    module = build(nn.RNN, rng, 4, 64)
    scale_recurrence(module, 1.2)
    exponent = lyapunov_exponents(step_jacobians(module, normal(rng, 400, 1, 4)), skip=50).values[0]
    assert spectral_radius(module.weight_hh_l0) == pytest.approx(1.2)
    assert exponent < -0.02


def test_directions_that_are_squashed_have_minus_infinity_and_explosions_nan():
    zeros = np.zeros((3, 2, 2))
    assert lyapunov_exponents(Signal("J", ("time", "to", "from"), zeros), 2).values.tolist() == [-np.inf, -np.inf]
    zeros[1, 0, 0] = np.inf
    assert np.isnan(lyapunov_exponents(Signal("J", ("time", "to", "from"), zeros), 2).values).all()


def test_steps_act_in_the_order_in_which_they_are_read():
    onto_the_first, past_the_first = [[1.0, 1.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]
    jacobians = Signal("J", ("time", "to", "from"), np.array([onto_the_first, past_the_first]))
    assert lyapunov_exponents(jacobians).values.tolist() == [-np.inf]
    turned = Signal("J", ("time", "to", "from"), jacobians.values[::-1])
    assert np.isfinite(lyapunov_exponents(turned).values).all()


def test_what_has_no_exponent_is_refused():
    jacobians = Signal("J", ("time", "to", "from"), np.zeros((3, 2, 2)))
    with pytest.raises(ValueError, match="there are 2 exponents"):
        lyapunov_exponents(jacobians, 3)
    with pytest.raises(ValueError, match="skip must be 0 to 2"):
        lyapunov_exponents(jacobians, skip=3)
    with pytest.raises(ValueError, match="expected step_jacobians"):
        lyapunov_exponents(jacobians.at(time=0))
