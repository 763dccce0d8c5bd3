"""A network that reads from the end: index t is position t of the sentence, in every analysis."""

import numpy as np
import pytest
import torch

from rnnviz.anatomy import anatomy
from rnnviz.dynamics import visited_states
from rnnviz.memory import answer_losses
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import every_cell, normal


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)


def pair(name: str, rng: torch.Generator, **options) -> tuple[Network, Network]:
    """A forward network, and one with its weights that reads from the end."""
    forward = Network(name, 3, 4, num_layers=2, generator=rng, dtype=torch.float64, **options)
    backward = Network(name, 3, 4, num_layers=2, dtype=torch.float64, backward=True, **options)
    backward.load_state_dict(forward.state_dict())
    return forward, backward


@every_cell
@pytest.mark.parametrize("layer", [0, 1])
def test_every_quantity_is_taken_apart_as_that_of_the_flipped_sequence(name, layer, rng):
    forward, backward = pair(name, rng)
    x = normal(rng, 6, 2, 3)
    ours = anatomy(backward, record(backward, x), layer, "backward")
    theirs = anatomy(forward, record(forward, x.flip(0)), layer)
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
    expected = [trace.layer(index)[state].values for index in (0, 1) for state in cell.state]
    close(path, np.concatenate(expected, -1))
