"""A path through two components: every step in its place, a ring on the last one, and never an empty picture."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.dynamics import principal_path
from rnnviz.figures import style
from rnnviz.trace import Signal
from tests.cells.variants import every_cell_with
from tests.intents import intents

POINTS = np.array([[0.0, 1.0], [2.0, -1.0], [3.0, 0.5]])


def drawn(
    points: np.ndarray = POINTS, explained: tuple[float, ...] = (0.714, 0.2), **options: object
) -> figures.Figure:
    shares = Signal("explained", ("component",), np.array(explained))
    return figures.trajectory(Signal("h", ("time", "component"), points), shares, **options)


def test_the_path_its_marks_and_the_ring_are_at_the_points():
    path, marks, ring = drawn().data
    for trace in (path, marks):
        np.testing.assert_array_equal(trace.x, POINTS[:, 0])
        np.testing.assert_array_equal(trace.y, POINTS[:, 1])
    assert (list(ring.x), list(ring.y)) == ([3.0], [0.5])
    assert (path.mode, marks.mode, ring.mode) == ("lines", "markers+text", "markers")


def test_the_axes_say_how_much_each_component_explains():
    layout = drawn(component_title="Richtung").layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Richtung 1 (71%)", "Richtung 2 (20%)")


def test_a_distance_on_the_picture_is_a_distance_of_states():
    axis = drawn().layout.yaxis
    assert (axis.scaleanchor, axis.scaleratio) == ("x", 1)


def test_steps_are_numbered_from_one_with_their_words_as_they_were_typed():
    marks = drawn(tokens=("<b>", "雨", "x" * 40)).data[1]
    assert list(marks.customdata) == ["1 &lt;b&gt;", "2 雨", "3 " + "x" * 10]
    assert list(drawn().data[1].text) == ["1", "2", "3"]
    assert list(drawn(first=101).data[1].customdata) == ["101", "102", "103"]


@pytest.mark.parametrize("steps", [9, 10, 30, 200])
def test_a_long_path_names_its_ends_and_few_steps_between(steps):
    marks = drawn(np.random.default_rng(0).normal(size=(steps, 2))).data[1]
    shown = [name for name in marks.text if name]
    assert (shown[0], shown[-1]) == ("1", str(steps))
    assert len(shown) <= 18
    assert list(marks.customdata) == [str(t + 1) for t in range(steps)]


def test_time_runs_from_faint_to_strong():
    opacity = drawn().data[1].marker.opacity
    assert list(opacity) == sorted(opacity)
    assert (opacity[0], opacity[-1]) == (0.3, 1.0)


@pytest.mark.parametrize("points", [POINTS, POINTS[:1], np.zeros((5, 2)), POINTS * 1e-9, POINTS * 1e30])
def test_all_points_are_in_view_and_a_path_without_extent_still_has_room(points):
    layout = drawn(points).layout
    for axis, values in ((layout.xaxis, points[:, 0]), (layout.yaxis, points[:, 1])):
        low, high = axis.range
        assert low < values.min() <= values.max() < high
        assert np.isfinite([low, high]).all()


def test_colours_are_the_callers_and_the_margins_those_of_every_figure():
    figure = drawn(color="#C8324E", height=99)
    assert figure.data[0].line.color == figure.data[1].marker.color == figure.data[2].marker.line.color == "#C8324E"
    assert (figure.layout.margin.l, figure.layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert figure.layout.height == 99
    assert figure.layout.template == style.figure(100).figure().layout.template


@every_cell_with("text", ["hi", "你好", "what time is it ?", "la " * 200])
def test_the_path_of_a_recorded_state_is_drawn_in_plain_json(name, text):
    subject = intents(name, text=text)
    layer = subject.trace().layer()
    path = principal_path(layer[layer.output].at(batch=0))
    figure = figures.trajectory(path.points, path.explained, subject.tokens)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)
    np.testing.assert_array_equal(figure.data[0].x, path.points.values[:, 0])


def test_a_state_that_exploded_still_has_a_picture_with_all_points_in_view():
    state = np.ones((6, 3), dtype=np.float32).cumsum(0)
    state[4:] = np.inf
    path = principal_path(Signal("h", ("time", "unit"), state))
    layout = drawn(path.points.values, tuple(path.explained.values)).layout
    assert layout.xaxis.range[0] < path.points.values[:, 0].min()
    assert np.isfinite(layout.xaxis.range).all()
