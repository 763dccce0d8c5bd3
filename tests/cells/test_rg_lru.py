"""The RG-LRU: its release as an independent loop, what it keeps at its start, and its scan."""

import math

import pytest
import torch

from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import close, normal, start


def released(x: torch.Tensor, h: torch.Tensor, gates: dict[str, torch.Tensor], log_odds: torch.Tensor, resets: bool):
    """The order of operations of ``RecurrentGemmaRglru`` in the library transformers, on x (T, B, H), step by step.

    Its parameter is minus ours. ``resets``: the first step starts a document: nothing is kept and the root is left out.
    """
    states = []
    for t, x_t in enumerate(x):
        i = 1 / (1 + torch.exp(-(gates["b_i"] + x_t @ gates["W_i"].T)))
        r = 1 / (1 + torch.exp(-(gates["b_r"] + x_t @ gates["W_r"].T)))
        logarithm = -8.0 * r * torch.nn.functional.softplus(-log_odds)
        first = resets and t == 0
        multiplier = 1.0 if first else torch.sqrt(1 - torch.exp(2 * logarithm))
        h = torch.exp(logarithm) * (0.0 if first else 1.0) * h + x_t * i * multiplier
        states.append(h)
    return torch.stack(states)


def as_released(rng: torch.Generator, units: int) -> tuple[Network, dict[str, torch.Tensor]]:
    """A network whose u is its input, as there, and its gates' weights."""
    model = Network("RG-LRU", units, units, generator=rng, dtype=torch.float64)
    cell = model.layers[0][0]
    with torch.no_grad():
        cell.split(cell.weight_ih.T)[2].copy_(torch.eye(units))
        cell.set_bias("u", torch.zeros(units))
        cell.weight_ih[: 2 * units] *= 3
    (w_r, w_i, _), (b_r, b_i, _) = cell.weight_ih.detach().split(units), cell.split(cell.bias_ih.detach())
    return model, {"W_r": w_r, "W_i": w_i, "b_r": b_r, "b_i": b_i}


@torch.no_grad()
def test_a_hundred_runs_from_any_state_are_those_of_the_released_layer(rng):
    for case in range(100):
        model, gates = as_released(rng, 1 + case % 7)
        x = normal(rng, 1 + case % 23, 1 + case % 3, 1 + case % 7)
        (first,) = start(model, x.shape[1], rng)
        expected = released(x, first[0], gates, model.layers[0][0].Lambda, resets=False)
        found = torch.tensor(record(model, x, first).layer()["h"].values)
        torch.testing.assert_close(found, expected, atol=1e-12, rtol=0)


@torch.no_grad()
def test_where_a_document_begins_the_release_differs_by_the_root_that_it_leaves_out(rng):
    model, gates = as_released(rng, 4)
    x = normal(rng, 9, 2, 4)
    layer = record(model, x).layer()
    h, i, a = (torch.tensor(layer[name].values) for name in "hia")
    skipped = released(x, torch.zeros(2, 4).double(), gates, model.layers[0][0].Lambda, resets=True)
    close(skipped[0], i[0] * x[0])
    more = (i[0] * x[0] * (1 - torch.sqrt(1 - a[0] ** 2)))[None] * torch.cat([a[:1] ** 0, a[1:]]).cumprod(0)
    close(skipped - h, more)


@pytest.mark.parametrize(("drawn", "steps"), [("paper", 19), ("released", 2.5)])
def test_the_release_forgets_eight_times_as_fast_at_its_start_as_the_paper_says(drawn, steps, rng):
    cell = Network("RG-LRU", 3, 4000, generator=rng, dtype=torch.float64, decay_start=drawn).layers[0][0]
    kept = torch.sigmoid(cell.Lambda.detach()) ** (8 if drawn == "paper" else 2)
    low, high = (0.9, 0.999) if drawn == "paper" else (0.9**2, 0.999**2)
    assert low <= kept.min() < low + 0.001
    assert high - 0.001 < kept.max() <= high
    assert -1 / math.log(torch.median(torch.sigmoid(cell.Lambda.detach()) ** 8)) == pytest.approx(steps, rel=0.1)


def test_another_start_is_refused(rng):
    with pytest.raises(ValueError, match="decay_start 'slow' is not one of paper, released"):
        Network("RG-LRU", 3, 4, generator=rng, decay_start="slow")
