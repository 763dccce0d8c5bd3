"""Two directions of one layer: forward on top, one axis and one range for both, and an arrow the way each reads."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.trace import Signal


def signal(values: object, bounds: tuple[float, float] | None = None) -> Signal:
    return Signal("h", ("time", "unit"), np.asarray(values, dtype=np.float32), bounds=bounds)


VALUES = np.linspace(-0.9, 0.8, 12).reshape(4, 3)
FORWARD, BACKWARD = signal(VALUES), signal(-2 * VALUES[:, :2])


def arrows(figure: figures.Figure) -> list:
    return [note for note in figure.layout.annotations if note.showarrow is not False]


def test_forward_stands_over_backward_and_both_are_in_sequence_order():
    figure = figures.mirror(FORWARD, BACKWARD)
    upper, lower = figure.data
    np.testing.assert_array_equal(upper.z, FORWARD.values.T)
    np.testing.assert_array_equal(lower.z, BACKWARD.values.T)
    assert list(upper.x) == list(lower.x) == [1, 2, 3, 4]
    assert (upper.yaxis, lower.yaxis) == ("y", "y2")
    layout = figure.layout
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    assert (layout.yaxis.domain[1], layout.yaxis2.domain[0]) == pytest.approx((1, 0))
    assert (tuple(layout.yaxis.range), tuple(layout.yaxis2.range)) == ((2.5, -0.5), (1.5, -0.5))


def test_there_is_one_time_axis_and_it_belongs_to_the_lower_picture():
    figure = figures.mirror(FORWARD, BACKWARD, ("<b>", "a&b", "雨", "🙂"))
    assert {trace.xaxis for trace in figure.data} <= {None, "x"}
    assert figure.layout.xaxis.anchor == "y2"
    assert tuple(figure.layout.xaxis.range) == (0.5, 4.5)
    assert list(figure.layout.xaxis.ticktext) == ["&lt;b&gt;", "a&amp;b", "雨", "🙂"]
    assert not any(name.startswith("xaxis2") for name in figure.layout.to_plotly_json())


def test_the_time_axis_lines_up_with_that_of_every_other_chart():
    for layout in (figures.mirror(FORWARD, BACKWARD).layout, figures.heatmap.draft(FORWARD).figure().layout):
        assert (layout.margin.l, layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert not any(trace.showscale for trace in figures.mirror(FORWARD, BACKWARD).data)


def test_both_pictures_have_the_range_that_covers_both():
    limits = {(trace.zmin, trace.zmax) for trace in figures.mirror(FORWARD, BACKWARD).data}
    assert limits == {style.value_range(FORWARD, BACKWARD)}
    limits = {(trace.zmin, trace.zmax) for trace in figures.mirror(FORWARD, BACKWARD, value_range=(-5, 5)).data}
    assert limits == {(-5, 5)}


def test_each_arrow_runs_the_way_its_direction_reads_in_its_colour_over_its_picture():
    figure = figures.mirror(FORWARD, BACKWARD)
    forward, backward = arrows(figure)
    assert (forward.ax, forward.x) == (backward.x, backward.ax) == (0.5, 4.5)
    assert [arrow.arrowcolor for arrow in (forward, backward)] == list(style.DIRECTIONS.values())
    assert [arrow.y for arrow in (forward, backward)] == [
        figure.layout.yaxis.domain[1],
        figure.layout.yaxis2.domain[1],
    ]
    assert (forward.ay, forward.yshift) == (backward.ay, backward.yshift)  # level, and in the free room above


def test_the_words_of_an_arrow_stand_where_the_reading_begins_and_are_the_callers():
    figure = figures.mirror(
        FORWARD, BACKWARD, forward_title="<i>hin</i>", backward_title="her", time_title="Zeit", unit_title="Einheit"
    )
    forward, backward = arrows(figure)
    assert (forward.text, forward.xanchor) == ("&lt;i&gt;hin&lt;/i&gt;", "left")
    assert (backward.text, backward.xanchor) == ("her", "right")
    assert figure.layout.xaxis.title.text == "Zeit"
    assert "Einheit" in [note.text for note in figure.layout.annotations]
    assert all("Einheit" in trace.hovertemplate for trace in figure.data)


def test_an_explosion_of_one_side_is_gray_and_the_other_side_keeps_its_colours():
    values = VALUES.copy()
    values[:2] = np.nan
    values[2, 0] = np.inf
    figure = figures.mirror(FORWARD, signal(values))
    upper, gray, lower = figure.data
    assert [trace.yaxis for trace in figure.data] == ["y", "y2", "y2"]
    np.testing.assert_array_equal(gray.z == 1, ~np.isfinite(values.T))
    np.testing.assert_array_equal(np.isnan(lower.z), ~np.isfinite(values.T))
    np.testing.assert_array_equal(upper.z, FORWARD.values.T)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


@pytest.mark.parametrize("steps", [1, 2, 24, 200])
@pytest.mark.parametrize("units", [1, 8, 128])
def test_any_number_of_steps_and_units_is_a_picture(steps, units):
    one = signal(np.zeros((steps, units)))
    figure = figures.mirror(one, one, height=300)
    assert [np.asarray(trace.z).shape for trace in figure.data] == [(units, steps)] * 2
    assert figure.layout.height == 300


def test_gates_are_mirrored_in_their_own_colours():
    gate = signal(abs(VALUES), (0.0, 1.0))
    for trace in figures.mirror(gate, gate).data:
        assert [tuple(stop) for stop in trace.colorscale] == style.SCALES["gate"]
        assert (trace.zmin, trace.zmax) == (0, 1)


def test_other_axes_are_refused_on_either_side():
    wrong = Signal("h", ("time", "batch", "unit"), np.zeros((4, 1, 3)))
    for pair in ((wrong, BACKWARD), (FORWARD, wrong)):
        with pytest.raises(ValueError, match=r"mirror draws axes \('time', 'unit'\), not .*use signal\.at\(batch=0\)"):
            figures.mirror(*pair)


def test_sides_of_unequal_length_are_refused_with_both_lengths():
    with pytest.raises(ValueError, match=r"mirror .* one time axis.* \[4, 3\] steps"):
        figures.mirror(FORWARD, signal(VALUES[:3]))
