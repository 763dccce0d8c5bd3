"""The minimal GRU: its gradient through time in closed form, and the parallel scan that it was made for."""

import pytest
import torch

from rnnviz.dynamics import recurrent_spectra
from rnnviz.gradients import backpropagate, retrace, step_jacobians
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import close, normal, start


def network(rng, **options) -> Network:
    return Network("minGRU", 3, 5, generator=rng, dtype=torch.float64, **options)


def scan(kept: torch.Tensor, written: torch.Tensor) -> torch.Tensor:
    """h_t = kept_t h_{t-1} + written_t from h_0 = 0 by doubling: log2 T rounds, each over all steps at once."""
    reach = 1
    while reach < len(kept):
        before = torch.cat([torch.zeros_like(written[:reach]), written[:-reach]])
        written = kept * before + written
        kept = kept * torch.cat([torch.ones_like(kept[:reach]), kept[:-reach]])
        reach *= 2
    return written


@pytest.mark.parametrize("steps", [1, 2, 3, 8, 100])
def test_a_parallel_scan_gives_the_states_of_the_recurrence(steps, rng):
    layer = record(network(rng), normal(rng, steps, 2, 3)).layer()
    z, n = (torch.tensor(layer[name].values) for name in "zn")
    close(scan(1 - z, z * n), torch.tensor(layer["h"].values))


def test_a_scan_that_starts_from_a_state_writes_it_before_the_first_word(rng):
    model, x = network(rng), normal(rng, 20, 2, 3)
    (first,) = start(model, 2, rng)
    layer = record(model, x, first).layer()
    z, n = (torch.tensor(layer[name].values) for name in "zn")
    kept, written = torch.cat([torch.zeros_like(first), 1 - z]), torch.cat([first, z * n])
    close(scan(kept, written)[1:], torch.tensor(layer["h"].values))


def test_a_step_is_differentiated_by_the_state_before_it_as_one_minus_z_and_nothing_else(rng):
    model, x = network(rng), 3 * normal(rng, 30, 1, 3)
    z = torch.tensor(record(model, x).layer()["z"].values[:, 0])
    jacobians = torch.tensor(step_jacobians(model, x).values)
    close(jacobians.diagonal(dim1=-2, dim2=-1), 1 - z)
    assert (jacobians * (1 - torch.eye(5)) == 0).all()


def test_a_gradient_through_time_is_the_product_of_what_is_kept(rng):
    model, x = network(rng), normal(rng, 30, 1, 3)
    kept = 1 - torch.tensor(record(model, x).layer()["z"].values)
    reaching = torch.tensor(backpropagate(model, x, lambda y: y[-1].sum()).layer()["h"].values)
    close(reaching, torch.stack([kept[t + 1 :].prod(0) for t in range(30)]))


def test_a_gradient_through_time_is_what_finite_differences_say(rng):
    model, x, step = network(rng, num_layers=2), normal(rng, 6, 1, 3), 1e-6
    (first,) = start(model, 1, rng)

    def last(state: torch.Tensor) -> float:
        return float(record(model, x, state).y.values[-1].sum())

    gradient = backpropagate(model, x, lambda y: y[-1].sum(), first).layers[0].initial["h"].values[0]
    for unit in range(5):
        nudge = torch.zeros_like(first)
        nudge[0, 0, unit] = step
        assert gradient[unit] == pytest.approx((last(first + nudge) - last(first - nudge)) / (2 * step), abs=1e-8)


def test_what_is_kept_has_all_its_digits_where_z_is_all_but_one(rng):
    model = network(rng)
    with torch.no_grad():
        model.layers[0][0].set_bias("z", torch.full((5,), 50.0))
        model.layers[0][0].weight_ih.zero_()
    x = torch.zeros(2, 1, 3, dtype=torch.float64)
    kept = torch.tensor(step_jacobians(model, x).values).diagonal(dim1=-2, dim2=-1)
    torch.testing.assert_close(kept, torch.full((2, 5), 50.0, dtype=kept.dtype).neg().exp(), rtol=1e-12, atol=0)


@pytest.mark.parametrize("bias", [-2.0, 0.0, 3.0])
def test_a_forget_bias_is_what_speaks_for_keeping(bias, rng):
    model = network(rng, forget_bias=bias)
    with torch.no_grad():
        model.layers[0][0].weight_ih.zero_()
    z = record(model, torch.zeros(1, 1, 3, dtype=torch.float64)).layer()["z"].values
    close(1 - torch.tensor(z), torch.sigmoid(torch.full_like(torch.tensor(z), bias)))


def test_without_recurrent_weights_nothing_is_said_of_them(rng):
    with pytest.raises(ValueError, match="minGRU has no recurrent weights, so it takes neither recurrent nor"):
        network(rng, spectral_radius=0.9)
    with pytest.raises(ValueError, match="minGRU has no recurrent weights, so it has no spectrum"):
        recurrent_spectra(network(rng))
    assert retrace(network(rng), normal(rng, 5, 1, 3), lambda y: y.sum()).recurrent is None
