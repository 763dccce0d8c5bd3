"""Where tanh and sigmoid are all but flat a derivative is small, not zero: it keeps its digits, whoever takes it."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.func import functional_call

from rnnviz import backpropagate
from rnnviz.cells import CELLS, Cell
from rnnviz.cells.derivatives import ExactSlopes, sigmoid_slope, tanh_slope
from rnnviz.dynamics import lyapunov_exponents
from rnnviz.dynamics.stepping import Step
from rnnviz.gradients import gradient_curves, gradient_matrix, step_jacobians, weight_gradients_by_step
from rnnviz.gradients.following import follow
from rnnviz.network import Network
from tests.cells.variants import VARIANTS, normal

# Of those whose states are vectors of real numbers: a step is linear in the others.
SMOOTH = [
    (name, options)
    for name, options in VARIANTS
    if options.get("nonlinearity") not in ("relu", "identity") and CELLS[name].not_a_vector(CELLS[name].state) is None
]
FLAT = 21.0  # 1 - tanh(21)^2 is 0 in float64, and 2.3e-18 in truth
smooth = pytest.mark.parametrize(("name", "options"), SMOOTH, ids=str)


def flat(name: str, options: dict, rng: torch.Generator) -> Network:
    """A network all of whose pre-activations are near 21 or -21."""
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, **options)
    cell = network.layers[0][0]
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.mul_(0.3)
        if cell.bias_ih is not None:
            signs = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat(len(cell.bias_ih))[: len(cell.bias_ih)]
            cell.bias_ih.copy_(FLAT * signs)
    return network


def complex_step(cell: Cell, x_t: Tensor, state: dict[str, Tensor]) -> np.ndarray:
    """dS_t / dS_{t-1} by Squire and Trapp's imaginary step, which subtracts nothing: SIAM Review 40:110 (1998)."""
    weights, columns = {key: value.to(torch.complex128) for key, value in cell.named_parameters()}, []
    for name, value in state.items():
        for unit in range(value.shape[-1]):
            moved = {other: before.to(torch.complex128) for other, before in state.items()}
            moved[name][0, unit] += 1e-150j
            after = functional_call(cell, weights, (x_t.to(torch.complex128), moved))
            columns.append(torch.cat([after[other][0].imag for other in state]) / 1e-150)
    return torch.stack(columns, 1).numpy()


def assert_rows_agree(found: np.ndarray, expected: np.ndarray) -> None:
    """1 - z of a GRU cancels in the reference: what it leaves of an entry is measured by the largest of its row."""
    for row, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(row, wanted, rtol=1e-5, atol=1e-14 * np.abs(wanted).max())


@pytest.mark.parametrize("a", [0.0, 0.5, -3.0, 18.0, -20.0, 40.0, 300.0])
def test_the_derivatives_are_those_of_the_exponential_forms(a):
    tail = math.exp(-2 * abs(a))
    value = torch.tensor(a, dtype=torch.float64)
    assert float(tanh_slope(value)) == pytest.approx(4 * tail / (1 + tail) ** 2, rel=1e-12, abs=0)
    tail = math.exp(-abs(a))
    assert float(sigmoid_slope(value)) == pytest.approx(tail / (1 + tail) ** 2, rel=1e-12, abs=0)


def test_within_the_context_autograd_takes_them_and_the_values_stay_torchs_own():
    a = torch.linspace(-40, 40, 81, dtype=torch.float64, requires_grad=True)
    for function, slope in ((torch.tanh, tanh_slope), (torch.sigmoid, sigmoid_slope)):
        with ExactSlopes():
            value = function(a)
        assert torch.equal(value, function(a))
        (found,) = torch.autograd.grad(value.sum(), a)
        torch.testing.assert_close(found, slope(a.detach()), rtol=1e-15, atol=0)


@smooth
@pytest.mark.parametrize("closed", [True, False])
def test_the_jacobian_of_a_flat_step_has_the_digits_of_an_imaginary_step(name, options, closed, rng, monkeypatch):
    if not closed:
        for cell in CELLS.values():
            monkeypatch.setattr(cell, "slopes", Cell.slopes)
    network, x = flat(name, options, rng), normal(rng, 3, 1, 3)
    found, steps = step_jacobians(network, x).values, follow(network, x).layers[0][0]
    for t in range(3):
        expected = complex_step(steps.cell, x[t], {key: value[t] for key, value in steps.previous.items()})
        assert_rows_agree(found[t], expected)
    assert (found != 0).any()


@smooth
def test_the_steps_of_dynamics_have_them_too(name, options, rng):
    network, x = flat(name, options, rng), normal(rng, 2, 1, 3)
    step, steps = Step(network), follow(network, x).layers[0][0]
    states = torch.cat([value[1] for value in steps.previous.values()], -1)
    found = step.jacobian(x[1, 0], states)[0].numpy()
    expected = complex_step(steps.cell, x[1], {key: value[1] for key, value in steps.previous.items()})
    assert_rows_agree(found, expected)


def single(weight: float, bias: float) -> Network:
    """h_t = tanh(weight h_{t-1} + bias), whatever is read."""
    network = Network("RNN", 1, 1, generator=torch.Generator(), dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        for parameter, value in zip(cell.parameters(), (0.0, weight, bias, 0.0), strict=True):
            parameter.fill_(value)
    return network


def test_every_measure_of_one_flat_unit_is_the_product_of_its_slopes():
    network, x = single(1.0, 24.0), torch.zeros(30, 1, 1, dtype=torch.float64)
    with torch.no_grad():
        a = 24.0 + torch.cat([torch.zeros(1, dtype=torch.float64), network(x)[:-1, 0, 0]]).numpy()
    factors = np.log10(4) - 2 * a / math.log(10)  # of each step; exp(-4 a) is far below float64's precision
    by_step = np.append(np.cumsum(factors[:0:-1])[::-1], 0.0)

    def last(y):
        return y[-1].sum()

    np.testing.assert_allclose(gradient_curves(network, x, last)["h"].values[:, 0], by_step, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(gradient_matrix(network, x).values[-1], by_step, rtol=1e-12, atol=1e-12)
    exponent = lyapunov_exponents(step_jacobians(network, x)).values[0]
    assert exponent == pytest.approx(factors.mean() * math.log(10), rel=1e-9)
    taught = weight_gradients_by_step(network, x, last).norms["bias_ih"].values
    np.testing.assert_allclose(taught, by_step + factors, rtol=1e-12)
    near = backpropagate(network, x, last).layers[0]["h"].values[-5:, 0, 0]
    np.testing.assert_allclose(np.log10(near), by_step[-5:], rtol=1e-12, atol=1e-12)
