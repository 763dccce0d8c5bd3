"""Titles and sentences about reservoirs: they follow the numbers that they are made of."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnnviz.reservoir import TESTED, Reservoir
from rnnviz.ui import echoes, reservoirs
from rnnviz.ui.heavy_work import Line, Results
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


def test_sweeps_of_a_whole_class_take_turns(monkeypatch):
    inside, most = [], []

    def memories(reservoir: Reservoir, radii: Sequence[float]) -> list[SimpleNamespace]:
        inside.append(reservoir)
        time.sleep(0.002)  # others could come in meanwhile
        most.append(len(inside))
        inside.remove(reservoir)
        return [SimpleNamespace(total=radius) for radius in radii]

    monkeypatch.setattr(Reservoir, "memories", memories)
    monkeypatch.setattr(reservoirs, "LINE", Line(1))
    monkeypatch.setattr(reservoirs, "_SWEEPS", Results(8))
    with ThreadPoolExecutor(4) as pool:
        totals = list(pool.map(reservoirs.swept, [Reservoir(20, seed=seed) for seed in range(4)]))
    assert max(most) == 1
    np.testing.assert_array_equal(totals, [reservoirs.RADII] * 4)
