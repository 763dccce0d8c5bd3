"""Memory capacity: exact where the echoes are exact, N for linear reservoirs, never more than N."""

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.cells import CLASSIC
from rnnviz.dynamics import linear_memory_capacity, memory_capacity
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.trace import Signal
from tests.cells.variants import normal


def noise(rng: torch.Generator, *shape: int) -> Tensor:
    return 2 * torch.rand(*shape, generator=rng, dtype=torch.float64) - 1


def rotation(rng: torch.Generator, units: int, scale: float = 0.9) -> Tensor:
    return scale * torch.linalg.qr(normal(rng, units, units))[0]


def run(weight_hh: Tensor, weight_ih: Tensor, u: Tensor, nonlinearity: str = "identity") -> Signal:
    """The states of a simple network with these weights, ("time", "unit")."""
    draw = torch.Generator()
    network = Network(
        "RNN", 1, len(weight_ih), bias=False, nonlinearity=nonlinearity, generator=draw, dtype=torch.float64
    )
    cell = network.layers[0][0]
    with torch.no_grad():
        cell.weight_hh.copy_(weight_hh)
        cell.weight_ih.copy_(weight_ih[:, None])
    return record(network, u[:, None, None]).layer()["h"].at(batch=0)


def test_a_line_of_delays_holds_exactly_as_many_inputs_as_it_is_long(rng):
    line, first = torch.diag(torch.ones(4, dtype=torch.float64), -1), torch.eye(5, dtype=torch.float64)[0]
    u = noise(rng, 3000)
    found = memory_capacity(run(line, first, u), u, 12)
    np.testing.assert_allclose(found.by_delay.values[:5], 1, atol=1e-9)
    assert found.by_delay.values[5:].max() < 0.02
    exact = linear_memory_capacity(line, first, 12)
    np.testing.assert_allclose(exact.by_delay.values, [1] * 5 + [0] * 8, atol=1e-12)
    assert exact.total == 5


def test_what_is_measured_of_a_well_conditioned_linear_reservoir_is_the_closed_form(rng):
    matrix, inputs, u = rotation(rng, 20), normal(rng, 20), noise(rng, 12_000)
    found = memory_capacity(run(matrix, inputs, u), u, 60)
    exact = linear_memory_capacity(matrix, inputs, 60).by_delay.values
    np.testing.assert_allclose(found.by_delay.values, exact, atol=0.03)
    assert found.total == pytest.approx(20, rel=0.05)
    assert found.total == pytest.approx(found.by_delay.values.sum())


def test_a_squashed_reservoir_and_a_loud_input_hold_less_than_a_linear_one(rng):
    matrix, inputs, u = rotation(rng, 30), 0.1 * noise(rng, 30), noise(rng, 8000)
    linear, quiet, loud = (
        memory_capacity(run(matrix, scale * inputs, u, name), u, 60).total
        for name, scale in (("identity", 1), ("tanh", 1), ("tanh", 10))
    )
    assert loud < 0.7 * quiet < 0.7 * linear * 1.02


@pytest.mark.parametrize("name", [*CLASSIC, "mLSTM"])  # the readout alone makes it so, not the cell
def test_no_cell_holds_more_inputs_than_it_has_units(name, rng):
    network, u = Network(name, 1, 8, generator=rng, dtype=torch.float64), noise(rng, 3000, 2)
    found = memory_capacity(record(network, u[..., None]).layer()[network.layers[0][0].output], u, 20)
    assert 0.5 < found.total <= 8 * 1.01  # 3,000 steps tell it to a percent
    assert ((found.by_delay.values >= 0) & (found.by_delay.values <= 1)).all()


def test_the_score_is_the_squared_correlation_on_steps_that_were_not_fitted(rng):
    u, values = noise(rng, 60), normal(rng, 60, 3)
    found = memory_capacity(Signal("h", ("time", "unit"), values.numpy()), u, 2, washout=10, ridge=0.0)
    h = np.c_[values.numpy(), np.ones(60)]
    for delay in range(3):
        target = u.numpy()[10 - delay : 60 - delay]
        read = h[35:] @ np.linalg.lstsq(h[10:35], target[:25], rcond=None)[0]
        assert found.by_delay.values[delay] == pytest.approx(np.corrcoef(read, target[25:])[0, 1] ** 2, abs=1e-9)


def test_states_that_do_not_vary_hold_nothing_and_those_that_exploded_are_no_number(rng):
    u = noise(rng, 300)
    still = np.ones((300, 4))
    assert memory_capacity(Signal("h", ("time", "unit"), still), u, 5).by_delay.values.tolist() == [0] * 6
    still[250] = np.inf
    still[150] = np.nan
    assert np.isnan(memory_capacity(Signal("h", ("time", "unit"), still), u, 5).total)


def test_what_does_not_fit_is_refused(rng):
    state = Signal("h", ("time", "unit"), np.zeros((50, 2)))
    with pytest.raises(ValueError, match="u must be all but the last of it"):
        memory_capacity(state, torch.zeros(49), 3)
    with pytest.raises(ValueError, match="must be at least 0"):
        memory_capacity(state, torch.zeros(50), -1)
    with pytest.raises(ValueError, match="50 steps are too few: the first 48 are left out"):
        memory_capacity(state, torch.zeros(50), 3, washout=48)
