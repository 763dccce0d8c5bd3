"""What is painted of gradients is true: recomputed by autograd through the papers' equations."""

from functools import cache

import numpy as np
import pytest

from rnnviz.studies.cell_comparison import fresh
from tests.browser import reference_gradients as reference
from tests.browser.painted import Number, check, close, opened, walk
from tests.browser.reference_networks import doubled, of_cell

pytestmark = pytest.mark.browser

CELLS = ("RNN", "LSTM", "GRU")
STEPS = (0, 1, 42, 99)
TIGHT = {"rtol": 1e-5, "atol": 1e-5}


@cache
def network(cell: str) -> tuple:
    """A fresh network and the noise that it reads, in float64."""
    subject = fresh(cell, spectral_radius=0.9, forget_bias=2.0)
    return cell, of_cell(doubled(subject.network().state_dict())), subject.input()[:, 0]


@cache
def curves(cell: str) -> dict[str, np.ndarray]:
    return reference.curves(*network(cell))


@cache
def sigmas(cell: str) -> np.ndarray:
    """log10 of the singular values of each step's Jacobian; nothing where they are zero but for rounding."""
    values = np.linalg.svd(reference.jacobians(*network(cell)).numpy(), compute_uv=False)
    with np.errstate(divide="ignore"):
        sizes = np.log10(values)
    return np.where(sizes < -12, np.nan, sizes)


@cache
def bounds(cell: str) -> dict[str, np.ndarray]:
    return reference.bounds(*network(cell))


@cache
def reach(cell: str) -> np.ndarray:
    return reference.reach(*network(cell))


def over_time(signal: str, cell: str) -> np.ndarray:
    if signal.startswith("bound:"):
        return bounds(cell)[signal.removeprefix("bound:")]
    return curves(cell)[signal.removeprefix("log10 dL/d")]


@pytest.mark.parametrize("cell", ["LSTM", "RNN"])
def test_vanishing_gradients_paints_the_truth(arrive, cell):
    looks = walk(opened(arrive, f"/vanishing-gradients?cell={cell}"), STEPS)

    def expected(number: Number) -> float:
        of = number.place["network"]
        if number.signal == "log10 sigma":
            return sigmas(of)[number.step, 0]
        size = over_time(number.signal, of)[number.step]
        return size if np.isfinite(size) else np.nan  # an exact zero has no logarithm: a gap

    signals = {"log10 sigma", "log10 dL/dS", "log10 dL/dh", "log10 dL/dc", "log10 dL/dweight_hh"}
    lines = {"true", "exponent", "product", *(("pascanu", "radius") if cell == "RNN" else ())}
    check(looks, expected, signals | {f"bound:{line}" for line in lines}, **TIGHT)
    for look in looks:
        for trace in look.traces:
            signal, of = trace["meta"]["signal"], trace["meta"]["network"]
            wanted = sigmas(of)[look.step] if signal == "log10 sigma" else over_time(signal, of)
            close(trace["y"], wanted, trace["meta"], **TIGHT)
        assert len(look.traces) == 5 + 3 + len(lines) + 3


def test_the_gradient_map_paints_the_truth(arrive):
    looks = walk(opened(arrive, "/gradient-map"), STEPS)
    check(looks, lambda n: reach(n.place["network"])[n.step, int(n.place["source"])], {"log10 dL/dS"}, **TIGHT)
    for look in looks:
        for trace in look.traces:
            sizes = reach(trace["meta"]["network"])
            close(trace["z"] or trace["y"], sizes if trace["z"] else sizes[look.step], trace["meta"], **TIGHT)
        assert len(look.traces) == 6
