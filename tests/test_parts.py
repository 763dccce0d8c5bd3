"""What would not fit into memory is refused before it starts, and can be had in parts that are exact."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import budget
from rnnviz.dynamics import fixed_points
from rnnviz.gradients import answer_gradients, gradient_matrix, matrix, product_singular_values, step_jacobians
from rnnviz.memory import answer_losses, half_life, probe, reveal
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.trace import Signal
from tests.cells.variants import every_cell_with, normal

LONG = 100_000
PARTS = [(None, 1), (5, 1), (None, 4), (10, 6), (99, 2), (1, 1)]  # the last so many steps, every so many-th of them


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)


@every_cell_with("of backward", [("state", False), ("h", True)])
def test_some_losses_are_these_rows_of_the_whole_matrix(name, of, backward, monkeypatch, rng):
    monkeypatch.setattr(matrix, "AT_ONCE", 4)  # so that chunks of steps meet in a short sequence
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, backward=backward)
    x, vectors = normal(rng, 13, 2, 3), normal(rng, 13, 4)
    for loss, parts in ((None, PARTS), (vectors, PARTS[::3]), (lambda y: y[:, 1], PARTS[1::3])):
        whole = gradient_matrix(network, x, of, loss).values
        whole = whole[::-1] if backward else whole
        for last, every in parts:
            rows = list(range(12, 12 - min(last or 13, 13), -every))[::-1]
            part = gradient_matrix(network, x, of, loss, last=last, every=every).values
            close(part[::-1] if backward else part, whole[rows])


@pytest.mark.parametrize("backward", [False, True])
def test_the_last_jacobians_are_those_of_all(backward, rng):
    network = Network("LSTM", 3, 4, generator=rng, dtype=torch.float64, backward=backward)
    x = normal(rng, 70, 2, 3)
    whole = step_jacobians(network, x, batch=1).values
    part = step_jacobians(network, x, batch=1, last=9).values
    close(part, whole[:9] if backward else whole[-9:])


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_last_answers_are_those_of_all(layers, bidirectional, rng):
    options = {"num_layers": layers, "bidirectional": bidirectional}
    network = Network("LSTM", 3, 4, output_size=2, readout="every", generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 20, 2, 3)
    whole, part = answer_gradients(network, x, batch=1), answer_gradients(network, x, batch=1, last=6)
    close(part.total.values, whole.total.values[-6:])
    for side, states in whole.states.items():
        close(part.states[side].values, states.values[-6:])
        close(part.inputs[side].values, whole.inputs[side].values[-6:])


@every_cell_with("sides", [{}, {"backward": True}, {"bidirectional": True}])
def test_the_last_words_are_taken_apart_as_among_all(name, sides, rng):
    network = Network(name, 3, 4, num_layers=2, generator=rng, dtype=torch.float64, **sides)
    x = normal(rng, 12, 2, 3)
    for side in network.directions:
        whole = reveal(network, x, "mean", direction=side)
        part = reveal(network, x, "mean", direction=side, last=5)
        kept = slice(None, 5) if side == "backward" else slice(-5, None)
        close(part.contributions.values, whole.contributions.values[kept, kept])
        state = whole.base.values + whole.contributions.values.sum(1)
        close(part.base.values + part.contributions.values.sum(1), state[kept])
        close(part.shares.values.sum(1) + part.base_share.values, 1)


def test_some_states_are_probed_as_among_all(rng):
    ids = torch.randint(3, (12, 40), generator=rng)
    state = record(Network("GRU", 4, 5, vocabulary_size=3, generator=rng), ids).layer()["h"]
    close(probe(state, ids, last=7, every=3).score.values, probe(state, ids).score.values[[5, 8, 11]])


TOO_MUCH = {
    "gradient_matrix": (lambda: gradient_matrix(nn.LSTM(3, 64), torch.zeros(LONG, 1, 3)), "149.0 GB.*last=n.*every=n"),
    "step_jacobians": (lambda: step_jacobians(nn.LSTM(3, 64), torch.zeros(LONG, 1, 3)), "12.2 GB.*last=n"),
    "reveal": (lambda: reveal(nn.LSTM(3, 64), torch.zeros(LONG, 1, 3)), "111.8 GB.*last=n"),
    "half_life": (lambda: half_life(nn.RNN(3, 64), torch.zeros(LONG, 1, 3)), "contributions|parts"),
    "answer_gradients": (
        lambda: answer_gradients(Network("GRU", 3, 8, output_size=2, readout="every"), torch.zeros(LONG, 1, 3)),
        "298.0 GB.*last=n",
    ),
    "answer_losses": (
        lambda: answer_losses(
            Network("GRU", 3, 8, vocabulary_size=5, output_size=2, readout="every"), torch.zeros(LONG, dtype=torch.long)
        ),
        "GB.*a part of the text",
    ),
    "probe": (
        lambda: probe(Signal("h", ("time", "batch", "unit"), np.zeros((LONG, 4, 2))), torch.zeros(LONG, 4)),
        "149.0 GB.*last=n or every=n",
    ),
    "products": (
        lambda: product_singular_values(Signal("J", ("time", "to", "from"), np.broadcast_to(0.0, (LONG, 64, 64)))),
        "12.2 GB.*last=n",
    ),
    "fixed_points": (
        lambda: fixed_points(
            nn.LSTM(3, 64),
            torch.zeros(3),
            Signal("S", ("time", "unit"), np.zeros((9, 128))),
            generator=torch.Generator(),
            starts=50_000,
        ),
        "18.3 GB.*fewer starts",
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_does_not_fit_is_refused_before_the_work_with_its_size_and_a_way_out(case, monkeypatch):
    ask, message = TOO_MUCH[case]
    monkeypatch.setattr(Network, "run", None)  # nothing is run
    with pytest.raises(ValueError, match=message):
        ask()


def test_the_limit_is_one_number_for_all(monkeypatch):
    module, x = nn.LSTM(3, 4), torch.zeros(20, 1, 3)
    gradient_matrix(module, x)
    monkeypatch.setattr(budget, "BYTES", 1100)
    for ask in (gradient_matrix, step_jacobians, reveal):
        with pytest.raises(ValueError, match=r"GB of memory, and rnnviz.budget.BYTES allows 0.0 GB"):
            ask(module, x)
        assert len((ask(module, x, last=2) if ask is not reveal else reveal(module, x, last=2).shares).values) == 2


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"last": 0}, ValueError, "last is 0; it must be at least 1"),
        ({"last": -3}, ValueError, "last is -3; it must be at least 1"),
        ({"every": 0}, ValueError, "every is 0; it must be at least 1"),
        ({"last": 2.5}, TypeError, "last is 2.5; it is a whole number of steps"),
        ({"every": None}, TypeError, "every is None; it is a whole number of steps"),
        ({"last": True}, TypeError, "last is True; it is a whole number of steps"),
    ],
)
def test_a_part_that_is_none_is_refused(wrong, error, message):
    with pytest.raises(error, match=message):
        gradient_matrix(nn.GRU(3, 4), torch.zeros(9, 1, 3), **wrong)
