"""Long short-term memory with a forget gate (Gers, Schmidhuber, Cummins 2000), as torch.nn.LSTM computes it."""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells.affine import Recurrent
from rnnviz.cells.base import Equations, Keeping, Quantity, Slopes, State, Summands, Term
from rnnviz.cells.derivatives import sigmoid_slope, tanh_slope
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire, Word


def drawing(
    forget: bool = True, candidate: str = "tanh", squashing: str = "tanh", peepholes: tuple[Wire, ...] = ()
) -> Diagram:
    """The members of the family stand in one drawing, so that each one shows which part it adds.

    ``forget``: whether there is a forget gate; its place stays empty without. ``candidate`` and ``squashing``: the
    words for the non-linearities of g and on the way from c to h, "" for none. ``peepholes``: wires from c to gates.
    """
    forget_box = (Box("f", "f_t", (222, 186), "gate", "σ"),) if forget else ()
    kept = (Word("kept", (232, 112)),) if forget else ()
    forget_operation = (Operation("×", (222, 44)),) if forget else ()
    keeping = (Wire(((114, 44), (390, 44)), 1),)
    if forget:
        keeping = (
            Wire(((222, 270), (222, 222)), 0),
            Wire(((222, 150), (222, 62)), 1),
            Wire(((114, 44), (204, 44)), 1),
            Wire(((240, 44), (390, 44)), 2),
        )
    squash_operation = (Operation(squashing, (694, 108)),) if squashing else ()
    showing = (Wire(((694, 44), (694, 168)), 5),)
    if squashing:
        showing = (Wire(((694, 44), (694, 90)), 4), Wire(((694, 126), (694, 168)), 5))
    return Diagram(
        boxes=(
            Box("previous:c", "c_t−1", (58, 44), "state"),
            Box("previous:h", "h_t−1", (58, 186), "state"),
            Box("x", "x_t", (58, 270), "input"),
            *forget_box,
            Box("i", "i_t", (346, 186), "gate", "σ"),
            Box("g", "g_t", (470, 186), "gate", candidate),
            Box("o", "o_t", (594, 186), "gate", "σ"),
            Box("c", "c_t", (802, 44), "state"),
            Box("h", "h_t", (802, 186), "state"),
        ),
        operations=(
            *forget_operation,
            Operation("+", (408, 44)),
            Operation("×", (408, 108)),
            *squash_operation,
            Operation("×", (694, 186)),
        ),
        wires=(
            Wire(((114, 270), (594, 270), (594, 222)), 0),
            Wire(((114, 186), (140, 186), (140, 270)), 0, arrow=False),
            Wire(((346, 270), (346, 222)), 0),
            Wire(((470, 270), (470, 222)), 0),
            *keeping,
            Wire(((346, 150), (346, 108), (390, 108)), 1),
            Wire(((470, 150), (470, 108), (426, 108)), 1),
            Wire(((408, 90), (408, 62)), 2),
            Wire(((426, 44), (746, 44)), 3),
            *showing,
            Wire(((650, 186), (676, 186)), 5),
            Wire(((712, 186), (746, 186)), 6),
            *peepholes,
        ),
        frame=(128, 6, 604, 290),
        size=(860, 310),
        words=(*kept, Word("written", (418, 84)), Word("shown", (704, 144))),
    )


class LSTM(Recurrent):
    """Gates i, f, o and candidate g; the cell state c is kept, written and shown through them."""

    name = "LSTM"
    blocks = ("i", "f", "g", "o")
    state = ("h", "c")
    keeps = Keeping("c", "f", lambda step: step["f"], lambda step: step["i"] * step["g"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "i": Quantity(
            "i_t",
            r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})",
            "Input gate: how much of the candidate is written.",
            (0.0, 1.0),
            "write",
        ),
        "f": Quantity(
            "f_t",
            r"f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})",
            "Forget gate: how much of the old cell state is kept. 1 = keep, 0 = erase.",
            (0.0, 1.0),
            "keep",
        ),
        "g": Quantity(
            "g_t",
            r"g_t = \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg})",
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
        "c": Quantity(
            "c_t",
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            "Cell state: what the forget gate kept plus what the input gate wrote.",
            None,
            "memory",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = o_t \odot \tanh(c_t)",
            "Hidden state: the cell state through tanh, times the output gate: h = o ⊙ tanh(c).",
            (-1.0, 1.0),
            "state",
        ),
    }
    diagram = drawing()

    def kernel(self) -> str | None:
        return "lstm"

    def equations(self, x_t: Tensor, state: State) -> Equations:
        i, f, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        i = yield "i", torch.sigmoid(i)
        f = yield "f", torch.sigmoid(f)
        g = yield "g", torch.tanh(g)
        o = yield "o", torch.sigmoid(o)
        c = yield "c", f * state["c"] + i * g
        yield "h", o * torch.tanh(c)

    def recover(self, x: Tensor, previous_h: Tensor, initial: State) -> dict[str, Tensor]:
        """The gates depend on h alone, so they are known at once; c then follows from c_t = f_t c_{t-1} + i_t g_t.

        tanh is numpy's, which takes a fifth of torch's time.
        """
        i, f, g, o = self.preactivations(x, previous_h)
        i, f, g, o = i.sigmoid_(), f.sigmoid_(), torch.from_numpy(np.tanh(g.numpy(), out=g.numpy())), o.sigmoid_()
        c = linear_recurrence(f, i * g, initial["c"])
        return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": torch.from_numpy(np.tanh(c.numpy())).mul_(o)}

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes:
        i, f, g, o = self.split(self.input_part(x_t) + self.recurrent_part(state["h"]))
        written = {
            "i": step["g"] * sigmoid_slope(i),
            "f": state["c"] * sigmoid_slope(f),
            "g": step["i"] * tanh_slope(g),
        }
        recurrent = {"c": written, "h": {"o": torch.tanh(step["c"]) * sigmoid_slope(o)}}
        return Slopes(recurrent, kept={"c": step["f"]}, shown={"c": step["o"] * tanh_slope(step["c"])})

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        terms = self.affine_terms(x_t, state)
        kept = Term(r"f_t \odot c_{t-1}", step["f"] * state["c"])
        written = Term(r"i_t \odot g_t", step["i"] * step["g"])
        shown = Term(r"o_t \odot \tanh(c_t)", step["o"] * torch.tanh(step["c"]))
        activations = {"i": r"\sigma", "f": r"\sigma", "g": r"\tanh", "o": r"\sigma"}
        return {block: Summands(terms[block], activations[block]) for block in self.blocks} | {
            "c": Summands((kept, written), ""),
            "h": Summands((shown,), ""),
        }


# A loop over so many steps, or rows of so many numbers, is not worth halving.
SHORT, WIDE = 32, 256


def linear_recurrence(a: Tensor, b: Tensor, start: Tensor) -> Tensor:
    """Solve c_t = a_t c_{t-1} + b_t in the place of ``b``. All detached: ``a``, ``b`` (T, B, H); ``start`` (B, H)."""
    with np.errstate(all="ignore"):  # an exploding network may reach infinity, and must be shown doing so
        _solve(a.numpy(), b.numpy(), start.detach().numpy())
    return b


def _solve(a: np.ndarray, b: np.ndarray, start: np.ndarray) -> None:
    """A plain loop over time: at these sizes numpy's two calls per step cost a third of torch's one. Where the calls
    cost more than the numbers, every two steps are first made one, c_t = a_t a_{t-1} c_{t-2} + (a_t b_{t-1} + b_t).
    """
    if len(b) > SHORT and start.size <= WIDE:
        b[1::2] += a[1::2] * b[:-1:2]
        _solve(a[1::2] * a[:-1:2], b[1::2], start)
        b[0] += a[0] * start
        b[2::2] += a[2::2] * b[1:-1:2]
        return
    kept = np.empty_like(start)
    for keep, c in zip(a, b, strict=True):
        np.multiply(keep, start, kept)
        np.add(c, kept, c)
        start = c
