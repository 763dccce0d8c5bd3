"""Eigenvalues where they are known, and the order in which they are told."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.cells import CELLS
from rnnviz.dynamics import recurrent_spectra, spectral_radius, spectrum
from rnnviz.gradients import step_jacobians
from rnnviz.network import Network
from rnnviz.trace import Signal
from tests.cells.variants import build, close, every_recurrent_cell, normal


def test_the_spectral_radius_is_the_largest_absolute_eigenvalue():
    assert spectral_radius(np.array([[0.0, -2.0], [2.0, 0.0]])) == pytest.approx(2)
    assert np.isnan(spectral_radius(torch.tensor([[float("inf")]])))
    close(np.array(spectral_radius(torch.eye(3) * 0.5)), np.array(0.5))


def test_a_rotation_turns_both_ways_and_the_one_above_the_axis_is_told_first():
    angle = 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = spectrum(torch.tensor(turn))
    np.testing.assert_allclose(found.values, np.exp([1j * angle, -1j * angle]), atol=1e-12)
    assert found.axes == ("rank",)


def test_eigenvalues_are_told_by_size_and_the_first_is_as_large_as_the_radius(rng):
    matrix = normal(rng, 9, 9)
    sizes = abs(spectrum(matrix).values)
    assert (np.diff(sizes) <= 1e-12).all()
    assert sizes[0] == pytest.approx(spectral_radius(matrix))


def test_the_eigenvalues_of_a_basis_change_are_those_of_the_diagonal(rng):
    basis = normal(rng, 4, 4)
    matrix = basis @ torch.diag(torch.tensor([2.0, -1.5, 0.5, 0.1], dtype=torch.float64)) @ torch.linalg.inv(basis)
    np.testing.assert_allclose(spectrum(matrix).values, [2.0, -1.5, 0.5, 0.1], atol=1e-9)


def test_every_step_has_a_spectrum_and_one_that_exploded_has_none(rng):
    jacobians = step_jacobians(build(nn.RNN, rng, 2, 5), normal(rng, 4, 1, 2))
    broken = jacobians.values.copy()
    broken[2, 0, 0] = np.inf
    found = spectrum(Signal("J", jacobians.axes, broken))
    assert found.axes == ("time", "rank")
    assert np.isnan(found.values[2]).all()
    for t in (0, 1, 3):
        np.testing.assert_allclose(found.values[t], spectrum(jacobians.values[t]).values, atol=1e-12)


def test_near_zero_a_simple_network_moves_as_its_recurrent_weights_say(rng):
    module = build(nn.RNN, rng, 1, 6, bias=False)
    (block,) = recurrent_spectra(module).values()
    at_rest = spectrum(step_jacobians(module, torch.zeros(1, 1, 1, dtype=torch.float64)).at(time=0))
    np.testing.assert_allclose(at_rest.values, block.values, atol=1e-12)


@every_recurrent_cell
def test_each_block_has_a_spectrum_of_its_own(name, rng):
    network = Network(name, 2, 5, num_layers=2, generator=rng)
    found = recurrent_spectra(network, layer=1)
    assert tuple(found) == CELLS[name].blocks
    assert all(signal.values.shape == (5,) for signal in found.values())


def test_what_is_not_square_and_layers_that_are_not_there_are_refused(rng):
    with pytest.raises(ValueError, match=r"not of shape \(4, 2\)"):
        spectral_radius(torch.zeros(4, 2))
    with pytest.raises(ValueError, match=r"square matrices, not of shape \(4, 2\)"):
        spectrum(torch.zeros(4, 2))
    with pytest.raises(ValueError, match="there is no layer 1; layers are 0 to 0"):
        recurrent_spectra(build(nn.GRU, rng, 1, 2), layer=1)
