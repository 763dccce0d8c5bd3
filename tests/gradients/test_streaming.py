"""What is computed in parts, or in closed form, is what is computed of the whole."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.dynamics import LyapunovSum, lyapunov_exponents
from rnnviz.gradients import (
    gradient_curves,
    gradient_matrix,
    jacobian_blocks,
    norm_bound,
    retrace,
    singular_values,
    step_jacobians,
    weight_gradients_by_step,
)
from rnnviz.gradients.following import follow
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import every_cell, every_cell_with

STEPS, INPUTS, UNITS = 23, 3, 5


def network(name: str, **options: object) -> tuple[Network, torch.Tensor]:
    draw = torch.Generator().manual_seed(7)
    made = Network(name, INPUTS, UNITS, generator=draw, dtype=torch.float64, **options)
    return made.eval(), torch.randn(STEPS, 1, INPUTS, generator=draw, dtype=torch.float64)


def push(y: torch.Tensor) -> torch.Tensor:
    return y[-1].sum() + 0.3 * y[5].sum()


@every_cell_with("at_once", [None, 1, 7, STEPS, 99])
def test_parts_of_the_jacobians_are_those_of_the_whole(name, at_once):
    model, x = network(name)
    parts = list(jacobian_blocks(model, x, at_once=at_once))
    assert all(part.axes == ("time", "to", "from") for part in parts)
    assert at_once is None or [len(part.values) for part in parts[:-1]] == [at_once] * (len(parts) - 1)
    whole = step_jacobians(model, x).values
    np.testing.assert_allclose(np.concatenate([part.values for part in parts]), whole, rtol=1e-12, atol=1e-15)


def test_of_a_large_network_few_steps_are_held_at_a_time():
    draw = torch.Generator().manual_seed(0)
    model, x = nn.LSTM(2, 300), torch.randn(9, 1, 2, generator=draw)
    assert max(len(part.values) for part in jacobian_blocks(model, x)) == 4


@every_cell_with("skip", [0, 3])
def test_exponents_added_up_in_parts_are_those_of_the_whole(name, skip):
    model, x = network(name)
    total = LyapunovSum(3, skip=skip)
    for part in jacobian_blocks(model, x, at_once=4):
        total.add(part)
    whole = lyapunov_exponents(step_jacobians(model, x), 3, skip=skip)
    np.testing.assert_allclose(total.exponents().values, whole.values, rtol=1e-9)


def test_a_part_that_has_burst_leaves_no_exponent():
    total = LyapunovSum()
    model, x = network("RNN")
    for k, part in enumerate(jacobian_blocks(model, x, at_once=8)):
        total.add(part if k != 1 else type(part)("J", part.axes, np.full_like(part.values, np.inf), "J"))
    assert np.isnan(total.exponents().values).all()


def test_exponents_refuse_what_they_cannot_be_made_of():
    model, x = network("RNN")
    whole = step_jacobians(model, x)
    with pytest.raises(ValueError, match="so count cannot be 6"):
        LyapunovSum(6).add(whole)
    with pytest.raises(ValueError, match="expected step_jacobians"):
        LyapunovSum().add(singular_values(whole))
    nothing_left = LyapunovSum(skip=STEPS)
    nothing_left.add(whole)
    with pytest.raises(ValueError, match="skip must be 0 to 22"):
        nothing_left.exponents()


@every_cell
def test_the_bound_follows_from_the_singular_values_without_a_second_decomposition(name, monkeypatch):
    model, x = network(name)
    whole = step_jacobians(model, x)
    known, expected = singular_values(whole), norm_bound(whole).values
    monkeypatch.setattr(torch.linalg, "svdvals", None)
    np.testing.assert_array_equal(norm_bound(known).values, expected)


@every_cell
def test_one_pass_tells_what_three_would(name):
    model, x = network(name)
    found = retrace(model, x, push)
    curves = gradient_curves(model, x, push)
    assert found.curves.keys() == curves.keys()
    for state, curve in curves.items():
        np.testing.assert_array_equal(found.curves[state].values, curve.values)
    assert follow(model, x).finite.all()
    by_step = weight_gradients_by_step(model, x, push).norms.get("weight_hh")
    if by_step is None:
        assert found.recurrent is None
        return
    assert (found.recurrent.axes, found.recurrent.symbol) == (by_step.axes, by_step.symbol)
    np.testing.assert_allclose(found.recurrent.values, by_step.values, atol=1e-9)


@every_cell
def test_how_far_the_gate_that_keeps_is_open_comes_from_the_same_pass(name):
    model, x = network(name)
    layer, found = record(model, x).layer(), retrace(model, x, push)
    step = {signal.name: signal.values for signal in layer.signals}
    keeps = model.layers[0][0].keeps
    if keeps is None:
        assert math.isnan(found.openness)
    else:
        assert found.openness == pytest.approx(keeps.kept(step).mean(), rel=1e-12)


@every_cell
def test_a_run_that_is_known_gives_the_same(name):
    model, x = network(name)
    run, plain = follow(model, x), retrace(model, x, push)
    again = retrace(model, x, push, run)
    for state, curve in plain.curves.items():
        np.testing.assert_array_equal(again.curves[state].values, curve.values)
    blocks = zip(jacobian_blocks(model, x, at_once=7, run=run), jacobian_blocks(model, x, at_once=7), strict=True)
    for known, anew in blocks:
        np.testing.assert_array_equal(known.values, anew.values)
    maps = (gradient_matrix(model, x, "state", run=known).values for known in (run, None))
    np.testing.assert_array_equal(*maps)


def test_contributions_hold_beyond_the_range_of_float64():
    model, _ = network("RNN", spectral_radius=1e-3)
    x = torch.randn(200, 1, INPUTS, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    sizes = retrace(model, x, lambda y: y[-1].sum()).recurrent.values
    assert sizes[1:].min() < -400
    whole = weight_gradients_by_step(model, x, lambda y: y[-1].sum()).norms["weight_hh"].values
    np.testing.assert_allclose(sizes, whole, atol=1e-9)


def test_the_first_step_that_bursts_is_told_even_if_it_is_the_last():
    model, _ = network("RNN", spectral_radius=1e3, nonlinearity="identity")
    x = torch.randn(150, 1, INPUTS, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    with torch.no_grad():
        states = next(output for _below, output in model.run(x)).isfinite().flatten(1).all(1).numpy()
    first = int(np.flatnonzero(~states)[0])
    np.testing.assert_array_equal(follow(model, x).finite[:, 0], states)
    ends = follow(model, x[: first + 1]).finite[:, 0]
    assert (ends[:-1].all(), ends[-1]) == (True, False)


def test_one_sequence_at_a_time():
    model, x = network("GRU")
    with pytest.raises(ValueError, match="not a batch of 2"):
        retrace(model, x.repeat(1, 2, 1), push)
