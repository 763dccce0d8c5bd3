"""The ways down from a saddle, where they are known: along the first axis of a diagonal network, to its two ends."""

import numpy as np
import torch

from rnnviz.dynamics import departures, fixed_points
from rnnviz.dynamics.departures import PUSH
from rnnviz.network import Network
from tests.dynamics.test_fixed_points import anywhere, search, simple

SILENCE = torch.zeros(1, dtype=torch.float64)


def test_both_ways_start_beside_the_saddle_and_end_in_the_two_stable_points(rng):
    network = simple([[2.0, 0.0], [0.0, 0.5]])
    found = search(network, anywhere(rng, 2), rng, starts=64, updates=200)
    left = departures(network, SILENCE, found)
    assert left.saddles.values.tolist() == [2, 2]
    assert left.ways.axes == ("time", "way", "unit")
    np.testing.assert_allclose(left.ways.values[0], 0, atol=1e-9)
    np.testing.assert_allclose(left.ways.values[1], [[PUSH, 0], [-PUSH, 0]], atol=1e-9)
    np.testing.assert_allclose(left.ways.values[-1], [[0.95750402, 0], [-0.95750402, 0]], atol=1e-8)


def test_each_state_of_a_way_is_the_networks_next_one(rng):
    network = simple([[2.0, 0.3], [-0.2, 0.5]])
    found = search(network, anywhere(rng, 2), rng, starts=64, updates=200)
    ways = departures(network, SILENCE, found, steps=5).ways.values
    assert ways.shape == (7, 2, 2)
    matrix = network.layers[0][0].weight_hh.detach().numpy()
    np.testing.assert_allclose(ways[2:], np.tanh(ways[1:-1] @ matrix.T), atol=1e-12)


def test_a_network_without_a_saddle_has_no_ways(rng):
    network = Network("GRU", 1, 3, generator=rng, dtype=torch.float64)
    found = fixed_points(network, SILENCE, anywhere(rng, 3), generator=rng, starts=8, updates=100)
    left = departures(network, SILENCE, found, steps=4)
    assert left.ways.values.shape == (6, 0, 3)
    assert left.saddles.values.shape == (0,)
