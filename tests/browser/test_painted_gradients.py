"""What is painted of gradients is true: recomputed by autograd through the papers' equations."""

from functools import cache
from urllib.parse import quote

import numpy as np
import pytest

from rnnviz.studies.cell_comparison import fresh
from rnnviz.subjects.sizes import task
from tests.browser import reference_gradients as reference
from tests.browser.painted import Number, check, close, opened, walk
from tests.browser.reference_networks import doubled, of_cell, shipped

pytestmark = pytest.mark.browser

CELLS = ("RNN", "LSTM", "GRU")
STEPS = (0, 1, 42, 99)
TEXT = "please book a table for two at noon"
TIGHT = {"rtol": 1e-5, "atol": 1e-5}


@cache
def network(cell: str, text: str) -> tuple:
    """In float64: a trained network and the ``text`` that it reads; without one a fresh network and its noise."""
    if text:
        weights = shipped(f"intents-{cell.lower()}-small")
        return cell, of_cell(weights), weights["embedding.weight"][task("intents").encode(text)[:, 0]]
    subject = fresh(cell, spectral_radius=0.9, forget_bias=2.0)
    return cell, of_cell(doubled(subject.network().state_dict())), subject.input()[:, 0]


@cache
def curves(cell: str, text: str) -> dict[str, np.ndarray]:
    loss = reference.own_answer(shipped(f"intents-{cell.lower()}-small")) if text else reference.push
    return reference.curves(*network(cell, text), loss)


@cache
def sigmas(cell: str, text: str) -> np.ndarray:
    """log10 of the singular values of each step's Jacobian; nothing where they are zero but for rounding."""
    values = np.linalg.svd(reference.jacobians(*network(cell, text)).numpy(), compute_uv=False)
    with np.errstate(divide="ignore"):
        sizes = np.log10(values)
    return np.where(sizes < -12, np.nan, sizes)


@cache
def bounds(cell: str, text: str) -> dict[str, np.ndarray]:
    return reference.bounds(*network(cell, text), curves(cell, text)["S"])


@cache
def reach(cell: str) -> np.ndarray:
    return reference.reach(*network(cell, ""))


def over_time(signal: str, cell: str, text: str) -> np.ndarray:
    if signal.startswith("bound:"):
        return bounds(cell, text)[signal.removeprefix("bound:")]
    return curves(cell, text)[signal.removeprefix("log10 dL/d")]


@pytest.mark.parametrize(("cell", "text", "steps"), [("LSTM", "", STEPS), ("RNN", "", STEPS), ("GRU", TEXT, (0, 1, 7))])
def test_vanishing_gradients_paints_the_truth_over_noise_and_over_a_visitors_own_sentence(arrive, cell, text, steps):
    own = f"&reads=own&text={quote(text)}" if text else ""
    looks = walk(opened(arrive, f"/vanishing-gradients?cell={cell}&parts=True{own}"), steps)

    def expected(number: Number) -> float:
        of = number.place["network"]
        if number.signal == "log10 sigma":
            return sigmas(of, text)[number.step, 0]
        size = over_time(number.signal, of, text)[number.step]
        return size if np.isfinite(size) else np.nan  # an exact zero has no logarithm: a gap

    signals = {"log10 sigma", "log10 dL/dS", "log10 dL/dh", "log10 dL/dc", "log10 dL/dweight_hh"}
    lines = {"true", "exponent", "product", *(("pascanu", "radius") if cell == "RNN" else ())}
    check(looks, expected, signals | {f"bound:{line}" for line in lines}, **TIGHT)
    for look in looks:
        for trace in look.traces:
            signal, of = trace["meta"]["signal"], trace["meta"]["network"]
            wanted = sigmas(of, text)[look.step] if signal == "log10 sigma" else over_time(signal, of, text)
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
