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
from rnnviz.cells.diagram import LOW, WIDE, Band, Box, Diagram, Operation, Wire, Word
from rnnviz.cells.linear_attention import KEY, QUERY, READ, VALUE, KeyValue, outer, read, unit


def drawing(gated: bool = False) -> Diagram:
    """Above the table, from left to right; below it what is read with the key, taken from the value, and added."""
    right = 122 if gated else 0

    def at(x: float, y: float) -> tuple[float, float]:
        return (x + right, y)

    gate_boxes = (Box("Δ", "Δ_t", (190, 292), "gate", "softplus", WIDE), Box("α", "α_t", (190, 168), "gate", "exp"))
    gate_wires = (
        Wire(((190, 350), (190, 328)), 0),
        Wire(((190, 256), (190, 204)), 1),
        Wire(((190, 132), (190, 70)), 2),
        Wire(((114, 52), (172, 52)), 1),
        Wire(((208, 52), at(660, 52)), 3),
    )
    first = 3 if gated else 1
    return Diagram(
        boxes=(
            Box("previous:S", "S_t−1", (58, 52), "state", size=LOW),
            Box("x", "x_t", (58, 332), "input"),
            *(gate_boxes if gated else ()),
            Box("v", "v_t", at(190, 292), "gate"),
            Box("β", "β_t", at(312, 292), "gate", "σ"),
            Box("k", "k_t", at(420, 126), "gate", "unit"),
            Box("u", "u_t", at(538, 206), "gate"),
            Box("S:1", "u kᵀ", at(678, 168), "gate", size=LOW, sides=("u", "k")),
            Box("q", "q_t", at(812, 292), "gate", "unit"),
            Box("S", "S_t", at(944, 52), "state", size=LOW),
            Box("h", "h_t", at(944, 206), "state"),
        ),
        operations=(
            *((Operation("×", (190, 52)),) if gated else ()),
            Operation("·", at(240, 126)),
            Operation("−", at(240, 206)),
            Operation("×", at(312, 206)),
            Operation("+", at(678, 52)),
            Operation("·", at(812, 206)),
        ),
        wires=(
            Wire(((114, 350), at(812, 350), at(812, 328)), 0),
            Wire((at(190, 350), at(190, 328)), 0),
            Wire((at(312, 350), at(312, 328)), 0),
            Wire((at(420, 350), at(420, 162)), 0),
            *(gate_wires if gated else (Wire(((114, 52), (660, 52)), 1),)),
            Wire((at(240, 52), at(240, 108)), first),
            Wire((at(364, 126), at(258, 126)), 1),
            Wire((at(190, 256), at(190, 206), at(222, 206)), 1),
            Wire((at(240, 144), at(240, 188)), first + 1),
            Wire((at(258, 206), at(294, 206)), first + 2),
            Wire((at(312, 256), at(312, 224)), 1),
            Wire((at(330, 206), at(482, 206)), first + 3),
            Wire((at(594, 206), at(622, 206)), first + 4),
            Wire((at(476, 126), at(608, 126), at(608, 142), at(622, 142)), 1),
            Wire((at(678, 122), at(678, 70)), first + 5),
            Wire((at(696, 52), at(888, 52)), first + 6),
            Wire((at(812, 52), at(812, 188)), first + 7),
            Wire((at(812, 256), at(812, 224)), 1),
            Wire((at(830, 206), at(888, 206)), first + 8),
        ),
        frame=(124, 2, 754 + right, 362),
        size=(1002 + right, 370),
        words=(Word("found", at(258, 168)), Word("v − found", at(132, 194)), Word("written", at(616, 98))),
        bands=(Band("write", (130, 8, 610 + right, 350)), Band("read", (746 + right, 8, 126, 350))),
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
