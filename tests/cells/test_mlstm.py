"""The mLSTM: its stabilised form is the paper's plain one wherever that does not overflow, in value and in gradient."""

from math import exp

import numpy as np
import pytest
import torch

from rnnviz.gradients import backpropagate
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.test_papers import net, sigmoid
from tests.cells.variants import close, normal


def plain_loop(cell, x: list, table: list, n: list) -> list:
    """Equations 19 to 27 of the paper, number by number: it divides by at least 1, and has no stabilizer. Every h."""
    states = []
    for x_t in x:
        q, k, v, o, i, f = (
            [net(rows.tolist(), x_t, row) + bias.tolist()[row] for row in range(len(rows))]
            for rows, bias in ((getattr(cell, f"weight_{name}"), getattr(cell, f"bias_{name}")) for name in "qkvoif")
        )
        k, i, f = [value / cell.keys**0.5 for value in k], exp(i[0]), sigmoid(f[0])
        table = [[f * old + i * v[r] * k[c] for c, old in enumerate(row)] for r, row in enumerate(table)]
        n = [f * old + i * k[c] for c, old in enumerate(n)]
        weight = max(abs(net([n], q, 0)), 1)
        states.append([sigmoid(o[r]) * net(table, q, r) / weight for r in range(len(table))])
    return states


def network(rng, scale=1.0, **options) -> Network:
    model = Network("mLSTM", 3, 4, generator=rng, dtype=torch.float64, **options)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= scale
    return model


def test_a_hundred_runs_are_those_of_the_papers_plain_equations(rng):
    for case in range(100):
        model, x = network(rng, scale=1 + case % 4, keys=1 + case % 5), normal(rng, 1 + case % 23, 1, 3)
        cell = model.layers[0][0]
        table, n, m = (normal(rng, 1, *zeros.shape) for zeros in cell.initial_state(1).values())
        true = [(table * m.exp()[..., None])[0, 0].tolist(), (n * m.exp())[0, 0].tolist()]
        expected = plain_loop(cell, x[:, 0].tolist(), *true)
        layer = record(model, x, (table, n, m)).layer()
        close(layer["h"].values[:, 0], np.array(expected), 1e-10)


def test_the_stabilizer_changes_no_gradient(rng):
    model, x = network(rng, scale=3.0), 2 * normal(rng, 25, 2, 3)
    cell, leaf = model.layers[0][0], x.clone().requires_grad_()
    table, n = x.new_zeros(2, 4, 4), x.new_zeros(2, 4)
    for x_t in leaf:
        q, k, v, o, i, f = (cell.summed(name, x_t) for name in "qkvoif")
        k, i, f = k / 2, i.exp(), f.sigmoid()
        table = f[..., None] * table + torch.einsum("bv,bk->bvk", i * v, k)
        n = f * n + i * k
        weight = (n * q).sum(-1, keepdim=True).abs().clamp(min=1)
        h = o.sigmoid() * torch.einsum("bvk,bk->bv", table, q) / weight
    expected = torch.autograd.grad(h.sum(), [leaf, *model.parameters()])
    close(backpropagate(model, x, lambda y: y[-1].sum()).x.values, expected[0], 1e-10)
    model(x)[-1].sum().backward()
    for parameter, gradient in zip(model.parameters(), expected[1:], strict=True):
        close(parameter.grad, gradient, 1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [60.0, 1000.0])
def test_gates_of_any_size_leave_every_number_finite(size, dtype, rng):
    model = network(rng).to(dtype)
    for write, keep in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        with torch.no_grad():
            model.layers[0][0].bias_i.fill_(write * size)
            model.layers[0][0].bias_f.fill_(keep * size)
        x = normal(rng, 40, 1, 3).to(dtype)
        for signal in record(model, x).layer().signals:
            assert np.isfinite(signal.values).all(), (write, keep, signal.name)
        assert np.isfinite(backpropagate(model, x, lambda y: y.sum()).x.values).all()
