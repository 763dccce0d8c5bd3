"""An LSTM with projections, read as the one without that computes the same: its gates and what it shows are its own."""

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz.projections import unprojected
from rnnviz.recording import record
from tests.cells.variants import close

every_way = pytest.mark.parametrize("bidirectional", [False, True])


def lstm(**options: object) -> nn.LSTM:
    torch.manual_seed(0)
    return nn.LSTM(4, 5, num_layers=2, proj_size=2, dtype=torch.float64, **options)


@every_way
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_what_is_recorded_is_what_the_module_returns(bidirectional, batch_first, bias):
    module = lstm(bidirectional=bidirectional, batch_first=batch_first, bias=bias)
    x = torch.randn(6, 2, 4, dtype=torch.float64)
    y, (_, c) = module(x.transpose(0, 1) if batch_first else x)
    trace = record(module, x.transpose(0, 1) if batch_first else x)
    close(trace.y.values, y.transpose(0, 1) if batch_first else y, 1e-12)
    for layer, own in zip(trace.layers, c, strict=True):
        close(layer["c"].values[0 if layer.direction == "backward" else -1], own, 1e-12)


def test_every_gate_is_that_of_the_equations_with_projections():
    module = nn.LSTM(4, 5, proj_size=2, dtype=torch.float64)
    x = torch.randn(6, 1, 4, dtype=torch.float64)
    trace = record(module, x)
    shown = torch.cat([torch.zeros(1, 1, 2, dtype=torch.float64), module(x)[0][:-1]])
    with torch.no_grad():
        sums = x @ module.weight_ih_l0.T + module.bias_ih_l0 + shown @ module.weight_hh_l0.T + module.bias_hh_l0
    i, f, g, o = sums.chunk(4, -1)
    expected = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}
    for name, value in expected.items():
        close(trace.layer()[name].values, value, 1e-12)


def test_gradients_reach_the_input_through_the_projections():
    module = lstm(bidirectional=True)
    x = torch.randn(6, 1, 4, dtype=torch.float64, requires_grad=True)
    module(x)[0][-1].sum().backward()
    gradient = rnnviz.backpropagate(module, x.detach(), lambda y: y[-1].sum())
    np.testing.assert_allclose(gradient.x.values, x.grad.numpy(), rtol=1e-9, atol=1e-14)


def test_training_the_module_is_seen_at_once():
    module, x = lstm(), torch.randn(3, 1, 4, dtype=torch.float64)
    record(module, x)
    with torch.no_grad():
        module.weight_hr_l0.mul_(2)
    close(record(module, x).y.values, module(x)[0], 1e-12)


def test_what_cannot_be_shared_or_started_is_refused():
    with pytest.raises(ValueError, match=r"proj_size=2: a Network has no projections.*record and every analysis read"):
        rnnviz.from_torch(lstm())
    state = tuple(torch.zeros(2, 1, 5, dtype=torch.float64) for _ in "hc")
    with pytest.raises(ValueError, match="recorded from zeros; leave state out"):
        record(lstm(), torch.zeros(3, 1, 4, dtype=torch.float64), state)
    with pytest.raises(ValueError, match=r"weight_hr has shape \(3, 5\) and weight_hh \(20, 2\)"):
        unprojected([{"weight_hh": torch.ones(20, 2), "weight_hr": torch.ones(3, 5)}], 1)
