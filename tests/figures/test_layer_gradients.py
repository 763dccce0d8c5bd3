"""Gradients by layer and step: the lowest layer at the bottom, zeros are the small end, explosions are seen."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.trace import Signal

VALUES = np.array([[-3.0, -2.5, -2.0], [-1.0, -0.5, 0.0]])
TITLES = ("layer 1", "layer 2")


def sizes(values: object = VALUES) -> Signal:
    return Signal("h", ("layer", "time"), np.asarray(values, dtype=np.float64), kind="gradient")


def test_the_first_row_is_the_lowest_layer_and_stands_at_the_bottom_with_its_title():
    figure = figures.layer_gradients(sizes(), layer_titles=("<b>low</b>", "high"))
    (heat,) = figure.data
    np.testing.assert_array_equal(heat.z, VALUES)
    assert (list(heat.x), list(heat.y)) == ([1, 2, 3], [1, 2])
    assert tuple(figure.layout.yaxis.range) == (0.5, 2.5)  # upward
    assert list(figure.layout.yaxis.tickvals) == [1, 2]
    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;low&lt;/b&gt;", "high"]


def test_colours_are_those_of_gradients_over_a_shared_range_or_from_the_smallest_to_the_largest():
    (heat,) = figures.layer_gradients(sizes(), layer_titles=TITLES).data
    assert [tuple(stop) for stop in heat.colorscale] == style.SCALES["gradient"]
    assert (heat.zmin, heat.zmax) == (-3, 0)
    (heat,) = figures.layer_gradients(sizes(), layer_titles=TITLES, value_range=(-8, 2)).data
    assert (heat.zmin, heat.zmax) == (-8, 2)


def test_gradients_that_are_all_but_equal_look_as_if_they_were():
    (heat,) = figures.layer_gradients(sizes([[-2.0, -2.01]]), layer_titles=("a",)).data
    assert (heat.zmin, heat.zmax) == (-3, -2)


def test_an_exact_zero_has_the_colour_of_the_small_end_and_says_that_it_is_zero():
    values = VALUES.copy()
    values[0, 1] = -np.inf
    (heat,) = figures.layer_gradients(sizes(values), layer_titles=TITLES, value_range=(-5, 0)).data
    assert heat.z[0, 1] == -5
    assert heat.text[0][1] == "0"
    assert heat.text[1][1] == "10<sup>-0.5</sup>"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_size_is_gray_and_the_rest_keeps_its_colours(value):
    values = VALUES.copy()
    values[1, 2] = value
    figure = figures.layer_gradients(sizes(values), layer_titles=TITLES)
    gray, heat = figure.data
    np.testing.assert_array_equal(gray.z == 1, ~np.isfinite(values))
    np.testing.assert_array_equal(np.isnan(heat.z), ~np.isfinite(values))
    assert (heat.zmin, heat.zmax) == (-3, -0.5)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_picture_without_a_single_size_is_still_a_picture(value):
    figure = figures.layer_gradients(sizes(np.full((2, 3), value)), layer_titles=TITLES)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)
    assert (figure.data[-1].zmin, figure.data[-1].zmax) == (-1, 0)


def test_time_lines_up_with_the_other_charts_and_the_words_stand_under_it():
    layout = figures.layer_gradients(sizes(), ("<b>", "&", "雨"), layer_titles=TITLES, time_title="Zeit").layout
    assert (layout.margin.l, layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert tuple(layout.xaxis.range) == (0.5, 3.5)
    assert list(layout.xaxis.ticktext) == ["&lt;b&gt;", "&amp;", "雨"]
    assert layout.xaxis.title.text == "Zeit"


def test_every_layer_has_as_many_pixels_as_asked_for():
    one, four = (
        figures.layer_gradients(sizes(np.zeros((n, 2))), layer_titles="abcd"[:n], row_height=50).layout.height
        for n in (1, 4)
    )
    assert four - one == 150


def test_other_axes_and_another_number_of_titles_are_refused():
    with pytest.raises(ValueError, match=r"layer_gradients draws axes \('layer', 'time'\), not \('time', 'unit'\)"):
        figures.layer_gradients(Signal("h", ("time", "unit"), VALUES), layer_titles=TITLES)
    with pytest.raises(ValueError, match="2 layers, but 1 titles were given"):
        figures.layer_gradients(sizes(), layer_titles=("one",))
