"""A sweep: a dot per setting, a ring where the knob stands, gaps where there is no number."""

import json

import numpy as np
import pytest

from rnnviz import figures

SETTINGS, VALUES = np.array([0.1, 1.0, 3.0]), np.array([2.0, 8.0, 1.0])


def test_every_setting_has_its_dot():
    (line,) = figures.sweep(SETTINGS, VALUES, name="<b>").data
    np.testing.assert_array_equal(line.x, SETTINGS)
    np.testing.assert_array_equal(line.y, VALUES)
    assert line.mode == "lines+markers"
    assert line.name == "&lt;b&gt;"


def test_the_ring_is_at_the_chosen_setting_also_between_two_dots():
    _line, ring = figures.sweep(SETTINGS, VALUES, chosen=(1.2, 7.5), color="#123456").data
    assert (*ring.x, *ring.y) == (1.2, 7.5)
    assert ring.marker.line.color == "#123456"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_a_gap_and_has_no_ring(value):
    figure = figures.sweep(SETTINGS, np.array([1.0, value, 2.0]), chosen=(1.0, value))
    assert len(figure.data) == 1
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


def test_the_boundary_is_a_line_across():
    (line,) = figures.sweep(SETTINGS, VALUES, boundary=1.0).layout.shapes
    assert (line.x0, line.x1) == (1.0, 1.0)
    assert not figures.sweep(SETTINGS, VALUES).layout.shapes


def test_as_many_values_as_settings_or_it_is_said():
    with pytest.raises(ValueError, match="one value per setting"):
        figures.sweep(SETTINGS, VALUES[:2])
