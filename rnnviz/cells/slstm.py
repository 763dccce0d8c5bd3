"""The sLSTM of Beck, Pöppel, Spanring, Auer, Prudnikova, Kopp, Klambauer, Brandstetter, Hochreiter (2024), "xLSTM:
Extended Long Short-Term Memory", arXiv:2405.04517, in its stabilised form, with one head.

The input gate is an exponential, so that one word can outweigh all before it, and the normalizer n counts what was
written: c / n is a mean of the candidates. The stabilizer m keeps both gates at 1 or below and cancels out of h. In the
paper's letters a and d are the logarithms of i and f, whose stabilised forms it writes with a prime.
"""

from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Keeping, Quantity, State, Summands, Term
from rnnviz.cells.derivatives import larger, log_sigmoid
from rnnviz.cells.diagram import WIDE, Box, Diagram, Operation, Wire, Word


class SLSTM(Recurrent):
    """Gates i and f as exponentials, scaled by the stabilizer m; c adds up candidates, n their weights."""

    name = "sLSTM"
    blocks = ("i", "f", "z", "o")
    state = ("h", "c", "n", "m")
    keeps = Keeping("c", "f", lambda step: step["f"], lambda step: step["i"] * step["z"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "a": Quantity(
            "a_t",
            r"a_t = W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi}",
            "Logarithm of the input gate: how much the candidate weighs, without any limit.",
            None,
            "log write",
        ),
        "d": Quantity(
            "d_t",
            r"d_t = \ln \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})",
            "Logarithm of the forget gate: 0 = keep all that was written so far, far below 0 = erase it.",
            (-float("inf"), 0.0),
            "log keep",
        ),
        "z": Quantity(
            "z_t",
            r"z_t = \tanh(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})",
            "Candidate: what could be written now.",
            (-1.0, 1.0),
            "candidate",
        ),
        "o": Quantity(
            "o_t",
            r"o_t = \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho})",
            "Output gate: how much of the cell state is shown.",
            (0.0, 1.0),
            "show",
        ),
        "m": Quantity(
            "m_t",
            r"m_t = \max(d_t + m_{t-1}, a_t)",
            "Stabilizer: the larger of what is kept and what is written, as logarithms. It cancels out of the state h.",
            None,
            "stabilizer",
        ),
        "i": Quantity(
            "i_t",
            r"i_t = \exp(a_t - m_t)",
            "Input gate, stabilised: how much of the candidate is written. It is 1 where the new word outweighs all "
            "before it.",
            (0.0, 1.0),
            "write",
        ),
        "f": Quantity(
            "f_t",
            r"f_t = \exp(d_t + m_{t-1} - m_t)",
            "Forget gate, stabilised: how much of the old cell state is kept. It is 1 where the past outweighs the new "
            "word.",
            (0.0, 1.0),
            "keep",
        ),
        "c": Quantity(
            "c_t",
            r"c_t = f_t \odot c_{t-1} + i_t \odot z_t",
            "Cell state: what the forget gate kept plus what the input gate wrote.",
            None,
            "memory",
        ),
        "n": Quantity(
            "n_t",
            r"n_t = f_t \odot n_{t-1} + i_t",
            "Normalizer: the sum of all weights with which was written, faded as the cell state is.",
            None,
            "normalizer",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = o_t \odot \frac{c_t}{n_t}",
            "Hidden state: the mean of what was written, times the output gate.",
            None,
            "state",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:c", "c_t−1", (64, 44), "state", size=WIDE),
            Box("previous:n", "n_t−1", (64, 124), "state", size=WIDE),
            Box("previous:m", "m_t−1", (64, 318), "state", size=WIDE),
            Box("previous:h", "h_t−1", (64, 398), "state", size=WIDE),
            Box("x", "x_t", (64, 478), "input", size=WIDE),
            Box("d", "d_t", (225, 398), "gate", "ln σ", WIDE),
            Box("a", "a_t", (385, 398), "gate", size=WIDE),
            Box("z", "z_t", (545, 398), "gate", "tanh", WIDE),
            Box("o", "o_t", (790, 398), "gate", "σ", WIDE),
            Box("f", "f_t", (225, 194), "gate", "exp", WIDE),
            Box("i", "i_t", (385, 194), "gate", "exp", WIDE),
            Box("c", "c_t", (956, 44), "state", size=WIDE),
            Box("n", "n_t", (956, 124), "state", size=WIDE),
            Box("h", "h_t", (956, 204), "state", size=WIDE),
            Box("m", "m_t", (956, 318), "state", size=WIDE),
        ),
        operations=(
            Operation("×", (225, 44)),
            Operation("+", (545, 44)),
            Operation("×", (545, 194)),
            Operation("÷", (690, 204)),
            Operation("×", (790, 204)),
            Operation("×", (225, 124)),
            Operation("+", (385, 124)),
            Operation("−", (225, 264)),
            Operation("−", (385, 264)),
            Operation("+", (225, 318)),
            Operation("max", (385, 318)),
        ),
        wires=(
            Wire(((126, 478), (790, 478), (790, 434)), 0),
            Wire(((126, 398), (150, 398), (150, 478)), 0, arrow=False),
            *(Wire(((x, 478), (x, 434)), 0) for x in (225, 385, 545)),
            Wire(((126, 318), (207, 318)), 1),
            Wire(((225, 362), (225, 336)), 1),
            Wire(((243, 318), (363, 318)), 2),
            Wire(((385, 362), (385, 336)), 2),
            Wire(((407, 318), (894, 318)), 3),
            *(Wire(((x, 300), (x, 282)), 3) for x in (225, 385)),
            Wire(((385, 291), (305, 291), (305, 264), (243, 264)), 3),
            Wire(((385, 350), (458, 350), (458, 264), (403, 264)), 3),
            *(Wire(((x, 246), (x, 230)), 4) for x in (225, 385)),
            *(Wire(((x, 158), (x, 142)), 5) for x in (225, 385)),
            Wire(((225, 150), (169, 150), (169, 84), (225, 84), (225, 62)), 5),
            Wire(((447, 194), (527, 194)), 5),
            Wire(((545, 362), (545, 212)), 5),
            *(Wire(((126, y), (207, y)), 5) for y in (44, 124)),
            Wire(((243, 44), (527, 44)), 6),
            Wire(((545, 176), (545, 62)), 6),
            Wire(((243, 124), (367, 124)), 6),
            Wire(((563, 44), (894, 44)), 7),
            Wire(((690, 44), (690, 186)), 7),
            Wire(((403, 124), (894, 124)), 7),
            Wire(((640, 124), (640, 204), (672, 204)), 7),
            Wire(((708, 204), (772, 204)), 8),
            Wire(((790, 362), (790, 222)), 8),
            Wire(((808, 204), (894, 204)), 9),
        ),
        frame=(138, 4, 744, 514),
        size=(1020, 522),
        words=(Word("− m", (168, 269)), Word("a − m", (317, 269)), Word("against overflow", (558, 302))),
        aside=(152, 240, 546, 105),
    )

    def equations(self, x_t: Tensor, state: State) -> Equations:
        a, d, z, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        a = yield "a", a
        d = yield "d", log_sigmoid(d)
        z = yield "z", torch.tanh(z)
        o = yield "o", torch.sigmoid(o)
        m = yield "m", larger(d + state["m"], a)
        i = yield "i", torch.exp(a - m)
        f = yield "f", torch.exp(d + state["m"] - m)
        c = yield "c", f * state["c"] + i * z
        n = yield "n", f * state["n"] + i
        yield "h", o * _mean(c, n)

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        terms, after = self.affine_terms(x_t, state), step["d"] + state["m"]
        kept = Term(r"f_t \odot c_{t-1}", step["f"] * state["c"])
        written = Term(r"i_t \odot z_t", step["i"] * step["z"])
        kept_weight = Term(r"f_t \odot n_{t-1}", step["f"] * state["n"])
        return {
            "a": Summands(terms["i"], ""),
            "d": Summands(terms["f"], r"\ln \sigma"),
            "z": Summands(terms["z"], r"\tanh"),
            "o": Summands(terms["o"], r"\sigma"),
            "m": Summands((Term(r"\max(d_t + m_{t-1}, a_t)", larger(after, step["a"])),), ""),
            "i": Summands((Term("a_t - m_t", step["a"] - step["m"]),), r"\exp"),
            "f": Summands((Term(r"d_t + m_{t-1} - m_t", after - step["m"]),), r"\exp"),
            "c": Summands((kept, written), ""),
            "n": Summands((kept_weight, Term("i_t", step["i"])), ""),
            "h": Summands((Term(r"o_t \odot \frac{c_t}{n_t}", step["o"] * _mean(step["c"], step["n"])),), ""),
        }


def _mean(c: Tensor, n: Tensor) -> Tensor:
    """c / n; 0 before anything was written, or where all that was is too little for a float to hold."""
    empty = n == 0
    return torch.where(empty, 0.0, c / torch.where(empty, 1.0, n))
