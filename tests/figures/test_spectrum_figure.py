"""Eigenvalues in the plane: every one at its place, on equal axes, with the unit circle under them."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Eigenvalues
from rnnviz.trace import Signal


def eigenvalues(*values: complex, name: str = "W", **more: object) -> Eigenvalues:
    return Eigenvalues(name, Signal("spectrum", ("rank",), np.array(values, dtype=complex)), "#123456", **more)


def test_each_eigenvalue_is_a_dot_at_its_real_and_imaginary_part():
    circle, dots = figures.spectrum([eigenvalues(1.5, 0.3 + 0.4j, 0.3 - 0.4j)]).data
    np.testing.assert_allclose(dots.x, [1.5, 0.3, 0.3])
    np.testing.assert_allclose(dots.y, [0, 0.4, -0.4])
    np.testing.assert_allclose(dots.customdata, [1.5, 0.5, 0.5])
    np.testing.assert_allclose(np.hypot(circle.x, circle.y), 1)


def test_both_axes_have_equal_units_and_reach_as_far_as_the_largest():
    layout = figures.spectrum([eigenvalues(0.2), eigenvalues(-3j)]).layout
    assert tuple(layout.xaxis.range) == tuple(layout.yaxis.range) == pytest.approx((-3.3, 3.3))
    assert layout.yaxis.scaleanchor == "x"


def test_the_whole_circle_is_seen_around_small_eigenvalues():
    low, high = figures.spectrum([eigenvalues(0.01)]).layout.xaxis.range
    assert low < -1 < 1 < high


def test_a_second_set_is_drawn_as_rings_so_that_the_first_is_seen_through_it():
    _circle, one, other = figures.spectrum([eigenvalues(0.5), eigenvalues(0.5, name="<b>", hollow=True)]).data
    assert (one.marker.color, one.marker.line.width) == ("#123456", 0)
    assert (other.marker.color, other.marker.line.color) == ("rgba(0,0,0,0)", "#123456")
    assert other.name == "&lt;b&gt;"


def test_what_is_not_finite_is_left_out_and_what_is_sent_is_json():
    figure = figures.spectrum([eigenvalues(complex("nan"), 0.5, complex("inf"))])
    assert list(figure.data[1].x) == [0.5]
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


def test_other_axes_are_refused():
    with pytest.raises(ValueError, match="rank"):
        figures.spectrum([Eigenvalues("W", Signal("h", ("time", "unit"), np.zeros((2, 2))), "#123456")])
