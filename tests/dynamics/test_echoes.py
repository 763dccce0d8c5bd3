"""The echo state test: where two starts must meet, where they cannot, and where the input decides it."""

import numpy as np
import pytest
import torch

from rnnviz.dynamics import echo_state_test, spectral_radius
from rnnviz.network import Network
from tests.cells.variants import every_cell, normal

MET, APART = 1e-12, 0.1


def reservoir(radius: float, units: int = 100) -> Network:
    generator = torch.Generator().manual_seed(1)
    network = Network("RNN", 1, units, bias=False, generator=generator, dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        weights = normal(generator, units, units)
        cell.weight_hh.copy_(radius / spectral_radius(weights) * weights)
        cell.weight_ih.uniform_(-1, 1, generator=generator)
    return network


@pytest.mark.parametrize(
    ("radius", "amplitude", "meets"),
    [(0.8, 0, True), (0.8, 2, True), (1.2, 0, False), (1.2, 2, True), (2.5, 0, False), (2.5, 2, False)],
)
def test_a_radius_above_one_forgets_its_start_only_under_a_strong_input(radius, amplitude, meets, rng):
    x = amplitude * (2 * torch.rand(500, 3, 1, generator=rng, dtype=torch.float64) - 1)
    echo = echo_state_test(reservoir(radius), x, generator=rng)
    assert ((echo.left < MET) if meets else (echo.left > APART)).all()


def test_near_one_a_network_left_alone_forgets_slowly_and_a_driven_one_fast(rng):
    x = 2 * torch.rand(500, 1, 1, generator=rng, dtype=torch.float64) - 1
    left = [echo_state_test(reservoir(0.99), a * x, generator=rng).left[0] for a in (0, 0.5)]
    assert 1e-5 < left[0] < 1e-2
    assert left[1] < MET


def test_a_scaled_rotation_without_activation_shrinks_the_distance_by_its_scale(rng):
    network = Network("RNN", 2, 6, bias=False, nonlinearity="identity", generator=rng, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(0.5 * torch.linalg.qr(normal(rng, 6, 6))[0])
    echo = echo_state_test(network, normal(rng, 20, 4, 2), generator=rng)
    assert echo.distance.axes == ("time", "batch")
    expected = echo.start.values * 0.5 ** np.arange(1, 21)[:, None]
    np.testing.assert_allclose(echo.distance.values, expected, atol=1e-13)
    np.testing.assert_allclose(echo.left, 0.5**20, rtol=1e-6)


@every_cell
def test_the_same_generator_gives_the_same_distances_and_the_global_one_is_left_alone(name, rng):
    network = Network(name, 2, 3, num_layers=2, generator=rng)
    x, before = normal(rng, 5, 2, 2, dtype=torch.float32), torch.get_rng_state()
    one, same, other = (
        echo_state_test(network, x, generator=torch.Generator().manual_seed(seed)).distance.values for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    assert one.shape == (5, 2)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_network_that_explodes_leaves_no_number(rng):
    network = Network("RNN", 1, 2, nonlinearity="identity", generator=rng, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(1e200 * torch.eye(2))
    left = echo_state_test(network, torch.zeros(3, 1, 1, dtype=torch.float64), generator=rng).left
    assert not np.isfinite(left).any()
