"""The gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), as published and in the form of torch.nn.GRU and cuDNN.

The published form resets the old state before the recurrent product; the other one resets what comes of the product,
which has a bias of its own. In both, z = 1 keeps the old state; Chung et al. (arXiv:1412.3555) use the letter with the
opposite meaning.
"""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Keeping, Quantity, Slopes, State, Summands, Term
from rnnviz.cells.derivatives import sigmoid_slope, tanh_slope
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire, Word


def _drawing(reset_first: bool) -> Diagram:
    """``reset_first``: whether the state is reset before it is multiplied, or what comes of the product."""
    below, above, resetting = "W_hn", "×", ((418, 180), (472, 180))
    if reset_first:
        below, above, resetting = "×", "W_hn", ((418, 180), (444, 180), (444, 242), (472, 242))
    between = 2 if reset_first else 1
    return Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 44), "state"),
            Box("x", "x_t", (58, 318), "input"),
            Box("z", "z_t", (222, 180), "gate", "σ"),
            Box("r", "r_t", (362, 180), "gate", "σ"),
            Box("n", "n_t", (640, 180), "gate", "tanh"),
            Box("h", "h_t", (802, 44), "state"),
        ),
        operations=(
            Operation("×", (222, 44)),
            Operation("1−", (430, 108)),
            Operation(above, (490, 180)),
            Operation(below, (490, 242)),
            Operation("×", (640, 108)),
            Operation("+", (640, 44)),
        ),
        wires=(
            # The old state and the word travel apart: the reset gate acts on the state alone, or on what comes of it.
            Wire(((140, 44), (140, 280), (490, 280), (490, 260)), 0),
            Wire(((114, 318), (640, 318), (640, 216)), 0),
            Wire(((208, 280), (208, 216)), 0),
            Wire(((236, 318), (236, 216)), 0),
            Wire(((348, 280), (348, 216)), 0),
            Wire(((376, 318), (376, 216)), 0),
            Wire(((490, 224), (490, 198)), between),
            Wire(resetting, 1),
            Wire(((508, 180), (584, 180)), between + 1),
            Wire(((222, 144), (222, 62)), 1),
            Wire(((222, 108), (412, 108)), 1),
            Wire(((114, 44), (204, 44)), 1),
            Wire(((448, 108), (622, 108)), 2),
            Wire(((640, 144), (640, 126)), between + 2),
            Wire(((240, 44), (622, 44)), 2),
            Wire(((640, 90), (640, 62)), between + 3),
            Wire(((658, 44), (746, 44)), between + 4),
        ),
        frame=(128, 6, 604, 334),
        size=(860, 358),
        words=(Word("kept", (232, 94)), Word("written", (650, 84))),
    )


class GRU(Recurrent):
    """Reset r, update z, candidate n; the state is a mean of candidate and old state, weighted by z."""

    name = "GRU"
    blocks = ("r", "z", "n")
    keeps = Keeping("h", "z", lambda step: step["z"], lambda step: (1 - step["z"]) * step["n"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "r": Quantity(
            "r_t",
            r"r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr})",
            "Reset gate: how much of the old state the candidate may see. 1 = all of it.",
            (0.0, 1.0),
            "reset",
        ),
        "z": Quantity(
            "z_t",
            r"z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})",
            "Update gate: how much of the old state is kept. 1 = keep, 0 = overwrite.",
            (0.0, 1.0),
            "keep",
        ),
        "n": Quantity(
            "n_t",
            r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))",
            "Candidate: what could be written now.",
            (-1.0, 1.0),
            "candidate",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
            "The new state: part candidate, part old state.",
            None,
            "state",
        ),
    }
    diagram = _drawing(reset_first=False)

    def kernel(self) -> str | None:
        return "gru"

    def equations(self, x_t: Tensor, state: State) -> Equations:
        ir, iz, in_ = self.split(self.input_part(x_t))
        hr, hz, hn = self.split(self.recurrent_part(state["h"]))
        r = yield "r", torch.sigmoid(ir + hr)
        z = yield "z", torch.sigmoid(iz + hz)
        n = yield "n", torch.tanh(in_ + r * hn)
        yield "h", (1 - z) * n + z * state["h"]

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes:
        ir, iz, in_ = self.split(self.input_part(x_t))
        hr, hz, hn = self.split(self.recurrent_part(state["h"]))
        through_n = torch.sigmoid(-iz - hz) * tanh_slope(in_ + step["r"] * hn)  # sigmoid(-a) is 1 - z, all its digits
        recurrent = {
            "r": through_n * hn * sigmoid_slope(ir + hr),
            "z": (state["h"] - step["n"]) * sigmoid_slope(iz + hz),
            "n": through_n * step["r"],
        }
        return Slopes({"h": recurrent}, kept={"h": step["z"]}, shown={})

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        terms = self.affine_terms(x_t, state)
        hn = self.split(self.recurrent_part(state["h"]))[2]
        candidate = [terms["n"][0]]
        if self.bias_ih is not None:
            candidate.append(Term("b_{in}", self.split(self.bias_ih)[2].expand_as(hn)))
        candidate.append(Term(r"r_t \odot (W_{hn} h_{t-1} + b_{hn})", step["r"] * hn))
        new = Term(r"(1 - z_t) \odot n_t", (1 - step["z"]) * step["n"])
        kept = Term(r"z_t \odot h_{t-1}", step["z"] * state["h"])
        return {
            "r": Summands(terms["r"], r"\sigma"),
            "z": Summands(terms["z"], r"\sigma"),
            "n": Summands(tuple(candidate), r"\tanh"),
            "h": Summands((new, kept), ""),
        }


class GRU2014(GRU):
    """The GRU as published: the reset gate acts on the old state, and W_hn on what it leaves of it."""

    name = "GRU 2014"
    quantities: ClassVar[dict[str, Quantity]] = GRU.quantities | {
        "n": Quantity(
            "n_t",
            r"n_t = \tanh(W_{in} x_t + b_{in} + W_{hn} (r_t \odot h_{t-1}) + b_{hn})",
            "Candidate: what could be written now.",
            (-1.0, 1.0),
            "candidate",
        )
    }
    diagram = _drawing(reset_first=True)

    def kernel(self) -> str | None:
        return None

    def equations(self, x_t: Tensor, state: State) -> Equations:
        ir, iz, in_ = self.split(self.input_part(x_t))
        gates, candidate = self.recurrent_weights()
        hr, hz = F.linear(state["h"], *gates).chunk(2, -1)
        r = yield "r", torch.sigmoid(ir + hr)
        z = yield "z", torch.sigmoid(iz + hz)
        n = yield "n", torch.tanh(in_ + F.linear(r * state["h"], *candidate))
        yield "h", (1 - z) * n + z * state["h"]

    def recurrent_weights(self) -> list[tuple[Tensor, Tensor | None]]:
        """weight_hh and bias_hh of both gates, then of the candidate."""
        cut = [2 * self.hidden_size, self.hidden_size]
        biases = (None, None) if self.bias_hh is None else self.bias_hh.split(cut)
        return list(zip(self.weight_hh.split(cut), biases, strict=True))

    slopes = Recurrent.slopes  # W_hn sees another vector than the gates do: left to autograd

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        from_input, _, *biases = self.affine_terms(x_t, state)["n"]
        _, (weight, _) = self.recurrent_weights()
        reset = Term(r"W_{hn} (r_t \odot h_{t-1})", F.linear(step["r"] * state["h"], weight))
        return super().summands(x_t, state, step) | {"n": Summands((from_input, reset, *biases), r"\tanh")}
