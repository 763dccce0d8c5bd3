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
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire
from rnnviz.cells.linear_attention import KeyValue, outer, read
from rnnviz.cells.slstm import SLSTM

# The bias of the forget gate at the start, as of the first head in the authors' release.
OPEN = 3.0
READ = r"o_t \odot \frac{C_t q_t}{\max(|n_t^\top q_t|, \exp(-m_t))}"
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
        "h": Quantity(
            "h_t",
            f"h_t = {READ}",
            "What the query reads from the table, as a mean over keys, times the output gate.",
            None,
            "state",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:C", "C_t−1", (58, 56), "state"),
            Box("previous:n", "n_t−1", (58, 224), "state"),
            Box("previous:m", "m_t−1", (58, 466), "state"),
            Box("x", "x_t", (58, 664), "input"),
            Box("d", "d_t", (236, 570), "gate", "ln σ"),
            Box("a", "a_t", (376, 570), "gate"),
            Box("v", "v_t", (500, 570), "gate"),
            Box("k", "k_t", (630, 570), "gate", "1/√K"),
            Box("q", "q_t", (760, 570), "gate"),
            Box("o", "o_t", (890, 570), "gate", "σ"),
            Box("f", "f_t", (236, 340), "gate", "exp"),
            Box("i", "i_t", (376, 340), "gate", "exp"),
            Box("C", "C_t", (1014, 56), "state"),
            Box("h", "h_t", (1014, 140), "state"),
            Box("n", "n_t", (1014, 224), "state"),
            Box("m", "m_t", (1014, 466), "state"),
        ),
        operations=(
            Operation("×", (236, 56)),
            Operation("+", (560, 56)),
            Operation("×", (440, 140)),
            Operation("⊗", (560, 140)),
            Operation("·", (760, 140)),
            Operation("÷", (830, 140)),
            Operation("×", (890, 140)),
            Operation("×", (236, 224)),
            Operation("+", (560, 224)),
            Operation("×", (560, 284)),
            Operation("|·|", (760, 284)),
            Operation("max", (830, 284)),
            Operation("e⁻ᵐ", (830, 390)),
            Operation("−", (236, 404)),
            Operation("−", (376, 404)),
            Operation("+", (236, 466)),
            Operation("max", (376, 466)),
        ),
        wires=(
            Wire(((114, 664), (890, 664), (890, 606)), 0),
            *(Wire(((x, 664), (x, 606)), 0) for x in (236, 376, 500, 630, 760)),
            Wire(((114, 466), (218, 466)), 1),
            Wire(((236, 534), (236, 484)), 1),
            Wire(((254, 466), (354, 466)), 2),
            Wire(((376, 534), (376, 484)), 2),
            Wire(((398, 466), (958, 466)), 3),
            Wire(((236, 448), (236, 422)), 3),
            Wire(((376, 448), (376, 422)), 3),
            Wire(((376, 434), (306, 434), (306, 404), (254, 404)), 3),
            Wire(((376, 510), (440, 510), (440, 404), (394, 404)), 3),
            Wire(((236, 386), (236, 376)), 4),
            Wire(((376, 386), (376, 376)), 4),
            Wire(((236, 304), (236, 242)), 5),
            Wire(((236, 264), (172, 264), (172, 100), (236, 100), (236, 74)), 5),
            Wire(((376, 304), (376, 140), (422, 140)), 5),
            Wire(((376, 284), (542, 284)), 5),
            Wire(((500, 534), (500, 184), (440, 184), (440, 158)), 5),
            Wire(((458, 140), (542, 140)), 6),
            Wire(((630, 534), (630, 140), (578, 140)), 5),
            Wire(((630, 284), (578, 284)), 5),
            Wire(((114, 56), (218, 56)), 5),
            Wire(((114, 224), (218, 224)), 5),
            Wire(((254, 56), (542, 56)), 6),
            Wire(((254, 224), (542, 224)), 6),
            Wire(((560, 266), (560, 242)), 6),
            Wire(((560, 122), (560, 74)), 7),
            Wire(((578, 224), (958, 224)), 7),
            Wire(((700, 224), (700, 284), (738, 284)), 7),
            Wire(((760, 534), (760, 302)), 7),
            Wire(((830, 466), (830, 408)), 7),
            Wire(((578, 56), (958, 56)), 8),
            Wire(((760, 56), (760, 122)), 8),
            Wire(((760, 340), (720, 340), (720, 140), (742, 140)), 8),
            Wire(((782, 284), (808, 284)), 8),
            Wire(((830, 372), (830, 302)), 8),
            Wire(((778, 140), (812, 140)), 9),
            Wire(((830, 266), (830, 158)), 9),
            Wire(((848, 140), (872, 140)), 10),
            Wire(((890, 534), (890, 158)), 10),
            Wire(((908, 140), (958, 140)), 11),
        ),
        frame=(128, 14, 816, 674),
        size=(1072, 706),
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
        yield "h", o * _read(table, n, m, q)

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
        shown = step["o"] * _read(step["C"], step["n"], step["m"], step["q"])
        return parts | {
            "m": Summands((Term(r"\max(d_t + m_{t-1}, a_t)", larger(after, step["a"])),), ""),
            "i": Summands((Term("a_t - m_t", step["a"] - step["m"]),), r"\exp"),
            "f": Summands((Term("d_t + m_{t-1} - m_t", after - step["m"]),), r"\exp"),
            "C": Summands((kept, written), ""),
            "n": Summands((kept_keys, Term(r"i_t \odot k_t", step["i"] * step["k"])), ""),
            "h": Summands((Term(READ, shown),), ""),
        }


def _read(table: Tensor, n: Tensor, m: Tensor, q: Tensor) -> Tensor:
    """C q / max(|n q|, exp(−m)), of numbers that may be complex."""
    weight = (n * q).sum(-1, keepdim=True)
    # Of an m below this, exp(−m) would be infinite, whose derivative is not a number.
    least = m.new_tensor(-math.log(torch.finfo(m.dtype).max) / 1.01)
    return read(table, q) / larger(torch.where(weight.real < 0, -weight, weight), torch.exp(-larger(m, least)))
