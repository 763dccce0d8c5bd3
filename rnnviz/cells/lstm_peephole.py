"""LSTM whose gates see the cell state: Gers & Schmidhuber 2000, IJCNN; with Schraudolph 2002, JMLR 3:115."""

from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.base import Equations, Quantity, Role, Slopes, State, Summands, Term
from rnnviz.cells.derivatives import sigmoid_slope, tanh_slope
from rnnviz.cells.diagram import Wire
from rnnviz.cells.lstm import LSTM, drawing

SQUASHINGS = ("tanh", "identity")
_PEEPHOLES = (
    Wire(((150, 44), (150, 136), (324, 136), (324, 148)), 0),
    Wire(((200, 136), (200, 148)), 0),
    Wire(((594, 44), (594, 148)), 3),
)


def _gate(name: str, role: Role, meaning: str) -> Quantity:
    seen = rf"p_{name} \odot " + ("c_t" if name == "o" else "c_{t-1}")
    affine = rf"W_{{i{name}}} x_t + b_{{i{name}}} + W_{{h{name}}} h_{{t-1}} + b_{{h{name}}}"
    return Quantity(f"{name}_t", rf"{name}_t = \sigma({affine} + {seen})", meaning, (0.0, 1.0), role)


def _quantities(squashing: str) -> dict[str, Quantity]:
    h = LSTM.quantities["h"]
    if squashing == "identity":
        meaning = "Hidden state: the cell state times the output gate: h = o ⊙ c."
        h = h._replace(equation=r"h_t = o_t \odot c_t", bounds=None, meaning=meaning)
    return {
        "i": _gate("i", "write", "Input gate: how much of the candidate is written. It sees the old cell state."),
        "f": _gate(
            "f", "keep", "Forget gate: how much of the old cell state is kept, which it sees. 1 = keep, 0 = erase."
        ),
        "g": LSTM.quantities["g"],
        "c": LSTM.quantities["c"],
        "o": _gate("o", "show", "Output gate: how much of the cell state is shown. It sees the new one."),
        "h": h,
    }


class PeepholeLSTM(LSTM):
    """An LSTM whose gates i and f see their own unit of c before the step, and o the one after it.

    ``peepholes`` (3·H,): the weights p of i, f and o, in this order. ``squashing``: on the way from c to h, "tanh", or
    "identity" as Gers, Schraudolph and Schmidhuber have it.
    """

    name = "LSTM peephole"
    quantities: ClassVar[dict[str, Quantity]] = _quantities("tanh")
    diagram = drawing(peepholes=_PEEPHOLES)

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, squashing: str = "tanh", **kw):
        if squashing not in SQUASHINGS:
            raise ValueError(f"squashing {squashing!r} is not one of {', '.join(SQUASHINGS)}")
        super().__init__(input_size, hidden_size, bias, **kw)
        self.squashing = squashing
        self.quantities = _quantities(squashing)
        self.diagram = drawing(squashing="tanh" if squashing == "tanh" else "", peepholes=_PEEPHOLES)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {"peepholes": (3 * self.hidden_size,)}

    def kernel(self) -> str | None:
        return None

    def squashed(self, c: Tensor) -> Tensor:
        return torch.tanh(c) if self.squashing == "tanh" else c

    def equations(self, x_t: Tensor, state: State) -> Equations:
        i, f, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        p_i, p_f, p_o = self.peepholes.chunk(3)
        i = yield "i", torch.sigmoid(i + p_i * state["c"])
        f = yield "f", torch.sigmoid(f + p_f * state["c"])
        g = yield "g", torch.tanh(g)
        c = yield "c", f * state["c"] + i * g
        o = yield "o", torch.sigmoid(o + p_o * c)
        yield "h", o * self.squashed(c)

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes:
        i, f, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        p_i, p_f, p_o = self.peepholes.chunk(3)
        written = {
            "i": step["g"] * sigmoid_slope(i + p_i * state["c"]),
            "f": state["c"] * sigmoid_slope(f + p_f * state["c"]),
            "g": step["i"] * tanh_slope(g),
        }
        opened = self.squashed(step["c"]) * sigmoid_slope(o + p_o * step["c"])
        steep = tanh_slope(step["c"]) if self.squashing == "tanh" else 1.0
        kept = {"c": step["f"] + p_i * written["i"] + p_f * written["f"]}
        return Slopes({"c": written, "h": {"o": opened}}, kept, shown={"c": step["o"] * steep + p_o * opened})

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        p_i, p_f, p_o = self.peepholes.chunk(3)
        seen = {
            "i": Term(r"p_i \odot c_{t-1}", p_i * state["c"]),
            "f": Term(r"p_f \odot c_{t-1}", p_f * state["c"]),
            "o": Term(r"p_o \odot c_t", p_o * step["c"]),
        }
        plain = super().summands(x_t, state, step)
        plain |= {gate: Summands((*plain[gate].terms, term), r"\sigma") for gate, term in seen.items()}
        if self.squashing == "identity":
            plain["h"] = Summands((Term(r"o_t \odot c_t", step["o"] * step["c"]),), "")
        return {name: plain[name] for name in self.quantities}
