"""A figure that stands alone, of a Signal and nothing else: its title, its colour bar, its own range, and no more cells
than a screen shows."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.trace import Signal

RNG = np.random.default_rng(0)


def states(steps: int, units: int, **more: object) -> Signal:
    values = RNG.uniform(-0.9, 0.9, (steps, units)).astype(np.float32)
    return Signal("h", ("time", "unit"), values, bounds=(-1.0, 1.0), **more)


def test_a_picture_has_its_title_and_the_name_of_its_colours():
    figure = figures.heatmap(states(7, 3, kind="gradient"))
    assert figure.layout.title.text == "dL/dh of each unit at each step"
    assert figure.data[0].showscale
    assert figure.data[0].colorbar.title.text == "dL/dh"


def test_a_long_picture_is_drawn_by_its_strongest_values_and_says_so():
    h = states(10_000, 512)
    figure = figures.heatmap(h)
    z = np.asarray(figure.data[0].z)
    assert z.shape == (256, 1000)
    block = h.values[20:30, 4:6]
    assert z[2, 2] == block.ravel()[np.abs(block).argmax()]
    assert (figure.data[0].x[2], figure.data[0].y[2]) == (25.5, 4.5)
    assert "each cell: the value furthest from zero of 2 × 10" in figure.layout.title.text
    assert len(figure.to_json()) < 2e6
    assert "each cell" not in figures.heatmap(states(1024, 256)).layout.title.text


def test_what_is_not_finite_is_still_seen_in_a_long_picture():
    h = states(4000, 2)
    values = h.values.copy()
    values[17, 1], values[:, 0] = np.nan, np.nan
    gray, picture = figures.heatmap(Signal("h", h.axes, values)).data
    assert np.asarray(gray.z)[1, 17 // 4] == 1
    assert np.isnan(np.asarray(picture.z)[0]).all()


def test_a_gradient_map_needs_its_matrix_alone():
    sizes = np.where(np.tri(3000, dtype=bool), -np.arange(3000.0)[None] / 300, np.nan)
    sizes[0, 0] = -np.inf
    figure = figures.gradient_map(Signal("h", ("loss_time", "time"), sizes))
    assert (figure.data[0].zmin, figure.data[0].zmax) == (pytest.approx(-2999 / 300), 0)
    assert np.asarray(figure.data[0].z).shape == (250, 1000)
    assert "the largest value of 12 × 3" in figure.layout.title.text
    assert figure.data[0].colorbar.title.text == "log10 of the size"


def test_lines_of_a_signal_are_its_units_over_its_own_range():
    h = states(30, 4)
    figure = figures.lines(h)
    assert [line.name for line in figure.data] == ["unit 0", "unit 1", "unit 2", "unit 3"]
    np.testing.assert_array_equal(figure.data[2].y, h.values[:, 2])
    assert tuple(figure.layout.yaxis.range) == pytest.approx((-1.12, 1.12))
    assert figure.layout.title.text == "h at each step"
    (line,) = figures.lines(h.at(unit=1)).data
    assert line.name == "h"
    with pytest.raises(ValueError, match=r"20 units at most, not 21; use signal.at\(unit=slice\(20\)\)"):
        figures.lines(states(5, 21))
