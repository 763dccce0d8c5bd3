"""How far a network's equations, as they are shown, are from the torch.nn module with the same weights."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnviz.network import Network, unroll

MODULES = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


class Match(NamedTuple):
    """``module``: the name of the torch module. ``apart``: the largest difference of any state of any step and unit."""

    module: str
    apart: float


@torch.no_grad()
def match(network: Network, x: Tensor) -> Match | None:
    """Step every layer by its cell's equations through ``x``, token ids (T, B) or vectors (T, B, I), and compare the
    top layer's states with what the torch module returns. None for a cell that torch.nn does not have."""
    module = torch_module(network)
    if module is None:
        return None
    read = network.embed(x)
    backward = network.directions == ("backward",)
    rows = [network.initial_state(None, layer, side, read) for layer, side in _places(network)]
    start = tuple(torch.stack([row[name] for row in rows]) for name in network.layers[0][0].state)
    own, _last = module(read.flip(0) if backward else read, start if len(start) > 1 else start[0])
    shown = read
    for layer, cells in enumerate(network.layers):
        sides = zip(cells, rows[layer * len(cells) :], network.directions, strict=False)
        shown = torch.cat([unroll(cell, shown, row, side == "backward")["h"] for cell, row, side in sides], -1)
    return Match(f"torch.nn.{type(module).__name__}", float((shown - (own.flip(0) if backward else own)).abs().max()))


def torch_module(network: Network) -> nn.RNNBase | None:
    """A torch module with a copy of the network's recurrent weights, in eval mode; None where torch.nn has none."""
    kind, own = MODULES.get(network.cell), network.structure
    activation = own.get("nonlinearity", "tanh")
    if kind is None or (kind is nn.RNN and activation not in ("tanh", "relu")):
        return None
    sizes = network.input_size, network.hidden_size, network.num_layers
    told = {"nonlinearity": activation} if kind is nn.RNN else {}
    module = kind(*sizes, bias=own["bias"], bidirectional=network.bidirectional, **told)
    weights = {
        f"{name}_l{layer}{'_reverse' * side}": value
        for layer, side in _places(network)
        for name, value in network.layers[layer][side].named_parameters()
    }
    module.to(next(network.parameters()).dtype).load_state_dict(weights)
    return module.eval()


def _places(network: Network) -> list[tuple[int, int]]:
    """Each layer and side, in torch's order."""
    return [(layer, side) for layer, cells in enumerate(network.layers) for side in range(len(cells))]
