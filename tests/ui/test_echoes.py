"""Titles and sentences about reservoirs: they follow the numbers that they are made of."""

import numpy as np
import pytest
import torch

from rnnviz.reservoir import TESTED, Reservoir
from rnnviz.ui import echoes
from rnnviz.ui.reservoirs import RADII, sentence


@pytest.mark.parametrize("best", [0, 5, len(RADII) - 1])
def test_the_title_of_the_sweep_follows_its_numbers(best):
    totals = np.where(np.arange(len(RADII)) == best, 7.0, 2.0)
    at_last = "; at ρ = 3 it is 2.0" if best < len(RADII) - 1 else ""
    radius = f"the largest, ρ = {RADII[best]:g}," if not at_last else f"ρ = {RADII[best]:g}"
    title = echoes.sweep(Reservoir(20), totals)["title"]
    assert title == f"Of these radii {radius} remembers most: 7.0{at_last}"


def test_the_pair_of_units_is_told_as_it_was_tested():
    weights = np.array([[20.5, -16.0], [25.0, -19.5]])
    draw = torch.Generator().manual_seed(0)
    h = first = (2 * torch.rand(2, 2, generator=draw, dtype=torch.float64) - 1).numpy()
    for _ in range(TESTED):
        h = np.tanh(h @ weights.T)
    left = np.linalg.norm(h[0] - h[1]) / np.linalg.norm(first[0] - first[1])
    assert f"ρ = 0.5, left alone, have not met after 1,000 steps (distance × {left:.2g})" in sentence(Reservoir(20))
