"""departures(model, x, found): how a state leaves each saddle, and so which states the saddle lies between."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.dynamics.fixed_points import FixedPoints
from rnnviz.dynamics.stepping import Step
from rnnviz.trace import Signal

PUSH = 0.01  # how far from the saddle a way begins


class Departures(NamedTuple):
    """``ways``: ("time", "way", "unit"), cut states, the saddle itself first; two after another leave one saddle.
    ``saddles``: ("way",), the place of each one's saddle among the points."""

    ways: Signal
    saddles: Signal


@torch.inference_mode(False)
@torch.no_grad()
def departures(model: nn.Module, x: Tensor, found: FixedPoints, *, steps: int = 100) -> Departures:
    """From each point with one unstable direction, a small push along it to either side, then ``steps`` steps.

    ``model`` and ``x``: those of ``fixed_points``, which gave ``found``. In a network that keeps its memory in stable
    points, such a saddle is the pass between two of them, and its two ways end there.
    """
    step = Step(model)
    x = step.still(x)
    saddles = np.flatnonzero(found.unstable.values == 1)
    points = torch.tensor(found.points.values[saddles], dtype=torch.float64)
    # A single direction outside the unit circle is real: a complex one would bring its conjugate.
    values, vectors = torch.linalg.eig(step.jacobian(x, points))
    fastest = values.abs().argmax(1)
    unstable = vectors[torch.arange(len(points)), :, fastest].real
    # An eigenvector has no sign of its own; fixed here, so that the two ways do not change places from run to run.
    unstable = unstable * torch.gather(unstable, 1, unstable.abs().argmax(1, keepdim=True)).sign()
    unstable = PUSH * unstable / torch.linalg.vector_norm(unstable, dim=1, keepdim=True)
    starts = torch.stack([points + unstable, points - unstable], 1).flatten(0, 1)
    followed = step.follow(x.expand(steps, len(starts), -1), starts)
    ways = torch.cat([points.repeat_interleave(2, 0)[None], starts[None], followed])
    return Departures(
        Signal("S", ("time", "way", "unit"), ways.numpy(), "S_t"), Signal("saddle", ("way",), saddles.repeat(2))
    )
