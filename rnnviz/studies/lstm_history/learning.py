"""Networks of the lineage before and after their training: one size and one task for all.

A network of Jordan has no memory but its own answers so far, so while it learns, its readout is the cell's
output layer.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnnviz.cells import Jordan
from rnnviz.network import Network
from rnnviz.studies.lstm_history.stations import XOR
from rnnviz.subjects.sizes import task

EMBEDDING, UNITS, XOR_UNITS = 7, 16, 8


class OwnAnswer(nn.Module):
    """A readout made of a Jordan cell's own output layer: what it answers is what it hears of itself.

    One output unit is the score of the second of two classes against the first: (..., H) -> (..., O), or (..., 2).
    """

    def __init__(self, cell: Jordan) -> None:
        super().__init__()
        self._cell = (cell,)  # not as a part: these weights are the cell's

    def weights(self) -> tuple[Tensor, Tensor]:
        weight, bias = self._cell[0].weight_hy, self._cell[0].bias_hy
        if len(bias) > 1:
            return weight, bias
        return torch.cat([-weight, weight]) / 2, torch.cat([-bias, bias]) / 2

    def forward(self, h: Tensor) -> Tensor:
        return F.linear(h, *self.weights())


def fresh(task_name: str, cell: str, seed: int) -> Network:
    """The network before its training. That of Jordan answers with its own output units; ``plain`` undoes it."""
    learnt = task(task_name)
    answers = learnt.output_size
    options = {"outputs": 1 if answers == 2 else answers} if cell == Jordan.name else {}
    network = Network(
        cell,
        EMBEDDING,
        XOR_UNITS if task_name == XOR else UNITS,
        vocabulary_size=learnt.input_size,
        output_size=answers,
        readout="every",
        generator=torch.Generator().manual_seed(seed),
        **options,
    )
    if cell == Jordan.name:
        network.readout = OwnAnswer(network.layers[0][0])
    return network


@torch.no_grad()
def plain(network: Network) -> Network:
    """``network`` with a readout of its own that answers the same, as files hold it."""
    if isinstance(network.readout, OwnAnswer):
        weight, bias = network.readout.weights()
        network.readout = nn.Linear(weight.shape[1], len(bias))
        network.readout.weight.copy_(weight)
        network.readout.bias.copy_(bias)
    return network
