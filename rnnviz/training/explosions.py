"""Where a run of training left the numbers that a computer has: at which update, and at which time step."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network, unroll
from rnnviz.refusals import Refused
from rnnviz.tasks import Batch, Task
from rnnviz.training.way_back import encoder_of, gradient_sizes


class Explosion(NamedTuple):
    """``update``: the one that could not be made, from 1; the weights are those before it. ``step``: the time step,
    from 1, from which on states are not finite, whose answer has a loss that is not, or where the gradient on its way
    back passes the largest number."""

    update: int
    step: int
    part: Literal["state", "answer", "gradient"]

    @property
    def reason(self) -> Refused:
        """The sentence that says so. It is not raised: what was learnt until then is there."""
        values = {"update": f"{self.update:,}", "step": self.step}
        if self.part == "state":
            return Refused(
                "Training stopped at update {update}: from time step {step} on the states are not finite. Choose a "
                "smaller learning rate.",
                **values,
            )
        if self.part == "answer":
            return Refused(
                "Training stopped at update {update}: the loss of the answer at time step {step} is not finite. Choose "
                "a smaller learning rate.",
                **values,
            )
        return Refused(
            "Training stopped at update {update}: on its way back the gradient is too large for any number at time "
            "step {step}. Choose a smaller learning rate or truncate the gradient.",
            **values,
        )


@torch.no_grad()
def of_loss(network: Network | EncoderDecoder, batch: Batch, output: Tensor, update: int) -> Explosion:
    """Where the loss of ``output`` on a batch began not to be finite."""
    network = encoder_of(network)
    x = network.embed(batch.x)
    for index, cells in enumerate(network.layers):
        sides = []
        for d, (cell, side) in enumerate(zip(cells, network.directions, strict=True)):
            quantities = unroll(cell, x, network.initial_state(None, index, d, x), side == "backward")
            wrong = sum((~quantities[name].isfinite()).flatten(1).any(1) for name in cell.state).nonzero()
            if len(wrong):
                return Explosion(update, 1 + int(wrong[-1 if side == "backward" else 0]), "state")
            sides.append(quantities[cell.output])
        x = torch.cat(sides, -1)
    if output.ndim == 2:  # one answer, at the end of what is read
        return Explosion(update, 1 if network.directions == ("backward",) else len(x), "answer")
    sizes = output.abs().nan_to_num(math.inf, math.inf).flatten(1).amax(1)
    return Explosion(update, 1 + int(sizes.argmax()), "answer")


def of_gradient(network: Network | EncoderDecoder, task: Task, batch: Batch, update: int) -> Explosion:
    """Where the gradient of a finite loss began not to be finite. Its sizes are followed beyond what torch can hold; of
    an encoder-decoder those in the encoder."""
    limit = np.log10(torch.finfo(next(network.parameters()).dtype).max)
    sizes = gradient_sizes(network, batch, task)
    for (_layer, side), signal in sizes.items():
        beyond = np.flatnonzero(~(signal.values < limit))
        if len(beyond):
            return Explosion(update, 1 + int(beyond[0 if side == "backward" else -1]), "gradient")
    (_layer, side), signal = next(iter(sizes.items()))
    return Explosion(update, 1 + int(signal.values.argmax()), "gradient")  # only the sum over steps is too large
