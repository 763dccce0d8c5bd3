"""What a page tells of one network's way back through time, from a single pass: sizes and lessons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells import Recurrent
from rnnviz.gradients.backpropagation import Loss, curves_of, reached
from rnnviz.gradients.following import Run, follow
from rnnviz.gradients.linear import Factored
from rnnviz.gradients.sizes import log_norms, norm_signal
from rnnviz.gradients.sweeping import Reached
from rnnviz.gradients.weights import SYMBOLS, weight_gradients_by_step
from rnnviz.trace import Signal


class Retraced(NamedTuple):
    """``curves``: as of ``gradient_curves``. ``recurrent``: log10 of each step's contribution to dL/dW_hh, ("time",),
    as in ``weight_gradients_by_step(...).norms["weight_hh"]``; None for a cell without W_hh. ``openness``: the mean
    over steps and units of what the gates keep of the state; NaN for a cell without one."""

    curves: dict[str, Signal]
    recurrent: Signal | None
    openness: float


def retrace(model: nn.Module, x: Tensor, loss: Loss, run: Run | None = None) -> Retraced:
    """Of the top layer's forward direction, or its only one, for one sequence. Arguments and errors as in
    ``backpropagate``; ``run``: what ``follow`` makes of them, where it is known already.

    A step's contribution to dL/dW_hh is the outer product of what reaches the sums that W_hh feeds and of h_{t-1}, so
    that its size is the product of their norms; where a cell gives no ``slopes`` it is formed and measured.
    """
    with torch.inference_mode(False):
        run = run or follow(model, x)
        one = reached(model, x, loss, None, None, run.layers[-1][0].direction, run)
        if one.flow.exponents.shape[1] != 1:
            raise ValueError(f"retrace takes one sequence, not a batch of {one.flow.exponents.shape[1]}")
        return Retraced(curves_of(one), _recurrent(one, model, x, loss), _openness(one))


@torch.no_grad()
def _recurrent(one: Reached, model: nn.Module, x: Tensor, loss: Loss) -> Signal | None:
    linear, direction = one.steps.linear, one.steps.direction
    if not isinstance(one.steps.cell, Recurrent):
        return None
    if not isinstance(linear, Factored):
        return weight_gradients_by_step(model, x, loss, direction=direction).norms["weight_hh"]
    arriving = linear.at_the_sums(one.flow.values)[:, 0]
    with np.errstate(invalid="ignore"):  # nothing arrives and the state has burst: that is no number
        sizes = log_norms(arriving.numpy(), one.flow.exponents[:, 0].numpy())
        sizes = sizes + log_norms(one.steps.previous["h"][:, 0].numpy())
    sizes = sizes[::-1].copy() if direction == "backward" else sizes
    return norm_signal("weight_hh", ("time",), sizes, rf"\partial_t L / \partial {SYMBOLS['weight_hh']}", direction)


def _openness(one: Reached) -> float:
    steps = one.steps
    if steps.cell.keeps is None:
        return float("nan")
    return steps.cell.keeps.kept(steps.quantities).mean().item()
