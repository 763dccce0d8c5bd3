"""A network as what moves its state: one step of the whole network, as a map of the cut state onto itself."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept, as_numbers
from rnnviz.cells import ExactSlopes, State
from rnnviz.cells.coordinates import all_shaped, count, flat
from rnnviz.torch_modules import as_network
from rnnviz.trace import Signal


class Step:
    """One step of a network: (x_t, S_{t-1}) -> S_t, in float64, differentiable.

    S is the cut state, one row of ``size`` real numbers: the states of the lowest layer (h, then c where there is one;
    a matrix row after row, a complex number as its two parts), then those of the next. Within a step each layer reads
    the new output of the one below.

    ``model``: a Network, or a torch.nn.RNN, LSTM or GRU; ValueError for one that also, or only, reads
    backward, since that half has no step that follows another in time.
    """

    def __init__(self, model: nn.Module) -> None:
        network = as_network(model)
        if "backward" in network.directions:
            raise ValueError("a network that reads backward has no one state that moves; take one that reads forward")
        # A copy: the steps are differentiated by the state alone, and must not leave gradients in the model.
        self.network = copy.deepcopy(network).double().requires_grad_(False)
        self.cells = [cells[0] for cells in self.network.layers]
        self.widths = [(index, name, count(cell, name)) for index, cell in enumerate(self.cells) for name in cell.state]
        self.size = sum(width for *_, width in self.widths)

    def __call__(self, x_t: Tensor, states: Tensor) -> Tensor:
        """``x_t``: (..., I), embedded; ``states``: (..., S). Returns the next states (..., S)."""
        parts = self.split(states)
        moved = []
        for cell, state in zip(self.cells, parts, strict=True):
            step = cell(x_t, state)
            x_t = step[cell.output]
            moved += [flat(cell, name, step[name]) for name in state]
        return torch.cat(moved, -1)

    def split(self, states: Tensor) -> list[State]:
        """The states (..., S) of each layer by name, ``(..., *shape)`` each."""
        parts: list[State] = [{} for _ in self.cells]
        pieces = states.split([width for *_, width in self.widths], -1)
        for (index, name, _), piece in zip(self.widths, pieces, strict=True):
            parts[index][name] = piece
        return [all_shaped(cell, part) for cell, part in zip(self.cells, parts, strict=True)]

    def start(self, batch: int) -> Tensor:
        """The state before the first step, the network's own where it has one, else zeros: (batch, S)."""
        x = torch.empty(1, batch, 0)  # of which only the batch counts
        states = [self.network.initial_state(None, index, 0, x) for index in range(len(self.cells))]
        each = zip(self.cells, states, strict=True)
        return torch.cat([flat(cell, name, value) for cell, state in each for name, value in state.items()], -1)

    def embed(self, x: Tensor) -> Tensor:
        """The input as the lowest layer reads it, in float64."""
        return self.network.embed(x if self.network.embedding is not None else x.double())

    def still(self, x: Tensor) -> Tensor:
        """An input that stays, (I,) or one token id, as the lowest layer reads it; ValueError for another shape."""
        tokens, size = self.network.embedding is not None, self.network.input_size
        x = as_numbers("x", x, "that is one token id" if tokens else f"({size},)")
        if x.shape != (() if tokens else (size,)):
            wanted = "one token id, not of shape" if tokens else f"of shape ({size},), not"
            raise ValueError(f"the input that stays must be {wanted} {tuple(x.shape)}")
        _, x, _ = accept(self.network, x[None, None] if tokens else x.double()[None, None])
        return self.embed(x)[0, 0].clone()

    def follow(self, x: Tensor, states: Tensor) -> Tensor:
        """All states after each step of embedded ``x`` (T, B, I) from ``states`` (B, S): (T, B, S)."""
        path = []
        for x_t in x:
            states = self(x_t, states)
            path.append(states)
        return torch.stack(path)

    def jacobian(self, x_t: Tensor, states: Tensor) -> Tensor:
        """dS_t / dS_{t-1} at each of ``states`` (N, S) for embedded ``x_t`` (I,): (N, S, S), rows the new state."""
        with torch.enable_grad():
            states = states.detach().requires_grad_()
            with ExactSlopes():
                moved = self(x_t.expand(len(states), -1), states)
            # The rows are independent, so one backward pass gives row i of every Jacobian at once.
            rows = [torch.autograd.grad(column.sum(), states, retain_graph=True)[0] for column in moved.unbind(1)]
        return torch.stack(rows, 1)


@torch.no_grad()
def visited_states(model: nn.Module, x: Tensor) -> Signal:
    """The cut states that ``x`` leads the network through, from its own start, ("time", "batch", "unit"), float64.

    ``model`` and ``x`` as in ``record``; ValueError for a network that reads both ways.
    """
    network, x, _ = accept(model, x)
    step = Step(network)
    path = step.follow(step.embed(x), step.start(x.shape[1]))
    return Signal("S", ("time", "batch", "unit"), path.numpy(), "S_t")
