"""weight_gradients_by_step(): terms whose sum is dL/dW."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.gradients import weight_gradients_by_step, weights
from rnnviz.network import Network
from tests.cells.variants import as_torch_takes_it, build, close, every_variant_with, normal, start
from tests.gradients.unrolled import derivative, mixed, unroll


@every_variant_with("bias", [True, False])
def test_the_sum_over_steps_is_what_autograd_gives(name, options, bias, monkeypatch, rng):
    network = Network(
        name, 3, 4, num_layers=2, bidirectional=True, bias=bias, generator=rng, dtype=torch.float64, **options
    )
    network.requires_grad_()  # a reservoir asks for none
    x, state = normal(rng, 5, 2, 3), start(network, 2, rng)
    loss = mixed(unroll(network, x, state).y)
    for layer, cells in enumerate(network.layers):
        for direction, cell in zip(("forward", "backward"), cells, strict=True):
            parameters = dict(cell.named_parameters())
            expected = torch.autograd.grad(loss, list(parameters.values()), retain_graph=True)
            # One step at a time, or all steps: each of them in each layer and in each direction.
            monkeypatch.setattr(weights, "AT_ONCE", 1 if (layer == 0) == (direction == "forward") else 2**22)
            found = weight_gradients_by_step(
                network, x, mixed, as_torch_takes_it(state), layer=layer, direction=direction
            )
            assert list(found.sums) == list(found.norms) == list(parameters)
            for (parameter, total), gradient in zip(found.sums.items(), expected, strict=True):
                close(total.values, gradient)
                assert total.axes == (("row", "column") if gradient.ndim == 2 else ("row",))
                assert found.norms[parameter].axes == ("time",)


@every_variant_with("direction", ["forward", "backward"])
def test_a_norm_is_that_of_the_gradient_by_weights_used_at_one_step_only(name, options, direction, rng):
    network = Network(name, 3, 4, bidirectional=True, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 7, 2, 3)
    found = weight_gradients_by_step(network, x, mixed, direction=direction)
    cell = network.layers[0][direction == "backward"]
    # A run in which each step has a copy of the weights for itself.
    copies = [{n: p.detach().clone().requires_grad_() for n, p in cell.named_parameters()} for _ in x]
    now, h = cell.initial_state(2), {}
    for t in reversed(range(7)) if direction == "backward" else range(7):
        now = torch.func.functional_call(cell, copies[t], (x[t], now))
        h[t] = now[cell.output]
    ours = torch.stack([h[t] for t in range(7)])
    other = unroll(network, x).output.detach()
    y = torch.cat([ours, other[..., 4:]] if direction == "forward" else [other[..., :4], ours], -1)
    for name_, signal in found.norms.items():
        gradients = derivative(mixed(y), [copy[name_] for copy in copies])
        expected = [float(torch.linalg.vector_norm(gradient).log10()) for gradient in gradients]
        np.testing.assert_allclose(signal.values, expected, atol=1e-10)


def test_a_loss_at_the_end_teaches_an_rnn_by_its_last_moments(rng):
    module = build(nn.RNN, rng, 4, 32)
    found = weight_gradients_by_step(module, normal(rng, 100, 1, 4), lambda y: y[-1].sum())
    norms = found.norms["weight_ih"].values
    assert norms[-1] - norms[50] > 5


def test_steps_beyond_the_range_of_float64_have_a_norm(rng):
    network = Network("RNN", 1, 4, nonlinearity="identity", generator=rng, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(0.01 * torch.eye(4, dtype=torch.float64))
    x = torch.ones(400, 1, 1, dtype=torch.float64)
    norms = weight_gradients_by_step(network, x, lambda y: y[-1].sum()).norms["bias_ih"].values
    close(norms, np.log10(2) - 2.0 * np.arange(399, -1, -1), 1e-12)


def test_a_sequence_that_saturates_adds_nothing_to_one_that_does_not(rng):
    network = Network("RNN", 1, 4, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(torch.linalg.qr(normal(rng, 4, 4))[0])
        network.layers[0][0].weight_ih.fill_(1.0)
    quiet, loud = torch.zeros(200, 1, 1, dtype=torch.float64), 6 * torch.ones(200, 1, 1, dtype=torch.float64)
    alone = weight_gradients_by_step(network, quiet, lambda y: y[-1].sum()).norms
    both = weight_gradients_by_step(network, torch.cat([quiet, loud], 1), lambda y: y[-1].sum()).norms
    for name in ("weight_hh", "bias_ih"):
        close(both[name].values[:150], alone[name].values[:150], 1e-10)


def test_gradients_are_split_for_callers_that_switched_them_off(rng):
    module, x = build(nn.GRU, rng, 3, 4), normal(rng, 6, 1, 3)
    expected = weight_gradients_by_step(module, x, mixed).sums["weight_hh"].values
    for off in (torch.no_grad, torch.inference_mode):
        with off():
            assert np.array_equal(weight_gradients_by_step(module, x, mixed).sums["weight_hh"].values, expected)
    assert all(parameter.grad is None for parameter in module.parameters())


def test_a_layer_or_direction_that_is_not_there_is_refused(rng):
    module, x = build(nn.GRU, rng, 3, 4), normal(rng, 6, 1, 3)
    for where in ({"layer": 1}, {"direction": "backward"}):
        with pytest.raises(ValueError, match="there is no layer"):
            weight_gradients_by_step(module, x, mixed, **where)
