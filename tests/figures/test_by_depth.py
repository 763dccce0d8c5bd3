"""Accuracy by depth: the points are the values, the seeds stand around them, and chance has its line."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Curve, style
from rnnviz.figures.lines import DASHES

DEPTHS, VALUES = np.array([1, 2, 3]), np.array([0.5, 0.98, 0.99])
SEEDS = [(2, 0.97), (1, 0.52), (1, 0.48), (2, 0.99), (3, 0.99)]


def curve(name: str = "a", **options: object) -> Curve:
    return Curve(name, DEPTHS, VALUES, "#123456", **options)


def test_each_curve_is_a_marked_line_through_its_values_in_its_colour():
    line, other = figures.by_depth([curve(), curve("b", dash="dot")]).data
    np.testing.assert_array_equal(line.x, DEPTHS)
    np.testing.assert_array_equal(line.y, VALUES)
    assert (line.mode, line.line.color, line.line.dash) == ("lines+markers", "#123456", DASHES[0])
    assert other.line.dash == "dot"


def test_curves_are_told_apart_without_colour_and_named_as_they_were_given():
    figure = figures.by_depth([curve(f"<i>{k}</i>") for k in range(len(DASHES))])
    assert [line.line.dash for line in figure.data] == list(DASHES)
    assert figure.data[0].name == "&lt;i&gt;0&lt;/i&gt;"
    assert "<i>" not in figure.data[0].hovertemplate
    assert figure.layout.showlegend


def test_every_seed_is_a_faint_dot_behind_the_lines_beside_its_depth():
    dots, line, other = figures.by_depth([curve(), curve("b", points=SEEDS)]).data
    assert (line.name, other.name) == ("a", "b")
    assert sorted(zip(dots.customdata, dots.y, strict=True)) == sorted(SEEDS)
    np.testing.assert_allclose(dots.x, dots.customdata, atol=0.1)
    assert len(set(dots.x)) == len(SEEDS)
    assert dots.marker.opacity < 0.5
    assert dots.marker.color == other.line.color
    assert dots.showlegend is False


def test_a_single_seed_stands_exactly_at_its_depth():
    dots = figures.by_depth([curve(points=[(2, 0.9)])]).data[0]
    assert list(dots.x) == [2]


def test_how_many_answers_a_value_rests_on_is_said_where_it_is_known():
    known, unknown = figures.by_depth([curve(count=1200), curve("b")]).data
    assert "n = 1200" in known.hovertemplate
    assert "n =" not in unknown.hovertemplate


def test_chance_is_a_dotted_line_with_its_words_under_it():
    layout = figures.by_depth([curve()], chance=0.5, chance_title="<b>guess</b>").layout
    (line,) = layout.shapes
    assert (line.y0, line.y1, line.line.dash) == (0.5, 0.5, "dot")
    (words,) = layout.annotations
    assert (words.text, words.y, words.yanchor) == ("&lt;b&gt;guess&lt;/b&gt;", 0.5, "top")
    assert not figures.by_depth([curve()]).layout.shapes


def test_depths_are_whole_and_shares_are_percent_with_a_little_air():
    layout = figures.by_depth([curve()], value_title="Wert", depth_title="Tiefe", height=99).layout
    assert (layout.xaxis.dtick, layout.yaxis.tickformat) == (1, ".0%")
    assert (layout.xaxis.range[0] < 1, layout.xaxis.range[1] > 3) == (True, True)
    assert tuple(layout.yaxis.range) == pytest.approx((-0.04, 1.04))
    assert (layout.yaxis.title.text, layout.xaxis.title.text, layout.height) == ("Wert", "Tiefe", 99)
    assert (layout.margin.l, layout.margin.r) == (style.MARGIN["l"], style.MARGIN["r"])
    assert tuple(figures.by_depth([curve()], value_range=(0.8, 1)).layout.yaxis.range) == pytest.approx((0.792, 1.008))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_a_number_is_a_gap(value):
    figure = figures.by_depth([Curve("a", DEPTHS, np.array([0.5, value, 1]), "#123456", points=[(1, value)])])
    json.dumps(json.loads(figure.to_json()), allow_nan=False)


def test_one_depth_and_no_curve_at_all_are_still_a_picture():
    one = figures.by_depth([Curve("a", np.array([2]), np.array([0.7]), "#123456")])
    assert one.layout.xaxis.range[0] < 2 < one.layout.xaxis.range[1]
    assert len(figures.by_depth([], chance=0.5).data) == 0


def test_a_curve_without_one_value_per_depth_is_refused_by_name():
    with pytest.raises(ValueError, match=r"by_depth draws one value per depth; 'a' has 3 values for 2 depths"):
        figures.by_depth([Curve("a", DEPTHS[:2], VALUES, "#123456")])
