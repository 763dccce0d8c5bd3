"""What is painted of memory is true: recomputed by many whole runs of torch's own modules."""

from functools import cache

import numpy as np
import pytest
from torch import Tensor

from rnnviz.studies.delayed_recall import KINDS, subject_of
from tests.browser import reference_memory as reference
from tests.browser.painted import Number, check, close, opened, walk
from tests.browser.reference_cells import Weights
from tests.browser.reference_networks import shipped

pytestmark = pytest.mark.browser

STEPS, UNITS = (0, 1, 13, 50), (0, 9)
CLOSE = {"rtol": 1e-4, "atol": 1e-4}  # what is painted is of float32 networks
ALWAYS = {"effect", "ribbon", "h:divergence"}


@cache
def network(kind: str) -> tuple[str, Weights, Tensor]:
    return kind.partition(",")[0], shipped(f"recall-{KINDS[kind]}-seed0"), subject_of(kind).input()[:, 0]


@cache
def found(measure: str, kind: str) -> np.ndarray:
    """The whole of a measure, by step first; where words have parts, what no word brought comes before them."""
    cell, weights, ids = network(kind)
    if measure.startswith("effect"):
        both = reference.effects(cell, weights, *subject_of(kind).draws())
        return np.concatenate([np.zeros((len(ids), 1)), both[measure.endswith("error")]], 1)
    if measure in ("reveal", "ribbon"):
        parts = reference.exact_parts(cell, weights, ids)
        return parts if measure == "ribbon" else reference.shares(parts)
    if measure == "ledger":
        return reference.shares(reference.ledger(cell, weights, ids))
    if measure == "connectivity":
        return reference.connectivity(cell, weights, ids)
    return reference.divergence(cell, weights, ids, int(ids[0]) % 4 + 1)


def expected(number: Number) -> float:
    values = found(number.signal, number.place["network"])
    if values.ndim == 1:
        return values[number.step]
    part = values[number.step, 1 + int(number.place["source"])]
    return part[number.index] if number.signal == "ribbon" else part


def test_memory_decay_paints_the_truth(arrive):
    visitor = opened(arrive, "/memory-decay")
    for words, signals in (
        (None, {"effect:error"}),
        ("exact parts", {"reveal"}),
        ("when was it written", {"ledger"}),
        ("gradient", {"connectivity"}),
    ):
        if words:
            visitor.press_button(words)
        looks = walk(visitor, STEPS, UNITS)
        check(looks, expected, ALWAYS | signals, **CLOSE)
        for trace in looks[0].traces:
            values = found(trace["meta"]["signal"], trace["meta"]["network"])
            close(trace["y"], values if values.ndim == 1 else values[:, 1], trace["meta"], **CLOSE)
