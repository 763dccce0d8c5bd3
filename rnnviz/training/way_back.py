"""How large the gradient of a task's loss is at every step of every layer, on the way back through a batch."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator

import numpy as np
import torch

from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.gradients.backpropagation import state_curve
from rnnviz.gradients.following import Run, follow
from rnnviz.gradients.sizes import norm_signal
from rnnviz.gradients.sweeping import Reached, arriving_from, flipped, layers_down, sweep
from rnnviz.network import Network
from rnnviz.tasks import Batch, Task
from rnnviz.trace import Direction, Signal


def gradient_sizes(
    network: Network | EncoderDecoder, batch: Batch, task: Task, forced: float = 1.0
) -> dict[tuple[int, Direction], Signal]:
    """log10 of ||dL/dS_t||, ("time",), by layer, from the top down, and direction. L: the task's mean loss over the
    batch; the norm is over all sequences and units of the cut state (``rnnviz.gradients``).

    float64 along the network's own path, beyond what float64 holds. Of an encoder-decoder they are those of its
    encoder, by the loss of its decoder, which is told what it should have written with a chance of ``forced``.
    ValueError for states that are no vectors.
    """
    with torch.inference_mode(False):
        return sizes_along(follow(encoder_of(network), batch.x), network, batch, task, forced)


def encoder_of(network: Network | EncoderDecoder) -> Network:
    """What reads the sequence."""
    return network.encoder if isinstance(network, EncoderDecoder) else network


def sizes_along(
    run: Run, network: Network | EncoderDecoder, batch: Batch, task: Task, forced: float = 1.0
) -> dict[tuple[int, Direction], Signal]:
    """The same of a network that was followed through the batch."""
    with torch.inference_mode(False), np.errstate(all="ignore"):
        sizes = {}
        for reached in _reached(run, network, batch, task, forced):
            curve = state_curve(reached)
            # The root of the sum of squares over the batch; of the logarithms, so that none overflows.
            values = np.logaddexp.reduce(2 * math.log(10) * curve.values, axis=1) / (2 * math.log(10))
            side = reached.steps.direction
            sizes[reached.steps.layer, side] = norm_signal("dL/dS", ("time",), values, "dL/dS_t", side)
    return sizes


def _reached(run: Run, network: Network | EncoderDecoder, batch: Batch, task: Task, forced: float) -> Iterator[Reached]:
    if isinstance(network, EncoderDecoder):
        yield from _from_decoder(run, network, batch, task, forced)
        return
    arriving, _ = arriving_from(run, network, lambda y: task.loss(y, batch.y), unbatched=False)
    for layer in layers_down(run, arriving):
        yield from layer


@torch.enable_grad()
def _from_decoder(run: Run, network: EncoderDecoder, batch: Batch, task: Task, forced: float) -> Iterator[Reached]:
    """Each direction of the encoder. What reaches it from outside: the decoder's first state, where that direction
    ends, and attention at every step."""
    (sides,) = run.layers
    last = {
        name: torch.cat([steps.quantities[name][-1] for steps in sides], -1).requires_grad_()
        for name in sides[0].cell.state
    }
    states = run.output.clone().requires_grad_()
    model = copy.deepcopy(network).double().requires_grad_(False)
    output = model.decode(model.encoded(states, last), batch.y, forced, torch.Generator().manual_seed(0))
    asked = [states, *last.values()]
    found = torch.autograd.grad(task.loss(output, batch.y), asked, allow_unused=True, materialize_grads=True)
    parts = [value.chunk(len(sides), -1) for value in found]
    for steps, own, *ends in zip(sides, *parts, strict=True):
        cell = steps.cell
        arriving = {cell.output: flipped(steps, own).clone()}
        for name, end in zip(last, ends, strict=True):
            arriving.setdefault(name, torch.zeros(len(own), *end.shape, dtype=end.dtype))[-1] += end
        yield Reached(steps, sweep(steps, arriving))
