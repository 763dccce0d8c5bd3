"""What is painted of memory is true: recomputed by many whole runs of torch's own modules."""

from functools import cache
from urllib.parse import quote

import numpy as np
import pytest
import torch
from torch import Tensor

import rnnviz
from rnnviz.app.panels.forgetting import PROBED
from rnnviz.cells import TRIO
from rnnviz.linear_readout import RIDGE
from rnnviz.studies.delayed_recall import subject_of
from rnnviz.subjects import Subject
from rnnviz.tasks import DelayedRecall
from tests.browser import reference_memory as reference
from tests.browser.painted import Number, check, close, opened, traces_of, walk
from tests.browser.reference_cells import Weights
from tests.browser.reference_networks import shipped
from tests.browser.reference_reservoir import readout

pytestmark = pytest.mark.browser

STEPS, UNITS = (0, 1, 13, 50), (0, 9)
TEXT = "please book a table for two at noon"
CLOSE = {"rtol": 1e-4, "atol": 1e-4}  # what is painted is of float32 networks
ALWAYS = {"ribbon", "h:divergence"}


def subject(kind: str, text: str) -> Subject:
    """One of the networks that are compared: on recall, or on a visitor's own ``text``."""
    return rnnviz.subject(f"intents-{kind.lower()}-small", text=text) if text else subject_of(kind)


@cache
def network(kind: str, text: str) -> tuple[str, Weights, Tensor]:
    read = subject(kind, text)
    return kind.removeprefix("orthogonal "), shipped(read.model.name), read.input()[:, 0]


@cache
def found(measure: str, kind: str, text: str = "") -> np.ndarray:
    """The whole of a measure, by step first; where words have parts, what no word brought comes before them."""
    cell, weights, ids = network(kind, text)
    if measure == "effect":
        effects, _errors = reference.effects(cell, weights, *subject(kind, text).draws(), ids if text else None)
        return np.concatenate([np.zeros((len(ids), 1)), effects], 1)
    if measure in ("reveal", "ribbon"):
        parts = reference.exact_parts(cell, weights, ids)
        return parts if measure == "ribbon" else reference.shares(parts)
    if measure == "ledger":
        return reference.shares(reference.ledger(cell, weights, ids))
    if measure == "connectivity":
        return reference.connectivity(cell, weights, ids)
    return reference.divergence(cell, weights, ids, 0 if text else int(ids[0]) % 4 + 1)


def expected(number: Number, text: str = "") -> float:
    values = found(number.signal, number.place["network"], text)
    if values.ndim == 1:
        return values[number.step]
    part = values[number.step, 1 + int(number.place["source"])]
    return part[number.index] if number.signal == "ribbon" else part


def read_off(kind: str) -> np.ndarray:
    """How often a linear map of the state tells the first letter, on sequences that it was not fitted to, (T,)."""
    cell, weights, _ids = network(kind, "")
    x = DelayedRecall().batch(PROBED, torch.Generator().manual_seed(0)).x
    h, letters, half = (
        reference.states(cell, weights, weights["embedding.weight"][x]).numpy(),
        x[0].numpy(),
        PROBED // 2,
    )
    wanted_letter = np.eye(letters.max() + 1)[letters]
    said = [readout(now[:half], wanted_letter[:half], RIDGE)(now[half:]).argmax(1) for now in h]
    return (np.array(said) == letters[half:]).mean(1)


def check_charts_that_no_cursor_follows(visitor) -> None:
    scores, lives = traces_of(visitor, 2), traces_of(visitor, 3)  # behind the curves and how often each is right
    for kind in TRIO:
        close(scores[kind]["y"], read_off(kind), ("probe", kind), atol=0.01)
        of_units = np.sort(reference.half_lives(found("ribbon", kind)))
        close(lives[kind]["x"], np.clip(of_units, 0.1, 2 * len(scores[kind]["y"])), ("half-life", kind), rtol=1e-3)


def test_memory_decay_paints_the_truth(arrive):
    for measure in ("effect", "reveal", "ledger", "connectivity"):
        visitor = opened(arrive, f"/memory-decay?measure={measure}")
        looks = walk(visitor, *((STEPS, UNITS) if measure == "effect" else (STEPS[2:], UNITS[1:])))
        check(looks, expected, ALWAYS | {measure}, **CLOSE)
        for trace in looks[0].traces:
            values = found(trace["meta"]["signal"], trace["meta"]["network"])
            close(trace["y"], values if values.ndim == 1 else values[:, 1], trace["meta"], **CLOSE)
        if measure == "effect":
            check_charts_that_no_cursor_follows(visitor)


def test_of_a_visitors_own_sentence_it_paints_the_truth(arrive):
    looks = walk(opened(arrive, f"/memory-decay?model=intents-gru-small&text={quote(TEXT)}"), (0, 1, 7), UNITS)
    check(looks, lambda number: expected(number, TEXT), ALWAYS | {"effect"}, **CLOSE)
    for trace in looks[0].traces:
        values = found(trace["meta"]["signal"], trace["meta"]["network"], TEXT)
        close(trace["y"], values if values.ndim == 1 else values[:, 1], trace["meta"], **CLOSE)
