"""Quantities over time: the points are the values, colours and dashes tell them apart, gaps stay gaps."""

import json
import math

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Line, style
from rnnviz.figures.lines import DASHES

VALUES = np.array([0.25, -0.5, 1.5])


def test_the_points_of_a_line_are_its_values_at_the_steps_from_one():
    one, other = figures.lines([Line("a", VALUES, "#111111"), Line("b", VALUES[:2], "#222222")]).data
    np.testing.assert_array_equal(one.y, VALUES)
    assert (list(one.x), list(other.x)) == ([1, 2, 3], [1, 2])
    assert [one.line.color, other.line.color] == ["#111111", "#222222"]


@pytest.mark.parametrize("logs", [(-0.3, -0.1), (-1.2, 0.4), (0.0, 0.0), (np.nan, np.nan)])
def test_a_short_axis_of_powers_has_the_numbers_themselves_at_their_places(logs):
    axis = figures.lines([Line("a", np.array(logs), "#111111")], powers=True).layout.yaxis
    np.testing.assert_allclose([math.log10(float(text)) for text in axis.ticktext], axis.tickvals, atol=0.003)
    low, high = np.nan_to_num(logs)
    assert sum(low - 0.31 <= tick <= high + 0.31 for tick in axis.tickvals) >= 2


def test_a_long_axis_of_powers_writes_its_ticks_as_such():
    axis = figures.lines([Line("a", np.array([-12.0, 0.0]), "#111111")], powers=True).layout.yaxis
    assert (axis.tickprefix, axis.ticksuffix) == ("10<sup>", "</sup>")


def test_as_many_lines_as_there_are_dashes_are_told_apart_without_colour():
    drawn = figures.lines([Line(str(k), VALUES, "#111111") for k in range(len(DASHES))]).data
    assert [line.line.dash for line in drawn] == list(DASHES)
    assert len(set(DASHES)) == len(DASHES)


def test_every_line_is_named_in_the_legend_as_it_was_given():
    figure = figures.lines([Line("<i>h</i> & c", VALUES, "#111111")])
    assert figure.layout.showlegend
    assert figure.data[0].name == "&lt;i&gt;h&lt;/i&gt; &amp; c"
    assert "<i>" not in figure.data[0].hovertemplate


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_a_number_is_a_gap_and_the_rest_is_drawn(value):
    values = np.array([1.0, value, 3.0, 4.0])
    figure = figures.lines([Line("a", values, "#111111")])
    sent = json.loads(figure.to_json())
    json.dumps(sent, allow_nan=False)
    np.testing.assert_array_equal(figure.data[0].y, values)


def test_a_range_is_kept_with_a_little_air():
    low, high = figures.lines([Line("a", VALUES, "#111111")], value_range=(0.0, 1.0)).layout.yaxis.range
    assert (low, high) == pytest.approx((-0.06, 1.06))
    assert figures.lines([Line("a", VALUES, "#111111")]).layout.yaxis.range is None


def test_the_margins_and_the_steps_are_those_of_a_heatmap():
    layout = figures.lines([Line("a", VALUES, "#111111")], ("x", "<y>", "z")).layout
    assert (layout.margin.l, layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert tuple(layout.xaxis.range) == (0.5, 3.5)
    assert list(layout.xaxis.ticktext) == ["x", "&lt;y&gt;", "z"]


def test_a_logarithmic_axis_is_one_of_powers_of_ten():
    axis = figures.lines([Line("a", abs(VALUES), "#111111")], log=True).layout.yaxis
    assert (axis.type, axis.exponentformat, axis.dtick) == ("log", "power", 1)


def test_ages_are_counted_from_zero_where_that_is_asked_for():
    figure = figures.lines([Line("a", VALUES, "#111111")], first=0)
    assert list(figure.data[0].x) == [0, 1, 2]
    assert tuple(figure.layout.xaxis.range) == (-0.5, 2.5)


@pytest.mark.parametrize(("steps", "mode"), [(1, "lines+markers"), (40, "lines+markers"), (41, "lines")])
def test_points_are_marked_while_they_are_few(steps, mode):
    assert figures.lines([Line("a", np.zeros(steps), "#111111")]).data[0].mode == mode


def test_words_on_the_axes_and_the_height_are_the_callers():
    layout = figures.lines([Line("a", VALUES, "#111111")], value_title="Wert", time_title="Zeit", height=77).layout
    assert (layout.yaxis.title.text, layout.xaxis.title.text, layout.height) == ("Wert", "Zeit", 77)
