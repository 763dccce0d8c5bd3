"""What memory measures mean, written out plainly: many whole runs of torch's own modules, in float64."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from tests.browser.reference_cells import Weights, run
from tests.browser.reference_networks import of_cell


def states(cell: str, weights: Weights, x: Tensor) -> Tensor:
    """h of torch's own module over embedded sequences ``x`` (T, N, I), (T, N, H)."""
    w = of_cell(weights)
    module = getattr(nn, cell)(x.shape[2], w["weight_hh"].shape[1]).double()
    module.load_state_dict({f"{name}_l0": value for name, value in w.items()})
    with torch.no_grad():
        return module(x)[0]


def effects(
    cell: str, weights: Weights, a: Tensor, b: Tensor, held: Tensor | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """E[Var(h_t | all words but k)] / Var(h_t), (T, K), and its standard error, from pairs of draws (T, N).

    ``held``: a sentence (T,) whose words all others are, while word k is drawn.
    """
    embedding = weights["embedding.weight"]
    h, other = (states(cell, weights, embedding[ids]) for ids in (a, b))
    apart = (h - other).square().sum(-1)  # (T, N)
    others = a if held is None else held[:, None].expand_as(a)
    shares, errors = [], []
    for k in range(len(a)):
        one, two = (torch.cat([others[:k], drawn[k : k + 1], others[k + 1 :]]) for drawn in (a, b))
        moved = (states(cell, weights, embedding[one]) - states(cell, weights, embedding[two])).square().sum(-1)
        ratio = moved.sum(1) / apart.sum(1)
        spread = (moved - ratio[:, None] * apart).square().sum(1)
        pairs = a.shape[1]
        shares.append(ratio)
        errors.append((spread * pairs / (pairs - 1)).sqrt() / apart.sum(1))
    return torch.stack(shares, 1).numpy(), torch.stack(errors, 1).numpy()


def exact_parts(cell: str, weights: Weights, ids: Tensor) -> np.ndarray:
    """How h_t differs because each word was added, oldest first, against zero vectors: (T, 1 + T, H), base first."""
    words = weights["embedding.weight"][ids]
    lanes = torch.stack([torch.cat([words[:j], torch.zeros_like(words[j:])]) for j in range(len(ids) + 1)], 1)
    h = states(cell, weights, lanes)
    return torch.cat([h[:, :1], h[:, 1:] - h[:, :-1]], 1).numpy()


def half_lives(parts: np.ndarray) -> np.ndarray:
    """Of each unit, the age at which what words brought is half of what the same words brought when they were new,
    between two steps as if it fell by one factor; infinite where that is never so."""
    sizes = np.abs(parts[:, 1:])
    steps, lives = len(sizes), np.full(sizes.shape[2], np.inf)
    for unit in range(len(lives)):
        left = 1.0
        for age in range(1, steps):
            words = range(steps - age)
            before, left = left, sum(sizes[k + age, k, unit] for k in words) / sum(sizes[k, k, unit] for k in words)
            if left <= 0.5:
                lives[unit] = age - 1 + np.log(2 * before) / np.log(before / left)
                break
    return lives


def ledger(cell: str, weights: Weights, ids: Tensor) -> np.ndarray:
    """What each step wrote into the state that a gate keeps, times every keeping gate since: (T, 1 + T, H)."""
    step = run(cell, of_cell(weights), weights["embedding.weight"][ids])
    gate, written = (step["f"], step["c:1"]) if cell == "LSTM" else (step["z"], step["h:0"])
    found = torch.zeros(len(ids), 1 + len(ids), gate.shape[1], dtype=gate.dtype)
    for k in range(len(ids)):
        entry = written[k]
        for t in range(k, len(ids)):
            entry = entry * gate[t] if t > k else entry
            found[t, 1 + k] = entry
    return found.numpy()


def shares(parts: np.ndarray) -> np.ndarray:
    """Of the sum of all sizes, each one the sum of absolute values over units: (T, 1 + T)."""
    sizes = np.abs(parts).sum(-1)
    return sizes / sizes.sum(1, keepdims=True)


def connectivity(cell: str, weights: Weights, ids: Tensor) -> np.ndarray:
    """||d(leading score at the end) / d(word)||, as shares, (T,)."""
    words = weights["embedding.weight"][ids].clone().requires_grad_()
    last = run(cell, of_cell(weights), words)["h"][-1]
    scores = weights["readout.weight"] @ last + weights["readout.bias"]
    (gradient,) = torch.autograd.grad(scores.max(), words)
    sizes = gradient.norm(dim=1).numpy()
    return sizes / sizes.sum()


def divergence(cell: str, weights: Weights, ids: Tensor, first: int) -> np.ndarray:
    """||h_t - h'_t|| where the first word is another one, (T,)."""
    changed = torch.cat([torch.tensor([first]), ids[1:]])
    h = states(cell, weights, weights["embedding.weight"][torch.stack([ids, changed], 1)])
    return (h[:, 0] - h[:, 1]).norm(dim=1).numpy()
