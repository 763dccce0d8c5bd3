"""Follow a model along its own trajectory, and hold every step still in float64, ready to be differentiated."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.cells import Cell, Held, State
from rnnviz.cells.held import double
from rnnviz.gradients.linear import Factored, Traced, linearise
from rnnviz.holding import Holds, place
from rnnviz.network import Network, unroll
from rnnviz.trace import Direction


@dataclass(frozen=True, eq=False)
class Steps:
    """All steps of one layer in one direction, in the order in which that direction reads them; float64, detached.

    ``cell``: a float64 copy. ``x``: (T, B, I), what each step reads. ``previous``: each state before each step,
    (T, B, *shape). Given these, the steps do not depend on one another, so that all are evaluated at once. ``held``:
    what is held at values from outside, which do not depend on anything.
    """

    cell: Cell
    layer: int
    direction: Direction
    x: Tensor
    previous: State
    held: Held | None = None

    def sequence(self, batch: int) -> Steps:
        """One sequence of the batch; its axis stays."""
        if not -self.x.shape[1] <= batch < self.x.shape[1]:
            raise ValueError(f"there is no sequence {batch} in a batch of {self.x.shape[1]}")
        if self.x.shape[1] == 1:
            return self
        batch %= self.x.shape[1]
        return self._part((slice(None), slice(batch, batch + 1)))

    def last(self, count: int) -> Steps:
        """The last steps that are read. Each starts from the state it has in the whole run."""
        return self._part(slice(-count, None))

    def _part(self, index: object) -> Steps:
        previous = {name: value[index] for name, value in self.previous.items()}
        return replace(self, x=self.x[index], previous=previous, held=self.held and self.held[index])

    @cached_property
    def quantities(self) -> dict[str, Tensor]:
        """What every step computes, (T, B, *shape)."""
        with torch.no_grad(), torch.inference_mode(False):
            return self.cell(self.x, self.previous, self.held)

    @cached_property
    def linear(self) -> Factored | Traced:
        """The derivative of every step, for all who ask."""
        with torch.no_grad(), torch.inference_mode(False):
            return linearise(self)


class Run(NamedTuple):
    """``network``: a float64 copy. ``layers``: Steps by layer and direction. ``output``: the top states (T, B, D·H)."""

    network: Network
    layers: tuple[tuple[Steps, ...], ...]
    output: Tensor
    dtype: torch.dtype

    @property
    def finite(self) -> np.ndarray:
        """Whether each step's top states are, (T, B); in sequence order."""
        return torch.isfinite(self.output).all(-1).numpy()

    def first_steps(self, layer: int | None) -> Steps:
        """The forward direction of a layer, the top one if None; of a network that only reads backward, that one."""
        layer = len(self.layers) - 1 if layer is None else layer
        if not 0 <= layer < len(self.layers):
            raise ValueError(f"there is no layer {layer}; layers are 0 to {len(self.layers) - 1}")
        return self.layers[layer][0]


@torch.no_grad()
def follow(
    model: nn.Module, x: Tensor, state: Tensor | tuple[Tensor, ...] | None = None, hold: Holds | None = None
) -> Run:
    """Run ``model`` with its own kernel in its own precision, as ``record`` does, and take that path in float64.

    A float64 run of its own would leave the trajectory of a chaotic float32 network. Here each step is differentiated
    at the state that the model really had, and only what is derived from it is computed in float64.
    """
    network, x, initial = accept(model, x, state)
    exact = copy.deepcopy(network).double().requires_grad_(False)
    embedded = output = network.embed(x)
    layers = []
    held = place(network, hold, *x.shape[:2])
    for index, (below, output) in enumerate(network.run(embedded, initial, held)):
        sides = []
        for d, cell in enumerate(network.layers[index]):
            start, direction = network.initial_state(initial, index, d, embedded), network.directions[d]
            h = output[..., d * cell.hidden_size : (d + 1) * cell.hidden_size]
            sides.append(
                _steps(cell, exact.layers[index][d], index, direction, below, start, h, held.get((index, direction)))
            )
        layers.append(tuple(sides))
    return Run(exact, tuple(layers), output.double(), output.dtype)


def _steps(
    cell: Cell,
    exact: Cell,
    layer: int,
    direction: Direction,
    x: Tensor,
    start: State,
    h: Tensor,
    held: Held | None,
) -> Steps:
    backward = direction == "backward"
    unrolled = cell.kernel() is None or held is not None
    if unrolled:
        quantities = unroll(cell, x, start, backward, held)
        states = {name: double(quantities[name]) for name in cell.state}
    else:
        states = {"h": h.double()}
    if backward:
        states, x = {name: value.flip(0) for name, value in states.items()}, x.flip(0)
    # clone(): a caller's tensor from inference mode could not become a leaf of a graph.
    x, start = x.double().clone(), {name: double(value) for name, value in start.items()}
    if not unrolled and len(cell.state) > 1:
        states = exact.recover(x, torch.cat([start["h"][None], states["h"][:-1]]), start) | states
    previous = {name: torch.cat([start[name][None], states[name][:-1]]) for name in cell.state}
    held = held and held.double()[torch.arange(len(x)).flip(0) if backward else slice(None)]
    return Steps(exact, layer, direction, x, previous, held)
