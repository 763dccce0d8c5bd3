"""The real-gated linear recurrent unit of De, Smith, Fernando, Botev et al. (2024), "Griffin: mixing gated linear
recurrences with local attention", arXiv:2402.19427, equations 1 to 4."""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.affine import Affine
from rnnviz.cells.base import Equations, Keeping, Quantity, State, Summands, Term
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire, Word

POWER = 8  # the paper's c
LEAST, MOST = 0.9, 0.999  # what is drawn for each unit, see RGLRU
STARTS = ("paper", "released")


def log_sigmoid_inverse(logarithm: Tensor) -> Tensor:
    """The number whose sigmoid has this logarithm, which is below 0."""
    return logarithm - torch.log(-torch.expm1(logarithm))


class RGLRU(Affine):
    """r = sigma(W_r x), i = sigma(W_i x), a = sigma(Lambda)^(8 r), h = a h + sqrt(1 - a^2) i u, unit by unit.

    The paper's unit has as many inputs as states, which the linear layer before it makes; here that layer is u = W_u x
    + b_u, a part of the cell, and the gates hear its input x. With W_u the identity and no biases it is the paper's.
    As in the paper the root stands at every step, the first one too.

    ``Lambda`` (H,): a = sigma(Lambda)^8, what is kept where r is 1, starts at U(0.9, 0.999) as in the paper; with
    ``decay_start="released"`` it is sigma(Lambda)^2 that is drawn, from U(0.9^2, 0.999^2), as the code published with
    the paper does it, which forgets some eight times as fast.
    """

    name = "RG-LRU"
    blocks = ("r", "i", "u")
    keeps = Keeping("h", "a", lambda step: step["a"], lambda step: (1 - step["a"] ** 2) ** 0.5 * step["i"] * step["u"])
    quantities: ClassVar[dict[str, Quantity]] = {
        "r": Quantity(
            "r_t",
            r"r_t = \sigma(W_{ir} x_t + b_{ir})",
            "Recurrence gate: how fast each unit forgets at this step. 0 = keep all, 1 = as fast as its Λ allows.",
            (0.0, 1.0),
            "reset",
        ),
        "i": Quantity(
            "i_t",
            r"i_t = \sigma(W_{ii} x_t + b_{ii})",
            "Input gate: how much of the input is let in. 0 = nothing, 1 = all of it.",
            (0.0, 1.0),
            "write",
        ),
        "u": Quantity(
            "u_t",
            r"u_t = W_{iu} x_t + b_{iu}",
            "Candidate: what could be written now, the word in as many numbers as there are units.",
            None,
            "candidate",
        ),
        "a": Quantity(
            "a_t",
            r"a_t = \sigma(\Lambda)^{8 r_t}",
            "What is kept of the old state: each unit's own number below 1, to a power that the word chooses.",
            (0.0, 1.0),
            "keep",
        ),
        "h": Quantity(
            "h_t",
            r"h_t = a_t \odot h_{t-1} + \sqrt{1 - a_t^2} \odot i_t \odot u_t",
            "The new state. The root makes room: the more is kept, the less is written, so that its size stays steady.",
            None,
            "state",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 56), "state"),
            Box("x", "x_t", (58, 340), "input"),
            Box("r", "r_t", (222, 250), "gate", "σ"),
            Box("a", "a_t", (222, 150), "gate"),
            Box("i", "i_t", (500, 250), "gate", "σ"),
            Box("u", "u_t", (640, 250), "gate"),
            Box("h", "h_t", (802, 56), "state"),
        ),
        operations=(
            Operation("×", (222, 56)),
            Operation("1−a²", (338, 150)),
            Operation("√", (412, 150)),
            Operation("×", (500, 150)),
            Operation("+", (500, 56)),
        ),
        wires=(
            Wire(((114, 340), (640, 340), (640, 286)), 0),
            Wire(((222, 340), (222, 286)), 0),
            Wire(((500, 340), (500, 286)), 0),
            Wire(((222, 214), (222, 186)), 1),
            Wire(((500, 214), (500, 168)), 1),
            Wire(((640, 214), (640, 150), (518, 150)), 1),
            Wire(((114, 56), (204, 56)), 2),
            Wire(((222, 114), (222, 74)), 2),
            Wire(((278, 150), (316, 150)), 2),
            Wire(((360, 150), (394, 150)), 3),
            Wire(((430, 150), (482, 150)), 4),
            Wire(((240, 56), (482, 56)), 3),
            Wire(((500, 132), (500, 74)), 5),
            Wire(((518, 56), (746, 56)), 6),
        ),
        frame=(128, 14, 604, 348),
        size=(860, 380),
        words=(Word("σ(Λ)^8r", (232, 208)),),
    )

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, decay_start: str = "paper", **kw):
        if decay_start not in STARTS:
            raise ValueError(f"decay_start {decay_start!r} is not one of {', '.join(STARTS)}")
        self.decay_start = decay_start
        super().__init__(input_size, hidden_size, bias, **kw)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {"Lambda": (self.hidden_size,)}

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        if name != "Lambda":
            return super().draw(name, values, generator)
        if self.decay_start == "paper":
            return log_sigmoid_inverse(values.uniform_(LEAST, MOST, generator=generator).log() / POWER)
        return log_sigmoid_inverse(values.uniform_(LEAST**2, MOST**2, generator=generator).log() / 2)

    def constants(self) -> dict[str, Tensor]:
        return {"Λ": self.Lambda}

    @torch.no_grad()
    def set_keeping(self, logit: Tensor, *, opposite: bool) -> None:
        """Lambda such that a zero input keeps sigma(``logit``): what speaks for keeping is not a bias here."""
        r = self.split(self.bias_ih)[0]
        r = torch.sigmoid(self.Lambda.new_zeros(()) if r is None else r)
        self.Lambda.copy_(log_sigmoid_inverse(F.logsigmoid(logit) / (POWER * r)))

    def log_kept(self, r: Tensor) -> Tensor:
        """The logarithm of a."""
        return -POWER * r * torch.logaddexp(-self.Lambda, self.Lambda.new_zeros(()))

    def scanned(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        r, i, u = self.split(self.input_part(x))
        logarithm = self.log_kept(torch.sigmoid(r))
        return {"h": (torch.exp(logarithm), room(logarithm) * torch.sigmoid(i) * u)}

    def equations(self, x_t: Tensor, state: State) -> Equations:
        r, i, u = self.split(self.input_part(x_t))
        r = yield "r", torch.sigmoid(r)
        i = yield "i", torch.sigmoid(i)
        u = yield "u", u
        logarithm = self.log_kept(r)
        own = torch.exp(logarithm)
        a = yield "a", own
        yield "h", a * state["h"] + (room(logarithm) if a is own else torch.sqrt(1 - a**2)) * i * u

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        terms = self.affine_terms(x_t, state)
        kept = Term(r"a_t \odot h_{t-1}", step["a"] * state["h"])
        written = Term(r"\sqrt{1 - a_t^2} \odot i_t \odot u_t", torch.sqrt(1 - step["a"] ** 2) * step["i"] * step["u"])
        return {
            "r": Summands(terms["r"], r"\sigma"),
            "i": Summands(terms["i"], r"\sigma"),
            "u": Summands(terms["u"], ""),
            "a": Summands((Term(r"\sigma(\Lambda)^{8 r_t}", step["a"]),), ""),
            "h": Summands((kept, written), ""),
        }


def room(logarithm: Tensor) -> Tensor:
    """sqrt(1 - a^2) of a by its ``logarithm``, with all its digits where a is all but 1."""
    return torch.sqrt(-torch.expm1(2 * logarithm))
