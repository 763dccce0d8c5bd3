"""A reservoir is what was asked for: sparse, of its radius, never trained, and forgetful where it should be."""

import pytest
import torch

from rnnviz.cells import EchoState
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import normal


def reservoir(units=50, seed=0, **options):
    return EchoState(1, units, generator=torch.Generator().manual_seed(seed), dtype=torch.float64, **options)


def radius(cell):
    return float(torch.linalg.eigvals(cell.weight_hh).abs().max())


@pytest.mark.parametrize(("density", "heard"), [(0.02, 1), (0.1, 5), (0.5, 25), (1.0, 50), (0.001, 1)])
def test_each_unit_hears_its_share_of_the_others_and_at_least_one(density, heard):
    assert ((reservoir(density=density).weight_hh != 0).sum(1) == heard).all()


@pytest.mark.parametrize("wanted", [0.0, 0.5, 0.99, 1.3])
@pytest.mark.parametrize("density", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("units", [1, 2, 7, 100])
def test_a_reservoir_of_any_size_and_density_has_the_radius_that_was_asked_for(units, density, wanted):
    assert radius(reservoir(units, density=density, spectral_radius=wanted)) == pytest.approx(wanted, rel=1e-6)


def test_without_a_choice_the_radius_is_below_one():
    assert radius(reservoir()) == pytest.approx(0.9)


def test_an_orthogonal_reservoir_keeps_its_own_radius_unless_another_is_asked_for():
    plain, scaled = reservoir(recurrent="orthogonal"), reservoir(recurrent="orthogonal", spectral_radius=0.8)
    assert radius(plain) == pytest.approx(1)
    torch.testing.assert_close(scaled.weight_hh @ scaled.weight_hh.T, 0.64 * torch.eye(50, dtype=torch.float64))


@pytest.mark.parametrize("scale", [0.0, 0.1, 3.0])
def test_no_input_weight_and_no_bias_is_larger_than_the_input_scaling(scale):
    cell = reservoir(500, input_scaling=scale)
    for values in (cell.weight_ih, cell.bias_ih + cell.bias_hh):
        assert values.abs().max() <= scale
        assert values.abs().max() >= 0.9 * scale


def test_one_generator_makes_one_reservoir():
    one, same, other = (reservoir(seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)


def test_a_reservoir_asks_for_no_gradient_and_its_readout_does(rng):
    network = Network("ESN", 3, 20, output_size=2, generator=rng, dtype=torch.float64)
    before = {name: value.clone() for name, value in network.layers.state_dict().items()}
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    network(normal(rng, 9, 4, 3)).sum().backward()
    optimizer.step()
    assert [name for name, value in network.named_parameters() if value.grad is not None] == [
        "readout.weight",
        "readout.bias",
    ]
    assert all(torch.equal(value, before[name]) for name, value in network.layers.state_dict().items())


def apart(rng, spectral_radius):
    """How far apart two runs on the same input end that started from different states."""
    network = Network("ESN", 1, 100, generator=rng, dtype=torch.float64, spectral_radius=spectral_radius, leak=1.0)
    x = 0.1 * normal(rng, 300, 1, 1)
    one, other = (record(network, x, normal(rng, 1, 1, 100)).layer()["h"].values[-1] for _ in range(2))
    return abs(one - other).max()


def test_a_small_radius_forgets_where_it_started_and_a_large_one_does_not(rng):
    assert apart(rng, 0.8) < 1e-9
    assert apart(rng, 2.5) > 0.1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"leak": 0.0}, "leak is 0.0; it must be above 0 and at most 1"),
        ({"leak": 1.5}, "above 0 and at most 1"),
        ({"density": 0.0}, "density is 0.0"),
        ({"density": float("nan")}, "density is nan"),
        ({"input_scaling": -1.0}, "at least 0"),
        ({"spectral_radius": -1.0}, "at least 0"),
        ({"nonlinearity": "sine"}, "'sine' is not one of tanh"),
    ],
)
def test_a_reservoir_that_cannot_be_is_refused_with_what_can(options, message):
    with pytest.raises(ValueError, match=message):
        reservoir(**options)
