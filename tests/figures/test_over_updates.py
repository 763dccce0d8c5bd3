"""Updates by steps: a row for each update at its own height, what is over stays blank."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.trace import Signal

VALUES = np.array([[-3.0, -np.inf, np.nan], [-1.0, np.inf, 0.0]])


def sizes(values: np.ndarray = VALUES) -> Signal:
    return Signal("dL/dS", ("update", "time"), values, kind="gradient")


def test_each_update_stands_at_its_number_and_the_page_s_own_is_marked():
    figure = figures.over_updates(sizes(), [0, 20], marked=20)
    gray, heat = figure.data
    assert (list(heat.x), list(heat.y)) == ([1, 2, 3], [0, 20])
    assert tuple(figure.layout.yaxis.range) == (-10, 30)
    assert [shape.y0 for shape in figure.layout.shapes] == [20]
    assert (heat.zmin, heat.zmax, heat.z[0, 1]) == (-3, 0, -3)  # an exact zero has the colour of the small end
    assert (heat.text[0][1], heat.text[0][2], heat.text[1][0]) == ("0", "", "10<sup>-1.0</sup>")
    np.testing.assert_array_equal(np.isnan(heat.z), ~np.isfinite(VALUES) & ~np.isneginf(VALUES))
    np.testing.assert_array_equal(gray.z == 1, np.isposinf(VALUES))
    assert [tuple(stop) for stop in heat.colorscale] == style.SCALES["gradient"]


def test_other_axes_and_another_number_of_updates_are_refused():
    with pytest.raises(ValueError, match=r"over_updates draws axes \('update', 'time'\)"):
        figures.over_updates(Signal("h", ("time", "unit"), VALUES), [0, 1])
    with pytest.raises(ValueError, match="2 updates, but the numbers of 1"):
        figures.over_updates(sizes(), [0])
