"""NaN and infinity are states to be shown: they come out, and nothing raises or warns."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import backpropagate
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
