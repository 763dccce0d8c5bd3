"""Half-lives: every unit has its dot, also those that never lose half, and no two hide one another."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.trace import Signal


def row(name: str, *steps: float, color: str = "#123456") -> figures.Row:
    return figures.Row(name, Signal("half-life", ("unit",), np.array(steps, dtype=float)), color)


def test_each_network_has_its_row_in_its_colour_from_the_top_down():
    figure = figures.half_lives([row("RNN", 1, 2), row("LSTM", 5, color="#abcdef")], longest=50)
    assert [dots.name for dots in figure.data] == ["RNN", "LSTM"]
    assert [dots.marker.color for dots in figure.data] == ["#123456", "#abcdef"]
    assert list(figure.layout.yaxis.ticktext) == ["RNN", "LSTM"]
    assert tuple(figure.layout.yaxis.range) == (1.5, -0.5)
    for place, dots in enumerate(figure.data):
        assert np.abs(np.asarray(dots.y) - place).max() < 0.5


def test_dots_stand_at_their_half_lives_in_order_of_size():
    (dots,) = figures.half_lives([row("GRU", 8, 0.5, 3)], longest=50).data
    np.testing.assert_array_equal(dots.x, [0.5, 3, 8])
    np.testing.assert_array_equal(dots.customdata, [0.5, 3, 8])


def test_units_that_never_lose_half_stand_beyond_the_last_tick_and_say_so():
    figure = figures.half_lives([row("LSTM", 4, np.inf, 1e6)], longest=50)
    assert list(figure.data[0].x) == [4, 100, 100]
    assert list(figure.data[0].customdata) == [4, 1e6, np.inf]
    assert figure.layout.xaxis.tickvals[-1] == 100
    assert figure.layout.xaxis.ticktext[-1] == "> 50"
    assert figure.layout.xaxis.range[1] > np.log10(100)


def test_very_short_ones_stand_at_the_left_end_inside_the_axis():
    figure = figures.half_lives([row("RNN", 0.0, 1e-9)], longest=50)
    assert set(figure.data[0].x) == {0.1}
    assert figure.layout.xaxis.range[0] < np.log10(0.1)


def test_units_that_no_word_reaches_have_no_dot_and_the_others_keep_theirs():
    figure = figures.half_lives([row("RNN", np.nan, 2, np.nan), row("GRU", np.nan)], longest=50)
    assert [len(dots.x) for dots in figure.data] == [1, 0]
    assert list(figure.layout.yaxis.ticktext) == ["RNN", "GRU"]


def test_dots_of_equal_half_life_are_apart():
    figure = figures.half_lives([row("LSTM", *[7.0] * 40)], longest=50)
    assert len({(x, y) for x, y in zip(figure.data[0].x, figure.data[0].y, strict=True)}) == 40


@pytest.mark.parametrize("longest", [1, 2, 51, 200])
def test_ticks_rise_and_end_with_what_lies_beyond(longest):
    axis = figures.half_lives([row("RNN", 1)], longest=longest).layout.xaxis
    assert list(axis.tickvals) == sorted(set(axis.tickvals))
    assert max(axis.tickvals[:-1]) <= longest
    assert axis.ticktext[-1] == f"> {longest}"
    assert len(axis.tickvals) == len(axis.ticktext)


def test_what_is_sent_is_json_and_names_are_shown_as_they_are():
    figure = figures.half_lives([row("<i>RNN</i>", np.inf, np.nan, 2)], longest=50)
    sent = json.dumps(json.loads(figure.to_json()), allow_nan=False)
    assert "<i>" not in sent
