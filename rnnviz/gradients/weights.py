"""Which moment teaches the weights: dL/dW is a sum over time steps, and here are its terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, vjp, vmap

from rnnviz.cells import ExactSlopes, State
from rnnviz.cells.coordinates import shaped, told
from rnnviz.gradients.backpropagation import Loss, reached
from rnnviz.gradients.sizes import log_norms, norm_signal
from rnnviz.gradients.sweeping import Reached, power_of_two, scaled
from rnnviz.trace import Direction, Signal

# So many numbers of per-step gradients are held at a time: 32 MB.
AT_ONCE = 2**22
SYMBOLS = {"weight_ih": "W_{ih}", "weight_hh": "W_{hh}", "bias_ih": "b_{ih}", "bias_hh": "b_{hh}"}
SYMBOLS |= {"weight_hy": "W_{hy}", "bias_hy": "b_{hy}", "peepholes": "p"}


class WeightGradients(NamedTuple):
    """By parameter of the cell: "weight_ih", "weight_hh", "bias_ih", "bias_hh" where there are biases, and its own.

    ``norms``: log10 of the size of each step's contribution to dL/dW, ("time",). ``sums``: the contributions of all
    steps added up, in the parameter's shape: what autograd gives for the whole run.
    """

    norms: dict[str, Signal]
    sums: dict[str, Signal]


def weight_gradients_by_step(
    model: nn.Module,
    x: Tensor,
    loss: Loss,
    state: Tensor | tuple[Tensor, ...] | None = None,
    *,
    layer: int | None = None,
    direction: Direction = "forward",
) -> WeightGradients:
    """Split dL/dW = sum over t into what each time step contributes, for one layer and direction.

    The weights are shared by all steps, and each step's use of them gives a term of its own. All sequences of the batch
    are added up, as in ``.grad``. ``layer``: the top one unless given. Other arguments and errors as in
    ``backpropagate``; ValueError for a layer or direction that is not there.
    """
    with torch.inference_mode(False):
        one = reached(model, x, loss, state, layer, direction)
        sizes: dict[str, list[np.ndarray]] = {name: [] for name, _ in one.steps.cell.named_parameters()}
        sums = {name: torch.zeros_like(value) for name, value in one.steps.cell.named_parameters()}
        for terms_of, exponents in contributions(one):
            for name, terms in terms_of.items():
                sizes[name].append(log_norms(terms.flatten(1).numpy(), exponents.numpy()))
                sums[name] += torch.from_numpy(scaled(terms.flatten(1), exponents)).sum(0).view_as(sums[name])
    norms = {name: np.concatenate(parts) for name, parts in sizes.items()}
    if direction == "backward":
        norms = {name: values[::-1].copy() for name, values in norms.items()}
    axes = {1: ("row",), 2: ("row", "column")}
    symbols = {name: SYMBOLS.get(name, name) for name in norms}
    return WeightGradients(
        norms={
            name: norm_signal(name, ("time",), values, rf"\partial_t L / \partial {symbols[name]}", direction)
            for name, values in norms.items()
        },
        sums={
            name: Signal(
                name, axes[value.ndim], value.numpy(), rf"\partial L / \partial {symbols[name]}", kind="gradient"
            )
            for name, value in sums.items()
        },
    )


def contributions(one: Reached) -> Iterator[tuple[dict[str, Tensor], Tensor]]:
    """For a few steps at a time: {parameter: (steps, *its shape)} and (steps,) powers of two that scale them."""
    cell, names = one.steps.cell, told(one.steps.cell)
    parameters = {name: value.detach() for name, value in cell.named_parameters()}

    def of_one_step(x_t: Tensor, before: State, reaching: tuple[Tensor, ...]) -> dict[str, Tensor]:
        def step(weights: dict[str, Tensor]) -> tuple[Tensor, ...]:
            with ExactSlopes():
                after = functional_call(cell, weights, (x_t, before))
            return tuple(after[name] for name in names)

        _, pull = vjp(step, parameters)
        return pull(tuple(shaped(cell, name, value) for name, value in zip(names, reaching, strict=True)))[0]

    # The sequences of the batch are added up, so they need one scale.
    exponents = one.flow.exponents.amax(1)
    down = power_of_two(one.flow.exponents - exponents[:, None])[..., None]
    reaching = tuple(one.flow.values[name] * down for name in names)
    at_once = max(1, AT_ONCE // sum(value.numel() for value in parameters.values()))
    for first in range(0, len(exponents), at_once):
        few = slice(first, first + at_once)
        before = {name: value[few] for name, value in one.steps.previous.items()}
        yield vmap(of_one_step)(one.steps.x[few], before, tuple(value[few] for value in reaching)), exponents[few]
