"""The closed form of a cell and autograd over its step give the same; a cell needs neither kernel nor closed form."""

import numpy as np
import pytest
import torch

from rnnviz import backpropagate
from rnnviz.cells import CELLS, Cell, Quantity, Recurrent
from rnnviz.gradients import gradient_curves, gradient_matrix, matrix, step_jacobians, weight_gradients_by_step
from rnnviz.gradients.following import follow
from rnnviz.gradients.linear import Factored, Traced, linearise
from rnnviz.network import Network
from tests.cells.variants import as_torch_takes_it, close, every_variant_with, normal, start
from tests.gradients.unrolled import derivative, mixed

# Any two of these choices meet in each of their combinations.
every_option = [
    {"bias": True, "bidirectional": False, "num_layers": 1},
    {"bias": False, "bidirectional": False, "num_layers": 2},
    {"bias": False, "bidirectional": True, "num_layers": 1},
    {"bias": True, "bidirectional": True, "num_layers": 2},
]


@pytest.fixture
def without_closed_forms(monkeypatch):
    """A context in which every cell is left to autograd."""

    def switch_off():
        for cell in CELLS.values():
            monkeypatch.setattr(cell, "slopes", Cell.slopes)

    return switch_off


def everything(network, x, state):
    trace = backpropagate(network, x, mixed, as_torch_takes_it(state))
    found = [trace.x.values] + [layer[name].values for layer in trace.layers for name in layer.names]
    found += [initial.values for layer in trace.layers for initial in layer.initial.values()]
    found += [curve.values for curve in gradient_curves(network, x, mixed, as_torch_takes_it(state)).values()]
    for layer in range(network.num_layers):
        options = {"state": as_torch_takes_it(state), "layer": layer, "batch": 1}
        found += [gradient_matrix(network, x, of, **options).values for of in (*network.layers[0][0].state, "state")]
        found.append(step_jacobians(network, x, **options).values)
        weights = weight_gradients_by_step(network, x, mixed, as_torch_takes_it(state), layer=layer)
        found += [signal.values for signals in weights for signal in signals.values()]
    return found


@every_variant_with("more", every_option)
def test_both_ways_agree(name, options, more, without_closed_forms, monkeypatch, rng):
    monkeypatch.setattr(matrix, "AT_ONCE", 4)  # so that chunks of steps meet in a short sequence
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, **options, **more)
    x, state = normal(rng, 7, 2, 3), start(network, 2, rng)
    if not isinstance(linearise(follow(network, x).layers[0][0]), Factored):
        assert CELLS[name].slopes is Cell.slopes
        return
    fast = everything(network, x, state)
    without_closed_forms()
    assert isinstance(linearise(follow(network, x).layers[0][0]), Traced)
    for one, other in zip(fast, everything(network, x, state), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


class Entangled(Recurrent):
    """Two states that read one another, no kernel, no closed form: h from both, a memory m from h and both."""

    name = "entangled"
    blocks = ("m", "h")
    state = ("h", "m")
    quantities = {  # noqa: RUF012
        "m": Quantity("m_t", "", "", (-1.0, 1.0), "memory"),
        "h": Quantity("h_t", "", "", (-1.0, 1.0), "state"),
    }

    def equations(self, x_t, state):
        m, h = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        m = yield "m", torch.tanh(m + 0.5 * state["m"].flip(-1))
        yield "h", torch.tanh(h + m.roll(1, -1) * state["m"])

    def summands(self, x_t, state, step):
        return {}  # none of these tests asks for them


@pytest.fixture
def entangled(monkeypatch, rng):
    monkeypatch.setitem(CELLS, "entangled", Entangled)
    network = Network("entangled", 3, 4, num_layers=2, bidirectional=True, generator=rng, dtype=torch.float64)
    return network, normal(rng, 11, 2, 3), start(network, 2, rng)


def unrolled(network, x, state):
    """Leaves, and every step's quantities by layer and direction."""
    below = leaf = x.clone().requires_grad_()
    steps = {}
    for layer, cells in enumerate(network.layers):
        for d, cell in enumerate(cells):
            now = {name: value[2 * layer + d] for name, value in zip(cell.state, state, strict=True)}
            taken = {}
            for t in reversed(range(len(x))) if d else range(len(x)):
                now = taken[t] = cell(below[t], now)
            steps[layer, d] = [taken[t] for t in range(len(x))]
        below = torch.stack([torch.cat([steps[layer, d][t]["h"] for d in range(2)], -1) for t in range(len(x))])
    return leaf, steps, below


def test_any_cell_can_be_backpropagated(entangled):
    network, x, state = entangled
    leaf, steps, output = unrolled(network, x, state)
    trace = backpropagate(network, x, mixed, state)
    loss = mixed(output)
    close(trace.x.values, torch.autograd.grad(loss, leaf, retain_graph=True)[0])
    for layer in trace.layers:
        for name in ("m", "h"):
            expected = derivative(loss, [step[name] for step in steps[layer.layer, layer.direction == "backward"]])
            close(layer[name].values, expected)


def test_any_cell_has_a_matrix_and_jacobians(entangled):
    network, x, state = entangled
    _, steps, _ = unrolled(network, x, state)
    for of in ("h", "m"):
        matrix = gradient_matrix(network, x, of, state=state).values
        for t in range(11):
            push = steps[1, 0][t]["h"][0].sum() / 2
            gradients = derivative(push, [step[of] for step in steps[1, 0][: t + 1]])[:, 0]
            np.testing.assert_allclose(matrix[t, : t + 1], np.log10(np.linalg.norm(gradients, axis=-1)), atol=1e-10)
    jacobians = step_jacobians(network, x, state=state).values
    matrix = gradient_matrix(network, x, "state", state=state).values
    reaching = np.array([0.5] * 4 + [0.0] * 4)
    for k in range(10, -1, -1):
        assert abs(np.log10(np.linalg.norm(reaching)) - matrix[10, k]) < 1e-10
        reaching = reaching @ jacobians[k]
