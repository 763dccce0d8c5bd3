"""Curves over updates that may still grow: the axis stays, what exploded is marked, what was before is thin."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Learnt

UPDATES, LOSSES = np.arange(1, 31), np.geomspace(1, 0.01, 30)
ONE = Learnt("LSTM", UPDATES, LOSSES, "#8A63D9", (UPDATES, LOSSES * 1.1))


def test_the_axis_of_updates_ends_where_the_run_will_end():
    for count in (1, 10, 30):
        part = Learnt("LSTM", UPDATES[:count], LOSSES[:count], "#8A63D9")
        figure = figures.learning([part], most=500)
        assert figure.layout.xaxis.range == (-5, 510)
        assert list(figure.data[0].x) == list(UPDATES[:count])
    assert figures.learning([Learnt("RNN", UPDATES[:0], LOSSES[:0], "#C8324E")]).layout.xaxis.range[1] > 0


def test_single_values_stand_faintly_behind_their_means_and_only_networks_are_named():
    longer = Learnt("LSTM", np.arange(1, 91), np.ones(90), "#8A63D9")
    figure = figures.learning([ONE], ghosts=[longer], most=40, log=True)
    faint, bold, ghost = figure.data
    assert (faint.showlegend, bold.showlegend, ghost.showlegend) == (False, None, False)
    assert faint.opacity < 1
    assert ghost.line.width < bold.line.width
    assert list(ghost.x) == list(range(1, 41))  # what was before may have gone on for longer
    assert figure.layout.yaxis.type == "log"


@pytest.mark.parametrize(("log", "height"), [(True, -2.0), (False, 0.01)])
def test_a_level_and_an_explosion_are_marked(log, height):
    one = ONE._replace(exploded=31)
    figure = figures.learning([one], marks={"limit": 0.01}, log=log)
    (note,) = figure.layout.annotations
    assert (note.text, note.y) == ("limit", height)  # on a logarithmic axis it stands at the logarithm
    assert [shape.x0 for shape in figure.layout.shapes if shape.line.color == one.color] == [31]
    assert [shape.y0 for shape in figure.layout.shapes if shape.yref == "y"] == [0.01]


def test_shares_are_read_as_percentages():
    figure = figures.learning([ONE._replace(faint=None)], percent=True)
    assert figure.layout.yaxis.tickformat == ".0%"
    assert "%{y:.1%}" in figure.data[0].hovertemplate


def test_values_within_one_power_of_ten_have_ticks_between_two_of_them():
    def every(*values: float) -> int | None:
        curve = Learnt("RNN", np.arange(len(values)), np.array(values), "#123456")
        return figures.learning([curve], log=True).layout.yaxis.dtick

    assert every(0.72, 0.69) is None
    assert (every(1.0, 1e-3), every(1.0, 1e-9)) == (1, 2)
