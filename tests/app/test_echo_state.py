"""Titles and sentences about reservoirs: they follow the numbers that they are made of."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnnviz import compute
from rnnviz.app.heavy_work import Line
from rnnviz.app.panels import echo_state, reservoir_claims
from rnnviz.app.panels.reservoir_claims import measured
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import RADII, TESTED
from rnnviz.subjects import Subject
from tests.reservoirs import reservoir


@pytest.mark.parametrize("best", [0, 5, len(RADII) - 1])
def test_the_title_of_the_sweep_follows_its_numbers(best):
    totals = np.where(np.arange(len(RADII)) == best, 7.0, 2.0)
    at_last = "; at ρ = 3 it is 2.0" if best < len(RADII) - 1 else ""
    radius = f"the largest, ρ = {RADII[best]:g}," if not at_last else f"ρ = {RADII[best]:g}"
    title = echo_state.sweep(reservoir(20), totals)["title"]
    assert title == f"Of these radii {radius} remembers most: 7.0{at_last}"


def test_the_pair_of_units_is_told_as_it_was_tested():
    weights = np.array([[20.5, -16.0], [25.0, -19.5]])
    draw = torch.Generator().manual_seed(0)
    h = first = (2 * torch.rand(2, 2, generator=draw, dtype=torch.float64) - 1).numpy()
    for _ in range(TESTED):
        h = np.tanh(h @ weights.T)
    left = np.linalg.norm(h[0] - h[1]) / np.linalg.norm(first[0] - first[1])
    share = float(f"{100 * left:.2g}")
    told = f"ρ = 0.50, left alone: still {share:g}% of the initial distance after 1,000 steps"
    assert told in measured(reservoir(20))


def one_at_a_time(monkeypatch, ask: str, line: str, kept: str, slow: Callable) -> list:
    """What a class of four gets that asks at once where there is one place."""
    inside, most = [], []

    def counted(subject: Subject, *more: object) -> object:
        inside.append(subject)
        time.sleep(0.002)  # others could come in meanwhile
        most.append(len(inside))
        inside.remove(subject)
        return slow(subject, *more)

    monkeypatch.setattr(study, ask, counted)
    monkeypatch.setattr(reservoir_claims, line, Line(1))
    monkeypatch.setattr(compute, "STORE", compute.Store())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(getattr(reservoir_claims, kept), [reservoir(20, seed=seed) for seed in range(4)]))
    assert max(most) == 1
    return found


def test_sweeps_of_a_whole_class_take_turns(monkeypatch):
    def memories(_subject: Subject, radii: Sequence[float]) -> list[SimpleNamespace]:
        return [SimpleNamespace(total=radius) for radius in radii]

    totals = one_at_a_time(monkeypatch, "memories", "LINE", "swept", memories)
    np.testing.assert_array_equal(totals, [RADII] * 4)


def test_first_views_of_a_whole_class_take_turns_in_a_line_of_their_own(monkeypatch):
    monkeypatch.setattr(reservoir_claims, "LINE", None)
    found = one_at_a_time(monkeypatch, "measure", "FIRST_LINE", "seen", study.measure)
    for seed, seen in enumerate(found):
        assert seen.memory.total == study.memory(reservoir(20, seed=seed)).total


@pytest.mark.parametrize("radius", [0.05, 1.0, 3.0])
def test_all_radii_have_the_eigenvalues_of_one_matrix_times_a_factor(radius):
    subject = reservoir(20, radius)
    np.testing.assert_allclose(reservoir_claims.eigenvalues(subject), study.eigenvalues(subject), atol=1e-12)
