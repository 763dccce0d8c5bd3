"""The network of Jordan (1986), ICS Report 8604, UC San Diego: what is fed back is the output, not the hidden state."""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire
from rnnviz.cells.elman import NONLINEARITIES, WORDS


def _drawing(bias: bool, output: str) -> Diagram:
    """The summands of h meet in one sum; above them the state units take up what the output units say."""
    bias_box = (Box("h:2", "b", (258, 350), "input"),) if bias else ()
    bias_wire = (Wire(((314, 350), (388, 350), (388, 268)), 1),) if bias else ()
    return Diagram(
        boxes=(
            Box("previous:s", "s_t−1", (58, 56), "state"),
            Box("x", "x_t", (58, 250), "input"),
            Box("h:1", "W_hh s_t−1", (258, 150), "gate"),
            Box("h:0", "W_ih x_t", (258, 250), "gate"),
            *bias_box,
            Box("y", "y_t", (600, 136), "gate", WORDS[output]),
            Box("s", "s_t", (802, 56), "state"),
            Box("h", "h_t", (802, 250), "state"),
        ),
        operations=(
            Operation("μ", (430, 56)),
            Operation("+", (600, 56)),
            Operation("+", (388, 250)),
            Operation("tanh", (474, 250)),
            Operation("W_hy", (600, 210)),
        ),
        wires=(
            Wire(((114, 56), (412, 56)), 0),
            Wire(((140, 56), (140, 150), (202, 150)), 0),
            Wire(((114, 250), (202, 250)), 0),
            Wire(((314, 150), (388, 150), (388, 232)), 1),
            Wire(((314, 250), (370, 250)), 1),
            *bias_wire,
            Wire(((406, 250), (452, 250)), 2),
            Wire(((496, 250), (746, 250)), 3),
            Wire(((600, 250), (600, 228)), 3),
            Wire(((600, 192), (600, 174)), 4),
            Wire(((600, 98), (600, 76)), 5),
            Wire(((448, 56), (580, 56)), 5),
            Wire(((620, 56), (746, 56)), 6),
        ),
        frame=(128, 14, 604, 384),
        size=(860, 412),
    )


def _quantities(output: str) -> dict[str, Quantity]:
    _, latex, bounds, _ = NONLINEARITIES[output]
    said = "W_{hy} h_t + b_{hy}"
    return {
        "h": Quantity(
            "h_t",
            r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} s_{t-1} + b_{hh})",
            "Hidden state: what was just read, mixed with what the state units hold. Nothing else of it is fed back.",
            (-1.0, 1.0),
            "state",
        ),
        "y": Quantity(
            "y_t",
            f"y_t = {latex}({said})" if latex else f"y_t = {said}",
            "Output units: what the network says at this step. They are all that its state units get to hear.",
            bounds,
            "output",
            ("O",),
        ),
        "s": Quantity(
            "s_t",
            r"s_t = \mu s_{t-1} + y_t",
            "State units, as the next step finds them: the sum of all outputs so far, weaker by μ per step of age.",
            None,
            "memory",
            ("O",),
        ),
    }


class Jordan(Recurrent):
    """h_t = tanh(W_ih x_t + b_ih + W_hh s_{t-1} + b_hh), y_t = g(W_hy h_t + b_hy), s_t = mu s_{t-1} + y_t.

    ``s_t`` is counted by the step that leaves it; it is the state that Jordan writes for step t + 1. The cell has an
    output layer of its own, ``weight_hy`` (O, H) and ``bias_hy`` (O,); ``weight_hh`` is (H, O). ``outputs``: O, H
    unless given. With ``outputs=1`` and the network's readout made of these very parameters, all that the network
    remembers is one number: the sum of its answers so far, each weaker by mu per step of age. ``output``: g, "sigmoid"
    as in the paper, or another of ``NONLINEARITIES``. ``decay``: mu, from 0 (the textbooks' form, where y itself is fed
    back) to below 1. What is read above is h, as in other cells.
    """

    name = "Jordan"
    blocks = ("h",)
    state = ("h", "s")
    feedback = "s"
    quantities: ClassVar[dict[str, Quantity]] = _quantities("sigmoid")
    diagram = _drawing(bias=True, output="sigmoid")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        outputs: int | None = None,
        output: str = "sigmoid",
        decay: float = 0.5,
        **kw,
    ):
        if output not in NONLINEARITIES:
            raise ValueError(f"output {output!r} is not one of {', '.join(NONLINEARITIES)}")
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}; it must be at least 0 and below 1")
        if outputs is not None and outputs < 1:
            raise ValueError(f"outputs is {outputs}; it must be at least 1")
        self.outputs, self.decay = outputs or hidden_size, decay
        super().__init__(input_size, hidden_size, bias, **kw)
        self.g, self.latex = NONLINEARITIES[output][:2]
        self.quantities, self.diagram = _quantities(output), _drawing(bias, output)

    def sizes(self) -> dict[str, int]:
        return super().sizes() | {"O": self.outputs}

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {"weight_hy": (self.outputs, self.hidden_size), "bias_hy": (self.outputs,)}

    def weights(self) -> tuple[Weight, ...]:
        return (*super().weights(), Weight("weight_hy", "W_hy", self.weight_hy, "h", ("y",)))

    def equations(self, x_t: Tensor, state: State) -> Equations:
        h = yield "h", torch.tanh(self.input_part(x_t) + self.recurrent_part(state["s"]))
        y = yield "y", self.g(F.linear(h, self.weight_hy, self.bias_hy))
        yield "s", self.decay * state["s"] + y

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        said = [Term("W_{hy} h_t", F.linear(step["h"], self.weight_hy), "weight_hy")]
        if self.bias_hy is not None:
            said.append(Term("b_{hy}", self.bias_hy.expand_as(step["y"])))
        held = Term(r"\mu s_{t-1}", self.decay * state["s"])
        return {
            "h": Summands(self.affine_terms(x_t, state)["h"], r"\tanh"),
            "y": Summands(tuple(said), self.latex),
            "s": Summands((held, Term("y_t", step["y"])), ""),
        }
