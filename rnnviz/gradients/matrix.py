"""gradient_matrix(model, x): for a loss at every step t, how strongly it reaches the state at every step k <= t."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept, refuse_unless_function, sequence_of
from rnnviz.budget import chosen, refuse_beyond
from rnnviz.gradients.following import Run, Steps, follow
from rnnviz.gradients.linear import Blocks, linearise
from rnnviz.gradients.sizes import LOG2, norm_signal
from rnnviz.gradients.sweeping import exponent_of, flipped, power_of_two
from rnnviz.trace import Signal

# Jacobians are formed for so many steps at a time, which bounds the memory; sizes are brought back to 1 that often,
AT_ONCE = 16
# and at once where one is outside of this range.
SMALLEST, LARGEST = 1e-100, 1e100


def gradient_matrix(
    model: nn.Module,
    x: Tensor,
    of: Literal["h", "c", "state"] = "h",
    loss: Tensor | Callable[[Tensor], Tensor] | None = None,
    *,
    state: Tensor | tuple[Tensor, ...] | None = None,
    layer: int | None = None,
    batch: int = 0,
    last: int | None = None,
    every: int = 1,
    run: Run | None = None,
) -> Signal:
    """log10 of ||dL_t / d(of)_k|| for all pairs of steps, ("loss_time", "time"): row t, column k, NaN for k > t.

    ``of``: "h" or "c" for the total derivative by that state, as in ``backpropagate``; "state" for the cut state, all
    states of the cell between two steps as one vector. An exact zero is -inf. Entries hold from 1e-4000 to 1e4000 and
    beyond, for each loss carries a power of two of its own.

    ``loss``: what the loss of step t is. None: L_t = sum of h_t over units / sqrt(H), a push of length 1 along all
    units alike, so that the diagonal of "h" is log10 1 = 0 and every entry is a factor. A tensor (H,) or (T, H):
    dL_t/dh_t itself. A function of what the readout makes of every step, (T, O), or of the top states (T, D·H) where
    there is no readout, that gives T numbers, the t-th from row t alone: ``lambda y: y.log_softmax(-1)[:, 3]``.

    ``layer``: the top one unless given; losses at a lower layer start from that layer's own h_t. The forward direction,
    and what passes through this layer's own recurrence: in a network of one direction that is everything. A network
    that reads from the end reaches the steps after the loss: NaN for k < t. ``batch``: which sequence; packed ones may
    differ in length. ``model``, ``x``, ``state``: as in ``record``, whose errors it raises; ValueError also for a state
    or layer that is not there, or a loss of the wrong shape.

    ``last``, ``every``: of the last so many losses that are read, each ``every``-th, counted back from the last one;
    these rows of the full result, with all columns: ("loss_time", "time") of fewer rows. ValueError, before any work,
    for a result of more than ``rnnviz.budget.BYTES``. ``run``: what ``follow`` makes of the model, x and state, where
    it is known already.

    Method: one lane per loss. Lane t joins the sweep back through time at step t, and at each step all lanes that have
    joined are multiplied by that step's Jacobian, in one matrix product.
    """
    x, state, batch = sequence_of(model, x, state, batch)
    length = len(accept(model, x, state)[1])
    rows = chosen(length, last, every)
    what = f"a gradient_matrix of {len(rows):,} losses by {length:,} steps"
    refuse_beyond(2 * 8 * len(rows) * length, what, "take the last n losses with last=n or each n-th with every=n")
    with torch.inference_mode(False):
        run = run or follow(model, x, state)
        steps = run.first_steps(layer)
        names = steps.cell.state
        if of not in (*names, "state"):
            raise ValueError(f"{steps.cell.name} has no state {of!r}; it has {', '.join(names)}, or 'state' for all")
        pushes = flipped(steps, _pushes(run, steps, loss, batch))
        values = lane_sizes(steps.sequence(batch), pushes[torch.from_numpy(rows)], of, rows)
    if steps.direction == "backward":
        values = np.ascontiguousarray(values[::-1, ::-1])
    symbol = rf"\partial L_t / \partial {'S' if of == 'state' else of}_k"
    return norm_signal(of, ("loss_time", "time"), values, symbol, steps.direction)


def _pushes(run: Run, steps: Steps, loss: Tensor | Callable[[Tensor], Tensor] | None, batch: int) -> Tensor:
    """dL_t/dh_t of every step, (T, H), in sequence order."""
    length, units = len(steps.x), steps.cell.hidden_size
    if loss is None:
        return torch.full((length, units), units**-0.5, dtype=torch.float64)
    if isinstance(loss, Tensor):
        if tuple(loss.shape) not in ((units,), (length, units)):
            raise ValueError(f"dL_t/dh_t has shape {tuple(loss.shape)}; give ({units},) or ({length}, {units})")
        return loss.detach().double().expand(length, units)
    refuse_unless_function(loss)
    if steps.layer != len(run.layers) - 1:
        raise ValueError("a loss that is a function reads the top layer; for a lower one give dL_t/dh_t as a tensor")
    if run.network.readout is not None and run.network.bidirectional and run.network.read_at == "last":
        raise ValueError("a bidirectional network that is read at its last step gives one answer, not one per step")
    with torch.enable_grad():
        output = run.output[:, batch].clone().requires_grad_()
        y = output if run.network.readout is None else run.network.readout(output)
        values = loss(y.to(run.dtype))
        if not isinstance(values, Tensor) or tuple(values.shape) != (length,) or not values.requires_grad:
            raise ValueError(f"the loss must give {length} numbers, one for each step, that depend on the output")
        (pushes,) = torch.autograd.grad(values.sum(), output, allow_unused=True, materialize_grads=True)
    return pushes[:, :units]


@torch.no_grad()
def lane_sizes(steps: Steps, pushes: Tensor, of: str, rows: np.ndarray | None = None) -> np.ndarray:
    """log10 of ||dL_t / d(of)_k||, row t, column k, NaN for k > t; ``pushes``: dL_t/dh_t (T, H). In reading order.

    ``rows``: which t there are, ascending, with their ``pushes``; all unless given.
    """
    linear, names = linearise(steps), steps.cell.state
    length, count = len(steps.x), len(pushes)
    rows = np.arange(length) if rows is None else rows
    # Two sets of lanes (N, H) per state, one that a step reads and one that it writes. Those from ``first_lane``
    # on, whose loss is at this step or a later one, have joined.
    lanes, spare = (
        {name: torch.zeros(count, steps.cell.width(name), dtype=torch.float64) for name in names} for _ in range(2)
    )
    exponents = torch.zeros(count, dtype=torch.float64)
    pushes = pushes.clone()
    _rescale({"h": pushes}, exponents)  # a push of 1e200 has no norm either
    sizes = torch.full((length, count), torch.nan, dtype=torch.float64)  # (time, loss_time): a step fills a row
    blocks: Blocks = {}
    first_lane = count
    for t in reversed(range(rows[-1] + 1)):
        first = t - t % AT_ONCE
        if t == rows[-1] or t % AT_ONCE == AT_ONCE - 1:
            blocks = {key: block[:, 0] for key, block in linear.blocks(first, t + 1).items()}
            within = linear.within(first, t + 1) if of != "state" else {}
            within = {to: block[:, 0] for (to, name), block in within.items() if name == of}
        if first_lane and rows[first_lane - 1] == t:
            first_lane -= 1
            lanes["h"][first_lane] = pushes[first_lane]
        joined = {name: value[first_lane:] for name, value in lanes.items()}
        size = _sizes(joined, {name: block[t - first] for name, block in within.items()}, of)
        sizes[t, first_lane:] = size.log10().add_(exponents[first_lane:], alpha=LOG2)
        if t == 0:
            break
        if t == first or bool((size.amax() > LARGEST) | (torch.where(size == 0, 1, size).amin() < SMALLEST)):
            _rescale(joined, exponents[first_lane:])
        for name in names:
            _pull(
                joined,
                {to: blocks[to, name][t - first] for to in names if (to, name) in blocks},
                spare[name][first_lane:],
            )
        lanes, spare = spare, lanes
    return np.ascontiguousarray(sizes.numpy().T)


def _sizes(joined: dict[str, Tensor], within: dict[str, Tensor], of: str) -> Tensor:
    """The norm of each lane (n,): of the cut state, or of one state with what passes through others within the step."""
    if of == "state":
        norms = [torch.linalg.vector_norm(value, dim=1) for value in joined.values()]
        return norms[0] if len(norms) == 1 else torch.linalg.vector_norm(torch.stack(norms), dim=0)
    value = joined[of]
    for to, block in within.items():
        value = _add(value, joined[to], block)
    return torch.linalg.vector_norm(value, dim=1)


def _add(value: Tensor, lanes: Tensor, block: Tensor) -> Tensor:
    return torch.addcmul(value, lanes, block) if block.ndim == 1 else torch.addmm(value, lanes, block)


def _pull(joined: dict[str, Tensor], blocks: dict[str, Tensor], out: Tensor) -> None:
    """out = sum over states of lanes @ d state_t / d before, where a block (H,) stands for a diagonal one."""
    (to, block), *others = blocks.items()
    multiply = torch.mul if block.ndim == 1 else torch.mm
    multiply(joined[to], block, out=out)
    for to, block in others:
        add = out.addcmul_ if block.ndim == 1 else out.addmm_
        add(joined[to], block)


def _rescale(joined: dict[str, Tensor], exponents: Tensor) -> None:
    """Bring every lane's largest entry to 1/2 ... 1, in place; an exact zero, an infinite one and NaN stay."""
    largest = torch.stack([value.abs().amax(1) for value in joined.values()]).amax(0)
    exponent = exponent_of(largest)
    down = power_of_two(-exponent)[:, None]
    for value in joined.values():
        value.mul_(down)
    exponents.add_(exponent)
