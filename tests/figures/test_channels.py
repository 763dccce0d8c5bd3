"""Channels over each other: pushes point their way, answers lie over what is wanted, one time axis for all."""

import numpy as np

from rnnviz import figures

PUSHES = np.array([[1.0, -1.0], [0.0, 0.0], [-1.0, 0.0]])
WANTED = np.array([[1.0, -1.0], [1.0, -1.0], [-1.0, -1.0]])
ANSWERS = np.array([[0.9, -0.8], [1.1, np.nan], [-1.3, -1.0]])


def drawn(**options: object) -> figures.Figure:
    return figures.channels(PUSHES, WANTED, ANSWERS, ("<one>", "two"), **options)


def test_each_channel_shows_what_is_wanted_what_is_answered_and_its_pushes():
    traces = drawn().data
    assert len(traces) == 6
    for k in range(2):
        wanted, answer, push = traces[3 * k : 3 * k + 3]
        np.testing.assert_array_equal(wanted.y, WANTED[:, k])
        np.testing.assert_array_equal(answer.y, ANSWERS[:, k])
        assert list(push.x) == [1, 3][: len(push.x)]
        assert {trace.yaxis for trace in (wanted, answer, push)} == {f"y{k + 1}" if k else "y"}


def test_a_push_points_its_way():
    push = drawn().data[2]
    assert list(push.marker.symbol) == ["triangle-up", "triangle-down"]
    assert (np.sign(push.y) == [1, -1]).all()


def test_the_first_channel_is_on_top_and_all_have_one_scale_and_one_legend():
    layout = drawn().layout
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    assert layout.yaxis.range == layout.yaxis2.range
    assert layout.yaxis.range[1] > 1.3
    assert layout.yaxis.title.text == "&lt;one&gt;"
    assert [trace.showlegend for trace in drawn().data] == [True, True, False] + [False] * 3


def test_the_time_axis_is_under_the_lowest_channel():
    assert drawn().layout.xaxis.anchor == "y2"
    assert tuple(drawn().layout.xaxis.range) == (0.5, 3.5)
