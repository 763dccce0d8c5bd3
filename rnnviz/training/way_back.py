"""How large the gradient of a task's loss is at every step of every layer, on the way back through a batch."""

from __future__ import annotations

import math

import numpy as np
import torch

from rnnviz.gradients.backpropagation import state_curve
from rnnviz.gradients.following import Run, follow
from rnnviz.gradients.sizes import norm_signal
from rnnviz.gradients.sweeping import arriving_from, layers_down
from rnnviz.network import Network
from rnnviz.tasks import Batch, Task
from rnnviz.trace import Direction, Signal


def gradient_sizes(network: Network, batch: Batch, task: Task) -> dict[tuple[int, Direction], Signal]:
    """log10 of ||dL/dS_t||, ("time",), by layer, from the top down, and direction. L: the task's mean loss over the
    batch; the norm is over all sequences and units of the cut state (``rnnviz.gradients``).

    float64 along the network's own path, beyond what float64 holds. ValueError for states that are no vectors.
    """
    with torch.inference_mode(False):
        return sizes_along(follow(network, batch.x), network, batch, task)


def sizes_along(run: Run, network: Network, batch: Batch, task: Task) -> dict[tuple[int, Direction], Signal]:
    """The same of a network that was followed through the batch."""
    with torch.inference_mode(False), np.errstate(all="ignore"):
        arriving, _ = arriving_from(run, network, lambda y: task.loss(y, batch.y), unbatched=False)
        sizes = {}
        for layer in layers_down(run, arriving):
            for reached in layer:
                curve = state_curve(reached)
                # The root of the sum of squares over the batch; of the logarithms, so that none overflows.
                values = np.logaddexp.reduce(2 * math.log(10) * curve.values, axis=1) / (2 * math.log(10))
                side = reached.steps.direction
                sizes[reached.steps.layer, side] = norm_signal("dL/dS", ("time",), values, "dL/dS_t", side)
    return sizes
