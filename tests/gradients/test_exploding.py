"""NaN and infinity are states to be shown: they come out, and nothing raises or warns."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import backpropagate
from rnnviz.budget import chosen
from rnnviz.dynamics import lyapunov_exponents
from rnnviz.gradients import (
    clip_by_norm,
    gradient_curves,
    gradient_matrix,
    gradient_norms,
    norm_bound,
    product_singular_values,
    singular_values,
    slope,
    step_jacobians,
    weight_gradients_by_step,
)
from rnnviz.network import Network
from tests.cells.variants import build, normal

BUILDS = {
    "an RNN that grows": (nn.RNN, {"nonlinearity": "relu"}, 50.0),
    "an LSTM with huge weights": (nn.LSTM, {}, 1e200),
    "a GRU with huge weights": (nn.GRU, {}, 1e200),
    "a GRU with infinite weights": (nn.GRU, {}, float("inf")),
    "an LSTM of nothing but NaN": (nn.LSTM, {}, float("nan")),
}


@pytest.fixture(params=BUILDS, ids=str)
def exploding(request, rng):
    kind, options, scale = BUILDS[request.param]
    module = build(kind, rng, 2, 4, **options)
    with torch.no_grad():
        module.weight_hh_l0 *= scale
    return module, normal(rng, 400, 1, 2)


def test_every_measure_survives(exploding):
    module, x = exploding
    trace = backpropagate(module, x, lambda y: y[-1].sum())
    norms = gradient_norms(trace.layer()["h"])
    clip_by_norm(trace, 1.0)
    slope(norms.at(batch=0))
    slope(gradient_curves(module, x, lambda y: y.sum())["h"].at(batch=0))
    weight_gradients_by_step(module, x, lambda y: y[-1].sum())
    for of in ("h", "state"):
        assert gradient_matrix(module, x, of).values.shape == (400, 400)
    jacobians = step_jacobians(module, x)
    for measure in (singular_values, product_singular_values, norm_bound, lyapunov_exponents):
        measure(jacobians)


@pytest.mark.parametrize("factor", [1e-150, 1e-50, 1e-7, 0.5, 1e7, 1e50, 1e150])
@pytest.mark.parametrize("rows", [{}, {"every": 7}, {"last": 40}], ids=str)
def test_a_map_and_a_curve_hold_however_fast_sizes_leave_the_range(factor, rows):
    network = Network("RNN", 1, 3, nonlinearity="identity", bias=False, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(factor * torch.eye(3, dtype=torch.float64))
    x = torch.zeros(50, 1, 1, dtype=torch.float64)
    sizes = gradient_matrix(network, x, **rows).values
    t, k = chosen(50, rows.get("last"), rows.get("every", 1))[:, None], np.arange(50)
    expected = np.where(k <= t, (t - k) * np.log10(factor), np.nan)
    np.testing.assert_allclose(sizes, expected, rtol=1e-12, atol=1e-12)
    if 1e-30 < factor < 1e30:  # a curve looks at its sizes every few steps only
        curve = gradient_curves(network, x, lambda y: y[-1].sum() / 3**0.5)["h"].values[:, 0]
        np.testing.assert_allclose(curve, expected[-1], rtol=1e-12, atol=1e-12)


def test_an_explosion_is_seen_at_the_step_where_it_happens(rng):
    module = build(nn.RNN, rng, 1, 4, nonlinearity="relu")
    with torch.no_grad():
        module.weight_hh_l0.copy_(torch.eye(4) * 30)
        module.bias_ih_l0.zero_()
        module.bias_hh_l0.zero_()
        module.weight_ih_l0.fill_(1.0)
    x = torch.ones(300, 1, 1, dtype=torch.float64)
    sizes = gradient_norms(backpropagate(module, x, lambda y: y[-1].sum()).layer()["h"]).values[:, 0]
    # 30^k passes the largest float64 after 208 steps back from the loss.
    assert np.isfinite(sizes[299 - 208 :]).all()
    assert (sizes[: 299 - 208] == np.inf).all()


def test_a_constant_input_and_a_single_unit_are_no_special_case(rng):
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        module, x = build(kind, rng, 1, 1), torch.zeros(5, 1, 1, dtype=torch.float64)
        assert np.isfinite(gradient_matrix(module, x).values[np.tril_indices(5)]).all()
        assert np.isfinite(product_singular_values(step_jacobians(module, x)).values[:, 0]).all()
