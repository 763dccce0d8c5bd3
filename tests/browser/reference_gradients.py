"""Gradients by autograd through the steps of ``reference_cells``, and step Jacobians with what follows from them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from tests.browser.reference_cells import CELLS, Weights, unroll
from tests.browser.reference_networks import SIDES, of_cell, read


def log_sizes(loss: Tensor, nodes: list[Tensor]) -> np.ndarray:
    """log10 of ||d loss / d node|| for each node, -inf where there is no way."""
    found = torch.autograd.grad(loss, nodes, retain_graph=True, allow_unused=True, materialize_grads=True)
    with np.errstate(divide="ignore"):
        return np.log10([float(torch.linalg.vector_norm(gradient.detach())) for gradient in found])


def push(h: Tensor) -> Tensor:
    """A loss that pushes all units alike, with length 1."""
    return h.sum() / math.sqrt(len(h))


def own_answer(weights: Weights) -> Callable[[Tensor], Tensor]:
    """Minus the log of the share of the answer that leads in what is read off ``h``."""
    return lambda h: -(weights["readout.weight"] @ h + weights["readout.bias"]).log_softmax(-1).amax()


def grown(w: Weights) -> Weights:
    return {name: value.clone().requires_grad_() for name, value in w.items()}


def curves(cell: str, w: Weights, x: Tensor, loss: Callable[[Tensor], Tensor] = push) -> dict[str, np.ndarray]:
    """log10 of the size of dL/d(state) at every step, L of the last h; of each step's part of dL/dW_hh too.

    "S" is the whole state between two steps.
    """
    steps = unroll(cell, grown(w), x)
    found = {name: log_sizes(loss(steps[-1]["h"]), [step[name] for step in steps]) for name in CELLS[cell][1]}
    step_of, names = CELLS[cell]
    state, uses = {name: x.new_zeros(w["weight_hh"].shape[1]) for name in names}, []
    for x_t in x:  # each step with weights of its own, so that autograd tells them apart
        uses.append(w["weight_hh"].clone().requires_grad_())
        step = step_of(w | {"weight_hh": uses[-1]}, x_t, state)
        state = {name: step[name] for name in names}
    last = steps[-1]["h"].detach().requires_grad_()
    (row,) = torch.autograd.grad(loss(last), last)
    return found | {"weight_hh": log_sizes(loss(state["h"]), uses), "S": way_back(row, jacobians(cell, w, x))}


def jacobians(cell: str, w: Weights, x: Tensor) -> Tensor:
    """J_t = d(state after step t) / d(state before it), (T, S, S); an LSTM's state is h and then c."""
    step_of, names = CELLS[cell]

    def advance(x_t: Tensor, before: Tensor) -> Tensor:
        step = step_of(w, x_t, dict(zip(names, before.chunk(len(names)), strict=True)))
        return torch.cat([step[name] for name in names])

    steps = unroll(cell, w, x)
    before = [torch.cat([step[f"previous:{name}"] for name in names]) for step in steps]
    return torch.func.vmap(torch.func.jacrev(advance, argnums=1))(x, torch.stack(before))


def reach(cell: str, w: Weights, x: Tensor) -> np.ndarray:
    """log10 of ||d L_t / d S_k||, row t and column k, L_t a push of h_t, S the whole state; NaN where k > t."""
    matrices, units = jacobians(cell, w, x), w["weight_hh"].shape[1]
    sizes = np.full((len(x), len(x)), np.nan)
    for t in range(len(x)):
        sizes[t, : t + 1] = way_back(torch.ones(units, dtype=x.dtype) / math.sqrt(units), matrices[: t + 1])
    return sizes


def way_back(row: Tensor, matrices: Tensor) -> np.ndarray:
    """log10 of ||dL/dS_k|| for every k, where ``row`` is dL/dh of the last step."""
    row = torch.cat([row, row.new_zeros(matrices.shape[1] - len(row))])
    sizes = np.empty(len(matrices))
    for k in range(len(matrices) - 1, -1, -1):
        sizes[k] = math.log10(size) if (size := float(row.norm())) else -math.inf
        row = row @ matrices[k]
    return sizes


def growth(matrices: Tensor, settling: int = 0) -> float:
    """The largest Lyapunov exponent along the path, in decades per step: how fast a push grows that all steps carry.

    The first push is that of the library: cos 1, cos 2, and so on; what it grows in the first steps, ``settling`` of
    them, is not counted.
    """
    direction = torch.cos(torch.arange(1, matrices.shape[1] + 1, dtype=matrices.dtype))
    total = 0.0
    direction = direction / direction.norm()
    for t, matrix in enumerate(matrices):
        direction = matrix @ direction
        total += math.log10(float(direction.norm())) if t >= settling else 0.0
        direction = direction / direction.norm()
    return total / (len(matrices) - settling)


def fall(cell: str, w: Weights, x: Tensor) -> float:
    """Decades per step back of the straight line through log10 of ||d push / d h||, by least squares."""
    steps = unroll(cell, grown(w), x)
    sizes = log_sizes(push(steps[-1]["h"]), [step["h"] for step in steps])
    here = np.isfinite(sizes)
    return float(np.polyfit(-np.arange(len(x))[here], sizes[here], 1)[0])


def bounds(cell: str, w: Weights, x: Tensor, true: np.ndarray) -> dict[str, np.ndarray]:
    """What is drawn beside the ``true`` gradient, log10 of ||dL/dS||, in log10 and 0 at the last step."""
    matrices = jacobians(cell, w, x)
    back = np.arange(len(x) - 1, -1, -1)
    worst = np.log10(torch.linalg.matrix_norm(matrices, 2).numpy())
    found = {"true": true - true[-1], "exponent": growth(matrices) * back}
    found["product"] = np.append(np.cumsum(worst[:0:-1])[::-1], 0.0)
    if cell == "RNN":
        found["pascanu"] = back * math.log10(float(torch.linalg.matrix_norm(w["weight_hh"], 2)))
        found["radius"] = back * math.log10(float(torch.linalg.eigvals(w["weight_hh"]).abs().max()))
    return found


def answers_hang_on(cell: str, weights: Weights, ids: Tensor) -> dict[str, dict[str, np.ndarray]]:
    """What the leading score of each step t hangs on, row t and column k, through each direction of a single layer.

    "dp/dx": the size of its gradient by the word at k; "log10 dp/dh": log10 of that by the direction's own state at k,
    NaN where that comes later in its reading; "p:lost": by how much it falls when the word at k is an unknown one.
    """
    leading = read(cell, weights, ids).answers["p"].argmax(1)
    units = weights["layers.0.0.weight_hh"].shape[1]
    rows = weights["readout.weight"][leading].split(units, 1)
    embedded, unknown = weights["embedding.weight"][ids], weights["embedding.weight"][0]
    found: dict[str, dict[str, np.ndarray]] = {"dp/dx": {}, "log10 dp/dh": {}, "p:lost": {}}
    for side, (name, row) in enumerate(zip(SIDES, rows, strict=False)):
        w, backward = of_cell(weights, 0, side), name == "backward"
        words = [word.clone().requires_grad_() for word in embedded]
        states = [step["h"] for step in unroll(cell, w, torch.stack(words), backward=backward)]
        scores = [row[t] @ h for t, h in enumerate(states)]
        found["dp/dx"][name] = 10 ** np.array([log_sizes(score, words) for score in scores])
        sizes = np.array([log_sizes(score, states) for score in scores])
        later = np.triu(np.ones_like(sizes, bool), 1)
        found["log10 dp/dh"][name] = np.where(later.T if backward else later, np.nan, sizes)
        fall = np.empty_like(sizes)
        for k in range(len(ids)):
            changed = torch.cat([embedded[:k], unknown[None], embedded[k + 1 :]])
            other = [step["h"] for step in unroll(cell, w, changed, backward=backward)]
            fall[:, k] = [float((row[t] @ (states[t] - other[t])).detach()) for t in range(len(ids))]
        found["p:lost"][name] = fall
    return found


def by_layer(cell: str, weights: Weights, ids: Tensor, at: int) -> dict[str, np.ndarray]:
    """log10 of ||dL/dh|| of every layer and step, (layer, T) by direction; L is -log of the leading share at ``at``."""
    answered = read(cell, grown(weights), ids)
    loss = -answered.answers["p:sum"][at].log_softmax(-1).amax()
    depth = 1 + max(layer for layer, _side in answered.steps)
    return {
        side: np.stack([log_sizes(loss, [step["h"] for step in answered.steps[k, side]]) for k in range(depth)])
        for side in dict.fromkeys(side for _layer, side in answered.steps)
    }


def through_time(cell: str, weights: Weights, ids: Tensor, truncate: int = 0) -> dict[str, Tensor]:
    """Backpropagation through time of one layer, the loss that of the own answer at the end, all by autograd.

    States and their gradients (T, S); each step's term in dL/d(weight), (T, rows, columns): every step has weights of
    its own. The state is detached ``truncate`` steps before the end.
    """
    w, (step_of, names) = of_cell(weights), CELLS[cell]
    x, units = weights["embedding.weight"][ids], weights["layers.0.0.weight_ih"].shape[0]
    units = weights["readout.weight"].shape[1]
    handed, uses = {name: x.new_zeros(units) for name in names}, []
    cuts = []  # the state between two steps, as nodes of their own: (h, c) as coordinates
    for t, x_t in enumerate(x):
        if truncate and t and (len(x) - t) % truncate == 0:
            handed = {name: value.detach() for name, value in handed.items()}
        uses.append({name: w[name].clone().requires_grad_() for name in ("weight_ih", "weight_hh")})
        step = step_of(w | uses[-1], x_t, handed)
        whole = torch.cat([step[name] for name in names])
        cuts.append(whole)
        handed = dict(zip(names, whole.chunk(len(names)), strict=True))
    readout = weights["readout.weight"].clone().requires_grad_()
    scores = readout @ handed["h"] + weights["readout.bias"]
    scores.retain_grad()
    loss = -scores.log_softmax(-1).amax()

    def by(nodes: list[Tensor]) -> list[Tensor]:
        return list(torch.autograd.grad(loss, nodes, retain_graph=True, allow_unused=True, materialize_grads=True))

    zeros = torch.zeros(len(x) - 1, *readout.shape, dtype=x.dtype)
    found = {name: torch.stack(by([use[name] for use in uses])) for name in ("weight_ih", "weight_hh")}
    (pulled,) = by([scores])
    found |= {"S": torch.stack(cuts).detach(), "dL/dS": torch.stack(by(cuts)), "L": loss.detach(), "dL/dO": pulled}
    return found | {"readout.weight": torch.cat([zeros, by([readout])[0][None]]), "p": scores.detach().softmax(-1)}
