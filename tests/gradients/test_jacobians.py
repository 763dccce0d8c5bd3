"""Step Jacobians, their singular values, and the bounds that theory draws from them."""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from rnnviz.cells.coordinates import flat, shaped
from rnnviz.gradients import (
    backpropagate,
    gradient_curves,
    norm_bound,
    pascanu_bound,
    product_singular_values,
    singular_values,
    step_jacobians,
)
from rnnviz.network import Network
from rnnviz.trace import Signal
from tests.cells.variants import (
    as_row,
    as_torch_takes_it,
    build,
    close,
    every_variant,
    every_variant_with,
    normal,
    scale_recurrence,
    start,
)


def jacobian_signal(*matrices):
    return Signal("J", ("time", "to", "from"), np.stack(matrices))


@every_variant_with("bias layer", [(True, 0), (False, 1), (True, 1), (False, 0)])
def test_each_is_the_jacobian_of_one_step_of_the_cell(name, options, bias, layer, rng):
    network = Network(name, 3, 4, bias=bias, generator=rng, dtype=torch.float64, num_layers=2, **options)
    cell, names = network.layers[layer][0], network.layers[0][0].state
    x, state = normal(rng, 6, 2, 3), start(network, 2, rng)
    jacobians = step_jacobians(network, x, state=as_torch_takes_it(state), layer=layer, batch=1)
    assert jacobians.axes == ("time", "to", "from")

    def step(x_t, *states):
        after = cell(x_t, dict(zip(names, states, strict=True)))
        return tuple(after[name] for name in names)

    def by_rows(x_t, *rows):
        states = (shaped(cell, name, row) for name, row in zip(names, rows, strict=True))
        return tuple(flat(cell, name, value) for name, value in zip(names, step(x_t, *states), strict=True))

    with torch.no_grad():
        inputs = [below for below, _ in network.run(x, dict(zip(names, state, strict=True)))]
    before = tuple(value[layer, 1] for value in state)
    for x_t, jacobian in zip(inputs[layer][:, 1], jacobians.values, strict=True):
        rows = tuple(flat(cell, name, value) for name, value in zip(names, before, strict=True))
        blocks = torch.autograd.functional.jacobian(lambda *rows, x_t=x_t: by_rows(x_t, *rows), rows)
        close(jacobian, torch.cat([torch.cat(row, 1) for row in blocks]))
        before = tuple(value.detach() for value in step(x_t, *before))


@every_variant
def test_their_product_is_the_gradient_by_the_initial_state(name, options, rng):
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 15, 1, 3)
    trace, cell = backpropagate(network, x, lambda y: (y[-1] * torch.arange(4)).sum()), network.layers[0][0]

    def numbers(values):
        return np.concatenate([as_row(cell, name, values[name])[0] for name in cell.state])

    if cell.output in cell.state:
        product = np.concatenate([np.arange(4.0), np.zeros(sum(cell.width(name) for name in cell.state) - 4)])
    else:  # the loss has no other way to the last state than within its own step
        product = numbers({name: trace.layer()[name].values[-1] for name in cell.state})
    for jacobian in step_jacobians(network, x).values[::-1]:
        product = product @ jacobian
    close(product, numbers({name: signal.values for name, signal in trace.layer().initial.items()}))


def test_the_lstms_states_are_coordinates_of_their_own(rng):
    """The cut: what c_t does to h_t within a step belongs to the step, so d h_t / d c_{t-1} is o (1 - tanh^2 c) f."""
    from rnnviz import record

    module, x = build(nn.LSTM, rng, 3, 4), normal(rng, 5, 1, 3)
    trace = record(module, x).layer()
    o, f, c = (trace[name].values[:, 0] for name in "ofc")
    jacobians = step_jacobians(module, x).values
    for t in range(5):
        close(jacobians[t, :4, 4:], np.diag(o[t] * (1 - np.tanh(c[t]) ** 2) * f[t]), 1e-14)
        close(jacobians[t, 4:, 4:], np.diag(f[t]), 1e-14)


def test_singular_values_are_sorted_and_nan_where_the_step_exploded(rng):
    matrices = normal(rng, 3, 4, 4).numpy()
    matrices[1, 2, 2] = np.inf
    values = singular_values(jacobian_signal(*matrices)).values
    close(values[0], np.linalg.svd(matrices[0], compute_uv=False), 1e-12)
    assert np.isnan(values[1]).all()
    assert (np.diff(values[2]) <= 0).all()


@pytest.mark.parametrize("condition", [1.0, 1e3, 9e4, 1.1e5, 1e9, 1e14, np.inf])
@pytest.mark.parametrize("scale", [1e-130, 1e-80, 1.0, 1e80, 1e130])
def test_to_seven_digits_they_are_the_same_however_nearly_singular_a_jacobian_is(condition, scale, rng):
    size = 24
    left, right = (torch.linalg.qr(normal(rng, size, size))[0] for _ in range(2))
    sizes = torch.logspace(0, -np.log10(condition), size) if np.isfinite(condition) else torch.arange(size).double()
    jacobians = jacobian_signal((left * sizes.double() @ right * scale).numpy(), np.zeros((size, size)))
    exact = singular_values(jacobians).values
    found = singular_values(jacobians, single=True).values
    resolved = exact > 1e-12 * exact.max()
    assert not found[1].any()
    np.testing.assert_allclose(np.log10(found[resolved]), np.log10(exact[resolved]), rtol=0, atol=3e-7)


def exact_product(matrices, k):
    """log10 of the singular values of J_T ... J_{k+1}, in 600 digits."""
    with mpmath.workdps(600):
        product = mpmath.eye(matrices.shape[1])
        for matrix in matrices[:k:-1]:
            product = product * mpmath.matrix(matrix.tolist())
        values = mpmath.svd_r(product, compute_uv=False)
        return np.array([float(mpmath.log10(value)) for value in sorted(values, reverse=True)])


@pytest.mark.parametrize("scale", [0.05, 1.0, 30.0])
def test_a_product_over_hundreds_of_steps_keeps_all_its_singular_values(scale, rng):
    matrices = scale * normal(rng, 200, 4, 4).numpy()
    found = product_singular_values(jacobian_signal(*matrices)).values
    assert (found[-1] == 0).all()
    for k in (0, 100, 180, 197, 198):
        exact = exact_product(matrices, k)
        np.testing.assert_allclose(found[k], exact, atol=1e-9)


@pytest.mark.parametrize("factor", [0.3, 5.0])
def test_a_scaled_rotation_has_one_singular_value_however_long(factor, rng):
    orthogonal = torch.linalg.qr(normal(rng, 6, 6))[0].numpy()
    found = product_singular_values(jacobian_signal(*[factor * orthogonal] * 800)).values
    back = np.arange(799, -1, -1, dtype=float)
    np.testing.assert_allclose(found, np.repeat((back * np.log10(factor))[:, None], 6, 1), atol=1e-9)


def test_a_product_with_a_singular_or_an_exploded_step_says_so(rng):
    matrices = normal(rng, 5, 3, 3).numpy()
    matrices[3] = 0
    found = product_singular_values(jacobian_signal(*matrices)).values
    assert np.isfinite(found[3]).all()
    assert (found[:3] == -np.inf).all()
    matrices[3] = np.nan
    found = product_singular_values(jacobian_signal(*matrices)).values
    assert np.isnan(found[:3]).all()
    assert np.isfinite(found[3:]).all()


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["tanh", "relu", "sigmoid", "identity"]),
    st.integers(1, 8),
    st.floats(0.01, 4.0),
    st.integers(1, 40),
)
def test_pascanus_bound_is_never_exceeded(seed, nonlinearity, units, radius, length):
    rng = torch.Generator().manual_seed(seed)
    network = Network("RNN", 2, units, nonlinearity=nonlinearity, generator=rng, dtype=torch.float64)
    scale_recurrence(network, radius)
    x = normal(rng, length, 1, 2)
    curve = gradient_curves(network, x, lambda y: y[-1].sum() / units**0.5)["h"].values[:, 0]
    jacobians = step_jacobians(network, x)
    norms, longest = norm_bound(jacobians).values, product_singular_values(jacobians).values[:, 0]
    bound = pascanu_bound(network, length).values
    rounding = 1e-9
    assert (curve <= longest + rounding).all()
    assert (longest <= norms + rounding).all()
    assert (norms <= bound + rounding).all()


@pytest.mark.parametrize("nonlinearity", ["tanh", "sigmoid", "identity"])
def test_the_bound_of_a_rotation_is_what_happens_where_every_unit_stands_at_its_steepest(nonlinearity, rng):
    network = Network("RNN", 1, 5, nonlinearity=nonlinearity, generator=rng, dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        cell.weight_hh.copy_(0.8 * torch.linalg.qr(normal(rng, 5, 5))[0])
        resting = torch.full((5,), 0.5 if nonlinearity == "sigmoid" else 0.0, dtype=torch.float64)
        cell.bias_ih.zero_()
        cell.bias_hh.copy_(-cell.weight_hh @ resting)
    x = torch.zeros(30, 1, 1, dtype=torch.float64)
    state = resting.expand(1, 1, 5)
    curve = gradient_curves(network, x, lambda y: y[-1].sum() / 5**0.5, state)["h"].values[:, 0]
    close(pascanu_bound(network, 30).values, curve, 1e-12)
    close(norm_bound(step_jacobians(network, x, state=state)).values, curve, 1e-12)


def test_the_bound_is_loose_for_an_rnn_as_torch_starts_it(rng):
    module, x = build(nn.RNN, rng, 8, 64), normal(rng, 100, 1, 8)
    curve = gradient_curves(module, x, lambda y: y[-1].sum() / 8)["h"].values[0, 0]
    assert curve < -15
    assert norm_bound(step_jacobians(module, x)).values[0] > 0
    assert pascanu_bound(module, 100).values[0] > norm_bound(step_jacobians(module, x)).values[0]


def test_without_recurrence_the_bound_is_one_at_the_loss_and_zero_before(rng):
    module = build(nn.RNN, rng, 2, 3)
    with torch.no_grad():
        module.weight_hh_l0.zero_()
    assert pascanu_bound(module, 4).values.tolist() == [-np.inf] * 3 + [0]
    assert norm_bound(step_jacobians(module, normal(rng, 4, 1, 2))).values.tolist() == [-np.inf] * 3 + [0]


def test_the_bound_is_refused_for_cells_with_gates(rng):
    with pytest.raises(ValueError, match="LSTM use norm_bound"):
        pascanu_bound(build(nn.LSTM, rng, 2, 3), 4)


def test_what_is_no_jacobian_is_refused(rng):
    for function in (singular_values, product_singular_values, norm_bound):
        with pytest.raises(ValueError, match="expected step_jacobians"):
            function(Signal("h", ("time", "unit"), np.zeros((2, 2))))
    with pytest.raises(ValueError, match="no layer 1"):
        step_jacobians(build(nn.RNN, rng, 2, 3), normal(rng, 4, 1, 2), layer=1)
