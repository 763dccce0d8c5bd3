"""The LRU: its states in closed form, and where its numbers lambda lie at its start."""

import math

import numpy as np
import pytest
import torch

from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import normal, start


def powers(cell) -> callable:
    """lambda^k by its size and angle, exp(-k e^nu) (cos k e^theta + i sin k e^theta), in numpy."""
    nu, theta = cell.nu.detach().numpy(), cell.theta.detach().numpy()
    return lambda k: np.exp(-k * np.exp(nu)) * (np.cos(k * np.exp(theta)) + 1j * np.sin(k * np.exp(theta)))


def matrix(cell, letter: str) -> np.ndarray:
    return getattr(cell, f"{letter}_re").detach().numpy() + 1j * getattr(cell, f"{letter}_im").detach().numpy()


def test_a_hundred_runs_from_any_state_are_sums_over_powers_of_lambda(rng):
    for case in range(100):
        steps, batch, inputs, units = 1 + case % 47, 1 + case % 3, 1 + case % 4, 1 + case % 6
        model = Network("LRU", inputs, units, generator=rng, dtype=torch.float64)
        cell, x = model.layers[0][0], normal(rng, steps, batch, inputs)
        (first,) = start(model, batch, rng)
        layer, power = record(model, x, first).layer(), powers(cell)
        written = np.exp(cell.gamma.detach().numpy()) * (x.numpy() @ matrix(cell, "B").T)
        for t in range(steps):
            h = power(t + 1) * first[0].numpy() + sum(power(t - k) * written[k] for k in range(t + 1))
            np.testing.assert_allclose(layer["h"].values[t], h, atol=1e-12)
            y = (h @ matrix(cell, "C").T).real + x[t].numpy() @ cell.D.detach().numpy().T
            np.testing.assert_allclose(layer["y"].values[t], y, atol=1e-12)


@pytest.mark.parametrize(("ring", "turn"), [((0.0, 1.0), 2 * math.pi), ((0.9, 0.999), math.pi / 10)])
def test_lambda_starts_evenly_on_the_ring_and_its_input_is_scaled_to_keep_the_size_of_the_state(ring, turn, rng):
    cell = Network("LRU", 3, 4000, generator=rng, dtype=torch.float64, ring=ring, turn=turn).layers[0][0]
    found = cell.eigenvalues().detach()
    share = (found.abs() ** 2 - ring[0] ** 2) / (ring[1] ** 2 - ring[0] ** 2)  # of the ring's area, from its inner rim
    for even in (share, found.angle() % (2 * math.pi) / turn):
        assert 0 <= even.min() < 0.01
        assert 0.99 < even.max() <= 1
        assert float(even.mean()) == pytest.approx(0.5, abs=0.02)
    torch.testing.assert_close(torch.exp(2 * cell.gamma.detach()) + found.abs() ** 2, torch.ones(4000).double())


@pytest.mark.parametrize(
    ("start", "message"),
    [({"ring": (0.9, 0.5)}, "the inner one first"), ({"ring": (0, 1.1)}, "0 to 1"), ({"turn": 0.0}, "above 0")],
)
def test_a_ring_that_cannot_be_is_refused(start, message, rng):
    with pytest.raises(ValueError, match=message):
        Network("LRU", 3, 4, generator=rng, **start)
