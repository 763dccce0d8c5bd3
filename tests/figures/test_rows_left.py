"""rows_left and by_size draw the numbers they are given."""

import numpy as np
import pytest

from rnnviz import figures


def test_the_bars_of_a_step_add_up_to_the_batch():
    fig = figures.rows_left(np.array([4, 3, 3, 1]))
    left, padding = fig.data
    assert list(left.y) == [4, 3, 3, 1]
    assert list(left.y + padding.y) == [4] * 4
    assert list(left.x) == [1, 2, 3, 4]
    for wrong in ([], [2, 3]):
        with pytest.raises(ValueError, match="none can join later"):
            figures.rows_left(np.array(wrong))


def test_a_cost_is_drawn_at_its_size_on_axes_of_powers():
    fig = figures.by_size(np.array([1, 2, 4]), [figures.Line("a", np.array([3.0, 2.0, np.nan]), "#123456")])
    assert list(fig.data[0].x) == [1, 2, 4]
    assert list(fig.data[0].y[:2]) == [3.0, 2.0]
    assert fig.layout.xaxis.type == fig.layout.yaxis.type == "log"
    with pytest.raises(ValueError, match="one value per size"):
        figures.by_size(np.array([1, 2]), [figures.Line("a", np.ones(3), "#123456")])
