"""The selective state space model of Mamba: Gu & Dao (2023), arXiv:2312.00752, algorithm 2.

Each channel has N numbers of state, which fade at N speeds; how long a step is, what is written and what is read is
chosen by the word. The paper's input of D channels is here u_t, H numbers that one matrix makes of the word, as in the
block around it, without its short convolution, its SiLU and its gate. W_Δ is of full rank.
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Cell, Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.derivatives import softplus
from rnnviz.cells.diagram import LOW, WIDE, Band, Box, Diagram, Operation, Wire, Word
from rnnviz.cells.gated_delta_net import draw_pace
from rnnviz.cells.linear_attention import outer, read

MOST_NUMBERS = 16
BROAD = (136, 92)  # width and height of a box with a long name


class SelectiveSSM(Cell):
    """h_t = exp(diag(Δ_t) A) ⊙ h_{t-1} + (Δ_t ⊙ u_t) B_tᵀ, y_t = h_t C_t + D ⊙ u_t, with h (H, N).

    ``weight_u`` (H, I), ``weight_dt`` (H, H), ``weight_B`` and ``weight_C`` (N, H), ``dt_bias`` and ``D`` (H,);
    ``A_log`` (H, N) is the logarithm of −A. A starts as −1, ..., −N in every channel, Δ log-uniform from 0.001 to 0.1,
    D at 1. ``numbers``: N, by default H or 16, whichever is less. What the layer above reads is y.
    """

    name = "selective SSM"
    state = ("h",)
    output = "y"
    quantities: ClassVar[dict[str, Quantity]] = {
        "u": Quantity("u_t", "u_t = W_u x_t", "The word as H channels: what could be written.", None, "value"),
        "Δ": Quantity(
            "Δ_t",
            r"Δ_t = \operatorname{softplus}(W_Δ u_t + b_Δ)",
            "How long a step this word is for each channel. Near 0 the word is passed over and all is kept.",
            (0.0, math.inf),
            "pace",
        ),
        "B": Quantity(
            "B_t", "B_t = W_B u_t", "Into which of the N numbers of a channel is written.", None, "key", ("N",)
        ),
        "C": Quantity("C_t", "C_t = W_C u_t", "Which of the N numbers of a channel are read.", None, "query", ("N",)),
        "a": Quantity(
            "a_t",
            r"a_t = \exp(\operatorname{diag}(Δ_t) A)",
            "How much is kept of each number of the state. 1 = all, 0 = nothing.",
            (0.0, 1.0),
            "keep",
            ("H", "N"),
        ),
        "h": Quantity(
            "h_t",
            r"h_t = a_t \odot h_{t-1} + (Δ_t \odot u_t) B_t^\top",
            "The state: what is kept, plus what the word writes, N numbers for each channel.",
            None,
            "memory",
            ("H", "N"),
        ),
        "y": Quantity(
            "y_t",
            r"y_t = h_t C_t + D \odot u_t",
            "What is read from the state, plus a share of the word itself: the output of the layer.",
            None,
            "state",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 52), "state", size=LOW),
            Box("x", "x_t", (58, 332), "input"),
            Box("u", "u_t", (190, 332), "gate"),
            Box("Δ", "Δ_t", (328, 256), "gate", "softplus", WIDE),
            Box("a", "a_t", (328, 148), "gate", "exp", size=LOW),
            Box("h:1", "Δu Bᵀ", (500, 148), "gate", size=BROAD, sides=("", "B")),
            Box("B", "B_t", (556, 256), "gate"),
            Box("C", "C_t", (694, 256), "gate"),
            Box("h", "h_t", (928, 52), "state", size=LOW),
            Box("y", "y_t", (928, 160), "state"),
        ),
        operations=(
            Operation("×", (328, 52)),
            Operation("×", (442, 256)),
            Operation("+", (500, 52)),
            Operation("·", (694, 160)),
            Operation("D", (784, 256)),
            Operation("+", (784, 160)),
        ),
        wires=(
            Wire(((114, 332), (134, 332)), 0),
            Wire(((114, 52), (310, 52)), 0),
            Wire(((246, 332), (784, 332), (784, 274)), 1),
            Wire(((328, 332), (328, 292)), 1),
            Wire(((442, 332), (442, 274)), 1),
            Wire(((556, 332), (556, 292)), 1),
            Wire(((694, 332), (694, 292)), 1),
            Wire(((328, 220), (328, 194)), 2),
            Wire(((390, 256), (424, 256)), 2),
            Wire(((328, 102), (328, 70)), 3),
            Wire(((442, 238), (442, 208), (474, 208), (474, 194)), 3),
            Wire(((556, 220), (556, 208), (526, 208), (526, 194)), 2),
            Wire(((346, 52), (482, 52)), 4),
            Wire(((500, 102), (500, 70)), 4),
            Wire(((518, 52), (872, 52)), 5),
            Wire(((694, 52), (694, 142)), 6),
            Wire(((694, 220), (694, 178)), 2),
            Wire(((712, 160), (766, 160)), 7),
            Wire(((784, 238), (784, 178)), 2),
            Wire(((802, 160), (872, 160)), 8),
        ),
        frame=(124, 2, 738, 372),
        size=(986, 378),
        words=(Word("× A", (338, 213)), Word("kept", (338, 92)), Word("written", (510, 92))),
        bands=(Band("write", (256, 8, 366, 360)), Band("read", (628, 8, 228, 360))),
    )

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, numbers: int | None = None, **kw
    ) -> None:
        if numbers is not None and numbers < 1:
            raise ValueError(f"numbers is {numbers}; a channel has at least 1 number of state")
        self.numbers = min(hidden_size, MOST_NUMBERS) if numbers is None else numbers
        super().__init__(input_size, hidden_size, bias, **kw)

    def sizes(self) -> dict[str, int]:
        return super().sizes() | {"N": self.numbers}

    def shapes(self) -> dict[str, tuple[int, ...]]:
        channels, numbers = self.hidden_size, self.numbers
        weights = {"weight_u": (channels, self.input_size), "weight_dt": (channels, channels)}
        weights |= {"weight_B": (numbers, channels), "weight_C": (numbers, channels)}
        return weights | {"dt_bias": (channels,), "A_log": (channels, numbers), "D": (channels,)}

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        if name == "A_log":
            return values.copy_(torch.arange(1, self.numbers + 1)).log_()
        if name == "D":
            return values.fill_(1)
        return draw_pace(values, generator) if name == "dt_bias" else super().draw(name, values, generator)

    def weights(self) -> tuple[Weight, ...]:
        first = Weight("weight_u", "W_u", self.weight_u, "x", ("u",))
        pace = Weight("weight_dt", "W_Δ", self.weight_dt, "u", ("Δ",))
        return (first, pace, *(Weight(f"weight_{n}", f"W_{n}", getattr(self, f"weight_{n}"), "u", (n,)) for n in "BC"))

    def constants(self) -> dict[str, Tensor]:
        return {"A": -self.A_log.exp(), "D": self.D}

    def equations(self, x_t: Tensor, state: State) -> Equations:
        u = yield "u", F.linear(x_t, self.weight_u)
        pace = yield "Δ", softplus(F.linear(u, self.weight_dt) + self.dt_bias)
        written = yield "B", F.linear(u, self.weight_B)
        asked = yield "C", F.linear(u, self.weight_C)
        kept = yield "a", torch.exp(-pace[..., None] * self.A_log.exp())
        numbers = yield "h", kept * state["h"] + outer(pace * u, written)
        yield "y", read(numbers, asked) + self.D * u

    def scanned(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        u = F.linear(x, self.weight_u)
        pace = softplus(F.linear(u, self.weight_dt) + self.dt_bias)
        kept = torch.exp(-pace[..., None] * self.A_log.exp())
        return {"h": (kept, outer(pace * u, F.linear(u, self.weight_B)))}

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        u, pace = step["u"], step["Δ"]
        heard = {name: F.linear(u, getattr(self, f"weight_{name}")) for name in ("dt", "B", "C")}
        longer = Term("W_Δ u_t", heard["dt"], "weight_dt"), Term("b_Δ", self.dt_bias.expand_as(pace))
        fade = Term(r"\operatorname{diag}(Δ_t) A", -pace[..., None] * self.A_log.exp())
        kept = Term(r"a_t \odot h_{t-1}", step["a"] * state["h"])
        written = Term(r"(Δ_t \odot u_t) B_t^\top", outer(pace * u, step["B"]))
        found = Term("h_t C_t", read(step["h"], step["C"]))
        return {
            "u": Summands((Term("W_u x_t", F.linear(x_t, self.weight_u), "weight_u"),), ""),
            "Δ": Summands(longer, r"\operatorname{softplus}"),
            "B": Summands((Term("W_B u_t", heard["B"], "weight_B"),), ""),
            "C": Summands((Term("W_C u_t", heard["C"], "weight_C"),), ""),
            "a": Summands((fade,), r"\exp"),
            "h": Summands((kept, written), ""),
            "y": Summands((found, Term(r"D \odot u_t", self.D * u)), ""),
        }
