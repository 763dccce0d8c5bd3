"""Fixed points where they are known: three of a diagonal network, 27 of a trained three-bit flip-flop."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.dynamics import Step, fixed_points, principal_plane, visited_states
from rnnviz.network import Network
from rnnviz.studies.fixed_points import visited_by
from rnnviz.subjects import Example, Shipped, Subject
from rnnviz.tasks import FlipFlop
from rnnviz.trace import Signal
from rnnviz.training import Recipe, Training, mean_loss
from tests.cells.variants import build, every_cell, normal


def simple(weight_hh: list[list[float]], bias: list[float] | None = None) -> Network:
    """A tanh network with these recurrent weights, which hears its input on every unit alike."""
    units = len(weight_hh)
    network = Network("RNN", 1, units, generator=torch.Generator(), dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        cell.weight_hh.copy_(torch.tensor(weight_hh))
        cell.weight_ih.fill_(1.0)
        cell.bias_ih.copy_(torch.tensor(bias or [0.0] * units))
        cell.bias_hh.zero_()
    return network


def anywhere(rng: torch.Generator, units: int, count: int = 200) -> Signal:
    """States drawn from U(-1, 1)."""
    values = 2 * torch.rand(count, units, generator=rng, dtype=torch.float64) - 1
    return Signal("S", ("time", "unit"), values.numpy())


def search(network: nn.Module, visited: Signal, rng: torch.Generator, x=(0.0,), **options):
    return fixed_points(network, torch.tensor(x, dtype=torch.float64), visited, generator=rng, **options)


def test_a_diagonal_network_has_exactly_its_three_points_on_the_first_axis(rng):
    found = search(simple([[2.0, 0.0], [0.0, 0.5]]), anywhere(rng, 2), rng, starts=64, updates=200)
    np.testing.assert_allclose(found.points.values, [[-0.95750402, 0], [0.95750402, 0], [0, 0]], atol=1e-8)
    assert found.unstable.values.tolist() == [0, 0, 1]
    assert found.stable.tolist() == [True, True, False]
    np.testing.assert_allclose(found.eigenvalues.values[2], [2, 0.5], atol=1e-9)
    np.testing.assert_allclose(found.eigenvalues.values[0], [0.5, 2 * (1 - 0.95750402**2)], atol=1e-7)
    assert len(found.slow.values) == 0


def test_a_constant_input_moves_the_points(rng):
    network = simple([[0.5]])
    (point,) = search(network, anywhere(rng, 1), rng, x=(0.7,), starts=16, updates=200).points.values
    assert np.tanh(0.5 * point[0] + 0.7) == pytest.approx(point[0], abs=1e-10)
    assert point[0] > 0.7


def test_where_two_points_have_just_gone_the_state_still_crawls(rng):
    # tanh(2 h + b) touches h at h = -1 / sqrt(2); a little more b, and nothing is left there but a narrow gap.
    gone = 2**0.5 - np.arctanh(2**-0.5)
    found = search(simple([[2.0]], [gone + 1e-3]), anywhere(rng, 1), rng, starts=64)
    assert len(found.points.values) == 1
    assert found.points.values[0, 0] > 0.9
    np.testing.assert_allclose(found.slow.values, [[-(2**-0.5)]], atol=0.01)
    assert 1e-8 < found.speed.values[0] < 1e-6


@every_cell
def test_what_is_found_stays_where_it_is_in_any_cell_and_any_number_of_layers(name, rng):
    network = Network(name, 2, 4, num_layers=2, generator=rng)
    still = torch.tensor([0.3, -0.2])
    visited = visited_states(network, still + normal(rng, 200, 4, 2, dtype=torch.float32))
    found = fixed_points(network, still, visited, generator=rng, starts=8, updates=150)
    points = torch.tensor(found.points.values)
    # Cells that forget nothing go on adding what they read. In a matrix that keeps what the one key does not read every
    # such part may be anything: no search finds a point of its own.
    alone = name not in ("LSTM 1997", "linear attention", "DeltaNet")
    assert len(points) == alone
    assert found.stable.all()
    step = Step(network)
    moved = step(step.embed(still).expand(len(points), -1), points)
    np.testing.assert_allclose(moved.numpy(), points.numpy(), atol=1e-9)


def test_a_token_that_is_repeated_is_an_input_that_stays(rng):
    network = Network("GRU", 3, 4, vocabulary_size=5, generator=rng)
    visited = visited_states(network, torch.randint(5, (10, 2), generator=rng))
    found = fixed_points(network, torch.tensor(3), visited, generator=rng, starts=8, updates=100)
    long = visited_states(network, torch.full((200, 1), 3)).values[-1]
    np.testing.assert_allclose(found.points.values, long, atol=1e-6)


def test_the_same_generator_finds_the_same_points(rng):
    network, visited = simple([[1.8, 0.3], [-0.4, 1.5]]), anywhere(rng, 2)
    one, same = (search(network, visited, torch.Generator().manual_seed(1), starts=32, updates=100) for _ in range(2))
    np.testing.assert_array_equal(one.points.values, same.points.values)
    np.testing.assert_array_equal(one.eigenvalues.values, same.eigenvalues.values)


def test_a_network_whose_every_step_moves_has_no_points_and_says_so_with_empty_signals(rng):
    found = search(simple([[0.0]], [0.0]), anywhere(rng, 1), rng, starts=8, updates=0)
    assert len(found.points.values) == 1
    network = Network("RNN", 1, 1, nonlinearity="identity", generator=rng, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.fill_(1.0)
        network.layers[0][0].bias_ih.fill_(1.0)
        network.layers[0][0].bias_hh.fill_(0.0)
    found = search(network, anywhere(rng, 1), rng, starts=8, updates=10)
    assert found.points.values.shape == (0, 1)
    assert found.eigenvalues.values.shape == (0, 1)
    assert found.slow.values.shape == (0, 1)


@pytest.fixture(scope="module")
def flip_flop() -> tuple[Network, FlipFlop]:
    """Three switches, learnt in a few seconds."""
    task = FlipFlop()
    seed = torch.Generator().manual_seed
    network = Network("RNN", task.input_size, 48, output_size=task.output_size, readout=task.readout, generator=seed(0))
    for _ in Training(network, task, Recipe(300, 64, learning_rate=5e-3, schedule="linear"), per_decade=0):
        pass
    return network, task


def test_a_trained_flip_flop_rests_at_the_corners_of_a_cube_with_a_saddle_on_each_edge_face_and_in_the_centre(
    flip_flop, rng
):
    network, task = flip_flop
    x = task.held_out()[0].x[:, :64]
    assert mean_loss(network, task, task.held_out()) < 0.1
    visited = visited_states(network, x)
    found = fixed_points(network, torch.zeros(3), visited, generator=rng)
    assert np.bincount(found.unstable.values).tolist() == [8, 12, 6, 1]
    with torch.no_grad():
        said = network.read(torch.tensor(found.points.values[found.stable], dtype=torch.float32)).sign()
    assert {tuple(corner) for corner in said.tolist()} == {(a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)}
    plane = principal_plane(visited, 3)
    assert plane.explained.values.sum() > 0.75
    assert plane.project(found.points).values.shape == (27, 3)


def test_what_does_not_fit_is_refused(rng):
    module = build(nn.LSTM, rng, 2, 3)
    with pytest.raises(ValueError, match=r"must be of shape \(2,\), not \(1,\)"):
        search(module, anywhere(rng, 6), rng)
    with pytest.raises(ValueError, match="it must end in 6 units"):
        search(module, anywhere(rng, 3), rng, x=(0.0, 0.0))


def test_where_a_gate_is_shut_to_the_last_digit_far_outside_no_point_is_claimed():
    gru = Network("GRU", 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with torch.no_grad():
        gru.layers[0][0].weight_hh[4:8] = torch.eye(4)  # the update gate opens with the state: far outside z is 1
    step, far = Step(gru), torch.full((1, 4), 400.0, dtype=torch.float64)
    assert torch.equal(step(torch.zeros(1, 3, dtype=torch.float64), far), far)
    visited = Signal("S", ("time", "unit"), np.linspace(-0.9, 0.9, 20).reshape(5, 4))
    found = fixed_points(gru, torch.zeros(3), visited, generator=torch.Generator().manual_seed(1), starts=64)
    assert len(found.points.values)
    assert (np.abs(found.points.values) < 1).all()


def test_searches_that_fly_far_away_add_no_points_to_the_shipped_gru():
    switches = Subject(Shipped("switches-gru"), Example(1128))
    generator = torch.Generator().manual_seed(8)  # of which one search flies far away
    found = fixed_points(switches.network(), torch.zeros(3), visited_by(switches), generator=generator, starts=768)
    assert np.bincount(found.unstable.values).tolist() == [8, 8, 1]
