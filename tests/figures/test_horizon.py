"""What reaches an answer: two rows of bars on one time axis, in their directions' colours, inside fixed limits."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style

FORWARD, BACKWARD = np.array([0.2, 0.5, 1.0, 0.0]), np.array([0.0, 0.0, 0.8, 0.4])


def test_the_first_trace_is_forward_the_second_backward_and_the_bars_are_the_sizes():
    forward, backward = figures.horizon(FORWARD, BACKWARD).data
    np.testing.assert_array_equal(forward.y, FORWARD)
    np.testing.assert_array_equal(backward.y, BACKWARD)
    assert list(forward.x) == list(backward.x) == [1, 2, 3, 4]
    assert [bars.marker.color for bars in (forward, backward)] == list(style.DIRECTIONS.values())


def test_where_both_sides_reach_the_answer_they_stand_on_each_other():
    assert figures.horizon(FORWARD, BACKWARD).layout.barmode == "stack"


def test_limits_are_kept_exactly_so_that_steps_can_be_compared():
    assert tuple(figures.horizon(FORWARD, BACKWARD, value_range=(0, 3)).layout.yaxis.range) == (0, 3)
    assert figures.horizon(FORWARD, BACKWARD).layout.yaxis.range is None
    logarithmic = figures.horizon(FORWARD, BACKWARD, value_range=(1e-4, 10), log=True).layout.yaxis
    assert (logarithmic.type, tuple(logarithmic.range)) == ("log", (-4, 1))


@pytest.mark.parametrize(("smallest", "every"), [(1e-1, 1), (1e-6, 1), (1e-7, 2), (1e-30, 5)])
def test_a_logarithmic_axis_has_few_ticks_and_only_whole_powers(smallest, every):
    axis = figures.horizon(FORWARD, BACKWARD, value_range=(smallest, 1), log=True).layout.yaxis
    assert (axis.dtick, axis.exponentformat) == (every, "power")


@pytest.mark.parametrize("limits", [(0, 1), (-1, 1)])
def test_a_logarithmic_axis_with_a_zero_in_it_is_refused(limits):
    with pytest.raises(ValueError, match="a logarithmic axis has no zero"):
        figures.horizon(FORWARD, BACKWARD, value_range=limits, log=True)


def test_time_lines_up_with_the_other_charts_and_the_words_stand_under_it():
    layout = figures.horizon(FORWARD, BACKWARD, ("<b>", "&", "雨", "d")).layout
    assert (layout.margin.l, layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert tuple(layout.xaxis.range) == (0.5, 4.5)
    assert list(layout.xaxis.ticktext) == ["&lt;b&gt;", "&amp;", "雨", "d"]


def test_all_words_are_the_callers():
    figure = figures.horizon(
        FORWARD, BACKWARD, value_title="Wert", time_title="Zeit", forward_name="<i>hin</i>", backward_name="her"
    )
    assert (figure.layout.yaxis.title.text, figure.layout.xaxis.title.text) == ("Wert", "Zeit")
    assert [bars.name for bars in figure.data] == ["&lt;i&gt;hin&lt;/i&gt;", "her"]
    assert figure.layout.showlegend
    assert "<i>" not in figure.data[0].hovertemplate


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("log", [True, False])
def test_a_size_that_is_not_a_number_is_a_gap_and_the_rest_is_drawn(value, log):
    figure = figures.horizon(np.array([1.0, value]), np.array([value, 1.0]), log=log)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)
    assert [bars.y[k] for k, bars in enumerate(figure.data)] == [1, 1]


@pytest.mark.parametrize(
    ("forward", "backward"), [(FORWARD, BACKWARD[:3]), (FORWARD[None], BACKWARD[None]), (np.float64(1), np.float64(1))]
)
def test_anything_but_one_size_per_step_and_side_is_refused_with_both_shapes(forward, backward):
    with pytest.raises(ValueError, match=r"one size per step and side, not arrays of shapes \(.*\) and \(.*\)"):
        figures.horizon(forward, backward)
