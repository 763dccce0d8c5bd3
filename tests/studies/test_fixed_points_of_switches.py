"""Fixed points of the shipped networks of three switches: they are there, learnt it, and the points are the points."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import TRIO
from rnnviz.dynamics import fixed_points
from rnnviz.studies.fixed_points import STREAMS, index_sum, joined, landscape, visited_by
from rnnviz.subjects import Example, Subject
from rnnviz.tasks import FlipFlop
from rnnviz.training import accuracy

UNITS = {"RNN": 48, "LSTM": 24, "GRU": 32}
every_cell = pytest.mark.parametrize("cell", TRIO)
CORNERS = {(a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)}


def switches(cell: str, stream: int = 0) -> Subject:
    subject, refused = Subject.from_query({"model": f"switches-{cell.lower()}", "example": str(STREAMS[stream])})
    assert not refused
    return subject


def settings(subject: Subject, states: np.ndarray) -> list[tuple[int, ...]]:
    """Which way every switch stands in cut states (N, S), by the network's own readout."""
    network = subject.network()
    with torch.no_grad():
        said = network.readout(torch.tensor(states[:, : network.hidden_size], dtype=torch.float32))
    return [tuple(row) for row in said.sign().int().tolist()]


@every_cell
def test_every_network_is_shipped_and_keeps_its_switches(cell):
    loaded = switches(cell).load()
    assert (loaded.network.cell, loaded.network.hidden_size, loaded.task.name) == (cell, UNITS[cell], "flip_flop")
    assert accuracy(loaded.network, FlipFlop().held_out()) > 0.99


@pytest.mark.parametrize("stream", range(len(STREAMS)))
def test_a_stream_is_the_same_for_every_cell_and_its_answer_is_the_last_push(stream):
    one, other = switches("RNN", stream).read(), switches("GRU", stream).read()
    assert torch.equal(one.input, other.input)
    last = torch.zeros(3)
    for push, answer in zip(one.input[:, 0], one.solution[:, 0], strict=True):
        last = torch.where(push == 0, last, push)
        assert torch.equal(answer, last)


@pytest.mark.parametrize(("cell", "kinds"), [("RNN", [8, 12, 6, 1]), ("LSTM", [8, 12, 6, 1]), ("GRU", [8, 8, 1])])
def test_the_stable_points_are_the_eight_settings_and_a_longer_search_finds_no_other(cell, kinds):
    subject = switches(cell)
    found = landscape(subject).found
    assert np.bincount(found.unstable.values).tolist() == kinds
    assert set(settings(subject, found.points.values[found.stable])) == CORNERS
    generator = torch.Generator().manual_seed(7)
    visited = visited_by(subject)
    longer = fixed_points(subject.network(), torch.zeros(3), visited, generator=generator, starts=768, updates=400)
    np.testing.assert_allclose(longer.points.values, found.points.values, atol=1e-6)


@every_cell
def test_the_indices_of_all_points_add_up_to_one_as_those_of_a_bounded_state_must(cell):
    subject = switches(cell)
    known = landscape(subject)
    signs = [np.sign(np.prod(1 - values).real) for values in known.found.eigenvalues.values]
    assert sum(signs) == index_sum(known.found) == 1
    assert not subject.network().training


@every_cell
def test_each_pass_lies_between_two_settings_that_differ_in_one_switch(cell):
    subject = switches(cell)
    known = landscape(subject)
    ways = known.left.ways.values[-1]
    ends = settings(subject, ways)
    differ = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in zip(ends[::2], ends[1::2], strict=True)]
    assert set(differ) == {1}
    assert joined(subject, known) == {1: len(differ)}
    corners = known.found.points.values[known.found.stable]
    for end in ways:
        assert np.linalg.norm(corners - end, axis=1).min() < 1e-3


def test_what_a_network_without_a_task_does_is_searched_for_where_its_own_sequence_leads():
    subject = rnnviz.subject(torch.nn.GRU(2, 3), torch.randn(30, 1, 2, generator=torch.Generator().manual_seed(0)))
    known = landscape(subject)
    assert known.answers is None
    assert len(known.found.points.values)
    for point in known.found.points.values:
        h = torch.tensor(point, dtype=torch.float32)[None]
        after = subject.network().layers[0][0](torch.zeros(1, 2), {"h": h})["h"]
        np.testing.assert_allclose(after.detach()[0], point, atol=1e-6)
    assert Subject(subject.model, subject.sequence) == subject
    with pytest.raises(ValueError, match="not trained on a task"):
        Example().read(subject.load())
