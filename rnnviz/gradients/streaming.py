"""Jacobians of a run a few steps at a time: what a long run of a large network would ask for at once is too much."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from rnnviz.accepting import sequence_of
from rnnviz.cells.coordinates import count
from rnnviz.gradients.following import Run, follow
from rnnviz.gradients.jacobians import fill, jacobian_signal
from rnnviz.trace import Signal

# Parts of so many numbers, 2 MB, but of a few steps at least and of no more than keep a visitor waiting. Who works on a
# part holds several copies of it, and memory that a thread once asked for mostly stays with the process.
NUMBERS, FEWEST, MOST = 2**18, 4, 64


def jacobian_blocks(
    model: nn.Module,
    x: Tensor,
    *,
    state: Tensor | tuple[Tensor, ...] | None = None,
    layer: int | None = None,
    batch: int = 0,
    at_once: int | None = None,
    run: Run | None = None,
) -> Iterator[Signal]:
    """``step_jacobians`` in parts of ``at_once`` steps, as many as make 2 MB unless given, in reading order.

    For those who make something small of each part, ``singular_values`` or ``LyapunovSum.add``, and let it go before
    they ask for the next: then at_once (S H)^2 numbers are held instead of T (S H)^2. Arguments and errors as of
    ``step_jacobians``; an error is raised when the first part is asked for. ``run``: what ``follow`` makes of the
    model, x and state, where it is known already.
    """
    x, state, batch = sequence_of(model, x, state, batch)
    with torch.no_grad(), torch.inference_mode(False):
        steps = (run or follow(model, x, state)).first_steps(layer).sequence(batch)
    length, size = len(steps.x), sum(count(steps.cell, name) for name in steps.cell.state)
    at_once = at_once or min(max(NUMBERS // size**2, FEWEST), MOST)
    for first in range(0, length, at_once):
        # Entered anew for each part: between two of them other code runs in this thread.
        with torch.no_grad(), torch.inference_mode(False):
            part = torch.zeros(min(at_once, length - first), size, size, dtype=torch.float64)
            fill(part, steps, first)
        yield jacobian_signal(steps, part)
