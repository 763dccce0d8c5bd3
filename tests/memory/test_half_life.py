"""half_life: of gates set by hand, of loops known in closed form."""

import math

import numpy as np
import pytest
import torch

from rnnviz.memory import half_life, half_life_of, reveal, revealing
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import normal


def steady(name: str, biases: list[float], rng, **sizes) -> Network:
    """A network whose keeping gates do not depend on anything but their biases."""
    network = Network(name, 3, len(biases), generator=rng, dtype=torch.float64, **sizes)
    with torch.no_grad():
        for cells in network.layers:
            for cell in cells:
                row = next(k for k, block in enumerate(cell.blocks) if cell.quantities[block].role == "keep")
                for parameter in (cell.weight_ih, cell.weight_hh, cell.bias_hh):
                    cell.split(parameter.t())[row].zero_()
                cell.split(cell.bias_ih)[row].copy_(torch.tensor(biases, dtype=torch.float64))
    return network


def logit(p: float) -> float:
    return math.log(p / (1 - p))


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_half_life_of_a_steady_gate_is_log_one_half_over_log_gate(name, direction, rng):
    gates = [0.5, 0.25, 0.9, 0.99]
    network = steady(name, [logit(gate) for gate in gates], rng, bidirectional=True, num_layers=2)
    for layer in (0, 1):
        found = half_life(network, normal(rng, 7, 2, 3), layer=layer, direction=direction)
        assert found.axes == ("unit",)
        np.testing.assert_allclose(found.values, [math.log(0.5) / math.log(gate) for gate in gates], rtol=1e-9)


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_a_gate_that_never_closes_never_forgets_and_one_that_never_opens_forgets_at_once(name, rng):
    found = half_life(steady(name, [60.0, -800.0], rng), normal(rng, 5, 1, 3)).values
    assert found[0] == np.inf
    assert found[1] < 1e-2


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_what_a_unit_held_halves_once_per_half_life_under_the_gates_that_were_read(name, direction, rng):
    """Exact for the product of changing gates; the logarithm of their mean would promise more than is left."""
    network = Network(name, 3, 4, bidirectional=True, generator=rng, dtype=torch.float64)
    x = 3 * normal(rng, 9, 2, 3)
    gate = record(network, x).layer(0, direction)["f" if name == "LSTM" else "z"].values
    found = half_life(network, x, direction=direction).values
    np.testing.assert_allclose(0.5 ** (9 * 2 / found), gate.prod((0, 1)), rtol=1e-9)
    assert (found < math.log(0.5) / np.log(gate.mean((0, 1)))).all()


def test_one_gate_that_shuts_erases_whatever_the_others_keep(rng):
    network = Network("GRU", 1, 1, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.layers[0][0].weight_ih[1] = 1
    assert half_life(network, torch.tensor([40.0, -800.0, 40.0], dtype=torch.float64)[:, None, None]).values[0] == 0


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_linear_loop_halves_as_its_weight_says(direction, rng):
    network = Network("RNN", 3, 3, nonlinearity="identity", bidirectional=True, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        for cell in network.layers[0]:
            cell.weight_hh.copy_(torch.diag(torch.tensor([0.9, 0.5, -0.3], dtype=torch.float64)))
    found = half_life(network, normal(rng, 20, 2, 3), direction=direction).values
    np.testing.assert_allclose(found, [math.log(0.5) / math.log(a) for a in (0.9, 0.5, 0.3)], rtol=1e-9)


def test_what_does_not_fade_within_the_sequence_has_no_half_life(rng):
    network = Network("RNN", 2, 2, nonlinearity="identity", generator=rng, recurrent="identity")
    with torch.no_grad():
        network.layers[0][0].weight_ih[1] = 0
    found = half_life(network, torch.ones(9, 1, 2)).values
    assert found[0] == np.inf
    assert np.isnan(found[1])


def test_a_loop_of_zero_forgets_before_the_next_step(rng):
    network = Network("RNN", 2, 2, generator=rng, spectral_radius=0.0)
    np.testing.assert_array_equal(half_life(network, torch.ones(4, 1, 2)).values, 0)


def test_both_definitions_agree_on_a_cell_that_only_keeps(rng):
    network = steady("GRU", [logit(0.8)], rng)
    with torch.no_grad():  # the candidate sees nothing of the state, and stays where tanh is linear
        network.layers[0][0].weight_hh.zero_()
        network.layers[0][0].bias_hh.zero_()
        network.layers[0][0].weight_ih[2] = 1e-6
    x = normal(rng, 12, 1, 3).abs()
    np.testing.assert_allclose(half_life(network, x).values, half_life(network, x, "reveal").values, rtol=1e-6)


def test_what_cannot_be_asked_is_refused(rng, monkeypatch):
    network, x = Network("RNN", 3, 4, generator=rng), torch.zeros(5, 1, 3)
    with pytest.raises(ValueError, match="RNN has no gate that keeps"):
        half_life(network, x, "gate")
    with pytest.raises(ValueError, match="'gate' or 'reveal'"):
        half_life(network, x, "decay")
    monkeypatch.setattr(revealing, "LARGEST", 10)
    with pytest.raises(ValueError, match="less input"):
        half_life(network, x)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_half_life_can_be_taken_from_what_was_revealed_before(direction, rng):
    network, x = Network("GRU", 3, 5, bidirectional=True, generator=rng, dtype=torch.float64), normal(rng, 9, 2, 3)
    found = half_life_of(reveal(network, x, direction=direction), direction)
    np.testing.assert_allclose(found.values, half_life(network, x, "reveal", direction=direction).values, rtol=1e-12)
    with pytest.raises(ValueError, match="too many to be kept"):
        half_life_of(reveal(network, x)._replace(contributions=None))
