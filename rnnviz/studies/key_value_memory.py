"""Pairs of keys and values in a matrix: what three rules of writing leave there, and what each key reads afterwards.

Every number is a cell's own: its equations run step by step with key, value, query and gates held at what an operation
says, for all similarities of the keys at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import CELLS, Held
from rnnviz.studies.operations import KEYS, VALUES, Operation

SIMILARITIES = tuple(round(0.05 * k, 2) for k in range(21))
RULES = ("linear attention", "DeltaNet", "gated DeltaNet")


class Story(NamedTuple):
    """What a rule does with all operations. G similarities, T operations, V values, K numbers of a key.

    ``table`` (G, T, V, K), ``added`` (G, T, V): what was added under the key; ``found`` (G, T, keys, V): what each key
    reads after the operation; ``error`` (G, T, keys): how far that is from what was written last, NaN before that.
    """

    table: np.ndarray
    added: np.ndarray
    found: np.ndarray
    error: np.ndarray


def keys(similarity: float | Sequence[float]) -> Tensor:
    """Three keys of length 1 whose cosines are all ``similarity``: (..., 3, 4), their first number shared."""
    shared = torch.as_tensor(similarity, dtype=torch.float64)[..., None]
    own = (1 - shared).sqrt()[..., None] * torch.eye(len(KEYS), dtype=torch.float64)
    return torch.cat([shared.sqrt()[..., None].expand(*shared.shape[:-1], len(KEYS), 1), own], -1)


def value(name: str) -> Tensor:
    """A value as four numbers: 1 in its own place; all 0 for what is erased, or only asked for."""
    return torch.tensor([float(name == other) for other in VALUES], dtype=torch.float64)


def wanted(operations: Sequence[Operation]) -> np.ndarray:
    """What each key should read after each operation, (T, keys, V); NaN where nothing was ever written."""
    held, rows = np.full((len(KEYS), len(VALUES)), np.nan), []
    for operation in operations:
        if operation.value:
            held[KEYS.index(operation.key)] = value(operation.value).numpy()
        rows.append(held.copy())
    return np.stack(rows)


def tell(rule: str, operations: Sequence[Operation], share: float, kept: float) -> Story:
    """What cell ``rule`` does. ``share``: the delta rule's β at a write; ``kept``: the gated one's α at every step."""
    cell = CELLS[rule](1, len(VALUES), keys=4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    asked = keys(SIMILARITIES)
    lead = asked.shape[:2]  # similarities, and each of the keys as a query
    x, state = (
        torch.zeros(*lead, 1, dtype=torch.float64),
        {"S": torch.zeros(*lead, *cell.shape("S"), dtype=torch.float64)},
    )
    steps = []
    for operation in operations:
        key = asked[:, KEYS.index(operation.key), None].expand(asked.shape)
        given = {
            "q": asked,
            "k": key,
            "v": value(operation.value),
            "β": torch.tensor([share if operation.value else 0.0], dtype=torch.float64),
        }
        given["α"] = torch.tensor([kept], dtype=torch.float64)
        held = {
            name: ((torch.tensor(True), number.double().expand(*lead, *cell.shape(name))),)
            for name, number in given.items()
            if name in cell.quantities
        }
        with torch.no_grad():
            steps.append(cell(x, state, Held(held)))
        state = {"S": steps[-1]["S"]}
    written = "u" if "u" in cell.quantities else "v"
    table, added = (torch.stack([step[name][:, 0] for step in steps], 1).numpy() for name in ("S", written))
    found = torch.stack([step["h"] for step in steps], 1).numpy()
    return Story(table, added, found, np.linalg.norm(found - wanted(operations), axis=-1))
