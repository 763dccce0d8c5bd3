"""The echo state network with leaky units: Jaeger 2001, GMD Report 148; Lukoševičius 2012, "A practical guide"."""

from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Quantity, Slopes, State, Summands, Term
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire
from rnnviz.cells.elman import DERIVATIVES, NONLINEARITIES, WORDS

RADIUS = 0.9  # what a new reservoir's spectral radius is scaled to, unless asked for another


def _drawing(nonlinearity: str) -> Diagram:
    return Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 56), "state"),
            Box("x", "x_t", (58, 204), "input"),
            Box("n", "n_t", (430, 204), "gate", WORDS[nonlinearity]),
            Box("h", "h_t", (802, 56), "state"),
        ),
        operations=(Operation("1−α", (430, 56)), Operation("α", (640, 130)), Operation("+", (640, 56))),
        wires=(
            Wire(((114, 204), (374, 204)), 0),
            Wire(((140, 56), (140, 204)), 0, arrow=False),
            Wire(((114, 56), (408, 56)), 0),
            Wire(((486, 204), (640, 204), (640, 148)), 1),
            Wire(((640, 112), (640, 74)), 2),
            Wire(((452, 56), (622, 56)), 2),
            Wire(((658, 56), (746, 56)), 3),
        ),
        frame=(128, 14, 604, 246),
        size=(860, 274),
    )


def _quantities(nonlinearity: str) -> dict[str, Quantity]:
    _, latex, bounds, _ = NONLINEARITIES[nonlinearity]
    inner = r"W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}"
    return {
        "n": Quantity(
            "n_t",
            f"n_t = {latex}({inner})" if latex else f"n_t = {inner}",
            "Candidate: what the reservoir's fixed random weights make of the word and of the state before it.",
            bounds,
            "candidate",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = (1 - \alpha) h_{t-1} + \alpha n_t",
            "The reservoir's state: at the rate α it leaks away and is filled anew. Only reading it is learnt.",
            None,
            "state",
        ),
    }


class EchoState(Recurrent):
    """n_t = f(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), h_t = (1 - a) h_{t-1} + a n_t; a random reservoir, never trained.

    Its parameters need no gradient: only a readout is fitted to its states. ``leak``: a in (0, 1]; 1 is a simple RNN.
    ``density``: the share of units that each unit hears, at least one of them, so that every reservoir has a loop.
    ``spectral_radius``: what W_hh is scaled to, 0.9 unless given. ``input_scaling``: the largest size of input weights
    and, of their sum, of biases. ``nonlinearity``: f, one of ``NONLINEARITIES``; "identity" is a linear reservoir.
    With ``recurrent="orthogonal"`` or "identity" the recurrent matrix is that one, dense, of radius 1 unless given.
    """

    name = "ESN"
    blocks = ("n",)
    quantities: ClassVar[dict[str, Quantity]] = _quantities("tanh")
    diagram = _drawing("tanh")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        leak: float = 0.5,
        density: float = 0.1,
        input_scaling: float = 1.0,
        spectral_radius: float | None = None,
        recurrent: str = "default",
        nonlinearity: str = "tanh",
        shared: dict | None = None,
        **kw,
    ):
        if nonlinearity not in NONLINEARITIES:
            raise ValueError(f"nonlinearity {nonlinearity!r} is not one of {', '.join(NONLINEARITIES)}")
        for name, share in (("leak", leak), ("density", density)):
            if not 0 < share <= 1:
                raise ValueError(f"{name} is {share}; it must be above 0 and at most 1")
        if not input_scaling >= 0:
            raise ValueError(f"input_scaling is {input_scaling}; it must be at least 0")
        if spectral_radius is None and recurrent == "default":
            spectral_radius = RADIUS
        self.leak, self.density, self.input_scaling, self.nonlinearity = leak, density, input_scaling, nonlinearity
        super().__init__(
            input_size, hidden_size, bias, spectral_radius=spectral_radius, recurrent=recurrent, shared=shared, **kw
        )
        if shared is None:
            self.requires_grad_(False)
        self.f, self.latex = NONLINEARITIES[nonlinearity][:2]
        self.quantities, self.diagram = _quantities(nonlinearity), _drawing(nonlinearity)

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        if name == "weight_hh":
            heard = max(1, round(self.density * self.hidden_size))
            values.uniform_(-1, 1, generator=generator)
            for row in values:
                row[torch.randperm(len(row), generator=generator)[heard:]] = 0
            return values
        limit = self.input_scaling if name == "weight_ih" else self.input_scaling / 2
        # Scaled once drawn, so that reservoirs of one seed differ in this factor to the last digit.
        return values.uniform_(-1, 1, generator=generator).mul_(limit)

    def equations(self, x_t: Tensor, state: State) -> Equations:
        n = yield "n", self.f(self.input_part(x_t) + self.recurrent_part(state["h"]))
        yield "h", (1 - self.leak) * state["h"] + self.leak * n

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes:
        derivative, _ = DERIVATIVES[self.nonlinearity]
        kept = torch.full_like(step["h"], 1 - self.leak)
        a = self.input_part(x_t) + self.recurrent_part(state["h"])
        return Slopes({"h": {"n": self.leak * derivative(a)}}, kept={"h": kept}, shown={})

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        kept = Term(r"(1 - \alpha) h_{t-1}", (1 - self.leak) * state["h"])
        new = Term(r"\alpha n_t", self.leak * step["n"])
        return {
            "n": Summands(self.affine_terms(x_t, state)["n"], self.latex),
            "h": Summands((kept, new), ""),
        }
