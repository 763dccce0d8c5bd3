"""Sizes along a long stream: few points, no peak lost, and steady growth is straight."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Line
from rnnviz.figures.growth import POINTS

STEPS = 10_000


def drawn(values: np.ndarray, **options):
    return figures.growth([Line("a", values, "#111111")], **options).data[0]


@pytest.mark.parametrize("peak", [0, 1, 17, 4_321, STEPS - 1])
def test_no_peak_is_lost_and_it_stands_at_its_place(peak):
    values = np.ones(STEPS)
    values[peak] = 7.0
    line = drawn(values)
    assert len(line.x) <= POINTS
    assert line.y.max() == 7.0
    (at,) = np.flatnonzero(line.y == 7.0)
    assert (line.x[at - 1] if at else 0) < peak + 1 <= line.x[at]


def test_the_stretches_cover_every_step_once_and_end_with_the_last():
    line = drawn(np.arange(1.0, STEPS + 1))
    assert (line.x[0], line.x[-1]) == (1, STEPS)
    assert (np.diff(line.x) > 0).all()
    np.testing.assert_array_equal(line.y, line.x)


def test_a_short_stream_is_drawn_step_by_step():
    line = drawn(np.array([1.0, 3.0, 2.0]))
    assert list(line.x) == [1, 2, 3]
    assert list(line.y) == [1.0, 3.0, 2.0]


def test_both_axes_are_logarithmic():
    figure = figures.growth([Line("a", np.ones(10), "#111111")])
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"


def test_the_chosen_line_is_bold_and_on_top():
    plain, bold = figures.growth([Line(name, np.ones(9), "#111111") for name in "ab"], chosen="b").data
    assert bold.line.width > plain.line.width
    assert bold.opacity == 1 > plain.opacity
    assert bold.zorder > plain.zorder


def test_names_are_shown_as_they_are():
    figure = figures.growth([Line("<b>a</b>", np.ones(9), "#111111")])
    assert figure.data[0].name == "&lt;b&gt;a&lt;/b&gt;"


def test_nothing_to_draw_is_an_empty_figure():
    assert not figures.growth([]).data
