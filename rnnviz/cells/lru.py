"""The linear recurrent unit of Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu, De (2023), "Resurrecting recurrent
neural networks for long sequences", arXiv:2303.06349. Its state is complex, and so are B and C, each kept as two real
matrices."""

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Cell, Equations, Quantity, State, Summands, Term, Weight
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire


class LRU(Cell):
    """h_t = lambda h_{t-1} + exp(gamma) B x_t, y_t = Re(C h_t) + D x_t; lambda = exp(-exp(nu) + i exp(theta)).

    ``h`` is complex: each unit turns by exp(theta) per step and shrinks to exp(-exp(nu)) < 1 of its size, whatever the
    weights. ``D`` is a diagonal in the paper, whose inputs are as many as its units; here it is a matrix (H, I), so
    that inputs may be of another number. The layer above reads ``y``.

    New numbers lambda lie evenly on the ring between the radii ``ring`` (0 to 1 as in the paper's own code) at angles
    up to ``turn``; exp(gamma) = sqrt(1 - |lambda|^2) then keeps the size of the state that of the input. B, C and D
    start at N(0, 1 / 2I), N(0, 1 / H) in each part and N(0, 1 / I). There are no biases.
    """

    name = "LRU"
    output = "y"
    quantities: ClassVar[dict[str, Quantity]] = {
        "h": Quantity(
            "h_t",
            r"h_t = \lambda \odot h_{t-1} + \exp(\gamma) \odot B x_t",
            "The state, one complex number per unit: turned and shrunk by its λ at each step, and the input is added.",
            None,
            "memory",
            complex=True,
        ),
        "y": Quantity(
            "y_t",
            r"y_t = \operatorname{Re}(C h_t) + D x_t",
            "What the layer above reads: the real part of what C makes of the state, and the input past it.",
            None,
            "output",
        ),
    }
    diagram = Diagram(
        boxes=(
            Box("previous:h", "h_t−1", (58, 56), "state"),
            Box("x", "x_t", (58, 312), "input"),
            Box("h", "h_t", (802, 56), "state"),
            Box("y", "y_t", (802, 212), "state"),
        ),
        operations=(
            Operation("λ", (222, 56)),
            Operation("B", (346, 230)),
            Operation("exp γ", (346, 144)),
            Operation("+", (346, 56)),
            Operation("C", (516, 134)),
            Operation("Re", (516, 212)),
            Operation("D", (640, 262)),
            Operation("+", (640, 212)),
        ),
        wires=(
            Wire(((114, 312), (640, 312), (640, 280)), 0),
            Wire(((346, 312), (346, 248)), 0),
            Wire(((346, 212), (346, 162)), 1),
            Wire(((114, 56), (204, 56)), 1),
            Wire(((346, 126), (346, 74)), 2),
            Wire(((240, 56), (328, 56)), 2),
            Wire(((364, 56), (746, 56)), 3),
            Wire(((516, 56), (516, 116)), 3),
            Wire(((516, 152), (516, 194)), 4),
            Wire(((534, 212), (622, 212)), 5),
            Wire(((640, 244), (640, 230)), 5),
            Wire(((658, 212), (746, 212)), 6),
        ),
        frame=(128, 14, 604, 320),
        size=(860, 352),
    )

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        ring: tuple[float, float] = (0.0, 1.0),
        turn: float = 2 * math.pi,
        **kw,
    ):
        low, high = ring
        if not 0 <= low < high <= 1:
            raise ValueError(f"ring is {low} to {high}; its radii must be 0 to 1, the inner one first")
        if not 0 < turn <= 2 * math.pi:
            raise ValueError(f"turn is {turn}; it must be above 0 and at most 2 pi")
        self.ring, self.turn = (low, high), turn
        super().__init__(input_size, hidden_size, bias, **kw)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        units, inputs = self.hidden_size, self.input_size
        own = dict.fromkeys(("nu", "theta", "gamma"), (units,))
        read, shown = dict.fromkeys(("B_re", "B_im"), (units, inputs)), dict.fromkeys(("C_re", "C_im"), (units, units))
        return own | read | shown | {"D": (units, inputs)}

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        if name == "nu":
            low, high = (radius**2 for radius in self.ring)
            u = values.uniform_(generator=generator).clamp_(min=torch.finfo(values.dtype).tiny)
            # Radii up to one hair below 1, for which nu is finite.
            return (u * (high - low) + low).clamp_(max=1 - torch.finfo(values.dtype).eps).log_().mul_(-0.5).log_()
        if name == "theta":
            u = values.uniform_(generator=generator).clamp_(min=torch.finfo(values.dtype).tiny)
            return u.mul_(self.turn).log_()
        if name == "gamma":
            return torch.log(-torch.expm1(-2 * torch.exp(self.nu.detach()))) / 2
        spread = {"B": 2 * self.input_size, "C": self.hidden_size, "D": self.input_size}[name[0]]
        return values.normal_(0, spread**-0.5, generator=generator)

    def weights(self) -> tuple[Weight, ...]:
        def parts(letter: str, factor: str, into: str) -> tuple[Weight, ...]:
            names = ((f"{letter}_{part.lower()}", f"{part} {letter}") for part in ("Re", "Im"))
            return tuple(Weight(name, symbol, getattr(self, name), factor, (into,)) for name, symbol in names)

        return (*parts("B", "x", "h"), *parts("C", "h", "y"), Weight("D", "D", self.D, "x", ("y",)))

    def constants(self) -> dict[str, Tensor]:
        return {"λ": self.eigenvalues(), "exp γ": torch.exp(self.gamma)}

    def eigenvalues(self) -> Tensor:
        """lambda, complex (H,): what a step multiplies each unit by."""
        return torch.polar(torch.exp(-torch.exp(self.nu)), torch.exp(self.theta))

    def read(self, x: Tensor) -> Tensor:
        """What a step adds to the state, complex (..., H)."""
        scale = torch.exp(self.gamma)
        return torch.complex(scale * F.linear(x, self.B_re), scale * F.linear(x, self.B_im))

    def show(self, h: Tensor) -> Tensor:
        """Re(C h)."""
        return F.linear(h.real, self.C_re) - F.linear(h.imag, self.C_im)

    def equations(self, x_t: Tensor, state: State) -> Equations:
        h = yield "h", self.eigenvalues() * state["h"] + self.read(x_t)
        yield "y", self.show(h) + F.linear(x_t, self.D)

    def scanned(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        return {"h": (self.eigenvalues()[None, None], self.read(x))}

    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        kept = Term(r"\lambda \odot h_{t-1}", self.eigenvalues() * state["h"])
        written = Term(r"\exp(\gamma) \odot B x_t", self.read(x_t))
        shown = Term(r"\operatorname{Re}(C h_t)", self.show(step["h"]))
        past = Term("D x_t", F.linear(x_t, self.D), "D")
        return {"h": Summands((kept, written), ""), "y": Summands((shown, past), "")}
