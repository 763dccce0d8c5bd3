"""The minimal GRU of Feng, Tung, Ahmed, Bengio, Hajimirsadeghi (2024), "Were RNNs all we needed?", arXiv:2410.01201.

Neither gate nor candidate sees the old state, so that all of them are known at once and the states follow by a parallel
scan; this is the form that the paper takes to the scan in logarithms, whose candidates are above zero. Here z = 1
writes: torch's GRU uses the same letter with the opposite meaning.
"""

from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.cells.affine import Affine
from rnnviz.cells.base import Equations, Keeping, Quantity, State, Summands, Term
from rnnviz.cells.derivatives import complement
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire


def g(a: Tensor) -> Tensor:
    """The paper's g, above zero everywhere: a + 1/2 from 0 on, the sigmoid of a below."""
    return torch.where(a.real >= 0, a + 0.5, torch.sigmoid(a))


class MinGRU(Affine):
    """Update z and candidate n, of the input alone; the state is a mean of old state and candidate, weighted by z."""

    name = "minGRU"
    blocks = ("z", "n")
    keeps = Keeping("h", "(1 - z)", lambda step: 1 - step["z"], lambda step: step["z"] * step["n"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "z": Quantity(
            "z_t",
            r"z_t = \sigma(W_{iz} x_t + b_{iz})",
            "Update gate: how much of the candidate is written. 1 = overwrite, 0 = keep, the opposite of the GRU's.",
            (0.0, 1.0),
            "write",
        ),
        "n": Quantity(
            "n_t",
            r"n_t = \operatorname{g}(W_{in} x_t + b_{in})",
            "Candidate: what could be written now, from the word alone. g(a) is a + ½ from 0 on, σ(a) below.",
            (0.0, float("inf")),
            "candidate",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot n_t",
            "The new state: part old state, part candidate. No unit hears another one of the step before.",
            None,
            "state",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 56), "state"),
            Box("x", "x_t", (58, 312), "input"),
            Box("z", "z_t", (222, 212), "gate", "σ"),
            Box("n", "n_t", (560, 212), "gate", "g"),
            Box("h", "h_t", (802, 56), "state"),
        ),
        operations=(
            Operation("×", (222, 56)),
            Operation("1−", (222, 124)),
            Operation("×", (560, 124)),
            Operation("+", (560, 56)),
        ),
        wires=(
            Wire(((114, 312), (560, 312), (560, 248)), 0),
            Wire(((222, 312), (222, 248)), 0),
            Wire(((222, 176), (222, 142)), 1),
            Wire(((278, 212), (390, 212), (390, 124), (542, 124)), 1),
            Wire(((560, 176), (560, 142)), 1),
            Wire(((114, 56), (204, 56)), 1),
            Wire(((222, 106), (222, 74)), 2),
            Wire(((560, 106), (560, 74)), 2),
            Wire(((240, 56), (542, 56)), 3),
            Wire(((578, 56), (746, 56)), 4),
        ),
        frame=(128, 14, 604, 320),
        size=(860, 352),
    )

    def equations(self, x_t: Tensor, state: State) -> Equations:
        a, n = self.split(self.input_part(x_t))
        own = torch.sigmoid(a)
        z = yield "z", own
        n = yield "n", g(n)
        yield "h", (complement(z, a) if z is own else 1 - z) * state["h"] + z * n

    def scanned(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        a, n = self.split(self.input_part(x))
        z = torch.sigmoid(a)
        return {"h": (complement(z, a), z * g(n))}

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        terms = self.affine_terms(x_t, state)
        kept = Term(r"(1 - z_t) \odot h_{t-1}", (1 - step["z"]) * state["h"])
        written = Term(r"z_t \odot n_t", step["z"] * step["n"])
        return {
            "z": Summands(terms["z"], r"\sigma"),
            "n": Summands(terms["n"], r"\operatorname{g}"),
            "h": Summands((kept, written), ""),
        }
