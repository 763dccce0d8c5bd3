"""One sweep back through time: what reaches every state of every step, and from there every other quantity.

Only the states have to be swept. Once it is known what reaches them, the gates, the input and the weights of all steps
follow at once, in one backward pass over all steps side by side.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import refuse_unless_function
from rnnviz.cells import ExactSlopes, State
from rnnviz.cells.coordinates import count, flat, shaped, told
from rnnviz.gradients.following import Run, Steps
from rnnviz.gradients.linear import Factored
from rnnviz.network import Network

# A size is brought back to about 1 when it leaves 2^-RANGE to 2^RANGE; looked at every so many steps.
RANGE, EVERY = {torch.float64: 200, torch.float32: 20}, 8


class LossWarning(UserWarning):
    """A loss that reaches a first step alone, as one does that was written for torch's pair (output, state)."""


class Flow(NamedTuple):
    """What reaches each state of each step, and the output, from outside that step: ``values * 2^exponents``.

    ``values``: {state: (T, B, N)} in reading order, of a matrix or of complex numbers as ``coordinates`` counts them:
    N = H of a vector. ``exponents``: (T, B), int64. The derivative by the cut state: the
    ways from one state to another within the step, such as c_t -> h_t, are still to be added (``spread``).
    """

    values: State
    exponents: Tensor


@dataclass(frozen=True, eq=False)
class Reached:
    """One layer in one direction: its steps, what reaches their states, and from there every quantity."""

    steps: Steps
    flow: Flow

    @cached_property
    def gradients(self) -> dict[str, Tensor]:
        """As of ``spread``; of a stabilizer 0, as it cancels out of the output, unless something is held."""
        with torch.inference_mode(False):
            found, of = spread(self.steps, self.flow), self.steps.cell.quantities if self.steps.held is None else {}
        return found | {name: 0 * found[name] for name in of if of[name].role == "stabilizer"}

    @property
    def states(self) -> State:
        """The total derivative by each state, and by the output, (T, B, N), to be scaled by ``flow.exponents``; in
        reading order."""
        linear, cell = self.steps.linear, self.steps.cell
        if isinstance(linear, Factored):
            return linear.totals(self.flow.values)
        return {name: flat(cell, name, self.gradients[name]) for name in told(cell)}

    def in_sequence_order(self, values: Tensor) -> Tensor:
        return flipped(self.steps, values)

    def scaled(self, name: str) -> Tensor:
        """dL/d(name), (T, B, ...), in sequence order."""
        values = self.gradients[name]
        parts = torch.view_as_real(values) if values.is_complex() else values
        rows = torch.from_numpy(scaled(parts.flatten(2), self.flow.exponents)).view(parts.shape)
        return self.in_sequence_order(torch.view_as_complex(rows) if values.is_complex() else rows)


@torch.no_grad()
def sweep(steps: Steps, arriving: Tensor | State) -> Flow:
    """``arriving``: (T, B, H), what each output contributes to the loss past the recurrence, in reading order; or that
    of several quantities by name, the output among them."""
    cell = steps.cell
    arriving = arriving if isinstance(arriving, dict) else {cell.output: arriving}
    output = arriving[cell.output]
    length, batch, _ = output.shape
    values = {name: output.new_zeros(length, batch, count(cell, name)) for name in told(cell)}
    each = [dict(zip(values, step, strict=True)) for step in zip(*map(torch.unbind, values.values()), strict=True)]
    exponent, moved = torch.zeros(batch, dtype=torch.int64), False
    exponents = [exponent] * length
    arrives = torch.stack([(value != 0).flatten(1).any(1) for value in arriving.values()]).any(0).tolist()
    pull = steps.linear.puller(batch)
    for t in reversed(range(length)):
        reaching = each[t]
        if arrives[t]:
            fresh = {name: value[t] for name, value in arriving.items()}
            if moved:
                fresh, exponent = _aligned(reaching, fresh, exponent)
            for name, value in fresh.items():
                reaching[name].add_(value)
        if t % EVERY == 0 and _has_left_the_range(reaching):
            shift = _excess(reaching)
            _scale(reaching, -shift)
            exponent, moved = exponent + shift, True
        exponents[t] = exponent
        if t:
            pull(t, reaching, each[t - 1])
    return Flow(values, torch.stack(exponents))


def exponent_of(size: Tensor) -> Tensor:
    """e with 2^(e-1) <= size < 2^e; 0 where size is 0, infinite or NaN, which no scaling would mend.

    At most 1000 either way, so that 2^-e is a normal number; what is beyond that is brought back in two goes.
    """
    usable = torch.isfinite(size) & (size > 0)
    return torch.frexp(torch.where(usable, size, 0.5)).exponent.to(torch.int64).clamp(-1000, 1000)


def power_of_two(exponent: Tensor) -> Tensor:
    """2^exponent, exact; no smaller or larger than float64 holds as a normal number.

    torch.ldexp takes its powers in float32 when the exponents are integers, where 2^128 is infinite.
    """
    return torch.from_numpy(np.ldexp(1.0, exponent.clamp(-1022, 1023).numpy().astype(np.int32)))


def _largest(reaching: State) -> Tensor:
    sizes = [torch.linalg.vector_norm(value, torch.inf, -1) for value in reaching.values()]
    return sizes[0] if len(sizes) == 1 else torch.stack(sizes).amax(0)


def _has_left_the_range(reaching: State) -> bool:
    """Whether to look closer, which costs more: at every size of all sequences but exact zeros."""
    most = 2.0 ** RANGE[(sizes := _largest(reaching)).dtype]
    return not all(1 / most < size < most or size == 0 for size in sizes.tolist())


def _excess(reaching: State) -> Tensor:
    """By which power of two each sequence has left the range; 0 where it has not."""
    exponent = exponent_of(size := _largest(reaching))
    return torch.where(exponent.abs() > RANGE[size.dtype], exponent, 0)


def _scale(reaching: State, exponent: Tensor) -> None:
    """Times 2^exponent of each sequence, in place."""
    for value in reaching.values():
        value.mul_(power_of_two(exponent)[:, None])


def _aligned(reaching: State, fresh: State, exponent: Tensor) -> tuple[State, Tensor]:
    """Bring both summands to the larger of their exponents, ``reaching`` in place; what the smaller one loses is below
    float64's precision."""
    size = _largest(fresh)
    common = torch.where(size > 0, torch.maximum(exponent, exponent_of(size)), exponent)
    _scale(reaching, exponent - common)
    return {name: value * power_of_two(-common)[:, None] for name, value in fresh.items()}, common


@torch.enable_grad()
def spread(steps: Steps, flow: Flow) -> dict[str, Tensor]:
    """The total derivative by every quantity of every step, to be scaled by ``flow.exponents``; reading order.

    Also by what a step starts from: "x" (T, B, I), and each state before the step as "previous h", "previous c".
    """
    x = steps.x.clone().requires_grad_()
    previous = {name: value.clone().requires_grad_() for name, value in steps.previous.items()}
    with ExactSlopes():
        step = steps.cell(x, previous, steps.held)
    inputs = {"x": x} | {f"previous {name}": value for name, value in previous.items()} | step
    names = [name for name in flow.values if step[name].requires_grad]
    gradients = torch.autograd.grad(
        [step[name] for name in names],
        list(inputs.values()),
        [shaped(steps.cell, name, flow.values[name]) for name in names],
        allow_unused=True,
        materialize_grads=True,
    )
    return dict(zip(inputs, gradients, strict=True))


def flipped(steps: Steps, values: Tensor) -> Tensor:
    """From sequence order to the reading order of these steps, or back."""
    return values.flip(0) if steps.direction == "backward" else values


def scaled(values: Tensor, exponents: Tensor) -> np.ndarray:
    """``values * 2^exponents``, (..., N) and (...): as large or small as float64 goes, then inf or 0."""
    with np.errstate(all="ignore"):
        return np.ldexp(values.detach().numpy(), exponents.numpy().astype(np.int32)[..., None])


def layers_down(run: Run, arriving: Tensor) -> Iterator[list[Reached]]:
    """Each layer from the top one down, one or two directions; ``arriving``: dL/d(top states), (T, B, D·H)."""
    layer: list[Reached] = []
    for sides in reversed(run.layers):
        arriving = sum(one.scaled("x") for one in layer) if layer else arriving  # as costly as the sweep itself
        parts = zip(sides, arriving.chunk(len(sides), -1), strict=True)
        layer = [Reached(steps, sweep(steps, flipped(steps, part))) for steps, part in parts]
        yield layer


def arriving_from(
    run: Run, model: nn.Module, loss: Callable[[Tensor], Tensor], unbatched: bool
) -> tuple[Tensor, Tensor]:
    """dL/d(top states) (T, B, D·H) and dL/dy, the loss being a function of what the model returns."""
    refuse_unless_function(loss)
    with torch.enable_grad():
        output = run.output.clone().requires_grad_()
        y = run.network.read(output)
        seen = y.to(run.dtype)
        if unbatched:
            seen = seen.squeeze(1)
        elif getattr(model, "batch_first", False):
            seen = seen.transpose(0, 1)
        try:
            value = loss(seen)
        except Exception as wrong:
            wrong.add_note(f"rnnviz: the loss was given the output alone, {tuple(seen.shape)}, not (output, state)")
            raise
        if not isinstance(value, Tensor) or value.numel() != 1:
            got = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
            raise ValueError(
                f"the loss must be one number, a tensor of one element; got {got}. Reduce it, for instance with .sum()"
            )
        gradients = (None, None)
        if value.requires_grad:
            gradients = torch.autograd.grad(value, [output, y], allow_unused=True)
    if gradients[1] is None:
        raise ValueError(
            f"the loss does not depend on the output: compute it from the tensor of shape {tuple(seen.shape)} that it "
            "is given, without .detach(), .item() or numpy on the way"
        )
    if not isinstance(model, Network) and run.network.directions == ("forward",):
        _warn_of_a_pair(gradients[0], tuple(seen.shape))
    return gradients


def _warn_of_a_pair(gradient: Tensor, shape: tuple[int, ...]) -> None:
    """Of the pair, out[0] would be the output and out[1] the state; of the output they are the first two steps."""
    steps = (gradient != 0).flatten(1).any(1).nonzero().flatten().tolist()
    if len(gradient) > 1 and len(steps) == 1 and steps[0] in range(min(2, len(gradient) - 1)):
        warnings.warn(
            f"this loss reaches time step {steps[0]} of {len(gradient)} alone. It is given the output, {shape}, and "
            f"not torch's pair (output, state), so that out[{steps[0]}] is one time step; for a loss at the last step "
            "write y[-1].sum(), over all steps y.sum()",
            LossWarning,
            stacklevel=4,
        )
