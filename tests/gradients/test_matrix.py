"""gradient_matrix(): every pair of steps, against autograd and against what is known in closed form."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.gradients import backpropagate, gradient_matrix, gradient_norms, norm_bound, step_jacobians
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import (
    as_row,
    as_torch_takes_it,
    build,
    close,
    every_module,
    every_variant,
    every_variant_with,
    normal,
    start,
)
from tests.gradients.unrolled import derivative, unroll

AT_ONCE = 6  # taken together in these tests, so that
LENGTH = 2 * AT_ONCE + 3  # a few chunks of steps meet, the last of them not a whole one


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch):
    monkeypatch.setattr("rnnviz.gradients.matrix.AT_ONCE", AT_ONCE)


def below_the_diagonal(values):
    return values[np.tril_indices(len(values))]


def log_sizes(vectors):
    with np.errstate(divide="ignore"):  # relu units that are off pass exactly nothing
        return np.log10(np.linalg.norm(vectors, axis=-1))


def assert_sizes(found, expected, of_h):
    """What has no effect on a loss, as a scale that cancels out, has a gradient of rounding errors: all are small."""
    if np.nanmax(expected) < np.nanmax(of_h) - 12:
        assert np.nanmax(found) < np.nanmax(of_h) - 12
    else:
        np.testing.assert_allclose(found, expected, atol=1e-10)


def by_autograd(network, x, pushes, of, state=None, layer=0):
    """One autograd pass per loss; row t, column k."""
    steps, cell = unroll(network, x, state).steps[layer, "forward"], network.layers[layer][0]
    matrix = np.full((len(x), len(x)), np.nan)
    for t in range(len(x)):
        gradients = derivative((steps[t][cell.output][0] * pushes[t]).sum(), [step[of] for step in steps[: t + 1]])
        matrix[t, : t + 1] = log_sizes(as_row(cell, of, gradients[:, 0]))
    return matrix


@every_variant_with("bias", [True, False])
def test_every_entry_is_the_gradient_that_autograd_finds(name, options, bias, rng):
    network = Network(name, 3, 5, bias=bias, generator=rng, dtype=torch.float64, **options)
    x, state = normal(rng, LENGTH, 1, 3), start(network, 1, rng)
    pushes = normal(rng, LENGTH, 5)
    for of in network.layers[0][0].state:
        matrix = gradient_matrix(network, x, of, pushes, state=as_torch_takes_it(state))
        expected = by_autograd(network, x, pushes, of, state)
        assert_sizes(matrix.values, expected, by_autograd(network, x, pushes, "h", state))
        assert matrix.axes == ("loss_time", "time")
        assert matrix.kind == "gradient"
        assert np.isnan(matrix.values[np.triu_indices(LENGTH, 1)]).all()


@pytest.mark.filterwarnings("ignore::rnnviz.gradients.LossWarning")  # each step in turn, the first one too
@every_variant
def test_a_row_is_what_backpropagate_gives_for_a_loss_at_that_step(name, options, rng):
    network = Network(name, 3, 5, generator=rng, dtype=torch.float64, num_layers=2, **options)
    x = normal(rng, LENGTH, 3, 3)
    matrices = {of: gradient_matrix(network, x, of, batch=1).values for of in network.layers[0][0].state}
    for t in (AT_ONCE - 1, AT_ONCE):  # on either side of where chunks meet
        layer = backpropagate(network, x, lambda y, t=t: y[t, 1].sum() / 5**0.5).layer(1)
        for of, matrix in matrices.items():
            norms, of_h = (gradient_norms(layer[name]).values[: t + 1, 1] for name in (of, "h"))
            assert_sizes(matrix[t, : t + 1], norms, of_h)


@every_variant
def test_the_cut_state_is_pulled_by_the_product_of_the_steps_jacobians(name, options, rng):
    network = Network(name, 3, 5, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, LENGTH, 1, 3)
    cell = network.layers[0][0]
    jacobians = step_jacobians(network, x).values
    layer, matrix = record(network, x).layer(), gradient_matrix(network, x, "state").values
    for t in range(LENGTH):
        reaching, first = np.zeros(jacobians.shape[1]), t
        reaching[:5] = 5**-0.5
        if cell.output not in cell.state:  # the push is one on the output, and reaches the state before the step
            before = {name: torch.tensor(layer.previous(name).values[t]).requires_grad_() for name in cell.state}
            pushed = cell(x[t], before)[cell.output].sum() / 5**0.5
            gradients = torch.autograd.grad(pushed, list(before.values()))
            rows = [as_row(cell, name, value[0].numpy()) for name, value in zip(before, gradients, strict=True)]
            reaching, first = np.concatenate(rows), t - 1
        for k in range(first, -1, -1):
            np.testing.assert_allclose(matrix[t, k], log_sizes(reaching), atol=1e-10)
            reaching = reaching @ jacobians[k]


@every_module
def test_the_gradient_is_what_finite_differences_of_the_state_give(kind, options, rng):
    module = build(kind, rng, 3, 4, **options)
    x, small = normal(rng, 9, 1, 3), 1e-6
    states = start(module, 1, rng)
    matrix = gradient_matrix(module, x, "state", state=as_torch_takes_it(states)).values

    def later(k, t, before):
        """The push of step t as a function of the state that step k + 1 starts from."""
        with torch.no_grad():
            return float(module(x[k + 1 : t + 1], as_torch_takes_it(tuple(before)))[0][-1].sum() / 2)

    with torch.no_grad():
        after = [module(x[: k + 1], as_torch_takes_it(states))[1] for k in range(9)]
    for k in range(8):
        before = list(after[k]) if isinstance(after[k], tuple) else [after[k]]
        for t in range(k + 1, 9):
            total = 0.0
            for s in range(len(before)):
                for unit in range(4):
                    both = []
                    for sign in (1, -1):
                        nudged = [value.clone() for value in before]
                        nudged[s][0, 0, unit] += sign * small
                        both.append(later(k, t, nudged))
                    total += ((both[0] - both[1]) / (2 * small)) ** 2
            assert abs(matrix[t, k] - 0.5 * np.log10(total)) < 1e-5


@pytest.mark.parametrize("factor", [0.3, 0.9, 1.0, 1.1, 5.0])
def test_a_scaled_rotation_gives_powers_over_a_thousand_steps(factor, rng):
    network = Network("RNN", 1, 16, nonlinearity="identity", bias=False, generator=rng, dtype=torch.float64)
    orthogonal = torch.linalg.qr(normal(rng, 16, 16))[0]
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(factor * orthogonal)
    matrix = gradient_matrix(network, torch.zeros(1000, 1, 1, dtype=torch.float64)).values
    t, k = np.tril_indices(1000)
    assert np.abs(matrix[t, k] - (t - k) * np.log10(factor)).max() < 1e-12
    assert np.isfinite(below_the_diagonal(matrix)).all()


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200, 1e308])
def test_a_push_may_be_of_any_size(size, rng):
    network = Network("RNN", 1, 16, nonlinearity="identity", bias=False, generator=rng, dtype=torch.float64)
    orthogonal = torch.linalg.qr(normal(rng, 16, 16))[0]
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(2 * orthogonal)
    push = torch.full((16,), size, dtype=torch.float64)
    matrix = gradient_matrix(network, torch.zeros(30, 1, 1, dtype=torch.float64), loss=push).values
    t, k = np.tril_indices(30)
    np.testing.assert_allclose(matrix[t, k], np.log10(size) + np.log10(4) + (t - k) * np.log10(2), atol=1e-10)


def test_gates_that_are_nearly_shut_are_followed_far_below_float64(rng):
    """f = e-40 at every step: ten steps leave the range of float64, which is sooner than a fixed schedule looks."""
    network = Network("LSTM", 1, 2, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.layers[0][0].bias_ih[2:4] = -40 * np.log(10)
    matrix = gradient_matrix(network, torch.zeros(100, 1, 1, dtype=torch.float64), "c").values
    t, k = np.tril_indices(100)
    # h_t = 1/2 tanh(c_t) at c = 0, pushed by 1/sqrt(2) in each of two units.
    np.testing.assert_allclose(matrix[t, k], np.log10(0.5) - 40.0 * (t - k), rtol=1e-12, atol=1e-9)


def test_a_dead_relu_network_gives_exact_zeros(rng):
    module = build(nn.RNN, rng, 1, 4, nonlinearity="relu")
    with torch.no_grad():
        module.bias_ih_l0.fill_(-100)
    matrix = gradient_matrix(module, normal(rng, 20, 1, 1)).values
    close(np.diag(matrix), np.zeros(20), 1e-12)
    assert (matrix[np.tril_indices(20, -1)] == -np.inf).all()


def test_float32_weights_are_swept_in_float64(rng):
    module = build(nn.LSTM, rng, 3, 16, dtype=torch.float32)
    matrix = gradient_matrix(module, normal(rng, 500, 1, 3, dtype=torch.float32)).values
    assert np.isfinite(below_the_diagonal(matrix)).all()
    assert np.nanmin(matrix) < -60


def test_a_loss_of_the_readout_pushes_each_step_by_its_own_gradient(rng):
    network = Network("GRU", 3, 5, output_size=4, generator=rng, dtype=torch.float64)
    x = normal(rng, 9, 2, 3)
    matrix = gradient_matrix(network, x, loss=lambda y: y.log_softmax(-1)[:, 2], batch=1).values
    steps = unroll(network, x).steps[0, "forward"]
    for t in range(9):
        loss = network.readout(steps[t]["h"]).log_softmax(-1)[1, 2]
        gradients = derivative(loss, [step["h"] for step in steps[: t + 1]])[:, 1]
        np.testing.assert_allclose(matrix[t, : t + 1], np.log10(np.linalg.norm(gradients, axis=-1)), atol=1e-10)


def test_one_push_serves_every_step_and_a_lower_layer_starts_from_its_own_state(rng):
    module = build(nn.LSTM, rng, 3, 5, num_layers=2)
    x, push = normal(rng, 9, 1, 3), normal(rng, 5)
    network = Network("LSTM", 3, 5, num_layers=2, shared=None, generator=rng, dtype=torch.float64)
    for a, b in zip(network.parameters(), module.parameters(), strict=True):
        a.data = b.data
    for layer in (0, 1):
        expected = by_autograd(network, x, push.expand(9, 5), "h", layer=layer)
        np.testing.assert_allclose(gradient_matrix(module, x, "h", push, layer=layer).values, expected, atol=1e-10)


def test_the_bound_of_norms_holds_for_every_pair_with_the_last_step(rng):
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        module, x = build(kind, rng, 3, 8), normal(rng, 60, 1, 3)
        row = gradient_matrix(module, x, "state").values[-1]
        assert (row <= norm_bound(step_jacobians(module, x)).values + 1e-12).all()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"of": "c"}, "GRU has no state 'c'; it has h"),
        ({"layer": 2}, "no layer 2; layers are 0 to 1"),
        ({"batch": 2}, "no sequence 2 in a batch of 2"),
        ({"loss": torch.ones(6)}, r"shape \(6,\); give \(5,\) or \(7, 5\)"),
        ({"loss": lambda y: y.sum()}, "7 numbers, one for each step"),
        ({"loss": lambda y: y.detach()[:, 0]}, "that depend on the output"),
        ({"loss": lambda y: y[:, 0], "layer": 0}, "reads the top layer"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(arguments, says, rng):
    with pytest.raises(ValueError, match=says):
        gradient_matrix(build(nn.GRU, rng, 3, 5, num_layers=2), normal(rng, 7, 2, 3), **arguments)


def test_a_bidirectional_network_read_at_its_end_has_no_loss_at_every_step(rng):
    network = Network("RNN", 3, 5, bidirectional=True, output_size=2, generator=rng, dtype=torch.float64)
    with pytest.raises(ValueError, match="one answer"):
        gradient_matrix(network, normal(rng, 7, 1, 3), loss=lambda y: y[:, 0])
