"""Long short-term memory with a forget gate (Gers, Schmidhuber, Cummins 2000), as torch.nn.LSTM computes it."""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells.base import Anatomy, Cell, Keeping, Quantity, State, Term
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire


class LSTM(Cell):
    """Gates i, f, o and candidate g; the cell state c is kept, written and shown through them."""

    name = "LSTM"
    blocks = ("i", "f", "g", "o")
    state = ("h", "c")
    keeps = Keeping("c", "f", "i", lambda step: step["i"] * step["g"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "i": Quantity(
            "i_t",
            r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})",
            "Input gate: how much of the candidate is written.",
            (0.0, 1.0),
        ),
        "f": Quantity(
            "f_t",
            r"f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})",
            "Forget gate: how much of the old cell state is kept. 1 = keep, 0 = erase.",
            (0.0, 1.0),
        ),
        "g": Quantity(
            "g_t",
            r"g_t = \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg})",
            "Candidate: what could be written now.",
            (-1.0, 1.0),
        ),
        "o": Quantity(
            "o_t",
            r"o_t = \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho})",
            "Output gate: how much of the cell state is shown.",
            (0.0, 1.0),
        ),
        "c": Quantity(
            "c_t",
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            "Cell state: what is kept plus what is written. It has no bound.",
            None,
        ),
        "h": Quantity(
            "h_t",
            r"h_t = o_t \odot \tanh(c_t)",
            "Hidden state: the part of the cell state that the rest of the network sees.",
            (-1.0, 1.0),
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:c", "c_t−1", (55, 82), "state"),
            Box("previous:h", "h_t−1", (55, 228), "state"),
            Box("x", "x_t", (55, 308), "input"),
            Box("f", "f_t", (215, 228), "gate", "σ"),
            Box("i", "i_t", (340, 228), "gate", "σ"),
            Box("g", "g_t", (465, 228), "gate", "tanh"),
            Box("o", "o_t", (590, 228), "gate", "σ"),
            Box("c", "c_t", (805, 82), "state"),
            Box("h", "h_t", (805, 228), "state"),
        ),
        operations=(
            Operation("×", (215, 82)),
            Operation("+", (402, 82)),
            Operation("×", (402, 150)),
            Operation("tanh", (690, 150)),
            Operation("×", (690, 228)),
        ),
        wires=(
            Wire(((105, 308), (590, 308), (590, 258)), 0),
            Wire(((105, 228), (138, 228), (138, 308)), 0, arrow=False),
            Wire(((215, 308), (215, 258)), 0),
            Wire(((340, 308), (340, 258)), 0),
            Wire(((465, 308), (465, 258)), 0),
            Wire(((215, 198), (215, 100)), 1),
            Wire(((340, 198), (340, 150), (384, 150)), 1),
            Wire(((465, 198), (465, 150), (420, 150)), 1),
            Wire(((105, 82), (197, 82)), 1),
            Wire(((402, 132), (402, 100)), 2),
            Wire(((233, 82), (384, 82)), 2),
            Wire(((420, 82), (753, 82)), 3),
            Wire(((690, 82), (690, 128)), 4),
            Wire(((690, 172), (690, 210)), 5),
            Wire(((642, 228), (672, 228)), 5),
            Wire(((708, 228), (753, 228)), 6),
        ),
    )

    def kernel(self) -> str | None:
        return "lstm"

    def forward(self, x_t: Tensor, state: State) -> dict[str, Tensor]:
        i, f, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * state["c"] + i * g
        h = o * torch.tanh(c)
        return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}

    def recover(self, x: Tensor, previous_h: Tensor, initial: State, output: Tensor) -> dict[str, Tensor]:
        """The gates depend on h alone, so they are known at once; c then follows from c_t = f_t c_{t-1} + i_t g_t."""
        i, f, g, o = self.preactivations(x, previous_h)
        i, f, g, o = i.sigmoid_(), f.sigmoid_(), g.tanh_(), o.sigmoid_()
        c = linear_recurrence(f, i * g, initial["c"])
        return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": output}

    def anatomy(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Anatomy]:
        terms = self.affine_terms(x_t, state["h"])
        kept = Term(r"f_t \odot c_{t-1}", step["f"] * state["c"])
        written = Term(r"i_t \odot g_t", step["i"] * step["g"])
        shown = Term(r"o_t \odot \tanh(c_t)", step["o"] * torch.tanh(step["c"]))
        activations = {"i": r"\sigma", "f": r"\sigma", "g": r"\tanh", "o": r"\sigma"}
        return {block: Anatomy(terms[block], activations[block]) for block in self.blocks} | {
            "c": Anatomy((kept, written), ""),
            "h": Anatomy((shown,), ""),
        }


def linear_recurrence(a: Tensor, b: Tensor, start: Tensor) -> Tensor:
    """Solve c_t = a_t c_{t-1} + b_t in the place of ``b``. All detached: ``a``, ``b`` (T, B, H); ``start`` (B, H).

    A plain loop over time, in numpy: at these sizes its two calls per step cost a third of torch's one, and unlike a
    parallel scan it does T multiplications and keeps the rounding of the recurrence itself.
    """
    previous, kept = start.detach().numpy(), np.empty(start.shape, dtype=start.detach().numpy().dtype)
    with np.errstate(all="ignore"):  # an exploding network may reach infinity, and must be shown doing so
        for keep, c in zip(a.numpy(), b.numpy(), strict=True):
            np.multiply(keep, previous, out=kept)
            c += kept
            previous = c
    return b
