"""Lanes: every unit in its own, runs one over the other, the true values under the pointer."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Run
from rnnviz.figures.lanes import WIDE
from rnnviz.trace import Signal

VALUES = np.array([[0.5, -2.0, 0.1], [1.0, 0.0, 0.2], [-1.0, 2.0, 0.3]])


def run(values: np.ndarray = VALUES, name: str = "one", **more: object) -> Run:
    return Run(name, Signal("h", ("time", "unit"), values), "#123456", **more)


def test_each_unit_runs_around_its_own_lane_and_up_is_larger():
    drawn = figures.lanes([run()], (0, 2)).data
    assert [trace.legendgroup for trace in drawn] == ["0", "0"]
    np.testing.assert_allclose(drawn[0].y, 0 - WIDE * VALUES[:, 0])
    np.testing.assert_allclose(drawn[1].y, 1 - WIDE * VALUES[:, 2])
    assert list(drawn[0].x) == [1, 2, 3]
    axis = figures.lanes([run()], (0, 2)).layout.yaxis
    assert axis.range[0] > axis.range[1]
    assert list(axis.ticktext) == ["0", "2"]


def test_what_is_beyond_the_limit_is_cut_off_at_the_lanes_edge_and_still_told():
    (line,) = figures.lanes([run()], (1,), limit=1.0).data
    np.testing.assert_allclose(line.y, [WIDE, 0, -WIDE])
    np.testing.assert_array_equal(line.customdata, VALUES[:, 1])
    assert WIDE < 0.5


def test_runs_differ_in_their_dash_and_stand_in_the_legend_once():
    drawn = figures.lanes([run(), run(name="<i>"), run(dash="dot")], (0, 1)).data
    assert [trace.showlegend for trace in drawn] == [True, False] * 3
    assert [trace.line.dash for trace in drawn[::2]] == ["solid", "dash", "dot"]
    assert drawn[2].name == "&lt;i&gt;"


def test_a_value_that_is_not_finite_is_a_gap_or_the_edge_and_what_is_sent_is_json():
    figure = figures.lanes([run(np.array([[0.0], [np.nan], [np.inf]]))], (0,))
    sent = json.dumps(json.loads(figure.to_json()), allow_nan=False)
    assert np.isnan(figure.data[0].y[1])
    assert "Infinity" not in sent


def test_other_axes_are_refused():
    with pytest.raises(ValueError, match="time"):
        figures.lanes([Run("a", Signal("h", ("unit",), np.zeros(3)), "#123456")], (0,))
