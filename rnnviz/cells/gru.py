"""The gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), in the form of torch.nn.GRU and cuDNN.

That form applies the reset gate after the recurrent product and gives that product a bias of its own. In both, z = 1
keeps the old state; Chung et al. (arXiv:1412.3555) use the letter with the opposite meaning.
"""

from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.base import Anatomy, Cell, Keeping, Quantity, State, Term
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire


class GRU(Cell):
    """Reset r, update z, candidate n; the state is a mean of candidate and old state, weighted by z."""

    name = "GRU"
    blocks = ("r", "z", "n")
    keeps = Keeping("h", "z", None, lambda step: (1 - step["z"]) * step["n"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "r": Quantity(
            "r_t",
            r"r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr})",
            "Reset gate: how much of the old state the candidate may see. 1 = all of it.",
            (0.0, 1.0),
        ),
        "z": Quantity(
            "z_t",
            r"z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})",
            "Update gate: how much of the old state is kept. 1 = keep, 0 = overwrite.",
            (0.0, 1.0),
        ),
        "n": Quantity(
            "n_t",
            r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))",
            "Candidate: what could be written now.",
            (-1.0, 1.0),
        ),
        "h": Quantity(
            "h_t",
            r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
            "The new state: part candidate, part old state.",
            None,
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (55, 82), "state"),
            Box("x", "x_t", (55, 308), "input"),
            Box("z", "z_t", (250, 228), "gate", "σ"),
            Box("r", "r_t", (405, 228), "gate", "σ"),
            Box("n", "n_t", (625, 228), "gate", "tanh"),
            Box("h", "h_t", (805, 82), "state"),
        ),
        operations=(
            Operation("×", (250, 82)),
            Operation("1−", (420, 146)),
            Operation("×", (520, 228)),
            Operation("×", (625, 146)),
            Operation("+", (625, 82)),
        ),
        wires=(
            Wire(((105, 308), (625, 308), (625, 258)), 0),
            Wire(((150, 82), (150, 308)), 0, arrow=False),
            Wire(((250, 308), (250, 258)), 0),
            Wire(((405, 308), (405, 258)), 0),
            Wire(((520, 308), (520, 246)), 0),
            Wire(((457, 228), (502, 228)), 1),
            Wire(((538, 228), (573, 228)), 2),
            Wire(((250, 198), (250, 100)), 1),
            Wire(((250, 146), (402, 146)), 1),
            Wire(((105, 82), (232, 82)), 1),
            Wire(((438, 146), (607, 146)), 2),
            Wire(((625, 198), (625, 164)), 3),
            Wire(((268, 82), (607, 82)), 2),
            Wire(((625, 128), (625, 100)), 4),
            Wire(((643, 82), (753, 82)), 5),
        ),
    )

    def kernel(self) -> str | None:
        return "gru"

    def forward(self, x_t: Tensor, state: State) -> dict[str, Tensor]:
        ir, iz, in_ = self.split(self.input_part(x_t))
        hr, hz, hn = self.split(self.recurrent_part(state["h"]))
        r = torch.sigmoid(ir + hr)
        z = torch.sigmoid(iz + hz)
        n = torch.tanh(in_ + r * hn)
        h = (1 - z) * n + z * state["h"]
        return {"r": r, "z": z, "n": n, "h": h}

    def anatomy(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Anatomy]:
        terms = self.affine_terms(x_t, state["h"])
        hn = self.split(self.recurrent_part(state["h"]))[2]
        candidate = [terms["n"][0]]
        if self.bias_ih is not None:
            candidate.append(Term("b_{in}", self.split(self.bias_ih)[2].expand_as(hn)))
        candidate.append(Term(r"r_t \odot (W_{hn} h_{t-1} + b_{hn})", step["r"] * hn))
        new = Term(r"(1 - z_t) \odot n_t", (1 - step["z"]) * step["n"])
        kept = Term(r"z_t \odot h_{t-1}", step["z"] * state["h"])
        return {
            "r": Anatomy(terms["r"], r"\sigma"),
            "z": Anatomy(terms["z"], r"\sigma"),
            "n": Anatomy(tuple(candidate), r"\tanh"),
            "h": Anatomy((new, kept), ""),
        }
