"""Depth and two directions: layer for layer what torch.nn computes, and each direction what it is on its own."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.gradients import backpropagate
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import (
    as_torch_takes_it,
    build,
    every_cell_with,
    every_module,
    every_variant_with,
    normal,
    start,
)

both_directions = pytest.mark.parametrize("bidirectional", [False, True], ids=["one direction", "two"])
DEPTHS = [1, 2, 3, 4]
every_depth = pytest.mark.parametrize("layers", DEPTHS)


def part_of(module, layer, suffix):
    """The parameters of one layer and direction of a torch module, under the names of a module of one layer."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return {f"{name}_l0": getattr(module, f"{name}_l{layer}{suffix}") for name in names}


def alone(module, layer, suffix, **options):
    """One layer and direction of a torch module as a module of its own that reads forward."""
    weights = part_of(module, layer, suffix)
    one = type(module)(weights["weight_ih_l0"].shape[1], module.hidden_size, dtype=torch.float64, **options)
    one.load_state_dict(weights)
    return one


@every_module
@both_directions
@every_depth
def test_output_and_final_states_are_bitwise_those_of_torch(kind, options, bidirectional, layers, rng):
    module = build(kind, rng, 3, 5, num_layers=layers, bidirectional=bidirectional, **options)
    x, state = normal(rng, 17, 2, 3), as_torch_takes_it(start(module, 2, rng))
    expected, final = module(x, state)
    trace = record(module, x, state)
    assert (trace.depth, len(trace.directions)) == (layers, 2 if bidirectional else 1)
    assert (trace.y.values == expected.detach().numpy()).all()
    assert (trace.merged(layers - 1).values == trace.y.values).all()
    h_n = (final[0] if kind is nn.LSTM else final).detach().numpy()
    assert len(h_n) == len(trace.layers)
    for row, layer in enumerate(trace.layers):
        end = 0 if layer.direction == "backward" else -1
        assert (layer["h"].values[end] == h_n[row]).all()
        if kind is nn.LSTM:
            np.testing.assert_allclose(layer["c"].values[end], final[1][row].detach(), rtol=1e-12, atol=1e-12)


@every_module
@both_directions
@every_depth
def test_every_layer_is_a_torch_module_of_its_own_on_what_the_layer_below_shows(
    kind, options, bidirectional, layers, rng
):
    module = build(kind, rng, 3, 5, num_layers=layers, bidirectional=bidirectional, **options)
    x = normal(rng, 17, 2, 3)
    trace = record(module, x)
    below = x
    for layer in range(layers):
        forward = alone(module, layer, "", **options)(below)[0].detach()
        np.testing.assert_allclose(trace.layer(layer)["h"].values, forward, rtol=1e-12, atol=1e-12)
        if bidirectional:
            backward = alone(module, layer, "_reverse", **options)(below.flip(0))[0].flip(0).detach()
            np.testing.assert_allclose(trace.layer(layer, "backward")["h"].values, backward, rtol=1e-12, atol=1e-12)
        below = torch.tensor(trace.merged(layer).values)


@every_variant_with("layers", DEPTHS)
def test_the_backward_direction_is_a_forward_run_of_the_reversed_input_reversed_back(name, options, layers, rng):
    both = Network(name, 3, 5, num_layers=layers, bidirectional=True, generator=rng, dtype=torch.float64, **options)
    x, state = normal(rng, 9, 2, 3), start(both, 2, rng)
    trace = record(both, x, as_torch_takes_it(state))
    below = x
    for layer, (_, cell) in enumerate(both.layers):
        one = Network(name, below.shape[-1], 5, generator=rng, dtype=torch.float64, **options)
        one.layers[0][0].load_state_dict(cell.state_dict())
        row = slice(2 * layer + 1, 2 * layer + 2)
        first = as_torch_takes_it(tuple(value[row] for value in state))
        reversed_run = record(one, below.flip(0), first).layer()
        backward = trace.layer(layer, "backward")
        for signal in reversed_run.signals:
            np.testing.assert_allclose(backward[signal.name].values, signal.values[::-1], rtol=1e-12, atol=1e-12)
        for state_name in cell.state:
            shifted = reversed_run.previous(state_name).values[::-1]
            np.testing.assert_allclose(backward.previous(state_name).values, shifted, rtol=1e-12, atol=1e-12)
        below = torch.tensor(trace.merged(layer).values)


@pytest.mark.filterwarnings("ignore:this loss reaches time step 0 of 9 alone")  # as it is meant to, at t = 0
@every_variant_with("layers", DEPTHS)
def test_a_network_that_reads_one_way_has_no_connection_to_the_future_at_all(name, options, layers, rng):
    network = Network(name, 3, 5, num_layers=layers, output_size=2, readout="every", generator=rng, **options)
    x = normal(rng, 9, 1, 3, dtype=torch.float32)
    y = record(network, x).y.values
    for t in (0, 4, 7):
        gradient = backpropagate(network, x, lambda y, t=t: y[t].sum())
        assert (gradient.x.values[t + 1 :] == 0).all()
        assert all((layer["h"].values[t + 1 :] == 0).all() for layer in gradient.layers)
        other = x.clone()
        other[t + 1 :] += 1
        assert (record(network, other).y.values[: t + 1] == y[: t + 1]).all()


@every_cell_with("layers", DEPTHS)
def test_a_network_that_reads_both_ways_knows_every_step_at_every_step(name, layers, rng):
    network = Network(name, 3, 5, num_layers=layers, bidirectional=True, generator=rng, dtype=torch.float64)
    for t in (0, 4, 8):
        gradient = backpropagate(network, normal(rng, 9, 1, 3), lambda y, t=t: y[t].sum())
        assert (gradient.x.values != 0).all()


@both_directions
def test_three_gru_layers_give_a_trace_for_each_layer_and_direction(bidirectional):
    trace = record(nn.GRU(16, 24, num_layers=3, bidirectional=bidirectional), torch.zeros(11, 1, 16))
    sides = ("forward", "backward") if bidirectional else ("forward",)
    assert [(layer.layer, layer.direction) for layer in trace.layers] == [(k, side) for k in range(3) for side in sides]
    assert len(trace.layers) == 3 * len(sides)
    assert all(layer.names == ("r", "z", "n", "h") for layer in trace.layers)
    assert all(signal.values.shape == (11, 1, 24) for layer in trace.layers for signal in layer.signals)
