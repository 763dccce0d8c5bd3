"""A network that reads from the end: index t is position t of the sentence, in every analysis."""

import numpy as np
import pytest
import torch

from rnnviz.dynamics import lyapunov_exponents, visited_states
from rnnviz.gradients import (
    backpropagate,
    gradient_curves,
    gradient_matrix,
    norm_bound,
    product_singular_values,
    singular_values,
    slope,
    step_jacobians,
    weight_gradients_by_step,
)
from rnnviz.memory import answer_losses
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.summands import summands
from tests.cells.variants import as_row, every_cell, every_cell_with, normal


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)


def pair(name: str, rng: torch.Generator, **options) -> tuple[Network, Network]:
    """A forward network, and one with its weights that reads from the end."""
    forward = Network(name, 3, 4, num_layers=2, generator=rng, dtype=torch.float64, **options)
    backward = Network(name, 3, 4, num_layers=2, dtype=torch.float64, backward=True, **options)
    backward.load_state_dict(forward.state_dict())
    return forward, backward


@every_cell_with("layer", [0, 1])
def test_every_quantity_is_taken_apart_as_that_of_the_flipped_sequence(name, layer, rng):
    forward, backward = pair(name, rng)
    x = normal(rng, 6, 2, 3)
    ours = summands(backward, record(backward, x), layer, "backward")
    theirs = summands(forward, record(forward, x.flip(0)), layer)
    for quantity, parts in theirs.items():
        for mine, term in zip(ours[quantity].terms, parts.terms, strict=True):
            close(mine.values, term.values[::-1])


def test_what_an_answer_loses_is_said_of_the_direction_that_there_is(rng):
    options = {"vocabulary_size": 5, "output_size": 2, "readout": "every"}
    forward, backward = pair("GRU", rng, **options)
    ids = torch.tensor([1, 2, 3, 4])
    ours, theirs = answer_losses(backward, ids), answer_losses(forward, ids.flip(0))
    assert list(ours) == ["backward"]
    close(ours["backward"].values, theirs["forward"].values[::-1, ::-1])


@every_cell
def test_states_are_visited_from_the_start_that_is_the_networks_own(name, rng):
    network = Network(name, 3, 4, num_layers=2, generator=rng, dtype=torch.float64, own_start=True)
    cell = network.layers[0][0]
    for state in cell.state:
        getattr(network, f"start_{state}").uniform_(-0.7, 0.7, generator=rng)
    x = normal(rng, 6, 2, 3)
    path, trace = visited_states(network, x).values, record(network, x)
    expected = [as_row(cell, state, trace.layer(index)[state].values) for index in (0, 1) for state in cell.state]
    close(path, np.concatenate(expected, -1))


@every_cell_with("of", ["h", "state"])
@pytest.mark.parametrize("loss", ["push", "vectors", "function"])
def test_a_loss_of_each_position_reaches_those_read_before_it(name, of, loss, rng):
    forward, backward = pair(name, rng)
    x, vectors = normal(rng, 6, 2, 3), normal(rng, 6, 4)
    losses = {"push": (None, None), "vectors": (vectors, vectors.flip(0)), "function": (_third, _third)}
    mine, flipped = losses[loss]
    ours = gradient_matrix(backward, x, of, mine, batch=1)
    theirs = gradient_matrix(forward, x.flip(0), of, flipped, batch=1)
    close(ours.values, theirs.values[::-1, ::-1])
    assert np.isnan(ours.values[np.tril_indices(6, -1)]).all()
    assert (ours.direction, theirs.direction) == ("backward", "forward")


def _third(y: torch.Tensor) -> torch.Tensor:
    return y[:, 2]


@every_cell
def test_a_jacobian_stands_at_the_position_that_its_step_reads(name, rng):
    forward, backward = pair(name, rng)
    x = normal(rng, 6, 2, 3)
    ours, theirs = step_jacobians(backward, x), step_jacobians(forward, x.flip(0))
    close(ours.values, theirs.values[::-1])
    assert ours.symbol == r"\partial S_t / \partial S_{t+1}"
    for of_each in (singular_values, norm_bound, product_singular_values):
        close(of_each(ours).values, of_each(theirs).values[::-1])
        assert of_each(ours).direction == "backward"
    close(lyapunov_exponents(ours, 2, skip=1).values, lyapunov_exponents(theirs, 2, skip=1).values)


def test_a_gradient_that_fades_against_the_reading_order_has_the_slope_of_one_that_fades(rng):
    forward, backward = pair("RNN", rng)
    x = normal(rng, 30, 1, 3)
    ours = gradient_curves(backward, x, lambda y: y[0].sum(), direction="backward")["h"].at(batch=0)
    theirs = gradient_curves(forward, x.flip(0), lambda y: y[-1].sum())["h"].at(batch=0)
    close(ours.values, theirs.values[::-1])
    assert slope(ours).vanishes
    close(np.array(slope(ours)), np.array(slope(theirs)))


def test_every_signal_of_a_direction_says_which_one_it_is(rng):
    both = Network("LSTM", 3, 4, bidirectional=True, generator=rng, dtype=torch.float64)
    x = normal(rng, 6, 2, 3)
    for trace in (record(both, x), backpropagate(both, x, lambda y: y.sum())):
        for layer in trace.layers:
            assert {signal.direction for signal in layer.signals} == {layer.direction}
    weights = weight_gradients_by_step(both, x, lambda y: y.sum(), direction="backward")
    assert {norms.direction for norms in weights.norms.values()} == {"backward"}
