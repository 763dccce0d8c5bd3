"""What is painted of backpropagation through time is true: every number by autograd through the papers' equations."""

from urllib.parse import quote

import numpy as np
import pytest

from rnnviz.subjects.sizes import task
from tests.browser import reference_gradients as reference
from tests.browser.painted import Number, check, close, opened, walk
from tests.browser.reference_networks import of_cell, shipped

pytestmark = pytest.mark.browser

TEXT, STEPS, UNITS = "what time is it ?", (0, 1, 3, 4), (0, 5)
WEIGHTS = ("weight_ih", "weight_hh", "readout.weight")


def norms(values: np.ndarray) -> np.ndarray:
    return np.sqrt((values.reshape(len(values), -1) ** 2).sum(1))[:, None]


def at_the_end(values: np.ndarray, steps: int) -> np.ndarray:
    """What stands at the last step alone, as an array over time; no number before it."""
    return np.concatenate([np.full((steps - 1, values.size), np.nan), values.reshape(1, -1)])


def numbers(cell: str, truncate: int, clip: float) -> dict[str, np.ndarray]:
    """By signal: (T, units), (T, outputs) or (T, 1)."""
    weights = shipped(f"intents-{cell.lower()}-small")
    ids = task("intents").encode(TEXT)[:, 0]
    found = {name: value.numpy() for name, value in reference.through_time(cell, weights, ids, truncate).items()}
    steps, states = len(ids), found["dL/dS"]
    direct = np.zeros_like(states)
    pulled = found["dL/dO"] @ weights["readout.weight"].detach().numpy()
    direct[-1, : len(pulled)] = pulled
    sizes = norms(states)
    with np.errstate(invalid="ignore"):
        factors = np.concatenate([sizes[:-1] / sizes[1:], [[np.nan]]])
    jacobians = reference.jacobians(cell, of_cell(weights), weights["embedding.weight"][ids]).detach().numpy()
    largest = np.linalg.norm(jacobians[1:], 2, axis=(1, 2))[:, None]
    table = {"dL/dS": states, "dL/dS:0": direct, "dL/dS:1": states - direct, "|dL/dS|:share": sizes / sizes[-1]}
    table |= {"|dL/dS|:factor": factors, "sigma": np.concatenate([largest, [[np.nan]]])}
    table |= {name: at_the_end(found[name], steps) for name in ("L", "p", "dL/dO")}
    if cell == "RNN":
        table["dL/da"] = states * (1 - found["S"] ** 2)
    terms = {name: found[name] for name in WEIGHTS}
    factor = 1.0
    if clip:  # over biases too: what reaches the sums, at each step, is the term of either bias
        biases = [found["dL/dO"]] + [(states * (1 - found["S"] ** 2)).sum(0)] * 2
        norm = np.sqrt(sum((part.sum(0) ** 2).sum() for part in terms.values()) + sum((b**2).sum() for b in biases))
        factor = min(1.0, clip / (norm + 1e-6))
    for name, term in terms.items():
        table[f"|term|:{name}"] = norms(term) * factor
        table[f"|sum|:{name}"] = norms(np.cumsum(term[::-1], 0)[::-1]) * factor
    with np.errstate(divide="ignore"):
        table["log10 term"] = np.log10(norms(terms["weight_hh"]) * factor)
    whole = reference.through_time(cell, weights, ids)["weight_hh"].numpy()
    with np.errstate(divide="ignore"):
        table["log10 term:whole"] = np.log10(norms(whole))
    return table


@pytest.mark.parametrize(
    ("cell", "truncate", "clip"), [("RNN", 0, 0.0), ("RNN", 2, 0.001), ("LSTM", 0, 0.0), ("GRU", 3, 0.0)]
)
def test_backpropagation_through_time_paints_the_truth(arrive, cell, truncate, clip):
    wanted = numbers(cell, truncate, clip)
    knobs = f"&truncate={truncate}&clip={clip}"
    link = f"/backpropagation-through-time?model=intents-{cell.lower()}-small&text={quote(TEXT)}{knobs}"
    looks = walk(opened(arrive, link), STEPS, UNITS)

    def expected(number: Number) -> float:
        value = wanted[number.signal][number.step, number.index]
        return value if np.isfinite(value) else np.nan  # a zero has no logarithm

    signals = set(wanted) - (set() if truncate or clip else {"log10 term:whole"})
    check(looks, expected, signals, rtol=2e-4, atol=1e-9)
    for look in looks:
        for trace in look.traces:
            close(trace["y"], wanted[trace["meta"]["signal"]][:, 0], trace["meta"], rtol=2e-4, atol=1e-5)
