"""Attention without softmax, run as a recurrence: a matrix that adds up outer products of values and keys.

Katharopoulos, Vyas, Pappas, Fleuret (2020), "Transformers are RNNs", arXiv:2006.16236, in the form that the papers on
the delta rule compare with (arXiv:2406.06484, eq. 1): one head, no normaliser, no decay. Keys and queries have length
1 here too, after the SiLU of that paper, so that a cell differs from its neighbours in the rule of writing alone.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Cell, Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.diagram import MATRIX, Box, Diagram, Operation, Wire

MOST_KEYS = 16

QUERY = Quantity(
    "q_t",
    r"q_t = \operatorname{unit}(W_q x_t)",
    "Query: what is asked of the table now. unit(a) is a σ(a), scaled to length 1.",
    (-1.0, 1.0),
    "query",
    ("K",),
)
KEY = Quantity(
    "k_t",
    r"k_t = \operatorname{unit}(W_k x_t)",
    "Key: under what the value is written. unit(a) is a σ(a), scaled to length 1.",
    (-1.0, 1.0),
    "key",
    ("K",),
)
VALUE = Quantity("v_t", r"v_t = W_v x_t", "Value: what is to be found under this key.", None, "value")
READ = Quantity(
    "h_t",
    r"h_t = S_t q_t",
    "What the query reads from the table: the output of the layer, which its papers call o.",
    None,
    "state",
)


def unit(a: Tensor) -> Tensor:
    """a σ(a), scaled to length 1 over the last axis; zeros where all are 0."""
    heard = a * torch.sigmoid(a)
    square = (heard * heard).sum(-1, keepdim=True)
    return heard / torch.where(square == 0, torch.ones_like(square), square).sqrt()


def outer(value: Tensor, key: Tensor) -> Tensor:
    """value keyᵀ: (..., V), (..., K) -> (..., V, K)."""
    return value[..., :, None] * key[..., None, :]


def read(table: Tensor, key: Tensor) -> Tensor:
    """What ``key`` (..., K) finds in ``table`` (..., V, K): (..., V)."""
    return (table @ key[..., None])[..., 0]


class KeyValue(Cell):
    """A table S (H, K) of values under keys: ``weight_q`` and ``weight_k`` (K, I), ``weight_v`` (H, I), no biases.

    Values have H numbers, as many as the layer above reads. ``keys``: K, the length of keys and queries, by default H
    or 16, whichever is less; so many values can be held apart.
    """

    state = ("S",)

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, keys: int | None = None, **kw) -> None:
        if keys is not None and keys < 1:
            raise ValueError(f"keys is {keys}; keys have at least 1 number")
        self.keys = min(hidden_size, MOST_KEYS) if keys is None else keys
        super().__init__(input_size, hidden_size, bias, **kw)

    def sizes(self) -> dict[str, int]:
        return super().sizes() | {"K": self.keys, "1": 1}

    def shapes(self) -> dict[str, tuple[int, ...]]:
        keys, values = (self.keys, self.input_size), (self.hidden_size, self.input_size)
        return {"weight_q": keys, "weight_k": keys, "weight_v": values}

    def weights(self) -> tuple[Weight, ...]:
        return tuple(
            Weight(f"weight_{name}", f"W_{name}", getattr(self, f"weight_{name}"), "x", (name,)) for name in "qkv"
        )

    def heard(self, x_t: Tensor) -> dict[str, Summands]:
        """Query, key and value, each of one summand."""
        parts = {name: F.linear(x_t, getattr(self, f"weight_{name}")) for name in "qkv"}
        words = {"q": r"\operatorname{unit}", "k": r"\operatorname{unit}", "v": ""}
        return {
            name: Summands((Term(f"W_{name} x_t", part, f"weight_{name}"),), words[name])
            for name, part in parts.items()
        }


class LinearAttention(KeyValue):
    """S_t = S_{t-1} + v_t k_tᵀ, h_t = S_t q_t: everything is added, nothing is ever taken away."""

    name = "linear attention"
    quantities: ClassVar[dict[str, Quantity]] = {
        "q": QUERY,
        "k": KEY,
        "v": VALUE,
        "S": Quantity(
            "S_t",
            r"S_t = S_{t-1} + v_t k_t^\top",
            "The table: the value is added under its key. What stood there before stays in the sum.",
            None,
            "memory",
            ("H", "K"),
        ),
        "h": READ,
    }
    diagram = Diagram(
        boxes=(
            Box("previous:S", "S_t−1", (58, 60), "state", size=MATRIX),
            Box("x", "x_t", (58, 322), "input"),
            Box("v", "v_t", (204, 190), "gate"),
            Box("S:1", "v kᵀ", (356, 190), "gate", size=MATRIX, sides=("v", "k")),
            Box("k", "k_t", (508, 190), "gate", "unit"),
            Box("q", "q_t", (660, 262), "gate", "unit"),
            Box("S", "S_t", (802, 60), "state", size=MATRIX),
            Box("h", "h_t", (802, 178), "state"),
        ),
        operations=(
            Operation("+", (356, 60)),
            Operation("·", (660, 178)),
        ),
        wires=(
            Wire(((114, 322), (660, 322), (660, 298)), 0),
            Wire(((204, 322), (204, 226)), 0),
            Wire(((508, 322), (508, 226)), 0),
            Wire(((260, 190), (300, 190)), 1),
            Wire(((452, 190), (412, 190)), 1),
            Wire(((114, 60), (338, 60)), 1),
            Wire(((356, 138), (356, 78)), 2),
            Wire(((374, 60), (746, 60)), 3),
            Wire(((660, 60), (660, 160)), 4),
            Wire(((660, 226), (660, 196)), 1),
            Wire(((678, 178), (746, 178)), 5),
        ),
        frame=(128, 6, 604, 336),
        size=(860, 362),
    )

    def equations(self, x_t: Tensor, state: State) -> Equations:
        q = yield "q", unit(F.linear(x_t, self.weight_q))
        k = yield "k", unit(F.linear(x_t, self.weight_k))
        v = yield "v", F.linear(x_t, self.weight_v)
        table = yield "S", state["S"] + outer(v, k)
        yield "h", read(table, q)

    def scanned(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        written = outer(F.linear(x, self.weight_v), unit(F.linear(x, self.weight_k)))
        return {"S": (torch.ones_like(written[:1, :1, :1, :1]), written)}

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        written = Term(r"v_t k_t^\top", outer(step["v"], step["k"]))
        return self.heard(x_t) | {
            "S": Summands((Term("S_{t-1}", state["S"]), written), ""),
            "h": Summands((Term("S_t q_t", read(step["S"], step["q"])),), ""),
        }
