"""The delta rule with a decay of the whole table: Yang, Kautz, Hatamizadeh (2024), "Gated delta networks", eq. 10,
arXiv:2412.06464, with the decay of Mamba2 (Dao & Gu 2024) that its release uses. What ``delta_net`` leaves out is left
out here too.
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.delta_net import DeltaNet, drawing, quantities_of
from rnnviz.cells.derivatives import softplus
from rnnviz.cells.linear_attention import READ, outer, read, unit

# A and Δ start as in the authors' release: A of U(0, 16), Δ log-uniform between these.
FASTEST, SHORTEST, LONGEST = 16.0, 0.001, 0.1


def draw_pace(values: Tensor, generator: torch.Generator | None) -> Tensor:
    """A bias that softplus makes log-uniform between ``SHORTEST`` and ``LONGEST``, in the place of ``values``."""
    pace = values.uniform_(math.log(SHORTEST), math.log(LONGEST), generator=generator).exp_()
    return pace + torch.log(-torch.expm1(-pace))


class GatedDeltaNet(DeltaNet):
    """All of the table fades by α_t before the delta rule writes: u_t = β_t (v_t − α_t S_{t-1} k_t),
    S_t = α_t S_{t-1} + u_t k_tᵀ, with Δ_t = softplus(W_Δ x_t + b_Δ) and α_t = exp(−A Δ_t).

    ``weight_dt`` is (1, I), ``dt_bias`` and ``A_log``, the logarithm of A, are (1,).
    """

    name = "gated DeltaNet"
    quantities: ClassVar[dict[str, Quantity]] = {
        **{name: quantity for name, quantity in quantities_of(negative=False).items() if name not in "uSh"},
        "Δ": Quantity(
            "Δ_t",
            r"Δ_t = \operatorname{softplus}(W_Δ x_t + b_Δ)",
            "How long a step this word is: the longer, the more is forgotten. softplus(a) is log(1 + exp a).",
            (0.0, math.inf),
            "pace",
            ("1",),
        ),
        "α": Quantity(
            "α_t",
            r"α_t = \exp(-A Δ_t)",
            "Decay: how much of the whole table is kept. 1 = all, 0 = nothing.",
            (0.0, 1.0),
            "keep",
            ("1",),
        ),
        "u": Quantity(
            "u_t",
            r"u_t = β_t (v_t - α_t S_{t-1} k_t)",
            "The correction: the new value minus what the key still finds, times β.",
            None,
            "candidate",
        ),
        "S": Quantity(
            "S_t",
            r"S_t = α_t S_{t-1} + u_t k_t^\top",
            "The table: what is kept of it, and the correction under the key.",
            None,
            "memory",
            ("H", "K"),
        ),
        "h": READ,
    }
    diagram = drawing(gated=True)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {"weight_dt": (1, self.input_size), "dt_bias": (1,), "A_log": (1,)}

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        if name == "A_log":
            return values.uniform_(0, FASTEST, generator=generator).log_()
        if name == "dt_bias":
            return draw_pace(values, generator)
        return super().draw(name, values, generator)

    def weights(self) -> tuple[Weight, ...]:
        return (*super().weights(), Weight("weight_dt", "W_Δ", self.weight_dt, "x", ("Δ",)))

    def equations(self, x_t: Tensor, state: State) -> Equations:
        q = yield "q", unit(F.linear(x_t, self.weight_q))
        k = yield "k", unit(F.linear(x_t, self.weight_k))
        v = yield "v", F.linear(x_t, self.weight_v)
        beta = yield "β", self.most * torch.sigmoid(F.linear(x_t, self.weight_beta))
        length = yield "Δ", softplus(F.linear(x_t, self.weight_dt) + self.dt_bias)
        alpha = yield "α", torch.exp(-self.A_log.exp() * length)
        u = yield "u", beta * (v - alpha * read(state["S"], k))
        table = yield "S", alpha[..., None] * state["S"] + outer(u, k)
        yield "h", read(table, q)

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        longer = Term("W_Δ x_t", F.linear(x_t, self.weight_dt), "weight_dt")
        value = Term("β_t v_t", step["β"] * step["v"])
        kept = step["α"] * read(state["S"], step["k"])
        parts = super().summands(x_t, state, step) | {
            "Δ": Summands((longer, Term("b_Δ", self.dt_bias.expand_as(longer.value))), r"\operatorname{softplus}"),
            "α": Summands((Term("- A Δ_t", -self.A_log.exp() * step["Δ"]),), r"\exp"),
            "u": Summands((value, Term("- β_t α_t S_{t-1} k_t", -step["β"] * kept)), ""),
            "S": Summands(
                (
                    Term("α_t S_{t-1}", step["α"][..., None] * state["S"]),
                    Term(r"u_t k_t^\top", outer(step["u"], step["k"])),
                ),
                "",
            ),
        }
        return {name: parts[name] for name in self.quantities}
