"""The exact capacity of linear reservoirs: against closed forms, arithmetic of many digits, and what float64 can do."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.dynamics import linear_memory_capacity, spectral_radius
from rnnviz.studies import echo_state_network as study
from rnnviz.subjects import Subject
from tests.cells.variants import normal
from tests.dynamics.test_capacity import rotation
from tests.reservoirs import reservoir


def weights(made: Subject) -> tuple[Tensor, Tensor]:
    """W and w of a leaking reservoir."""
    cell = study.cell_of(made)
    own = (1 - cell.leak) * torch.eye(made.units, dtype=torch.float64) + cell.leak * cell.weight_hh
    return own, cell.leak * cell.weight_ih[:, 0]


def in_many_digits(matrix: Tensor, inputs: Tensor, delays: int, digits: int) -> tuple[int, np.ndarray]:
    """The rank of G and MC_k for k up to ``delays``, from the definition: G summed up, then eliminated by pivots."""
    with localcontext(prec=digits):
        exactly = np.vectorize(Decimal, otypes=[object])
        power, echo = exactly(matrix.numpy()), exactly(inputs.numpy())
        echoes = [echo]
        for _ in range(delays):
            echoes.append(power @ echoes[-1])
        left = np.array(echoes, dtype=object).T
        covariance = np.outer(echo, echo)
        while max(abs(entry) for entry in power.flat) > Decimal(10) ** -(digits // 2):
            covariance = covariance + power @ covariance @ power.T
            power = power @ power
        found, rows, smallest = exactly(np.zeros(delays + 1)), list(range(len(inputs))), Decimal(10) ** -(digits // 2)
        while rows and covariance[(pivot := max(rows, key=lambda row: covariance[row, row]),) * 2] > smallest:
            rows.remove(pivot)
            share = covariance[rows, pivot] / covariance[pivot, pivot]
            found += left[pivot] ** 2 / covariance[pivot, pivot]
            left[rows] -= np.outer(share, left[pivot])
            covariance[np.ix_(rows, rows)] -= np.outer(share, covariance[pivot, rows])
        return len(inputs) - len(rows), found.astype(float)


@pytest.mark.parametrize(
    ("units", "density", "leak", "digits"), [(20, 0.05, 1.0, 240), (20, 0.1, 0.5, 240), (20, 1.0, 1.0, 160)]
)
def test_it_is_what_hundreds_of_digits_make_of_the_definition(units, density, leak, digits):
    made = reservoir(units, 0.9, leak, density=density, nonlinearity="identity", seed=units)
    rank, expected = in_many_digits(*weights(made), 60, digits)
    found = linear_memory_capacity(*weights(made), 60)
    np.testing.assert_allclose(found.by_delay.values, expected, atol=1e-11)
    assert found.total == rank
    assert density == 1 or rank < units  # of sparse reservoirs some directions are never moved


@pytest.mark.parametrize(("units", "delays"), [(40, 300), (100, 600)])
@pytest.mark.parametrize("seed", range(3))
def test_all_delays_of_a_random_reservoir_sum_to_its_units(units, delays, seed):
    own, inputs = weights(reservoir(units, 0.9, density=0.5, nonlinearity="identity", seed=seed))
    found = linear_memory_capacity(own, inputs, delays)
    assert found.total == units
    assert found.by_delay.values.sum() == pytest.approx(units, abs=1e-6)


def test_a_hundred_units_hold_seventy_five_inputs_all_but_whole():
    values = study.theory(reservoir(100, 0.9, nonlinearity="identity")).by_delay.values
    np.testing.assert_allclose(values[:76], 1, atol=1e-4)
    assert values[80] == pytest.approx(0.9996, abs=1e-4)
    assert values[85] == pytest.approx(0.996, abs=1e-3)


@pytest.mark.parametrize("units", [1, 5, 20, 100])
def test_all_delays_of_a_rotation_sum_to_the_number_of_its_units(units, rng):
    found = linear_memory_capacity(rotation(rng, units), normal(rng, units), 30 * units + 400)
    assert found.by_delay.values.sum() == pytest.approx(units, abs=1e-9)


@pytest.mark.parametrize("scale", [0.3, 0.9, 0.999])
def test_a_ring_forgets_by_the_round(scale, rng):
    """Of N units in a ring each round multiplies by a^N: MC_k = a^(2 N floor(k / N)) (1 - a^(2 N)), whatever w is."""
    ring = scale * torch.eye(7, dtype=torch.float64).roll(1, 0)
    rounds = np.arange(30) // 7
    expected = scale ** (14.0 * rounds) * (1 - scale**14.0)
    for inputs in (torch.eye(7, dtype=torch.float64)[2], normal(rng, 7)):
        np.testing.assert_allclose(linear_memory_capacity(ring, inputs, 29).by_delay.values, expected, atol=1e-11)


def test_it_is_the_same_in_all_coordinates(rng):
    matrix, inputs, turned = 0.4 * torch.tril(normal(rng, 6, 6)).tanh(), normal(rng, 6), normal(rng, 6, 6)
    expected = linear_memory_capacity(matrix, inputs, 20).by_delay.values
    found = linear_memory_capacity(turned @ matrix @ turned.inverse(), turned @ inputs, 20)
    np.testing.assert_allclose(found.by_delay.values, expected, atol=1e-8)


def test_where_float64_can_tell_it_is_the_covariances_own(rng):
    matrix, inputs = normal(rng, 4, 4), normal(rng, 4)
    matrix *= 0.7 / spectral_radius(matrix)
    echoes = [inputs]
    for _ in range(400):
        echoes.append(matrix @ echoes[-1])
    covariance = sum(torch.outer(echo, echo) for echo in echoes)
    expected = [float(echo @ torch.linalg.solve(covariance, echo)) for echo in echoes[:20]]
    np.testing.assert_allclose(linear_memory_capacity(matrix, inputs, 19).by_delay.values, expected, atol=1e-9)


def test_a_measurement_resolves_the_first_delays_and_as_many_inputs_as_directions():
    made = reservoir(100, 0.9, nonlinearity="identity")
    (measured, read), exact = study.measure(made), study.theory(made)
    np.testing.assert_allclose(measured.by_delay.values[:20], exact.by_delay.values[:20], atol=1e-3)
    assert abs(measured.total - read.resolved) < 3
    assert read.resolved < 0.5 * exact.total
    assert study.measure(reservoir(100, 0.9, scaling=0.0))[1].resolved == 0
    assert study.measure(reservoir(20, 3.0, nonlinearity="identity"))[1].resolved >= 0


def test_a_reservoir_that_its_input_does_not_reach_counts_only_what_it_reaches():
    def total(diagonal: list[float], inputs: list[float]) -> tuple[float, float]:
        found = linear_memory_capacity(torch.diag(torch.tensor(diagonal)), torch.tensor(inputs), 100)
        assert found.by_delay.values.sum() == pytest.approx(found.total, abs=1e-6)
        return found.total

    assert total([0.5, 0.5, 0.3], [1.0, 1.0, 0.0]) == 1
    assert total([0.5, 0.5, 0.3], [1.0, 1.0, 1.0]) == 2
    assert total([0.0, 0.0, 0.0], [1.0, 2.0, 3.0]) == 1
    assert total([0.2, 0.3], [0.0, 0.0]) == 0
    line = torch.diag(torch.ones(4, dtype=torch.float64), -1)
    assert linear_memory_capacity(line, torch.eye(5)[2], 9).by_delay.values.tolist() == [1, 1, 1] + [0] * 7


def test_what_does_not_fit_or_does_not_forget_is_refused():
    with pytest.raises(ValueError, match="must be square"):
        linear_memory_capacity(torch.zeros(3, 2), torch.zeros(3), 3)
    with pytest.raises(ValueError, match="spectral radius must be below 1"):
        linear_memory_capacity(torch.eye(2), torch.ones(2), 3)
