"""The band and the dash of a line: where the band runs, that it stays behind, and that dashes tell lines apart."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Line

VALUES = np.array([0.0, -1.0, -2.0])
BAND = (VALUES - 0.5, VALUES + 1)


def test_a_band_runs_along_the_upper_edge_and_back_along_the_lower():
    band, line = figures.lines([Line("a", VALUES, "#123456", band=BAND)]).data
    assert list(band.x) == [1, 2, 3, 3, 2, 1]
    np.testing.assert_array_equal(band.y, [1, 0, -1, -2.5, -1.5, -0.5])
    assert band.fill == "toself"
    np.testing.assert_array_equal(line.y, VALUES)


def test_a_band_is_faint_nameless_and_in_the_colour_of_its_line():
    band, line = figures.lines([Line("a", VALUES, "#123456", band=BAND)]).data
    assert band.fillcolor == line.line.color == "#123456"
    assert band.opacity < 0.3
    assert band.showlegend is False
    assert band.hoverinfo == "skip"
    assert band.line.width == 0


def test_a_band_is_drawn_before_its_own_line():
    drawn = figures.lines([Line("a", VALUES, "#1", None, BAND)._replace(color="#111111"), Line("b", VALUES, "#222222")])
    assert [trace.name for trace in drawn.data] == [None, "a", "b"]


def test_without_a_band_there_is_one_trace_per_line_so_that_places_can_be_counted():
    drawn = figures.lines([Line(name, VALUES, "#111111") for name in "abc"])
    assert [trace.name for trace in drawn.data] == ["a", "b", "c"]


@pytest.mark.parametrize("first", [0, 1, 5])
def test_a_band_starts_where_its_line_does(first):
    band, line = figures.lines([Line("a", VALUES, "#123456", band=BAND)], first=first).data
    assert (min(band.x), max(band.x)) == (min(line.x), max(line.x)) == (first, first + 2)


def test_the_dash_that_is_asked_for_is_drawn_and_else_the_next_one():
    drawn = figures.lines(
        [Line("a", VALUES, "#111111", "dot"), Line("b", VALUES, "#111111"), Line("c", VALUES, "#111111")]
    )
    assert [trace.line.dash for trace in drawn.data] == ["dot", "dash", "dot"]


def test_a_band_with_gaps_is_drawn_with_gaps():
    low, high = BAND[0].copy(), BAND[1].copy()
    low[1] = high[1] = np.nan
    band, _line = figures.lines([Line("a", VALUES, "#123456", band=(low, high))]).data
    assert np.isnan(np.asarray(band.y)).sum() == 2


def test_a_line_of_one_step_and_no_line_at_all_are_still_a_picture():
    one = figures.lines([Line("a", VALUES[:1], "#123456", band=(VALUES[:1], VALUES[:1]))])
    assert len(one.data) == 2
    assert len(figures.lines([]).data) == 0
