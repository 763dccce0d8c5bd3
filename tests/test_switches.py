"""Switches: what they refuse, that their networks are there and learnt it, and that the points found are the points."""

import numpy as np
import pytest
import torch

from rnnviz.cells import TRIO
from rnnviz.dynamics import departures, fixed_points
from rnnviz.experiment import Refused
from rnnviz.switches import STREAMS, UNITS, Switches
from rnnviz.tasks import FlipFlop
from rnnviz.training import accuracy

every_cell = pytest.mark.parametrize("cell", UNITS)
CORNERS = {(a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)}


def settings(switches: Switches, states: np.ndarray) -> list[tuple[int, ...]]:
    """Which way every switch stands in cut states (N, S), by the network's own readout."""
    network = switches.network()
    with torch.no_grad():
        said = network.readout(torch.tensor(states[:, : network.hidden_size], dtype=torch.float32))
    return [tuple(row) for row in said.sign().int().tolist()]


@pytest.mark.parametrize(
    "choice",
    [{"cell": "rnn"}, {"cell": "Jordan"}, {"cell": None}, {"stream": -1}, {"stream": STREAMS}, {"stream": 0.5}],
)
def test_what_is_not_there_is_refused(choice):
    with pytest.raises(Refused):
        Switches(**choice)


@every_cell
def test_every_network_is_shipped_and_keeps_its_switches(cell):
    switches = Switches(cell)
    network, card = switches.network(), switches.card
    assert (network.cell, network.hidden_size, card.task) == (cell, UNITS[cell], "flip_flop")
    assert accuracy(network, FlipFlop().held_out()) > 0.99
    assert set(UNITS) == set(TRIO)


@pytest.mark.parametrize("stream", range(STREAMS))
def test_a_stream_is_the_same_for_every_cell_and_its_answer_is_the_last_push(stream):
    one, other = Switches("RNN", stream), Switches("GRU", stream)
    assert torch.equal(one.input(), other.input())
    last = torch.zeros(3)
    for push, answer in zip(one.input()[:, 0], one.solution()[:, 0], strict=True):
        last = torch.where(push == 0, last, push)
        assert torch.equal(answer, last)


@pytest.mark.parametrize(("cell", "kinds"), [("RNN", [8, 12, 6, 1]), ("LSTM", [8, 12, 6, 1]), ("GRU", [8, 8, 1])])
def test_the_stable_points_are_the_eight_settings_and_a_longer_search_finds_no_other(cell, kinds):
    switches = Switches(cell)
    found = switches.fixed_points()
    assert np.bincount(found.unstable.values).tolist() == kinds
    assert set(settings(switches, found.points.values[found.stable])) == CORNERS
    generator = torch.Generator().manual_seed(7)
    longer = fixed_points(
        switches.network(), torch.zeros(3), switches.visited(), generator=generator, starts=768, updates=400
    )
    np.testing.assert_allclose(longer.points.values, found.points.values, atol=1e-6)


@every_cell
def test_the_indices_of_all_points_add_up_to_one_as_those_of_a_bounded_state_must(cell):
    network, found = Switches(cell).network(), Switches(cell).fixed_points()
    signs = [np.sign(np.prod(1 - values).real) for values in found.eigenvalues.values]
    assert sum(signs) == 1
    assert not network.training


@every_cell
def test_each_pass_lies_between_two_settings_that_differ_in_one_switch(cell):
    switches = Switches(cell)
    network, found = switches.network(), switches.fixed_points()
    left = departures(network, torch.zeros(3), found)
    ends = settings(switches, left.ways.values[-1])
    for one, other in zip(ends[::2], ends[1::2], strict=True):
        assert sum(a != b for a, b in zip(one, other, strict=True)) == 1
    corners = found.points.values[found.stable]
    for end in left.ways.values[-1]:
        assert np.linalg.norm(corners - end, axis=1).min() < 1e-3
