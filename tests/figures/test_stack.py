"""Layers over each other: the first at the bottom, one time axis, one range of colours, a name to each."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.trace import Signal

STEPS = 5


def layer(k: int, units: int = 3) -> Signal:
    values = np.linspace(-1, 1, STEPS * units, dtype=np.float32).reshape(STEPS, units) * (k + 1)
    return Signal("h", ("time", "unit"), values)


def layers(count: int) -> list[tuple[str, Signal]]:
    return [(f"layer {k + 1}", layer(k, units=k + 2)) for k in range(count)]


def axis(figure: figures.Figure, name: str | None) -> object:
    return figure.layout["yaxis" + (name or "y")[1:]]


def names(figure: figures.Figure) -> list:
    return [note for note in figure.layout.annotations if note.textangle is None]


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_the_first_layer_is_at_the_bottom_and_the_last_on_top_without_overlap(count):
    figure = figures.stack(layers(count))
    upward = sorted(figure.data, key=lambda trace: axis(figure, trace.yaxis).domain[0])
    for trace, (_name, signal) in zip(upward, layers(count), strict=True):
        np.testing.assert_array_equal(trace.z, signal.values.T)
        assert tuple(axis(figure, trace.yaxis).range) == (signal.values.shape[1] - 0.5, -0.5)
    edges = [edge for trace in upward for edge in axis(figure, trace.yaxis).domain]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == pytest.approx((0, 1))


@pytest.mark.parametrize("count", [1, 2, 8])
def test_every_picture_has_the_same_height_and_as_many_pixels_as_asked_for_with_its_name(count):
    figure = figures.stack(layers(count), row_height=80)
    drawn = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    tall = [np.ptp(axis(figure, trace.yaxis).domain) * drawn for trace in figure.data]
    np.testing.assert_allclose(tall, 80 - figure.layout.margin.t)
    assert figure.layout.height == count * 80 + style.MARGIN["b"]


def test_each_name_stands_over_its_own_picture_as_it_was_given():
    figure = figures.stack([("<b>low</b>", layer(0)), ("high & last", layer(1))])
    high, low = names(figure)
    assert (high.text, low.text) == ("high &amp; last", "&lt;b&gt;low&lt;/b&gt;")
    assert (high.y, low.y) == (figure.layout.yaxis.domain[1], figure.layout.yaxis2.domain[1])
    assert low.yanchor == high.yanchor == "bottom"
    assert low.font.size < figure.layout.font.size


def test_all_layers_share_one_range_of_colours():
    assert {(trace.zmin, trace.zmax) for trace in figures.stack(layers(3)).data} == {(-3, 3)}
    assert {(trace.zmin, trace.zmax) for trace in figures.stack(layers(3), value_range=(-9, 9)).data} == {(-9, 9)}


def test_all_layers_share_one_time_axis_which_belongs_to_the_lowest():
    figure = figures.stack(layers(4), ("a", "<b>", "c", "d", "雨"), time_title="Zeit", unit_title="Einheit")
    assert {trace.xaxis for trace in figure.data} <= {None, "x"}
    assert figure.layout.xaxis.anchor == "y4"
    assert list(figure.layout.xaxis.ticktext) == ["a", "&lt;b&gt;", "c", "d", "雨"]
    assert figure.layout.xaxis.title.text == "Zeit"
    assert [note.text for note in figure.layout.annotations].count("Einheit") == 1
    assert (figure.layout.margin.l, figure.layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert not any(trace.showscale for trace in figure.data)


def test_nothing_can_be_zoomed_away_from_the_other_charts():
    figure = figures.stack(layers(3))
    assert figure.layout.xaxis.fixedrange
    assert all(axis(figure, trace.yaxis).fixedrange for trace in figure.data)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_layer_that_exploded_is_gray_and_the_others_keep_their_range(value):
    broken = Signal("h", ("time", "unit"), np.full((STEPS, 3), value))
    figure = figures.stack([("a", layer(0)), ("b", broken)])
    gray, blank, low = figure.data
    assert (gray.yaxis, blank.yaxis, low.yaxis) == ("y", "y", "y2")
    assert (gray.z == 1).all()
    assert np.isnan(blank.z).all()
    assert (low.zmin, low.zmax) == (-1, 1)
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


def test_rows_have_gaps_between_them_only_while_they_have_room():
    wide = Signal("h", ("time", "unit"), np.zeros((STEPS, 128)))
    assert [trace.ygap for trace in figures.stack([("a", wide), ("b", layer(0))]).data] == [1, 0]


def test_a_deep_wide_network_is_sent_in_single_precision():
    large = Signal("h", ("time", "unit"), np.zeros((200, 128), dtype=np.float32))
    for trace in figures.stack([(str(k), large) for k in range(8)]).data:
        assert np.asarray(trace.z).dtype == np.float32


def test_no_layer_other_axes_and_unequal_lengths_are_refused_in_plain_words():
    with pytest.raises(ValueError, match="at least one layer"):
        figures.stack([])
    with pytest.raises(ValueError, match=r"stack draws axes \('time', 'unit'\), not \('unit',\)"):
        figures.stack([("a", layer(0)), ("b", Signal("h", ("unit",), np.zeros(3)))])
    with pytest.raises(ValueError, match=r"stack .* one time axis.* steps; give equal numbers"):
        figures.stack([("a", layer(0)), ("b", Signal("h", ("time", "unit"), np.zeros((2, 3))))])
