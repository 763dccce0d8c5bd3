"""Gates by how often they are shut and open: every unit is somewhere, and a place says how many sit there."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.figures.saturation import SHAPES
from rnnviz.saturation import saturation
from rnnviz.trace import Signal
from tests.intents import intents

COLORS = dict(zip("ifo", (style.ROLES[role] for role in ("write", "keep", "show")), strict=True))


def gate(shut: list[float], opened: list[float], name: str = "f", color: str = "#B07A10") -> figures.Gate:
    shares = [Signal("share", ("unit",), np.array(values), bounds=(0.0, 1.0)) for values in (shut, opened)]
    return figures.Gate(name, *shares, color)


def test_a_unit_stands_at_its_share_shut_and_its_share_open():
    (dots,) = figures.saturation([gate([0.0, 0.5, 1.0], [1.0, 0.25, 0.0])]).data
    assert sorted(zip(dots.x, dots.y, strict=True)) == [(0, 1), (0.5, 0.25), (1, 0)]


def test_units_that_share_a_place_are_one_larger_mark_that_counts_and_names_them():
    (dots,) = figures.saturation([gate([0.0, 0.5, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0])]).data
    assert list(zip(dots.x, dots.y, strict=True)) == [(0, 0), (0.5, 0.5)]
    assert [list(units) for units in dots.customdata] == [[3, "0, 2, 3"], [1, "1"]]
    assert dots.marker.size[0] > dots.marker.size[1]


def test_every_unit_is_counted_exactly_once():
    rng = np.random.default_rng(0)
    shut = rng.integers(0, 4, 128) / 8
    opened = rng.integers(0, 4, 128) / 8
    (dots,) = figures.saturation([gate(shut.tolist(), opened.tolist())]).data
    assert sum(count for count, _names in dots.customdata) == 128
    for x, y, (count, _names) in zip(dots.x, dots.y, dots.customdata, strict=True):
        assert count == ((shut == x) & (opened == y)).sum()


def test_a_long_list_of_units_is_cut_short():
    (dots,) = figures.saturation([gate([0.0] * 30, [0.0] * 30)]).data
    assert list(dots.customdata[0]) == [30, "0, 1, 2, 3, 4, 5, 6, 7…"]


def test_gates_are_told_apart_by_colour_shape_and_name():
    figure = figures.saturation([gate([0.0], [0.0], name, COLORS[name]) for name in "ifo"])
    assert [dots.name for dots in figure.data] == ["i", "f", "o"]
    assert [dots.marker.color for dots in figure.data] == list(COLORS.values())
    assert [dots.marker.symbol for dots in figure.data] == [f"{shape}-open" for shape in SHAPES[:3]]
    assert figure.layout.showlegend


def test_both_axes_cover_all_shares_and_have_the_callers_words():
    layout = figures.saturation([], shut_title="zu", open_title="auf", height=88).layout
    for axis in (layout.xaxis, layout.yaxis):
        assert axis.range[0] < 0
        assert axis.range[1] > 1
    assert (layout.xaxis.title.text, layout.yaxis.title.text, layout.height) == ("zu", "auf", 88)
    assert (layout.margin.l, layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert layout.template == style.figure(100).figure().layout.template


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(("cell", "gates"), [("LSTM", "ifo"), ("GRU", "rz")])
def test_the_gates_of_a_shipped_network_are_drawn_where_they_were_measured(cell, gates, size):
    layer = intents(cell, size).trace().layer()
    measured = {name: saturation(layer[name].at(batch=0)) for name in gates}
    figure = figures.saturation([figures.Gate(n, *found, style.INK) for n, found in measured.items()])
    json.dumps(json.loads(figure.to_json()), allow_nan=False)
    for dots, found in zip(figure.data, measured.values(), strict=True):
        drawn = set(zip(dots.x, dots.y, strict=True))
        assert drawn == set(zip(found.shut.values, found.open.values, strict=True))
