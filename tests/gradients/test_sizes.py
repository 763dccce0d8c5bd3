"""Norms that do not underflow, slopes, and clipping."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn

from rnnviz.gradients import backpropagate, clip_by_norm, clip_by_value, gradient_norms, slope
from rnnviz.trace import Signal
from tests.cells.variants import build, close, normal


def gradient(values, axes=("time", "unit")):
    return Signal("h", axes, np.asarray(values, dtype=np.float64), "h_t", kind="gradient")


def test_norms_are_decimal_logarithms_and_survive_squares_that_underflow():
    values = [[3, 4], [3e-200, 4e-200], [3e200, 4e200], [0, 0], [np.inf, 1], [np.nan, 1], [5e-324, 0]]
    norms = gradient_norms(gradient(values))
    expected = [np.log10(5), np.log10(5) - 200, np.log10(5) + 200, -np.inf, np.inf, np.nan, np.log10(5e-324)]
    np.testing.assert_allclose(norms.values, expected, rtol=1e-14)
    assert norms.axes == ("time",)
    assert norms.kind == "gradient"


def test_only_gradients_have_gradient_norms():
    for function in (
        gradient_norms,
        lambda signal: clip_by_norm(signal, 1.0),
        lambda signal: clip_by_value(signal, 1.0),
    ):
        with pytest.raises(ValueError, match="values, not gradients"):
            function(Signal("h", ("time", "unit"), np.zeros((2, 2))))


def norms(values):
    return Signal("h", ("time",), np.asarray(values, dtype=np.float64), kind="gradient")


@given(st.floats(-3, 3), st.floats(-50, 50), st.integers(2, 50))
def test_the_slope_of_a_straight_line_is_found(per_step, offset, length):
    found = slope(norms(offset - per_step * np.arange(length)))
    assert abs(found.per_step - per_step) < 1e-9
    assert found.vanishes == (found.per_step < 0)
    if abs(per_step) > 1e-3:
        assert abs(found.steps_per_tenfold - 1 / abs(per_step)) < 1e-6 / per_step**2


def test_a_slope_leaves_out_zeros_and_explosions():
    found = slope(norms([-np.inf, -np.inf, np.nan, -3, -2.5, -2, np.inf]))
    assert found.per_step == pytest.approx(-0.5)
    assert found.steps_per_tenfold == pytest.approx(2)


def test_a_level_line_never_falls_and_a_single_point_has_no_slope():
    assert slope(norms([1, 1, 1])) == (0.0, np.inf)
    assert np.isnan(slope(norms([1, -np.inf]))).all()
    with pytest.raises(ValueError, match="at\\(batch=0\\)"):
        slope(gradient([[1, 2]]))


@given(arrays(np.float64, (5, 3), elements=st.floats(allow_nan=False, allow_infinity=False)), st.floats(1e-3, 1e3))
def test_clipping_by_norm_shortens_and_keeps_the_direction(values, limit):
    clipped = clip_by_norm(gradient(values), limit).values
    before, after = (gradient_norms(gradient(v)).values for v in (values, clipped))
    assert (after <= np.log10(limit) + 1e-12).all()
    for row, short, size in zip(values, clipped, before, strict=True):
        if size <= np.log10(limit) - 1e-9:
            assert np.array_equal(row, short)
        else:
            np.testing.assert_allclose(short / np.abs(short).max(), row / np.abs(row).max(), atol=1e-12)


@given(arrays(np.float64, (5, 3), elements=st.floats(allow_nan=False)), st.floats(1e-3, 1e3))
def test_clipping_by_value_cuts_each_entry(values, limit):
    clipped = clip_by_value(gradient(values), limit).values
    small = np.abs(values) <= limit
    assert np.array_equal(clipped[small], values[small])
    assert (np.abs(clipped[~small]) == limit).all()
    assert (np.sign(clipped[~small]) == np.sign(values[~small])).all()


def test_an_exploded_gradient_has_no_direction_to_keep_but_values_to_cut():
    exploded = gradient([[np.inf, 1], [np.nan, 1]])
    assert np.isnan(clip_by_norm(exploded, 1.0).values).all()
    np.testing.assert_array_equal(clip_by_value(exploded, 1.0).values, [[1, 1], [np.nan, 1]])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_a_whole_trace_is_clipped_signal_by_signal(clip, rng):
    module = build(nn.LSTM, rng, 3, 5, num_layers=2, bidirectional=True)
    trace = backpropagate(module, normal(rng, 7, 2, 3), lambda y: 50 * y.sum(), tokens=list("abcdefg"))
    clipped = clip(trace, 0.5)
    assert clipped.tokens == trace.tokens
    close(clipped.x.values, clip(trace.x, 0.5).values)
    close(clipped.y.values, clip(trace.y, 0.5).values)
    for before, after in zip(trace.layers, clipped.layers, strict=True):
        assert after.names == before.names
        for name in before.names:
            assert np.array_equal(after[name].values, clip(before[name], 0.5).values)
        for name, initial in before.initial.items():
            assert np.array_equal(after.initial[name].values, clip(initial, 0.5).values)


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_that_is_no_size_is_refused(limit):
    for clip in (clip_by_norm, clip_by_value):
        with pytest.raises(ValueError, match="size above 0"):
            clip(gradient([[1.0]]), limit)


def test_slopes_are_steeper_for_an_rnn_than_for_an_lstm_that_keeps(rng):
    from rnnviz.gradients import gradient_curves

    steepness = {}
    for kind in (nn.RNN, nn.LSTM):
        module = build(kind, rng, 4, 32)
        if kind is nn.LSTM:
            with torch.no_grad():
                module.bias_ih_l0[32:64] = 3
        curve = gradient_curves(module, normal(rng, 100, 1, 4), lambda y: y[-1].sum())["h"].at(batch=0)
        steepness[kind] = slope(curve).per_step
    assert steepness[nn.RNN] < 3 * steepness[nn.LSTM] < 0
