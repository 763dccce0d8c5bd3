"""The simple recurrent network of Elman (1990), Cognitive Science 14:179-211; torch.nn.RNN for tanh and relu."""

from functools import cache
from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Quantity, Slopes, State, Summands
from rnnviz.cells.derivatives import sigmoid_slope, tanh_slope
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire

INFINITY = float("inf")

# What f in h_t = f(...) may be: the function, its LaTeX, its range, torch's fused kernel.
NONLINEARITIES = {
    "tanh": (torch.tanh, r"\tanh", (-1.0, 1.0), "rnn_tanh"),
    "relu": (torch.relu, r"\operatorname{relu}", (0.0, INFINITY), "rnn_relu"),
    "sigmoid": (torch.sigmoid, r"\sigma", (0.0, 1.0), None),
    "identity": (lambda a: a, "", None, None),
}
# How a drawing names it in the corner of a box.
WORDS = {"tanh": "tanh", "relu": "relu", "sigmoid": "σ", "identity": ""}
# f'(a), and the largest value that it can take.
DERIVATIVES = {
    "tanh": (tanh_slope, 1.0),
    "relu": (lambda a: 1 - (a <= 0).to(a.dtype), 1.0),
    "sigmoid": (sigmoid_slope, 0.25),
    "identity": (torch.ones_like, 1.0),
}


@cache
def _drawing(bias: bool) -> Diagram:
    """The summands meet in one sum, so that a reader can add them up; without a bias there are two of them."""
    bias_box = (Box("h:2", "b", (258, 276), "input"),) if bias else ()
    bias_wire = (Wire(((314, 276), (398, 276), (398, 178)), 1),) if bias else ()
    return Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 44), "state"),
            Box("x", "x_t", (58, 160), "input"),
            Box("h:1", "W_hh h_t−1", (258, 44), "gate"),
            Box("h:0", "W_ih x_t", (258, 160), "gate"),
            *bias_box,
            Box("h:sum", "a_t", (514, 160), "gate"),
            Box("h", "h_t", (802, 160), "state"),
        ),
        operations=(Operation("+", (398, 160)), Operation("f", (656, 160))),
        wires=(
            Wire(((114, 44), (202, 44)), 0),
            Wire(((114, 160), (202, 160)), 0),
            Wire(((314, 44), (398, 44), (398, 142)), 1),
            Wire(((314, 160), (380, 160)), 1),
            *bias_wire,
            Wire(((416, 160), (458, 160)), 2),
            Wire(((570, 160), (634, 160)), 3),
            Wire(((678, 160), (746, 160)), 4),
        ),
        frame=(128, 4, 604, 310),
        size=(860, 318),
    )


class Elman(Recurrent):
    """h_t = f(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh). The textbook's S_t = f(U X_t + W S_{t-1})."""

    name = "RNN"
    blocks = ("h",)

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, nonlinearity="tanh", **kw):
        if nonlinearity not in NONLINEARITIES:
            raise ValueError(f"nonlinearity {nonlinearity!r} is not one of {', '.join(NONLINEARITIES)}")
        super().__init__(input_size, hidden_size, bias, **kw)
        self.nonlinearity = nonlinearity
        self.diagram = _drawing(bias)
        self.f, self.latex, bounds, self.fused = NONLINEARITIES[nonlinearity]
        self.steepest = DERIVATIVES[nonlinearity][1]
        inner = r"W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}"
        self.quantities = {
            "h": Quantity(
                "h_t",
                f"h_t = {self.latex}({inner})" if self.latex else f"h_t = {inner}",
                "The new state: what was just read, mixed with the state before it.",
                bounds,
                "state",
            )
        }

    # The class-level table describes torch's default, tanh; an instance states its own.
    quantities: ClassVar[dict[str, Quantity]] = {
        "h": Quantity(
            "h_t",
            r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})",
            "The new state: what was just read, mixed with the state before it.",
            (-1.0, 1.0),
            "state",
        )
    }

    diagram = _drawing(bias=True)

    def kernel(self) -> str | None:
        return self.fused

    def equations(self, x_t: Tensor, state: State) -> Equations:
        yield "h", self.f(self.input_part(x_t) + self.recurrent_part(state["h"]))

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes:
        derivative, _ = DERIVATIVES[self.nonlinearity]
        return Slopes(
            {"h": {"h": derivative(self.input_part(x_t) + self.recurrent_part(state["h"]))}}, kept={}, shown={}
        )

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        return {"h": Summands(self.affine_terms(x_t, state)["h"], self.latex)}
