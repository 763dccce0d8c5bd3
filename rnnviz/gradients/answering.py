"""answer_gradients(network, x): how each step's answer hangs on every step, and through which direction it does."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.accepting import accept, sequence_of
from rnnviz.budget import chosen, refuse_beyond
from rnnviz.cells import ExactSlopes
from rnnviz.cells.coordinates import count, told
from rnnviz.gradients.following import Run, Steps, follow
from rnnviz.gradients.linear import Blocks
from rnnviz.gradients.matrix import lane_sizes
from rnnviz.gradients.sizes import norm_signal
from rnnviz.gradients.sweeping import flipped
from rnnviz.network import Network
from rnnviz.trace import Direction, Signal

# So many numbers of one layer's gradients are held at a time, 64 MB, and Jacobians formed for so many steps.
NUMBERS, STEPS = 2**23, 16
AXES = ("answer_time", "time")
ARROWS: dict[Direction, str] = {"forward": r"\overrightarrow{h}_k", "backward": r"\overleftarrow{h}_k"}


class AnswerGradients(NamedTuple):
    """What ``answer_gradients`` returns; every Signal ("answer_time", "time"), row t, column k, score_t a number.

    ``states``: for each direction of the top layer, log10 of ||d score_t / d h_k||, the total derivative by its own
    state; NaN where that state comes after the answer in its reading order: k > t forward, k < t backward.
    ``inputs``: ||d score_t / d x_k||, the plain size of what passes through that direction of the top layer.
    ``total``: the same through both; as the two add up as vectors, it is no larger than the sum of their sizes.
    """

    states: dict[Direction, Signal]
    inputs: dict[Direction, Signal]
    total: Signal


def answer_gradients(
    model: Network, x: Tensor, of: Sequence[int] | None = None, *, batch: int = 0, last: int | None = None
) -> AnswerGradients:
    """For the answer at every step: which states, and which words, it hangs on, through either direction.

    ``model``: a Network with a readout at "every" step. ``x``: as in ``record``; ``x_k`` is the embedded input.
    ``of``: the class of each step whose score (logit) is differentiated, by default the one that leads there.
    ``batch``: which sequence; packed ones may differ in length. ``last``: only the answers at the last so many steps,
    which are these rows of the full result. Exact, in float64 along the network's own trajectory.

    What the network cannot know is exactly 0 in ``inputs`` and ``total``: a future step for a network of one
    direction; for one layer of two also the other side's steps. In deeper ones each direction of the top layer reads
    states that have seen the whole sequence. Sizes of ``inputs`` end as 0 or inf where float64 ends; those of
    ``states`` do not.

    Raises the errors of ``record`` for its input; ValueError for a network without a readout at every step, for
    a class that is not there or not one class per step, for a sequence that is not in the batch, and for more than
    ``rnnviz.budget.BYTES``.

    Method: one lane per answer, carried back side by side through the one trajectory, layer below layer.
    """
    x, _, batch = sequence_of(model, x, None, batch)
    network, accepted, _ = accept(model, x)
    if not isinstance(network.readout, torch.nn.Linear) or network.read_at != "every":
        raise ValueError("answers at every step need a network with readout='every' and an output_size")
    length = len(accepted)
    rows = chosen(length, last)
    what = f"the gradients of {len(rows):,} answers by {length:,} steps"
    refuse_beyond(8 * 4 * len(network.directions) * len(rows) * length, what, "take the last n answers with last=n")
    with torch.inference_mode(False):
        run = follow(model, x)
        layers = [[steps.sequence(batch) for steps in sides] for sides in run.layers]
        top, pushes = layers[-1], _pushes(run, of, batch)
        states: dict[Direction, Signal] = {}
        for steps, push in zip(top, pushes, strict=True):
            read = rows if steps.direction == "forward" else length - 1 - rows[::-1]
            shown = steps.cell.output
            sizes = lane_sizes(steps, flipped(steps, push)[torch.from_numpy(read.copy())], shown, read)
            values = sizes if steps.direction == "forward" else np.ascontiguousarray(sizes[::-1, ::-1])
            by = ARROWS[steps.direction] if run.network.bidirectional else "h_k"
            states[steps.direction] = norm_signal(shown, AXES, values, _symbol(by), steps.direction)
        *sides, total = (_sizes(sizes) for sizes in _by_input(layers, pushes, int(rows[0])))
    inputs = {steps.direction: side for steps, side in zip(top, sides, strict=True)}
    return AnswerGradients(states, inputs, total)


def _pushes(run: Run, of: Sequence[int] | None, batch: int) -> tuple[Tensor, ...]:
    """d score_t / d h_t of every step for each direction of the top layer, (T, H) in sequence order."""
    with torch.enable_grad():
        states = run.output[:, batch].clone().requires_grad_()
        scores = run.network.scores(states)
    length, classes = scores.shape
    chosen = scores.detach().argmax(-1).numpy() if of is None else np.asarray(of)
    if chosen.shape != (length,) or chosen.dtype.kind not in "iu" or not 0 <= chosen.min() <= chosen.max() < classes:
        raise ValueError(f"of must name one class, 0 to {classes - 1}, for each of the {length} steps; got {of!r}")
    (pushes,) = torch.autograd.grad(scores[torch.arange(length), torch.from_numpy(chosen)].sum(), states)
    return pushes.split(run.network.hidden_size, -1)


@torch.no_grad()
def _by_input(layers: list[list[Steps]], pushes: Sequence[Tensor], start: int) -> list[Tensor]:
    """||d score_t / d x_k|| through each direction of the top layer and through all, (k, t), t from ``start`` on."""
    top, alone, length = layers[-1], len(layers[-1]) == 1, len(pushes[0])
    sizes = [_zeros(length, length - start) for _ in range(len(top) + 1)]
    widest = max(steps.x.shape[-1] + steps.cell.hidden_size for sides in layers for steps in sides)
    at_once = max(STEPS, NUMBERS // (length * widest * len(top)))
    for first in range(start, length, at_once):
        lanes = slice(first, min(first + at_once, length))
        own, count = torch.arange(length)[lanes], lanes.stop - first
        by_x = _zeros(length, count * len(top), top[0].x.shape[-1])
        for steps, push, out in zip(top, pushes, by_x.chunk(len(top), 1), strict=True):
            arriving = _zeros(length, count, push.shape[1])
            arriving[own, torch.arange(count)] = push[lanes]
            _pass(steps, arriving, out, first)
        for sides in reversed(layers[:-1]):
            arriving = by_x.split(sides[0].cell.hidden_size, -1)
            by_x = _zeros(length, count * len(top), sides[0].x.shape[-1])
            for steps, half in zip(sides, arriving, strict=True):
                # In two directions, what lies below the top layer has read what comes before and what comes after.
                _pass(steps, half.contiguous(), by_x, first if alone else None)
        through = by_x.chunk(len(top), 1)
        for size, gradient in zip(sizes, [*through, sum(through)], strict=True):
            size[:, first - start : lanes.stop - start] = torch.linalg.vector_norm(gradient, dim=-1)
    return sizes


def _pass(steps: Steps, arriving: Tensor, out: Tensor, first: int | None) -> None:
    """Add to ``out``, d / d x_k (T, lanes, I), what comes of that which arrives at each h_k, (T, lanes, H).

    All in sequence order. ``first``: lane j hangs on nothing that is read after step ``first + j``, and joins there;
    None: each lane may hang on every step. ``arriving`` is overwritten.
    """
    linear, length = steps.linear, len(arriving)
    forward = steps.direction == "forward"
    order = range(length) if forward else range(length - 1, -1, -1)
    cell = steps.cell
    others = {name: _zeros(length, arriving.shape[1], count(cell, name)) for name in told(cell)}
    reaching = others | {cell.output: arriving}
    formed = cell.not_a_vector(cell.state) is None  # a matrix has too large a Jacobian
    by_x = _by_what_is_read(steps) if formed else {}
    blocks: Blocks = {}
    for k in reversed(range(length)):
        if formed and (k == length - 1 or k % STEPS == STEPS - 1):
            start = k - k % STEPS
            blocks = {key: block[:, 0] for key, block in linear.blocks(start, k + 1).items()}
        here, joined = order[k], slice(None)
        if first is not None:
            joined = slice(max(0, here - first), None) if forward else slice(max(0, here - first + 1))
        lanes = {name: value[here, joined] for name, value in reaching.items()}
        for name, block in by_x.items():
            out[here, joined].addmm_(lanes[name], block[k])
        pulled = {} if formed else linear.pull(k, lanes, ("x",))
        if not formed:
            out[here, joined] += pulled.pop("of x")
        if k == 0:
            break
        earlier = {name: value[order[k - 1], joined] for name, value in reaching.items()}
        for name, value in pulled.items():
            earlier[name] += value
        for (to, name), block in blocks.items():
            add = earlier[name].addcmul_ if block.ndim == 2 else earlier[name].addmm_
            add(lanes[to], block[k - start])


@torch.enable_grad()
def _by_what_is_read(steps: Steps) -> dict[str, Tensor]:
    """{state: d state_k / d x_k within a step}, (T, units of that state, I), in reading order."""
    cell, previous = steps.cell, {name: value[:, 0] for name, value in steps.previous.items()}
    units, x = cell.hidden_size, steps.x[:, 0].clone()
    if cell.slopes(x, previous, cell(x, previous)) is None:
        with ExactSlopes():
            step, jacobians = cell(x.requires_grad_(), previous), {}
        for name in told(cell):
            rows = torch.eye(cell.width(name), dtype=torch.float64)[:, None].expand(-1, len(x), -1)
            (block,) = torch.autograd.grad(step[name], x, rows, True, is_grads_batched=True)
            jacobians[name] = block.transpose(0, 1)
        return jacobians
    # What surrounds the matrices works unit by unit, so that one pass gives the factors of all rows of W_ih.
    opened = copy.copy(cell)
    opened.input_part = lambda a: a
    a = cell.input_part(x).detach().requires_grad_()
    with ExactSlopes():
        step, jacobians = opened(a, previous), {}
    for name in cell.state:
        (factors,) = torch.autograd.grad(step[name].sum(), a, retain_graph=True)
        factors, matrices = factors.unflatten(-1, (-1, units)), cell.weight_ih.unflatten(0, (-1, units))
        jacobians[name] = torch.einsum("tgh,ghi->thi", factors, matrices)
    return jacobians


def _zeros(*shape: int) -> Tensor:
    return torch.zeros(shape, dtype=torch.float64)


def _sizes(values: Tensor) -> Signal:
    return Signal("x", AXES, np.ascontiguousarray(values.T.numpy()), rf"\| {_symbol('x_k')} \|", kind="gradient")


def _symbol(of: str) -> str:
    return rf"\partial\,\mathrm{{score}}_t / \partial {of}"
