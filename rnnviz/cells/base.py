"""What every cell is: a pure step from (input, state) to every quantity of that step, by name."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnnviz.cells.diagram import Diagram
from rnnviz.cells.initialisation import initialise

State = dict[str, Tensor]


class Quantity(NamedTuple):
    """One line of a cell's definition. The page's equations, figure titles, colour ranges and bounds tests read it.

    ``equation`` is LaTeX in the letters of the code; it is evaluated in the tests against the traced numbers.
    """

    symbol: str
    equation: str
    meaning: str
    bounds: tuple[float, float] | None


class Term(NamedTuple):
    """One summand of a quantity before its non-linearity: its LaTeX, and its value with axes (..., unit)."""

    label: str
    value: Tensor


class Summands(NamedTuple):
    """A quantity taken apart: ``value = activation(sum of terms)``; activation is LaTeX, "" for none."""

    terms: tuple[Term, ...]
    activation: str


class Keeping(NamedTuple):
    """How a gated cell keeps: ``state_t = gate * state_{t-1} + written``, unit by unit.

    ``written`` takes the quantities of a step by name, as tensors or arrays. ``write`` names the block whose gate
    decides what is written, or None where that is the keeping gate's own complement.
    """

    state: str
    gate: str
    write: str | None
    written: Callable[[Mapping], object]


class Slopes(NamedTuple):
    """The derivative of one step, but for its one matrix W_hh: what is left works unit by unit. Each tensor (..., H).

    ``recurrent``: {state: {block: d state_t / d (W_hh h_{t-1})_block}}, every block of ``Cell.blocks`` once.
    ``kept``: {state: d state_t / d state_{t-1}} that does not pass W_hh, for every state but h, and for h where there
    is such a way. ``shown``: {state: d h_t / d state_t} within the same step. With W_hh, these must be all the ways
    from the old state to the new one.
    """

    recurrent: dict[str, dict[str, Tensor]]
    kept: dict[str, Tensor]
    shown: dict[str, Tensor]


class Cell(nn.Module, ABC):
    """A recurrent cell with torch's parameter names and shapes.

    ``weight_ih`` (blocks·H, I), ``weight_hh`` (blocks·H, H), ``bias_ih`` and ``bias_hh`` (blocks·H,) or None.
    ``blocks`` names the row blocks in torch's order. ``state`` names the quantities that the next step receives; "h",
    which is what the rest of the network reads, is the first of them. ``feedback`` is the one that W_hh multiplies.
    ``keeps`` says which of them a gate keeps, and how; None for a cell without such a gate.
    """

    name: ClassVar[str]
    blocks: ClassVar[tuple[str, ...]]
    state: ClassVar[tuple[str, ...]] = ("h",)
    feedback: ClassVar[str] = "h"
    quantities: dict[str, Quantity]
    keeps: ClassVar[Keeping | None] = None
    diagram: ClassVar[Diagram]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        shared: dict[str, nn.Parameter | None] | None = None,
        **start: object,
    ) -> None:
        """New weights from ``generator`` as torch.nn starts them, U(-1/sqrt(H), 1/sqrt(H)), or the ``shared`` ones.

        ``start``: other ways to start new weights, see ``rnnviz.cells.initialisation.initialise``.
        """
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        for name, shape in self.shapes().items():
            if shared is not None:
                parameter = shared[name]
            elif name.startswith("bias") and not bias:
                parameter = None
            else:
                parameter = nn.Parameter(self.draw(name, torch.empty(shape, dtype=dtype), generator))
            self.register_parameter(name, parameter)
        if shared is None:
            initialise(self, generator=generator, **start)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter, in the order in which they are drawn."""
        rows = len(self.blocks) * self.hidden_size
        shapes = {"weight_ih": (rows, self.input_size), "weight_hh": (rows, self.width(self.feedback))}
        return shapes | {"bias_ih": (rows,), "bias_hh": (rows,)}

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        """Fill a new parameter."""
        limit = 1 / math.sqrt(self.hidden_size)
        return values.uniform_(-limit, limit, generator=generator)

    def width(self, quantity: str) -> int:
        """How many units a quantity has: H, unless the cell says otherwise."""
        return self.hidden_size

    @abstractmethod
    def forward(self, x_t: Tensor, state: State) -> dict[str, Tensor]:
        """One step. ``x_t``: (..., I), each state: (..., H). Returns every quantity (..., H) in order of computation,
        those of a ``width`` of their own (..., width).

        Leading axes are free, so one call can also evaluate all steps of a known trajectory at once.
        """

    @abstractmethod
    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        """Every quantity of ``step`` as the summands that made it. Shapes as in ``forward``."""

    def kernel(self) -> str | None:
        """The name of torch's fused kernel that computes exactly this cell, or None to step through ``forward``."""
        return None

    def kernel_weights(self) -> list[Tensor]:
        """What the fused kernel takes: two weights, and two biases where there are any."""
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        return [weight for weight in weights if weight is not None]

    def kernel_state(self, state: State) -> State:
        """The initial state as the fused kernel counts it."""
        return state

    def recover(self, x: Tensor, previous_h: Tensor, initial: State) -> dict[str, Tensor]:
        """All quantities of all steps from the states that a fused kernel returned.

        ``x``: (T, B, I); ``previous_h``: (T, B, H), the kernel's states shifted by one step. A cell whose only state is
        h needs no recurrence here: every step is evaluated at once, from the kernel's own state before it, so that
        this cannot drift from the module's trajectory however chaotic the weights are.
        """
        return self(x, {"h": previous_h})

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes | None:
        """The derivative of ``step``, which read ``x_t`` in ``state``, in closed form; None leaves it to autograd.

        Only for speed: both ways give the same gradients. Shapes as in ``forward``, for all steps at once. Written with
        what goes into tanh and sigmoid (``tanh_slope``, ``sigmoid_slope``), not with what comes out, which cancels.
        """
        return None

    def initial_state(self, batch: int) -> State:
        """Zeros of shape (batch, H), or of the state's own ``width``, for every state."""
        return {name: self.weight_hh.new_zeros(batch, self.width(name)) for name in self.state}

    def preactivations(self, x: Tensor, h: Tensor) -> list[Tensor]:
        """W_i x + b_i + W_h h + b_h of each block over all steps at once: (T, B, I), (T, B, H) -> (T, B, H) each.

        One product per block: the results are contiguous, which the element-wise functions after it repay.
        """
        steps, below = h.reshape(-1, h.shape[-1]), x.reshape(-1, x.shape[-1])
        bias = steps.new_zeros(len(self.weight_hh)) if self.bias_ih is None else self.bias_ih + self.bias_hh
        blocks = zip(*(p.split(self.hidden_size) for p in (self.weight_ih, self.weight_hh, bias)), strict=True)
        return [torch.addmm(b, below, w.t()).addmm_(steps, u.t()).view_as(h) for w, u, b in blocks]

    def input_part(self, x_t: Tensor) -> Tensor:
        return F.linear(x_t, self.weight_ih, self.bias_ih)

    def recurrent_part(self, h: Tensor) -> Tensor:
        return F.linear(h, self.weight_hh, self.bias_hh)

    def split(self, tensor: Tensor | None) -> tuple[Tensor | None, ...]:
        """The row blocks of a weight, bias or pre-activation (blocks on the last axis), in the order of ``blocks``."""
        if tensor is None:
            return (None,) * len(self.blocks)
        return tensor.chunk(len(self.blocks), -1)

    def affine_terms(self, x_t: Tensor, h: Tensor) -> dict[str, tuple[Term, ...]]:
        """For each block: input part, recurrent part, and both biases as one summand (their sum is what matters).

        ``h``: the state ``feedback`` before the step.
        """
        from_input = self.split(F.linear(x_t, self.weight_ih))
        from_state = self.split(F.linear(h, self.weight_hh))
        biases = self.split(None if self.bias_ih is None else self.bias_ih + self.bias_hh)
        terms = {}
        for block, a, r, b in zip(self.blocks, from_input, from_state, biases, strict=True):
            letter = block if len(self.blocks) > 1 else ""
            terms[block] = (Term(rf"W_{{i{letter}}} x_t" if letter else "W_{ih} x_t", a),)
            fed = rf"{self.feedback}_{{t-1}}"
            terms[block] += (Term(rf"W_{{h{letter}}} {fed}" if letter else f"W_{{hh}} {fed}", r),)
            if b is not None:
                label = rf"b_{{i{letter}}} + b_{{h{letter}}}" if letter else "b_{ih} + b_{hh}"
                terms[block] += (Term(label, b.expand_as(r)),)
        return terms
