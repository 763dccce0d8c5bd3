"""What depth does: what each layer's state can tell, and how much of a loss's gradient reaches each layer and step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnnviz.gradients import backpropagate, gradient_norms
from rnnviz.linear_readout import RIDGE
from rnnviz.linear_readout import fit as fit_readout
from rnnviz.network import Network
from rnnviz.tasks import UNASKED, Batch
from rnnviz.trace import Direction, Signal

# From a batch to one whole number per step and sequence, (T, B), or UNASKED: what a state is asked to tell.
Target = Callable[[Batch], Tensor]


@torch.no_grad()
def layer_readouts(
    network: Network, fit: Sequence[Batch], score: Sequence[Batch], target: Target, *, ridge: float = RIDGE
) -> Signal:
    """How often a linear map of a layer's state at a step tells ``target`` there: accuracies, ("layer",).

    Index 0 is the embedded input, which no recurrence has touched; k the states of the k-th layer, both directions
    side by side. Every layer gets a map of its own, fitted on all steps of ``fit`` and scored on those of ``score``;
    steps that are UNASKED are left out of both. ``ridge``: as in ``linear_readouts``. Such maps are the linear probes
    of Alain and Bengio (2016), arXiv:1610.01644.

    Raises ValueError for a target of another shape than (T, B), and where nothing is asked.
    """
    states, labels = _asked_states(network, fit, target)
    held_states, held_labels = _asked_states(network, score, target)
    found = linear_readouts(states, labels, held_states, held_labels, ridge)
    return Signal("accuracy", ("layer",), found, bounds=(0.0, 1.0))


def linear_readouts(
    states: Sequence[Tensor | np.ndarray],
    labels: Tensor | np.ndarray,
    held_states: Sequence[Tensor | np.ndarray],
    held_labels: Tensor | np.ndarray,
    ridge: float = RIDGE,
) -> np.ndarray:
    """For each kind of state, the accuracy on held-out examples of a ridge regression to one-hot labels.

    ``states``: (N, units) each, with whole numbers ``labels`` (N,) for all; likewise what is held out. ``ridge``: the
    penalty over the mean variance of the units; the intercept is free. Float64. A label that was never fitted is always
    missed; states that are not finite give NaN. Raises ValueError for a negative ridge.
    """
    classes, labels = torch.unique(_tensor(labels), return_inverse=True)
    answers = F.one_hot(labels, len(classes)).double()
    found = []
    for known, held in zip(states, held_states, strict=True):
        read = fit_readout(_tensor(known).double(), answers, ridge).read(_tensor(held).double())
        right = classes[read.argmax(-1)] == _tensor(held_labels)
        found.append(float(right.double().mean()) if read.isfinite().all() else np.nan)
    return np.array(found)


def chance(fit: Sequence[Batch], score: Sequence[Batch], target: Target) -> float:
    """How often one is right on ``score`` who always answers what is most frequent in ``fit`` (the least such number).

    Arguments and errors as in ``layer_readouts``.
    """
    labels, held_labels = _asked(fit, target), _asked(score, target)
    return float((held_labels == labels.bincount().argmax()).double().mean())


def layer_gradients(model: nn.Module, x: Tensor, loss: Callable[[Tensor], Tensor]) -> dict[Direction, Signal]:
    """log10 of ||dL/dh_t|| of every layer and step, ("layer", "time") for each direction; the first sequence.

    Of a cell whose output is no state, by its output. Arguments and errors as in ``backpropagate``; total derivatives,
    norms over units. Layer 0 is the lowest.
    """
    gradient = backpropagate(model, x, loss)
    found: dict[Direction, Signal] = {}
    for side in gradient.directions:
        norms = [
            gradient_norms(layer[layer.output]).at(batch=0)
            for layer in (gradient.layer(k, side) for k in range(gradient.depth))
        ]
        values = np.stack([norm.values for norm in norms])
        found[side] = replace(norms[0], axes=("layer", "time"), values=values)
    return found


def _tensor(values: Tensor | np.ndarray) -> Tensor:
    """Of an array a copy: torch takes none that is read-only, as those of a trace are."""
    return values if isinstance(values, Tensor) else torch.from_numpy(np.array(values))


def _asked_states(network: Network, batches: Sequence[Batch], target: Target) -> tuple[list[Tensor], Tensor]:
    """The embedded input and every layer's states at all steps that are asked, (N, units) each, and the labels (N,)."""
    labels = _asked(batches, target)
    kept: list[list[Tensor]] = [[] for _ in range(network.num_layers + 1)]
    for batch in batches:
        asked, embedded = target(batch) != UNASKED, network.embed(batch.x)
        for states, output in zip(kept, [embedded, *(output for _, output in network.run(embedded))], strict=True):
            states.append(output[asked])
    return [torch.cat(states) for states in kept], labels


def _asked(batches: Sequence[Batch], target: Target) -> Tensor:
    labels = []
    for batch in batches:
        answers = target(batch)
        if answers.shape != batch.x.shape[:2]:
            raise ValueError(
                f"the target has shape {tuple(answers.shape)} beside x {tuple(batch.x.shape)}; it gives one number per "
                "step and sequence"
            )
        labels.append(answers[answers != UNASKED])
    if not any(map(len, labels)):
        raise ValueError("nothing is asked in these batches: no step of the target has an answer")
    return torch.cat(labels)
