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
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire


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
            Box("previous:c", "c_t−1", (58, 56), "state"),
            Box("previous:n", "n_t−1", (58, 228), "state"),
            Box("previous:m", "m_t−1", (58, 446), "state"),
            Box("previous:h", "h_t−1", (58, 550), "state"),
            Box("x", "x_t", (58, 650), "input"),
            Box("d", "d_t", (236, 550), "gate", "ln σ"),
            Box("a", "a_t", (410, 550), "gate"),
            Box("z", "z_t", (560, 550), "gate", "tanh"),
            Box("o", "o_t", (694, 550), "gate", "σ"),
            Box("f", "f_t", (236, 318), "gate", "exp"),
            Box("i", "i_t", (410, 318), "gate", "exp"),
            Box("c", "c_t", (802, 56), "state"),
            Box("h", "h_t", (802, 142), "state"),
            Box("n", "n_t", (802, 228), "state"),
            Box("m", "m_t", (802, 446), "state"),
        ),
        operations=(
            Operation("×", (236, 56)),
            Operation("+", (482, 56)),
            Operation("×", (482, 142)),
            Operation("÷", (620, 142)),
            Operation("×", (694, 142)),
            Operation("×", (236, 228)),
            Operation("+", (410, 228)),
            Operation("−", (236, 386)),
            Operation("−", (410, 386)),
            Operation("+", (236, 446)),
            Operation("max", (410, 446)),
        ),
        wires=(
            Wire(((114, 650), (694, 650), (694, 586)), 0),
            Wire(((114, 550), (140, 550), (140, 650)), 0, arrow=False),
            Wire(((236, 650), (236, 586)), 0),
            Wire(((410, 650), (410, 586)), 0),
            Wire(((560, 650), (560, 586)), 0),
            Wire(((114, 446), (218, 446)), 1),
            Wire(((236, 514), (236, 464)), 1),
            Wire(((254, 446), (388, 446)), 2),
            Wire(((410, 514), (410, 464)), 2),
            Wire(((432, 446), (746, 446)), 3),
            Wire(((236, 428), (236, 404)), 3),
            Wire(((410, 428), (410, 404)), 3),
            Wire(((410, 416), (310, 416), (310, 386), (254, 386)), 3),
            Wire(((410, 490), (482, 490), (482, 386), (428, 386)), 3),
            Wire(((236, 368), (236, 354)), 4),
            Wire(((410, 368), (410, 354)), 4),
            Wire(((236, 282), (236, 246)), 5),
            Wire(((236, 264), (172, 264), (172, 100), (236, 100), (236, 74)), 5),
            Wire(((410, 282), (410, 246)), 5),
            Wire(((410, 264), (452, 264), (452, 142), (464, 142)), 5),
            Wire(((560, 514), (560, 142), (500, 142)), 5),
            Wire(((114, 56), (218, 56)), 5),
            Wire(((114, 228), (218, 228)), 5),
            Wire(((254, 56), (464, 56)), 6),
            Wire(((482, 124), (482, 74)), 6),
            Wire(((254, 228), (392, 228)), 6),
            Wire(((500, 56), (746, 56)), 7),
            Wire(((620, 56), (620, 124)), 7),
            Wire(((428, 228), (746, 228)), 7),
            Wire(((620, 228), (620, 160)), 7),
            Wire(((638, 142), (676, 142)), 8),
            Wire(((694, 514), (694, 160)), 8),
            Wire(((712, 142), (746, 142)), 9),
        ),
        frame=(128, 14, 604, 658),
        size=(860, 690),
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
