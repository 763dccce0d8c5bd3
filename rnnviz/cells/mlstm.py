"""The mLSTM of Beck et al. (2024), "xLSTM: Extended Long Short-Term Memory", arXiv:2405.04517, stabilised, one head.

A table C of values under keys, which fades by one forget gate and is written with one exponential input gate. Neither
gates nor keys hear the old state. In the paper's letters a and d are the logarithms of i and f, whose stabilised forms
it writes with a prime. Where it divides by at least 1, the stabilised form divides by at least exp(−m).
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.derivatives import larger, log_sigmoid
from rnnviz.cells.diagram import WIDE, Box, Diagram, Operation, Wire, Word
from rnnviz.cells.linear_attention import KeyValue, outer, read
from rnnviz.cells.slstm import SLSTM

# The bias of the forget gate at the start, as of the first head in the authors' release.
OPEN = 3.0
DIVISOR, SHOWN = r"\max(|n_t^\top q_t|, \exp(-m_t))", r"o_t \odot \frac{r_t}{w_t}"
TABLE = (124, 100)  # width and height of a box that shows C
WORDS = {"k": r"\operatorname{scaled}", "d": r"\ln \sigma", "o": r"\sigma"}


class MLSTM(KeyValue):
    """C_t = f_t C_{t-1} + i_t v_t k_tᵀ, n_t = f_t n_{t-1} + i_t k_t, h_t = o_t ⊙ C_t q_t / max(|n_tᵀ q_t|, exp(−m_t)).

    ``weight_q`` and ``weight_k`` (K, I), ``weight_v`` and ``weight_o`` (H, I), ``weight_i`` and ``weight_f`` (1, I),
    and a bias for each. ``keys``: K, as of ``KeyValue``; in the paper it is H.
    """

    name = "mLSTM"
    state = ("C", "n", "m")
    quantities: ClassVar[dict[str, Quantity]] = {
        "q": Quantity("q_t", "q_t = W_q x_t + b_q", "Query: what is asked of the table now.", None, "query", ("K",)),
        "k": Quantity(
            "k_t",
            r"k_t = \operatorname{scaled}(W_k x_t + b_k)",
            "Key: under what the value is written. scaled(a) is a by the root of how many numbers it has.",
            None,
            "key",
            ("K",),
        ),
        "v": Quantity("v_t", "v_t = W_v x_t + b_v", "Value: what is to be found under this key.", None, "value"),
        "o": SLSTM.quantities["o"]._replace(
            equation=r"o_t = \sigma(W_o x_t + b_o)", meaning="Output gate: how much of what was read is shown."
        ),
        "a": Quantity(
            "a_t",
            "a_t = W_i x_t + b_i",
            "Logarithm of the input gate: how much this word weighs, without any limit.",
            None,
            "log write",
            ("1",),
        ),
        "d": SLSTM.quantities["d"]._replace(equation=r"d_t = \ln \sigma(W_f x_t + b_f)", shape=("1",)),
        "m": SLSTM.quantities["m"]._replace(shape=("1",)),
        "i": Quantity(
            "i_t",
            r"i_t = \exp(a_t - m_t)",
            "Input gate, stabilised: how much is written. It is 1 where the new word outweighs all before it.",
            (0.0, 1.0),
            "write",
            ("1",),
        ),
        "f": Quantity(
            "f_t",
            r"f_t = \exp(d_t + m_{t-1} - m_t)",
            "Forget gate, stabilised: how much of the whole table is kept. It is 1 where the past outweighs the new "
            "word.",
            (0.0, 1.0),
            "keep",
            ("1",),
        ),
        "C": Quantity(
            "C_t",
            r"C_t = f_t \odot C_{t-1} + i_t \odot v_t k_t^\top",
            "The table: what the forget gate kept, and the value under its key.",
            None,
            "memory",
            ("H", "K"),
        ),
        "n": Quantity(
            "n_t",
            r"n_t = f_t \odot n_{t-1} + i_t \odot k_t",
            "Normalizer: the sum of all keys, as faded and as weighed as what stands under them.",
            None,
            "normalizer",
            ("K",),
        ),
        "r": Quantity("r_t", "r_t = C_t q_t", "What the query reads from the table.", None, "found"),
        "w": Quantity(
            "w_t",
            f"w_t = {DIVISOR}",
            "By what it is divided: how much was written under keys like the query, and no less than exp(−m).",
            (0.0, math.inf),
            "divisor",
            ("1",),
        ),
        "h": Quantity(
            "h_t",
            f"h_t = {SHOWN}",
            "What the query reads from the table, as a mean over keys, times the output gate.",
            None,
            "state",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:C", "C_t−1", (64, 56), "state", size=TABLE),
            Box("previous:n", "n_t−1", (64, 152), "state", size=WIDE),
            Box("previous:m", "m_t−1", (64, 348), "state", size=WIDE),
            Box("x", "x_t", (64, 506), "input", size=WIDE),
            Box("d", "d_t", (206, 428), "gate", "ln σ", WIDE),
            Box("a", "a_t", (337, 428), "gate", size=WIDE),
            Box("k", "k_t", (468, 428), "gate", "1/√K", WIDE),
            Box("v", "v_t", (599, 428), "gate", size=WIDE),
            Box("q", "q_t", (730, 428), "gate", size=WIDE),
            Box("o", "o_t", (895, 428), "gate", "σ", WIDE),
            Box("f", "f_t", (206, 224), "gate", "exp", WIDE),
            Box("i", "i_t", (337, 224), "gate", "exp", WIDE),
            Box("C:1", "i v kᵀ", (599, 236), "gate", size=TABLE, sides=("v", "k")),
            Box("r", "r_t", (730, 214), "gate", size=WIDE),
            Box("w", "w_t", (816, 300), "gate", size=WIDE),
            Box("C", "C_t", (1036, 56), "state", size=TABLE),
            Box("n", "n_t", (1036, 152), "state", size=WIDE),
            Box("h", "h_t", (1036, 230), "state", size=WIDE),
            Box("m", "m_t", (1036, 348), "state", size=WIDE),
        ),
        operations=(
            Operation("×", (206, 56)),
            Operation("+", (599, 56)),
            Operation("×", (206, 152)),
            Operation("+", (468, 152)),
            Operation("×", (468, 224)),
            Operation("÷", (834, 214)),
            Operation("×", (895, 214)),
            Operation("−", (206, 294)),
            Operation("−", (337, 294)),
            Operation("+", (206, 348)),
            Operation("max", (337, 348)),
        ),
        wires=(
            Wire(((126, 506), (895, 506), (895, 464)), 0),
            *(Wire(((x, 506), (x, 464)), 0) for x in (206, 337, 468, 599, 730)),
            *(Wire(points, 1) for points in (((126, 348), (188, 348)), ((206, 392), (206, 366)))),
            *(Wire(points, 2) for points in (((224, 348), (315, 348)), ((337, 392), (337, 366)))),
            Wire(((359, 348), (974, 348)), 3),
            *(Wire(((x, 330), (x, 312)), 3) for x in (206, 337)),
            Wire(((337, 321), (270, 321), (270, 294), (224, 294)), 3),
            Wire(((337, 379), (412, 379), (412, 294), (355, 294)), 3),
            *(Wire(((x, 276), (x, 260)), 4) for x in (206, 337)),
            Wire(((206, 188), (206, 170)), 5),
            Wire(((206, 179), (158, 179), (158, 104), (206, 104), (206, 74)), 5),
            Wire(((399, 224), (450, 224)), 5),
            Wire(((468, 392), (468, 242)), 5),
            *(Wire(((126, y), (188, y)), 5) for y in (56, 152)),
            Wire(((224, 56), (581, 56)), 6),
            Wire(((224, 152), (450, 152)), 6),
            Wire(((468, 206), (468, 170)), 6),
            Wire(((486, 224), (537, 224)), 6),
            Wire(((599, 392), (599, 286)), 6),
            Wire(((599, 186), (599, 74)), 7),
            *(Wire(points, 8) for points in (((617, 56), (974, 56)), ((486, 152), (974, 152)))),
            Wire(((730, 392), (730, 250)), 8),
            *(Wire(points, 8) for points in (((730, 300), (754, 300)), ((816, 348), (816, 336)))),
            Wire(((730, 56), (730, 178)), 8),
            Wire(((935, 152), (935, 300), (878, 300)), 8),
            Wire(((792, 214), (816, 214)), 9),
            Wire(((834, 264), (834, 232)), 9),
            Wire(((852, 214), (877, 214)), 10),
            Wire(((895, 392), (895, 232)), 10),
            Wire(((913, 214), (974, 214)), 11),
        ),
        frame=(138, 4, 824, 542),
        size=(1100, 550),
        words=(Word("− m", (152, 299)), Word("a − m", (277, 299)), Word("against overflow", (474, 334))),
        aside=(145, 268, 446, 106),
    )

    def shapes(self) -> dict[str, tuple[int, ...]]:
        rows = {"q": self.keys, "k": self.keys, "v": self.hidden_size, "o": self.hidden_size, "i": 1, "f": 1}
        weights = {f"weight_{name}": (count, self.input_size) for name, count in rows.items()}
        return weights | {f"bias_{name}": (count,) for name, count in rows.items()}

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        if name == "bias_f":
            return values.fill_(OPEN)
        return super().draw(name, values, generator)

    def weights(self) -> tuple[Weight, ...]:
        into = {"i": "a", "f": "d"}
        return tuple(
            Weight(f"weight_{name}", f"W_{name}", getattr(self, f"weight_{name}"), "x", (into.get(name, name),))
            for name in "qkvoif"
        )

    def summed(self, name: str, x_t: Tensor) -> Tensor:
        return F.linear(x_t, getattr(self, f"weight_{name}"), getattr(self, f"bias_{name}"))

    def equations(self, x_t: Tensor, state: State) -> Equations:
        q = yield "q", self.summed("q", x_t)
        k = yield "k", self.summed("k", x_t) / math.sqrt(self.keys)
        v = yield "v", self.summed("v", x_t)
        o = yield "o", torch.sigmoid(self.summed("o", x_t))
        a = yield "a", self.summed("i", x_t)
        d = yield "d", log_sigmoid(self.summed("f", x_t))
        m = yield "m", larger(d + state["m"], a)
        i = yield "i", torch.exp(a - m)
        f = yield "f", torch.exp(d + state["m"] - m)
        table = yield "C", f[..., None] * state["C"] + outer(i * v, k)
        n = yield "n", f * state["n"] + i * k
        r = yield "r", read(table, q)
        w = yield "w", _divisor(n, m, q)
        yield "h", o * r / w

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        parts = {}
        for name, quantity in zip("qkvoif", "qkvoad", strict=True):
            own = Term(f"W_{name} x_t", F.linear(x_t, getattr(self, f"weight_{name}")), f"weight_{name}")
            bias = getattr(self, f"bias_{name}")
            biased = () if bias is None else (Term(f"b_{name}", bias.expand_as(own.value)),)
            parts[quantity] = Summands((own, *biased), WORDS.get(quantity, ""))
        after = step["d"] + state["m"]
        kept = Term(r"f_t \odot C_{t-1}", step["f"][..., None] * state["C"])
        written = Term(r"i_t \odot v_t k_t^\top", outer(step["i"] * step["v"], step["k"]))
        kept_keys = Term(r"f_t \odot n_{t-1}", step["f"] * state["n"])
        return parts | {
            "m": Summands((Term(r"\max(d_t + m_{t-1}, a_t)", larger(after, step["a"])),), ""),
            "i": Summands((Term("a_t - m_t", step["a"] - step["m"]),), r"\exp"),
            "f": Summands((Term("d_t + m_{t-1} - m_t", after - step["m"]),), r"\exp"),
            "C": Summands((kept, written), ""),
            "n": Summands((kept_keys, Term(r"i_t \odot k_t", step["i"] * step["k"])), ""),
            "r": Summands((Term("C_t q_t", read(step["C"], step["q"])),), ""),
            "w": Summands((Term(DIVISOR, _divisor(step["n"], step["m"], step["q"])),), ""),
            "h": Summands((Term(SHOWN, step["o"] * step["r"] / step["w"]),), ""),
        }


def _divisor(n: Tensor, m: Tensor, q: Tensor) -> Tensor:
    """max(|n q|, exp(−m)), of numbers that may be complex."""
    weight = (n * q).sum(-1, keepdim=True)
    # Of an m below this, exp(−m) would be infinite, whose derivative is not a number.
    least = m.new_tensor(-math.log(torch.finfo(m.dtype).max) / 1.01)
    return larger(torch.where(weight.real < 0, -weight, weight), torch.exp(-larger(m, least)))
