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
from rnnviz.cells.diagram import MATRIX, Box, Diagram, Operation, Wire
from rnnviz.cells.linear_attention import KeyValue, outer, read
from rnnviz.cells.slstm import SLSTM

# The bias of the forget gate at the start, as of the first head in the authors' release.
OPEN = 3.0
DIVISOR, SHOWN = r"\max(|n_t^\top q_t|, \exp(-m_t))", r"o_t \odot \frac{r_t}{w_t}"
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
            Box("previous:C", "C_t−1", (58, 60), "state", size=MATRIX),
            Box("previous:n", "n_t−1", (58, 270), "state"),
            Box("previous:m", "m_t−1", (58, 486), "state"),
            Box("x", "x_t", (58, 666), "input"),
            Box("d", "d_t", (220, 576), "gate", "ln σ"),
            Box("a", "a_t", (350, 576), "gate"),
            Box("v", "v_t", (480, 576), "gate"),
            Box("k", "k_t", (610, 576), "gate", "1/√K"),
            Box("q", "q_t", (740, 576), "gate"),
            Box("o", "o_t", (984, 576), "gate", "σ"),
            Box("f", "f_t", (220, 356), "gate", "exp"),
            Box("i", "i_t", (350, 356), "gate", "exp"),
            Box("C:1", "i v kᵀ", (545, 184), "gate", size=MATRIX, sides=("v", "k")),
            Box("r", "r_t", (740, 184), "gate"),
            Box("w", "w_t", (862, 376), "gate"),
            Box("C", "C_t", (1124, 60), "state", size=MATRIX),
            Box("h", "h_t", (1124, 184), "state"),
            Box("n", "n_t", (1124, 270), "state"),
            Box("m", "m_t", (1124, 486), "state"),
        ),
        operations=(
            Operation("×", (220, 60)),
            Operation("+", (545, 60)),
            Operation("×", (220, 270)),
            Operation("+", (545, 270)),
            Operation("×", (545, 356)),
            Operation("÷", (934, 184)),
            Operation("×", (984, 184)),
            Operation("−", (220, 424)),
            Operation("−", (350, 424)),
            Operation("+", (220, 486)),
            Operation("max", (350, 486)),
        ),
        wires=(
            Wire(((114, 666), (984, 666), (984, 612)), 0),
            *(Wire(((x, 666), (x, 612)), 0) for x in (220, 350, 480, 610, 740)),
            Wire(((114, 486), (202, 486)), 1),
            Wire(((220, 540), (220, 504)), 1),
            Wire(((238, 486), (328, 486)), 2),
            Wire(((350, 540), (350, 504)), 2),
            Wire(((372, 486), (1068, 486)), 3),
            *(Wire(((x, 468), (x, 442)), 3) for x in (220, 350)),
            Wire(((350, 455), (290, 455), (290, 424), (238, 424)), 3),
            Wire(((350, 520), (414, 520), (414, 424), (368, 424)), 3),
            *(Wire(((x, 406), (x, 392)), 4) for x in (220, 350)),
            Wire(((220, 320), (220, 288)), 5),
            Wire(((220, 304), (160, 304), (160, 120), (220, 120), (220, 78)), 5),
            Wire(((350, 320), (350, 184), (489, 184)), 5),
            Wire(((406, 356), (527, 356)), 5),
            Wire(((480, 540), (480, 250), (520, 250), (520, 236)), 5),
            Wire(((610, 540), (610, 250), (570, 250), (570, 236)), 5),
            Wire(((610, 356), (563, 356)), 5),
            *(Wire(((114, y), (202, y)), 5) for y in (60, 270)),
            *(Wire(((238, y), (527, y)), 6) for y in (60, 270)),
            Wire(((545, 338), (545, 288)), 6),
            Wire(((545, 132), (545, 78)), 6),
            *(Wire(((563, y), (1068, y)), 7) for y in (60, 270)),
            *(
                Wire(points, 7)
                for points in (((740, 540), (740, 220)), ((740, 376), (806, 376)), ((862, 486), (862, 412)))
            ),
            *(Wire(points, 8) for points in (((740, 60), (740, 148)), ((862, 270), (862, 340)))),
            Wire(((796, 184), (916, 184)), 9),
            Wire(((918, 376), (934, 376), (934, 202)), 9),
            Wire(((952, 184), (966, 184)), 10),
            Wire(((984, 540), (984, 202)), 10),
            Wire(((1002, 184), (1068, 184)), 11),
        ),
        frame=(128, 4, 926, 686),
        size=(1182, 708),
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
