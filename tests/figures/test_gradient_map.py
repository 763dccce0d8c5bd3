"""The map of losses by states: what stands where, and that neither zeros nor explosions spoil it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.trace import Signal


def matrix(values: np.ndarray) -> Signal:
    return Signal("h", ("loss_time", "time"), np.where(np.tri(len(values)) > 0, values, np.nan), kind="gradient")


def drawn(signal: Signal, **options: object) -> np.ndarray:
    return np.asarray(figures.gradient_map(signal, **options).data[0].z)


def test_row_t_column_k_is_the_loss_at_t_reaching_the_state_at_k():
    values = np.array([[0.0, 9, 9], [-1, 0, 9], [-2, -1, 0]])
    figure = figures.gradient_map(matrix(values), value_range=(-2, 0))
    heat = figure.data[0]
    np.testing.assert_array_equal(heat.z, [[0, np.nan, np.nan], [-1, 0, np.nan], [-2, -1, 0]])
    assert list(heat.x) == list(heat.y) == [1, 2, 3]
    assert (heat.zmin, heat.zmax) == (-2, 0)
    assert tuple(figure.layout.yaxis.range) == (3.5, 0.5)  # the first loss on top
    assert tuple(figure.layout.xaxis.range) == (0.5, 3.5)


@pytest.mark.parametrize(("direction", "corner"), [("forward", (0.97, 0.95)), ("backward", (0.03, 0.05))])
def test_the_words_for_what_no_loss_reaches_stand_in_its_corner_and_are_no_markup(direction, corner):
    signal = replace(matrix(np.zeros((7, 7))), direction=direction)
    (words,) = figures.gradient_map(signal, value_range=(0.0, 1.0), beyond="<b>\nnone").layout.annotations
    assert (words.x, words.y) == corner
    assert words.text == "&lt;b&gt;<br>none"
    assert not figures.gradient_map(matrix(np.zeros((2, 2))), value_range=(0.0, 1.0), beyond="none").layout.annotations


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("log", [True, False])
def test_only_the_future_is_grey_and_nothing_of_it_is_a_value(steps, log):
    figure = figures.gradient_map(matrix(np.full((steps, steps), -np.inf)), value_range=(0.0, 1.0), log=log)
    values, future = figure.data
    ahead = np.triu(np.ones((steps, steps), dtype=bool), 1)
    np.testing.assert_array_equal(np.isnan(values.z), ahead)
    np.testing.assert_array_equal(future.z, np.where(ahead, 1.0, np.nan))
    assert list(future.x) == list(values.x)
    assert list(future.y) == list(values.y)
    assert {colour for _place, colour in future.colorscale} == {"rgba(128,128,128,.22)"}
    assert future.hoverinfo == "skip"  # there is nothing to say of it
    assert not future.showscale


def test_an_exact_zero_has_the_colour_of_the_small_end_and_what_lies_ahead_has_no_value():
    values = np.array([[0.0, 0], [-np.inf, 0]])
    for log, small in ((True, -7.0), (False, 0.0)):
        z = drawn(matrix(values), value_range=(small, 1.0), log=log)
        assert z[1, 0] == small
        assert np.isnan(z[0, 1])
        assert style.SCALES["gradient"][0][1].endswith(",0)")  # and that colour is no colour


def test_a_linear_scale_draws_the_sizes_themselves():
    z = drawn(matrix(np.log10([[1.0, 1], [0.25, 1]])), value_range=(0, 1), log=False)
    np.testing.assert_allclose(z[1], [0.25, 1], rtol=1e-6)


@pytest.mark.parametrize("largest", [30, 38.4, 100, 307.9, 400, 4000, np.inf])
@pytest.mark.parametrize("log", [True, False])
def test_an_exploding_gradient_is_drawn_without_a_warning(largest, log):
    signal = matrix(np.array([[0.0, 0], [largest, 0]]))
    z = drawn(signal, value_range=(0.0, min(10.0**largest, 1e300) if not log and largest < 300 else 1e300), log=log)
    assert z[0, 0] == (0 if log else 1)
    assert z[1, 0] == pytest.approx(largest if log else 10.0 ** min(largest, 300), rel=1e-5)


def test_the_largest_of_a_map_is_never_lost_to_rounding():
    z = drawn(matrix(np.array([[0.0, 0], [39.0, 0]])), value_range=(0, 1e39), log=False)
    assert z[1, 0] == pytest.approx(1e39)
    assert z[0, 0] == 1


def test_a_map_of_five_hundred_steps_is_sent_in_half_the_bytes():
    for heat in figures.gradient_map(matrix(np.zeros((500, 500))), value_range=(-1, 0)).data:
        assert np.asarray(heat.z).dtype == np.float32


@pytest.mark.parametrize("value", [np.nan, -np.inf, np.inf])
@pytest.mark.parametrize("log", [True, False])
def test_a_map_without_a_single_number_is_still_a_picture(value, log):
    figure = figures.gradient_map(matrix(np.full((4, 4), value)), value_range=(0.0, 1.0), log=log)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


def test_words_under_the_axis_are_shown_as_they_are():
    figure = figures.gradient_map(matrix(np.zeros((2, 2))), ("<b>bold</b>", "&"), value_range=(-1, 0))
    assert "<b>" not in str(figure.layout.xaxis.ticktext)
    assert "&amp;" in str(figure.layout.xaxis.ticktext)


def test_one_step_is_a_map_of_one_cell():
    figure = figures.gradient_map(matrix(np.zeros((1, 1))), ("hello",), value_range=(-1, 0))
    assert [np.asarray(heat.z).shape for heat in figure.data] == [(1, 1), (1, 1)]
