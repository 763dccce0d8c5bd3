"""The reference: each cell's equations written out once more, unrolled step by step, every number a node of one graph.

Nothing here is the project's own but the weights. ``derivative`` asks autograd for whatever the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.cells import Cell
from rnnviz.network import Network

F = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "identity": lambda a: 1 * a}
Quantities = dict[str, Tensor]


def rnn(cell: Cell, x: Tensor, h: Tensor, c: Tensor | None) -> Quantities:
    return {"h": F[cell.nonlinearity](x @ cell.weight_ih.T + h @ cell.weight_hh.T + biases(cell, 0))}


def lstm(cell: Cell, x: Tensor, h: Tensor, c: Tensor) -> Quantities:
    def row(k: int) -> Tensor:
        rows = slice(k * cell.hidden_size, (k + 1) * cell.hidden_size)
        return x @ cell.weight_ih[rows].T + h @ cell.weight_hh[rows].T + biases(cell, k)

    i, f, g, o = torch.sigmoid(row(0)), torch.sigmoid(row(1)), torch.tanh(row(2)), torch.sigmoid(row(3))
    c = f * c + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * torch.tanh(c)}


def gru(cell: Cell, x: Tensor, h: Tensor, c: Tensor | None) -> Quantities:
    size = cell.hidden_size
    rows = [slice(k * size, (k + 1) * size) for k in range(3)]
    bias_ih, bias_hh = (0, 0) if cell.bias_ih is None else (cell.bias_ih, cell.bias_hh)
    from_x, from_h = x @ cell.weight_ih.T + bias_ih, h @ cell.weight_hh.T + bias_hh
    r, z = (torch.sigmoid(from_x[:, rows[k]] + from_h[:, rows[k]]) for k in range(2))
    n = torch.tanh(from_x[:, rows[2]] + r * from_h[:, rows[2]])
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * h}


def biases(cell: Cell, block: int) -> Tensor | int:
    rows = slice(block * cell.hidden_size, (block + 1) * cell.hidden_size)
    return 0 if cell.bias_ih is None else cell.bias_ih[rows] + cell.bias_hh[rows]


STEP = {"RNN": rnn, "LSTM": lstm, "GRU": gru}


class Unrolled(NamedTuple):
    """``steps``: {(layer, direction): a dict of quantities per position}. ``starts``: each direction's first state."""

    x: list[Tensor]
    steps: dict[tuple[int, str], list[Quantities]]
    starts: dict[tuple[int, str], Quantities]
    output: Tensor
    y: Tensor


def unroll(network: Network, x: Tensor, state: tuple[Tensor, ...] | None = None, *, cut: str | None = None) -> Unrolled:
    """``x``: (T, B, I). ``cut``: a state through which nothing flows from one step to the next."""
    inputs = [x_t.detach().clone().requires_grad_() for x_t in x]
    below, steps, starts = inputs, {}, {}
    for layer, cells in enumerate(network.layers):
        sides = []
        for d, cell in enumerate(cells):
            key = layer, ("forward", "backward")[d]
            row = layer * len(cells) + d
            zeros = x.new_zeros(x.shape[1], network.hidden_size)
            starts[key] = {
                name: (zeros if state is None else state[k][row]).detach().clone().requires_grad_()
                for k, name in enumerate(cell.state)
            }
            now, taken = dict(starts[key]), {}
            for t in reversed(range(len(x))) if d else range(len(x)):
                taken[t] = STEP[cell.name](cell, below[t], now["h"], now.get("c"))
                now = {name: taken[t][name].detach() if name == cut else taken[t][name] for name in cell.state}
            steps[key] = [taken[t] for t in range(len(x))]
            sides.append(steps[key])
        below = [torch.cat([side[t]["h"] for side in sides], -1) for t in range(len(x))]
    output = torch.stack(below)
    return Unrolled(inputs, steps, starts, output, network.read(output))


def derivative(value: Tensor, by: list[Tensor]) -> Tensor:
    """d value / d each of ``by``, stacked; zeros where there is no way."""
    gradients = torch.autograd.grad(value, by, retain_graph=True, allow_unused=True, materialize_grads=True)
    return torch.stack(gradients)


Loss = Callable[[Tensor], Tensor]


def mixed(y: Tensor) -> Tensor:
    """A loss that reads every output at every step, no two alike."""
    weights = torch.linspace(-1, 1, y.numel(), dtype=y.dtype).view_as(y)
    return (torch.sin(y + weights) * weights).sum()
