"""What a network is like at some of its updates: how well it does, what reaches back, how its gates stand; and all that
is needed to go on from there to the same weights."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnviz.compute import size_of
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.gradients.following import Steps, follow
from rnnviz.gradients.sweeping import flipped
from rnnviz.network import Network
from rnnviz.saturation import OPEN, SHUT
from rnnviz.tasks import Batch, Task
from rnnviz.trace import Direction, Signal
from rnnviz.training.recipe import Recipe
from rnnviz.training.scoring import loss_and_accuracy
from rnnviz.training.way_back import encoder_of, sizes_along

PROBED = 8  # sequences on which gradients and gates are measured, always the same held-out ones


class LayerMeasures(NamedTuple):
    """One layer in one direction. ``gradient``: log10 of ||dL/dS_t|| ("time",), see ``gradient_sizes``; None of states
    that are no vectors. ``gates``: by name the mean over sequences and units, ("time",). ``shut`` and ``open``: by name
    the share of all numbers of the gate that is below .1 and above .9, as in ``rnnviz.saturation``."""

    layer: int
    direction: Direction
    gradient: Signal | None
    gates: dict[str, Signal]
    shut: dict[str, float]
    open: dict[str, float]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network after ``update`` updates. ``loss`` and ``accuracy``: on what is held out. ``clipped``: how many updates
    were, until then. ``weights``: a copy, by the names of ``state_dict``. ``optimizer`` and ``generator``: the states
    of both, from which ``Training`` goes on; both empty of a snapshot that comes from a file."""

    update: int
    loss: float
    accuracy: float
    clipped: int
    layers: tuple[LayerMeasures, ...]
    weights: dict[str, Tensor]
    optimizer: dict[int, dict[str, Any]]
    generator: Tensor
    recipe: Recipe

    @property
    def nbytes(self) -> int:
        state = [list(values.values()) for values in self.optimizer.values()]
        return size_of([list(self.weights.values()), state, self.generator, list(self.layers)])


def snapshot_updates(updates: int, per_decade: int) -> list[int]:
    """0, the last update, and between them ``per_decade`` from each power of ten to the next, evenly on a logarithmic
    scale; none for 0 per decade."""
    if not per_decade:
        return []
    count = math.ceil(per_decade * math.log10(max(1, updates)))
    return sorted({0, updates, *(min(updates, round(10 ** (k / per_decade))) for k in range(count + 1))})


def probe(held_out: list[Batch], task: Task) -> Batch:
    """The first sequences of the largest batch; where a sequence is asked for, of the longest ones that are enough."""
    if task.readout == "sequence":
        x, y = max(held_out, key=lambda batch: (min(PROBED, batch.x.shape[1]), len(batch.x)))
        return Batch(x[:, :PROBED], y[:, :PROBED])
    batch = max(held_out, key=lambda batch: batch.x.shape[1])
    answers = batch.y[:PROBED] if len(batch.y) == batch.x.shape[1] else batch.y[:, :PROBED]
    return Batch(batch.x[:, :PROBED], answers)


def weights_of(network: Network | EncoderDecoder) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def take(
    network: Network | EncoderDecoder,
    task: Task,
    held_out: list[Batch],
    *,
    update: int,
    clipped: int,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    recipe: Recipe,
) -> Snapshot:
    """Measure and copy; nothing of the run is changed, no random number drawn."""
    return Snapshot(
        update,
        *loss_and_accuracy(network, task, held_out),
        clipped,
        _layers(network, task, probe(held_out, task), recipe),
        weights_of(network),
        copy.deepcopy(optimizer.state_dict()["state"]),
        generator.get_state(),
        recipe,
    )


@torch.no_grad()
def _layers(network: Network | EncoderDecoder, task: Task, batch: Batch, recipe: Recipe) -> tuple[LayerMeasures, ...]:
    """Of an encoder-decoder the encoder's."""
    with torch.inference_mode(False):
        run = follow(encoder_of(network), batch.x)
    sizes = sizes_along(run, network, batch, task, recipe.teacher_forcing)
    return tuple(_measured(steps, sizes.get((steps.layer, steps.direction))) for sides in run.layers for steps in sides)


def _measured(steps: Steps, size: Signal | None) -> LayerMeasures:
    """Gates are those of the steps along which the gradient was followed."""
    of = steps.cell.quantities
    gates = {name: flipped(steps, steps.quantities[name]) for name, entry in of.items() if entry.bounds == (0.0, 1.0)}
    means = {name: gate.flatten(1).mean(1).float().numpy() for name, gate in gates.items()}
    return LayerMeasures(
        steps.layer,
        steps.direction,
        size,
        {name: Signal(name, ("time",), mean, of[name].symbol, (0.0, 1.0)) for name, mean in means.items()},
        {name: (gate < SHUT).double().mean().item() for name, gate in gates.items()},
        {name: (gate > OPEN).double().mean().item() for name, gate in gates.items()},
    )
