"""One step as a map of the state: it goes where the network goes, and its Jacobian is the steps' own."""

import numpy as np
import pytest
import torch

from rnnviz.dynamics import Step, visited_states
from rnnviz.gradients import step_jacobians
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import as_row, every_variant, every_variant_with, normal


@every_variant_with("layers", [1, 2])
def test_the_states_visited_are_those_of_the_trace(name, options, layers, rng):
    network = Network(name, 3, 4, num_layers=layers, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 6, 2, 3)
    visited = visited_states(network, x)
    cell = network.layers[0][0]
    traced = [
        as_row(cell, state, layer[state].values) for layer in record(network, x).layers for state in layer.initial
    ]
    np.testing.assert_allclose(visited.values, np.concatenate(traced, -1), atol=1e-12)


@every_variant
def test_the_jacobian_is_that_of_the_step(name, options, rng):
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 5, 1, 3)
    visited = torch.tensor(visited_states(network, x).values)
    step = Step(network)
    before = torch.cat([step.start(1), visited[:-1, 0]])
    expected = step_jacobians(network, x).values
    for t in range(5):
        found = step.jacobian(x[t, 0], before[t : t + 1])[0]
        np.testing.assert_allclose(found.numpy(), expected[t], atol=1e-12)


def test_token_ids_are_embedded_on_the_way(rng):
    network = Network("GRU", 3, 4, vocabulary_size=5, generator=rng)
    x = torch.randint(5, (6, 2), generator=rng)
    np.testing.assert_allclose(visited_states(network, x).values, record(network, x).layer()["h"].values, atol=1e-6)


def test_the_model_itself_is_left_as_it_was(rng):
    network = Network("LSTM", 2, 3, generator=rng)
    Step(network).jacobian(torch.zeros(2, dtype=torch.float64), torch.zeros(4, 6, dtype=torch.float64))
    assert all(p.dtype == torch.float32 and p.requires_grad and p.grad is None for p in network.parameters())


def test_a_network_that_reads_both_ways_has_no_step(rng):
    with pytest.raises(ValueError, match="reads backward has no one state that moves"):
        Step(Network("LSTM", 2, 3, bidirectional=True, generator=rng))
