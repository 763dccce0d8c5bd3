"""The sLSTM: its stabilised form is the paper's plain one wherever that does not overflow, in value and in gradient."""

from math import exp, tanh

import numpy as np
import pytest
import torch

from rnnviz.gradients import backpropagate
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.test_papers import Weights, sigmoid
from tests.cells.variants import close, normal


def plain_loop(cell, x: list, h: list, c: list, n: list) -> list:
    """Equations 8 to 14 of the paper, number by number: exponential input gate, no stabilizer. Every h."""
    weights, units, states = Weights(cell, "ifzo"), range(len(h)), []
    for x_t in x:
        net_i, net_f, net_z, net_o = ([weights.net(block, x_t, h, unit) for unit in units] for block in "ifzo")
        c = [sigmoid(net_f[unit]) * c[unit] + exp(net_i[unit]) * tanh(net_z[unit]) for unit in units]
        n = [sigmoid(net_f[unit]) * n[unit] + exp(net_i[unit]) for unit in units]
        h = [sigmoid(net_o[unit]) * c[unit] / n[unit] for unit in units]
        states.append(h)
    return states


def network(rng, scale=1.0, **options) -> Network:
    model = Network("sLSTM", 3, 4, generator=rng, dtype=torch.float64, **options)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= scale
    return model


def test_a_hundred_runs_are_those_of_the_papers_plain_equations(rng):
    for case in range(100):
        model, x = network(rng, scale=1 + case % 4), normal(rng, 1 + case % 23, 1, 3)
        h, c, m = (normal(rng, 1, 1, 4) for _ in range(3))
        n = normal(rng, 1, 1, 4).exp() * (case % 3 > 0)  # a third of them starts from an empty memory
        true = [(value * m.exp())[0, 0].tolist() for value in (c * (case % 3 > 0), n)]
        expected = plain_loop(model.layers[0][0], x[:, 0].tolist(), h[0, 0].tolist(), *true)
        layer = record(model, x, (h, c * (case % 3 > 0), n, m)).layer()
        close(layer["h"].values[:, 0], np.array(expected), 1e-10)


def test_the_stabilizer_changes_no_gradient(rng):
    model, x = network(rng, scale=3.0), 2 * normal(rng, 25, 2, 3)
    cell = model.layers[0][0]
    leaf = x.clone().requires_grad_()
    h, c, n = (x.new_zeros(2, 4) for _ in range(3))
    for x_t in leaf:
        i, f, z, o = (cell.input_part(x_t) + cell.recurrent_part(h)).chunk(4, -1)
        c = torch.sigmoid(f) * c + torch.exp(i) * torch.tanh(z)
        n = torch.sigmoid(f) * n + torch.exp(i)
        h = torch.sigmoid(o) * c / n
    expected = torch.autograd.grad(h.sum(), [leaf, *model.parameters()])
    stabilised = backpropagate(model, x, lambda y: y[-1].sum())
    close(stabilised.x.values, expected[0], 1e-10)
    model(x)[-1].sum().backward()
    for parameter, gradient in zip(model.parameters(), expected[1:], strict=True):
        close(parameter.grad, gradient, 1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [60.0, 1000.0])
def test_gates_of_any_size_leave_every_number_finite(size, dtype, rng):
    model = network(rng).to(dtype)
    for gates in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        for block, sign in zip("if", gates, strict=True):
            model.layers[0][0].set_bias(block, torch.full((4,), sign * size, dtype=dtype))
        x = normal(rng, 40, 1, 3).to(dtype)
        for signal in record(model, x).layer().signals:
            assert np.isfinite(signal.values).all(), (gates, signal.name)
        assert np.isfinite(backpropagate(model, x, lambda y: y.sum()).x.values).all()
