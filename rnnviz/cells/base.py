"""What every cell is: a pure step from (input, state) to every quantity of that step, by name."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor, nn

from rnnviz.cells.diagram import Diagram
from rnnviz.cells.held import Held
from rnnviz.cells.initialisation import initialise

State = dict[str, Tensor]
# The quantities of a step by name, in order of computation; what is sent back is what the step goes on with.
Equations = Generator[tuple[str, Tensor], Tensor, None]


# What a quantity does in its cell. A gate keeps the old state, writes a candidate, resets what the candidate sees of
# the old state, or shows the new one. An output is what the cell itself says. A state is what the layer above reads, a
# memory what only the cell's own next step does. Of a memory that is a matrix, a value is written under a key and read
# by a query; a pace says how far one step goes. A normalizer counts what was written, a stabilizer scales it. Of a gate
# that is an exponential, its logarithm is a quantity of its own.
Role = Literal[
    *("keep", "write", "reset", "show", "candidate", "output", "state", "memory"),
    *("query", "key", "value", "pace", "log keep", "log write", "normalizer", "stabilizer", "found", "divisor"),
]
GATES: tuple[Role, ...] = ("keep", "write", "reset", "show")


class Quantity(NamedTuple):
    """One line of a cell's definition. The page's equations, figure titles, colours, ranges and bounds tests read it.

    ``equation`` is LaTeX in the letters of the code; it is evaluated in the tests against the traced numbers. ``role``
    gives its colour, whatever its letter. ``shape``: of one sequence at one step, in the names of ``Cell.sizes``;
    ``complex``: whether its numbers are.
    """

    symbol: str
    equation: str
    meaning: str
    bounds: tuple[float, float] | None
    role: Role
    shape: tuple[str, ...] = ("H",)
    complex: bool = False

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of its axes in a trace, after those of time and batch."""
        return {0: (), 1: ("unit",), 2: ("row", "column")}[len(self.shape)]


class Term(NamedTuple):
    """One summand of a quantity before its non-linearity: its LaTeX, and its value with axes (..., unit).

    ``weight``: of a summand that is a matrix times what the matrix multiplies, the matrix by its name in ``weights()``.
    """

    label: str
    value: Tensor
    weight: str | None = None


class Summands(NamedTuple):
    """A quantity taken apart: ``value = activation(sum of terms)``; activation is LaTeX, "" for none."""

    terms: tuple[Term, ...]
    activation: str


class Keeping(NamedTuple):
    """How a gated cell keeps: ``state_t = kept * state_{t-1} + written``, unit by unit.

    ``kept`` and ``written`` take the quantities of a step by name, as tensors or arrays; ``symbol`` is the LaTeX of the
    first. Its gate is the quantity with the role "keep" or, without one, what the gate of the role "write" leaves.
    """

    state: str
    symbol: str
    kept: Callable[[Mapping], object]
    written: Callable[[Mapping], object]


class Weight(NamedTuple):
    """One matrix of a cell, for whoever draws it. ``name``: the parameter's. ``symbol``: as equations write it.

    ``value``: (rows, columns). ``factor``: what it multiplies, in the names of ``Box.signal``: "x", "previous:h", "h".
    ``into``: the quantities that its rows feed, in blocks of equal height.
    """

    name: str
    symbol: str
    value: Tensor
    factor: str
    into: tuple[str, ...]


class Slopes(NamedTuple):
    """The derivative of one step, but for its one matrix W_hh: what is left works unit by unit. Each tensor (..., H).

    ``recurrent``: {state: {block: d state_t / d (W_hh h_{t-1})_block}}, every block of ``Recurrent.blocks`` once.
    ``kept``: {state: d state_t / d state_{t-1}} that does not pass W_hh, for every state but h, and for h where there
    is such a way. ``shown``: {state: d h_t / d state_t} within the same step. With W_hh, these must be all the ways
    from the old state to the new one.
    """

    recurrent: dict[str, dict[str, Tensor]]
    kept: dict[str, Tensor]
    shown: dict[str, Tensor]


class Cell(nn.Module, ABC):
    """A recurrent cell: its equations, and what they are made of. What it multiplies by is its own affair.

    ``state`` names the quantities that the next step receives, ``output`` the one that the layer above reads, H
    numbers. ``keeps`` says which state a gate keeps, and how; None for a cell without such a gate.

    A cell joins with ``shapes``, ``weights``, ``equations`` and ``summands``. One whose step is linear in its state
    and else of the input alone has ``scanned`` as well: all its steps are then known at once.
    """

    name: ClassVar[str]
    state: ClassVar[tuple[str, ...]] = ("h",)
    output: ClassVar[str] = "h"
    quantities: dict[str, Quantity]
    keeps: ClassVar[Keeping | None] = None
    diagram: ClassVar[Diagram | None] = None

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

    @abstractmethod
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter, in the order in which they are drawn."""

    def draw(self, name: str, values: Tensor, generator: torch.Generator | None) -> Tensor:
        """Fill a new parameter."""
        limit = 1 / math.sqrt(self.hidden_size)
        return values.uniform_(-limit, limit, generator=generator)

    def sizes(self) -> dict[str, int]:
        """The numbers that ``Quantity.shape`` names."""
        return {"H": self.hidden_size}

    def shape(self, quantity: str) -> tuple[int, ...]:
        """The shape of a quantity, of one sequence at one step."""
        sizes = self.sizes()
        return tuple(sizes[size] for size in self.quantities[quantity].shape)

    def width(self, quantity: str) -> int:
        """How many numbers a quantity has."""
        return math.prod(self.shape(quantity))

    @abstractmethod
    def equations(self, x_t: Tensor, state: State) -> Equations:
        """One step: ``q = yield "q", ...`` for every quantity, so that it may be held at another value on the way.

        ``x_t``: (..., I), each state and quantity: (..., *shape).
        """

    def forward(self, x_t: Tensor, state: State, held: Held | None = None) -> dict[str, Tensor]:
        """One step. ``x_t``: (..., I), each state: (..., *shape). Returns every quantity (..., *shape) in order of
        computation, some of them ``held`` at other values.

        Leading axes are free, so one call can also evaluate all steps of a known trajectory at once.
        """
        step: dict[str, Tensor] = {}
        equations = self.equations(x_t, state)
        value = None
        with suppress(StopIteration):
            while True:
                name, value = equations.send(value)
                if held is not None:
                    value = held.replaced(name, value, state)
                step[name] = value
        return step

    def scanned(self, x: Tensor) -> dict[str, tuple[Tensor, Tensor]] | None:
        """Of a cell with ``state_t = kept * state_{t-1} + written``, number by number, for each of its states: both of
        them at all steps, {state: (kept, written)}, from the input ``x`` (T, B, I) alone. None of any other cell.

        (T, B, *shape), real or complex; axes of ``kept`` may be 1, the first one too. For speed: a whole sequence then
        runs in about 2 sqrt(T) rounds (``rnnviz.cells.scanning``) instead of T. It must give what ``equations`` does.
        """
        return None

    @abstractmethod
    def summands(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> dict[str, Summands]:
        """Every quantity of ``step`` as the summands that made it. Shapes as in ``forward``."""

    @abstractmethod
    def weights(self) -> tuple[Weight, ...]:
        """The matrices, in the order in which a step uses them."""

    def constants(self) -> dict[str, Tensor]:
        """Numbers that serve every step and are no matrix that multiplies: (H,) or (H, N), by their plain symbols."""
        return {}

    def kernel(self) -> str | None:
        """The name of torch's fused kernel that computes exactly this cell, or None to step through ``forward``."""
        return None

    def slopes(self, x_t: Tensor, state: State, step: dict[str, Tensor]) -> Slopes | None:
        """The derivative of ``step``, which read ``x_t`` in ``state``, in closed form; None leaves it to autograd.

        Only for speed: both ways give the same gradients. Shapes as in ``forward``, for all steps at once. Written with
        what goes into tanh and sigmoid (``tanh_slope``, ``sigmoid_slope``), not with what comes out, which cancels.
        """
        return None

    def initial_state(self, batch: int) -> State:
        """Zeros of shape (batch, *shape) for every state, of the weights' precision."""
        real = next(self.parameters()).dtype
        dtypes = {name: real.to_complex() if self.quantities[name].complex else real for name in self.state}
        return {name: torch.zeros(batch, *self.shape(name), dtype=dtype) for name, dtype in dtypes.items()}

    @classmethod
    def not_a_vector(cls, names: Iterable[str] | None = None) -> str | None:
        """The first of its quantities, or of those ``names``, that is no vector of real numbers; None if all are."""
        quantities = ((name, cls.quantities[name]) for name in names or cls.quantities)
        return next((name for name, quantity in quantities if quantity.complex or len(quantity.shape) != 1), None)
