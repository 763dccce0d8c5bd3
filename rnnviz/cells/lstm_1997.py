"""Long short-term memory as it was invented: it never forgets (Hochreiter & Schmidhuber 1997, Neural Comp. 9:1735).

The paper also cuts the gradient at the gates and at the candidate, so that only c carries errors back. That is a way to
train and not part of the cell: here derivatives are complete.
"""

from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Quantity, Slopes, State, Summands, Term
from rnnviz.cells.derivatives import sigmoid_slope
from rnnviz.cells.lstm import LSTM, drawing, linear_recurrence

# The sigmoid of this is exactly 1 in float32 and in float64: a forget gate that stands open for ever.
OPEN = 60.0


class LSTM1997(Recurrent):
    """Gates i and o, candidate g between -2 and 2; what is written into c stays there, and a step adds at most 2."""

    name = "LSTM 1997"
    blocks = ("i", "g", "o")
    state = ("h", "c")
    quantities: ClassVar[dict[str, Quantity]] = {
        "i": LSTM.quantities["i"],
        "g": Quantity(
            "g_t",
            r"g_t = 4 \sigma(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg}) - 2",
            "Candidate: what could be written now.",
            (-2.0, 2.0),
            "candidate",
        ),
        "o": LSTM.quantities["o"],
        "c": Quantity(
            "c_t",
            r"c_t = c_{t-1} + i_t \odot g_t",
            "Cell state: everything that was ever written, added up. "
            "Nothing erases it; a step can add at most 2 to its size.",
            None,
            "memory",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = o_t \odot (2 \sigma(c_t) - 1)",
            "Hidden state: the cell state squashed, times the output gate: h = o ⊙ (2σ(c) − 1).",
            (-1.0, 1.0),
            "state",
        ),
    }
    diagram = drawing(forget=False, candidate="4σ−2", squashing="2σ−1")

    def kernel(self) -> str | None:
        return "lstm"

    def kernel_weights(self) -> list[Tensor]:
        """Those of an ordinary LSTM that computes the same h, with half of this c.

        4 sigmoid(a) - 2 is 2 tanh(a / 2), and 2 sigmoid(c) - 1 is tanh(c / 2): the candidate's rows are halved, the
        forget gate hears nothing and stands open.
        """
        i, g, o = self.weight_ih.split(self.hidden_size)
        weights = [torch.cat([i, torch.zeros_like(i), g / 2, o])]
        i, g, o = self.weight_hh.split(self.hidden_size)
        weights.append(torch.cat([i, torch.zeros_like(i), g / 2, o]))
        shut = self.weight_ih.new_zeros(len(self.weight_ih))
        i, g, o = (shut if self.bias_ih is None else self.bias_ih + self.bias_hh).split(self.hidden_size)
        bias = torch.cat([i, torch.full_like(i, OPEN), g / 2, o])
        return [*weights, bias, torch.zeros_like(bias)]

    def kernel_state(self, state: State) -> State:
        return {"h": state["h"], "c": state["c"] / 2}

    def equations(self, x_t: Tensor, state: State) -> Equations:
        i, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        i = yield "i", torch.sigmoid(i)
        g = yield "g", 4 * torch.sigmoid(g) - 2
        o = yield "o", torch.sigmoid(o)
        c = yield "c", state["c"] + i * g
        yield "h", o * (2 * torch.sigmoid(c) - 1)

    def recover(self, x: Tensor, previous_h: Tensor, initial: State) -> dict[str, Tensor]:
        """The gates depend on h alone, so they are known at once; c is the sum of all that was written."""
        i, g, o = self.preactivations(x, previous_h)
        i, g, o = i.sigmoid_(), g.sigmoid_().mul_(4).sub_(2), o.sigmoid_()
        c = linear_recurrence(torch.ones_like(i), i * g, initial["c"])
        return {"i": i, "g": g, "o": o, "c": c, "h": o * (2 * torch.sigmoid(c) - 1)}

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes:
        i, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        shown = 2 * torch.sigmoid(step["c"]) - 1
        written = {"i": step["g"] * sigmoid_slope(i), "g": 4 * step["i"] * sigmoid_slope(g)}
        recurrent = {"c": written, "h": {"o": shown * sigmoid_slope(o)}}
        kept = {"c": torch.ones_like(shown)}
        return Slopes(recurrent, kept, shown={"c": 2 * step["o"] * sigmoid_slope(step["c"])})

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        terms = self.affine_terms(x_t, state)
        written = Term(r"i_t \odot g_t", step["i"] * step["g"])
        shown = Term(r"o_t \odot (2 \sigma(c_t) - 1)", step["o"] * (2 * torch.sigmoid(step["c"]) - 1))
        return {
            "i": Summands(terms["i"], r"\sigma"),
            "g": Summands(terms["g"], r"4 \sigma - 2"),
            "o": Summands(terms["o"], r"\sigma"),
            "c": Summands((Term("c_{t-1}", state["c"]), written), ""),
            "h": Summands((shown,), ""),
        }
