"""The delta rule as a cell: what a key finds in the table is replaced by what should be found there.

Yang, Wang, Zhang, Shen, Kim (2024), "Parallelizing linear transformers with the delta rule over sequence length",
arXiv:2406.06484. Their S_t = S_{t-1} (I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ is written with the value u_t that is really
added, as they do from section 3 on. One head, without short convolutions and without the norm of the output; q is not
scaled by 1/√K, as it is in the code that was released.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire
from rnnviz.cells.linear_attention import KEY, QUERY, READ, VALUE, KeyValue, outer, read, unit


def drawing(gated: bool = False) -> Diagram:
    """Above the table, from left to right; below it what is read with the key, taken from the value, and added."""
    right = 124 if gated else 0

    def at(x: float, y: float) -> tuple[float, float]:
        return (x + right, y)

    gate_boxes = (Box("Δ", "Δ_t", (196, 322), "gate", "softplus"), Box("α", "α_t", (196, 170), "gate", "exp"))
    gate_wires = (
        Wire(((196, 392), (196, 358)), 0),
        Wire(((196, 286), (196, 242), (196, 206)), 1),
        Wire(((196, 134), (196, 74)), 2),
        Wire(((114, 56), (178, 56)), 1),
        Wire(((214, 56), at(572, 56)), 3),
    )
    first = 3 if gated else 1
    return Diagram(
        boxes=(
            Box("previous:S", "S_t−1", (58, 56), "state"),
            Box("x", "x_t", (58, 392), "input"),
            *(gate_boxes if gated else ()),
            Box("v", "v_t", at(196, 322), "gate"),
            Box("β", "β_t", at(320, 322), "gate", "σ"),
            Box("k", "k_t", at(430, 134), "gate", "unit"),
            Box("u", "u_t", at(470, 222), "gate"),
            Box("q", "q_t", at(664, 322), "gate", "unit"),
            Box("S", "S_t", at(802, 56), "state"),
            Box("h", "h_t", at(802, 222), "state"),
        ),
        operations=(
            *((Operation("×", (196, 56)),) if gated else ()),
            Operation("·", at(254, 134)),
            Operation("−", at(254, 222)),
            Operation("×", at(320, 222)),
            Operation("⊗", at(590, 134)),
            Operation("+", at(590, 56)),
            Operation("·", at(664, 222)),
        ),
        wires=(
            Wire(((114, 392), at(664, 392), at(664, 358)), 0),
            Wire((at(196, 392), at(196, 358)), 0),
            Wire((at(320, 392), at(320, 358)), 0),
            Wire((at(396, 392), at(396, 170)), 0),
            *(gate_wires if gated else (Wire(((114, 56), (572, 56)), 1),)),
            Wire((at(254, 56), at(254, 116)), first),
            Wire((at(372, 134), at(272, 134)), first),
            Wire((at(196, 286), at(196, 222), at(236, 222)), 1),
            Wire((at(254, 152), at(254, 204)), first + 1),
            Wire((at(272, 222), at(302, 222)), first + 2),
            Wire((at(320, 286), at(320, 240)), 1),
            Wire((at(338, 222), at(412, 222)), first + 3),
            Wire((at(528, 222), at(590, 222), at(590, 152)), first + 4),
            Wire((at(488, 134), at(572, 134)), first),
            Wire((at(590, 116), at(590, 74)), first + 5),
            Wire((at(608, 56), at(746, 56)), first + 6),
            Wire((at(664, 56), at(664, 204)), first + 6),
            Wire((at(664, 286), at(664, 240)), 1),
            Wire((at(682, 222), at(746, 222)), first + 7),
        ),
        frame=(128, 14, 604 + right, 404),
        size=(860 + right, 436),
    )


def share(negative: bool) -> Quantity:
    if negative:
        return Quantity(
            "β_t",
            r"β_t = 2 \sigma(W_β x_t)",
            "How much of what the key finds is replaced: 0 = nothing, 1 = all of it, 2 = it turns its sign.",
            (0.0, 2.0),
            "write",
            ("1",),
        )
    return Quantity(
        "β_t",
        r"β_t = \sigma(W_β x_t)",
        "How much of what the key finds is replaced: 0 = nothing, 1 = all of it.",
        (0.0, 1.0),
        "write",
        ("1",),
    )


def quantities_of(negative: bool) -> dict[str, Quantity]:
    return {
        "q": QUERY,
        "k": KEY,
        "v": VALUE,
        "β": share(negative),
        "u": Quantity(
            "u_t",
            r"u_t = β_t (v_t - S_{t-1} k_t)",
            "The correction: the new value minus what the key finds so far, times β.",
            None,
            "candidate",
        ),
        "S": Quantity(
            "S_t",
            r"S_t = S_{t-1} + u_t k_t^\top",
            "The table: the correction is added under the key. At right angles to the key nothing changes.",
            None,
            "memory",
            ("H", "K"),
        ),
        "h": READ,
    }


class DeltaNet(KeyValue):
    """u_t = β_t (v_t − S_{t-1} k_t), S_t = S_{t-1} + u_t k_tᵀ, h_t = S_t q_t. ``weight_beta`` is (1, I).

    ``negative_eigenvalues``: β in (0, 2) instead of (0, 1), so that S is multiplied by up to −1 along a key (Grazzi et
    al. 2024, arXiv:2411.12537); without them a cell cannot count modulo 2.
    """

    name = "DeltaNet"
    quantities: ClassVar[dict[str, Quantity]] = quantities_of(negative=False)
    diagram = drawing()

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, negative_eigenvalues: bool = False, **kw
    ) -> None:
        super().__init__(input_size, hidden_size, bias, **kw)
        self.negative_eigenvalues, self.most = negative_eigenvalues, 2 if negative_eigenvalues else 1
        if negative_eigenvalues:
            self.quantities = self.quantities | {"β": share(negative=True)}

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {"weight_beta": (1, self.input_size)}

    def weights(self) -> tuple[Weight, ...]:
        return (*super().weights(), Weight("weight_beta", "W_β", self.weight_beta, "x", ("β",)))

    def heard(self, x_t: Tensor) -> dict[str, Summands]:
        own = Term("W_β x_t", F.linear(x_t, self.weight_beta), "weight_beta")
        return super().heard(x_t) | {"β": Summands((own,), r"2 \sigma" if self.most == 2 else r"\sigma")}

    def equations(self, x_t: Tensor, state: State) -> Equations:
        q = yield "q", unit(F.linear(x_t, self.weight_q))
        k = yield "k", unit(F.linear(x_t, self.weight_k))
        v = yield "v", F.linear(x_t, self.weight_v)
        beta = yield "β", self.most * torch.sigmoid(F.linear(x_t, self.weight_beta))
        u = yield "u", beta * (v - read(state["S"], k))
        table = yield "S", state["S"] + outer(u, k)
        yield "h", read(table, q)

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        value = Term("β_t v_t", step["β"] * step["v"])
        old = Term("- β_t S_{t-1} k_t", -step["β"] * read(state["S"], step["k"]))
        written = Term(r"u_t k_t^\top", outer(step["u"], step["k"]))
        return self.heard(x_t) | {
            "u": Summands((value, old), ""),
            "S": Summands((Term("S_{t-1}", state["S"]), written), ""),
            "h": Summands((Term("S_t q_t", read(step["S"], step["q"])),), ""),
        }
