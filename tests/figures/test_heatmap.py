"""Unit by time as colours: the data are the signal's, explosions are seen, and pictures can be compared."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.trace import Signal


def signal(values: object, bounds: tuple[float, float] | None = (-1.0, 1.0), name: str = "h") -> Signal:
    return Signal(name, ("time", "unit"), np.asarray(values, dtype=np.float32), bounds=bounds)


VALUES = np.linspace(-0.9, 0.8, 12).reshape(4, 3)


def test_each_row_is_a_unit_and_each_column_a_step():
    (heat,) = figures.heatmap(signal(VALUES)).data
    np.testing.assert_array_equal(heat.z, VALUES.T.astype(np.float32))
    assert list(heat.x) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("drawn", "scale", "limits"),
    [
        (signal(VALUES), "state", (-1, 1)),
        (signal(abs(VALUES), (0.0, 1.0)), "gate", (0, 1)),
        (signal(VALUES * 10, None), "state", (-9, 9)),
        (signal(VALUES / 10, None), "state", (-1, 1)),
    ],
)
def test_colours_are_those_of_the_quantity_over_its_whole_range(drawn, scale, limits):
    (heat,) = figures.heatmap(drawn).data
    assert [list(stop) for stop in heat.colorscale] == [list(stop) for stop in style.SCALES[scale]]
    assert (heat.zmin, heat.zmax) == pytest.approx(limits)


def test_a_shared_range_is_taken_as_it_is():
    (heat,) = figures.heatmap(signal(VALUES), value_range=(-3, 3)).data
    assert (heat.zmin, heat.zmax) == (-3, 3)


def test_a_name_is_shown_as_it_is():
    (heat,) = figures.heatmap(signal(VALUES, name="<i>h</i>")).data
    assert "&lt;i&gt;h&lt;/i&gt; = " in heat.hovertemplate


def test_an_explosion_is_drawn_gray_and_the_numbers_around_it_keep_their_colours():
    values = VALUES.copy()
    values[1, 2], values[2, 0], values[3, 1] = np.nan, np.inf, -np.inf
    gray, heat = figures.heatmap(signal(values, None)).data
    broken = ~np.isfinite(values.T)
    np.testing.assert_array_equal(gray.z == 1, broken)
    assert np.isnan(gray.z[~broken]).all()
    np.testing.assert_array_equal(np.isnan(heat.z), broken)
    np.testing.assert_array_equal(heat.z[~broken], values.T.astype(np.float32)[~broken])
    assert gray.hovertemplate.startswith("not finite")
    assert len({color for _place, color in gray.colorscale}) == 1
    assert (heat.zmin, heat.zmax) == (-1, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_picture_without_a_single_number_is_still_a_picture(value):
    figure = figures.heatmap(signal(np.full((2, 2), value), None))
    json.dumps(json.loads(figure.to_json()), allow_nan=False)
    assert (figure.data[0].z == 1).all()


def test_in_the_app_pictures_of_different_signals_have_their_time_axes_above_each_other():
    left = [figures.heatmap.draft(one).figure().layout for one in (signal(VALUES), signal(np.ones((4, 40)) * 99, None))]
    left.append(figures.lines.draft([figures.Line("a", VALUES[:, 0], "#123456")]).figure().layout)
    assert {(layout.margin.l, layout.margin.r) for layout in left} == {(style.MARGIN["l"], style.MARGIN["r"])}
    assert {tuple(layout.xaxis.range) for layout in left} == {(0.5, 4.5)}
    assert not any(trace.showscale for trace in figures.heatmap.draft(signal(VALUES)).figure().data)


def test_unit_zero_stands_on_top_and_all_units_are_in_view():
    assert tuple(figures.heatmap(signal(VALUES)).layout.yaxis.range) == (2.5, -0.5)


def test_tokens_stand_under_their_columns_as_they_were_typed():
    axis = figures.heatmap(signal(VALUES), ("<b>", "a&b", "雨", "🙂")).layout.xaxis
    assert list(axis.ticktext) == ["&lt;b&gt;", "a&amp;b", "雨", "🙂"]
    assert list(axis.tickvals) == [1, 2, 3, 4]


def test_words_on_the_axes_are_the_callers():
    figure = figures.heatmap(signal(VALUES), time_title="Zeit", unit_title="Einheit", height=123)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Zeit", "Einheit")
    assert "Einheit" in figure.data[0].hovertemplate
    assert figures.heatmap.draft(signal(VALUES), height=123).layout["height"] == 123


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (500, 1), (61, 41)])
def test_any_number_of_steps_and_units_is_a_picture(shape):
    (heat,) = figures.heatmap.draft(signal(np.zeros(shape))).figure().data
    assert np.asarray(heat.z).shape == shape[::-1]
    assert (heat.xgap, heat.ygap) == (1 if shape[0] <= 60 else 0, 1 if shape[1] <= 40 else 0)


@pytest.mark.parametrize("axes", [("time", "batch", "unit"), ("unit", "time"), ("time",)])
def test_other_axes_are_refused_with_the_way_to_the_right_ones(axes):
    wrong = Signal("h", axes, np.zeros((2,) * len(axes)))
    with pytest.raises(ValueError, match=r"heatmap draws axes \('time', 'unit'\), not .*; use signal\.at\(batch=0\)"):
        figures.heatmap(wrong)


def test_no_colour_of_another_house_is_in_a_figure_even_where_streamlit_is_loaded():
    import streamlit  # noqa: F401 - it sets Plotly's default template to placeholder colours

    drawn = [
        figures.heatmap(signal(VALUES)),
        figures.lines([figures.Line("a", VALUES[:, 0], "#123456")]),
        figures.trajectory(Signal("h", ("time", "component"), VALUES[:, :2]), Signal("e", ("component",), np.ones(2))),
        figures.saturation([figures.Gate("f", *[Signal("s", ("unit",), np.zeros(2))] * 2, "#123456")]),
        figures.mirror(signal(VALUES), signal(VALUES)),
        figures.stack([("a", signal(VALUES)), ("b", signal(VALUES))]),
        figures.horizon(VALUES[:, 0], VALUES[:, 1]),
        figures.layer_gradients(Signal("h", ("layer", "time"), VALUES), layer_titles="abcd"),
        figures.by_depth([figures.Curve("a", np.arange(4), VALUES[:, 0], "#123456")], chance=0.5),
    ]
    for figure in drawn:
        assert "#00000" not in figure.to_json()
        assert "plotly_white" not in figure.to_json()
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_what_is_outlined_has_a_border_around_its_cells_and_nothing_else_has():
    inside = np.zeros(VALUES.shape, bool)
    inside[1, 2] = True
    (shape,) = figures.heatmap(signal(VALUES), outlined=signal(inside)).layout.shapes
    # The cell of the second step (x = 2) and of unit 2 (y = 2).
    assert set(shape.path.split("M")[1:]) == {"1.5,1.5V2.5", "2.5,1.5V2.5", "1.5,1.5H2.5", "1.5,2.5H2.5"}
    assert not figures.heatmap(signal(VALUES), outlined=signal(~inside & inside)).layout.shapes
