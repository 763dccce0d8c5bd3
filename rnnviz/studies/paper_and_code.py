"""Where a paper and the code that people run differ: each difference as numbers, computed from both sides' equations.

minGRU and minLSTM: Feng and others 2024, arXiv:2410.01201, and the package minGRU-pytorch. RG-LRU: De and others 2024,
arXiv:2402.19427, and the code published with RecurrentGemma. GRU: Cho and others 2014, arXiv:1406.1078, and torch.
LSTM: Gers, Schmidhuber, Cummins 2000, Neural Computation 12(10):2451, and torch. DeltaNet: Yang and others 2024,
arXiv:2406.06484, and the recurrent rule of the libraries transformers and flash-linear-attention. mLSTM: Beck and
others 2024, arXiv:2405.04517, and the package xlstm. Selective SSM: Gu and Dao 2023, arXiv:2312.00752, and mamba-ssm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.cells import CELLS
from rnnviz.cells.min_gru import g
from rnnviz.compute import once

UNITS, MANY, KEYS, STEPS = 2000, 64, 16, 6
OPEN, SHORT, LONGEST = 0.9, 1e-3, 0.1  # a gate, the length of a key, and that of a step


class Difference(NamedTuple):
    """``one`` and ``other``: the same number by two sides, that of the paper first."""

    cell: str
    one: float
    other: float


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@torch.no_grad()
def forget_gate() -> Difference:
    """How far open a new LSTM's forget gate stands before anything is read, the mean of its units: with a bias of 1, as
    it is above zero in the paper, and as torch draws it."""
    gates = []
    for start in ({"forget_bias": 1.0}, {}):
        cell = CELLS["LSTM"](1, UNITS, generator=generator(), dtype=torch.float64, **start)
        step = cell(torch.zeros(1, 1, dtype=torch.float64), cell.initial_state(1))
        gates.append(step["f"].mean().item())
    return Difference("LSTM", *gates)


@torch.no_grad()
def reset() -> Difference:
    """How far states of torch's GRU are from those of the paper's, at most, after some steps with the same new weights:
    the paper resets the old state before W_hh reads it, torch what W_hh makes of it."""
    x = torch.randn(STEPS, 1, 1, generator=generator(), dtype=torch.float64)
    ends = []
    for name in ("GRU 2014", "GRU"):
        cell = CELLS[name](1, MANY, generator=generator(), dtype=torch.float64)
        state = cell.initial_state(1)
        for x_t in x:
            state = {"h": cell(x_t, state)["h"]}
        ends.append(state["h"])
    return Difference("GRU", 0.0, (ends[0] - ends[1]).abs().max().item())


@torch.no_grad()
def read_back() -> Difference:
    """How much of a value is read back from a new DeltaNet's table with the key that it was just written under, as a
    share of what was written; the code scales the query by the root of its length first."""
    cell = CELLS["DeltaNet"](KEYS, KEYS, generator=generator(), dtype=torch.float64)
    cell.weight_q.copy_(cell.weight_k)
    x = torch.randn(1, KEYS, generator=generator(), dtype=torch.float64)
    step = cell(x, cell.initial_state(1))
    share = (step["h"].norm() / step["u"].norm()).item()
    return Difference("DeltaNet", share, share / math.sqrt(cell.keys))


@torch.no_grad()
def kept_by_z() -> Difference:
    """How much of the old state a z of 0.9 keeps: in the paper's minGRU, and in the GRU as torch has it."""
    return Difference("minGRU", *(_kept(name, OPEN) for name in ("minGRU", "GRU")))


def _kept(name: str, z: float) -> float:
    """The change of the new state with the old one in a cell of one unit whose weights are zero, where z is so."""
    cell = CELLS[name](1, 1, generator=generator(), dtype=torch.float64)
    for weight in cell.parameters():
        weight.zero_()
    cell.bias_ih[cell.blocks.index("z")] = math.log(z / (1 - z))
    x = torch.zeros(1, 1, dtype=torch.float64)
    ends = [cell(x, {"h": torch.full((1, 1), old, dtype=torch.float64)})["h"].item() for old in (0.0, 1.0)]
    return ends[1] - ends[0]


def resumed() -> Difference:
    """A minLSTM that is stopped half way and goes on from its state: how far its states are then from those of one run,
    at most; by the paper, and as the package takes the state, through g once more."""
    f, i, n = torch.randn(3, STEPS, UNITS, generator=generator(), dtype=torch.float64)
    f, i = f.sigmoid(), i.sigmoid()
    kept, written = f / (f + i), i / (f + i) * g(n)
    whole, half = _run(kept, written, torch.zeros(UNITS, dtype=torch.float64)), STEPS // 2
    apart = [
        (_run(kept[half:], written[half:], begins(whole[half - 1])) - whole[half:]).abs().max().item()
        for begins in (lambda state: state, g)
    ]
    return Difference("minLSTM", *apart)


def _run(kept: Tensor, written: Tensor, state: Tensor) -> Tensor:
    states = []
    for a, b in zip(kept, written, strict=True):
        state = a * state + b
        states.append(state)
    return torch.stack(states)


@torch.no_grad()
def time_constant() -> Difference:
    """After how many steps a new RG-LRU has forgotten all but 1/e of its state, where its gate is open; the median of
    its units, as the paper draws its decay and as the released code does."""
    found = []
    for start in ("paper", "released"):
        options = {"decay_start": start} if start == "released" else {}
        cell = CELLS["RG-LRU"](1, UNITS, generator=generator(), dtype=torch.float64, **options)
        log_kept = 8 * torch.nn.functional.logsigmoid(cell.Lambda)
        found.append((-1 / log_kept).median().item())
    return Difference("RG-LRU", *found)


@torch.no_grad()
def first_step() -> Difference:
    """How much of what its input gate lets in a new RG-LRU writes at the very first step, the median of its units; the
    released code leaves out the root there, and writes all of it."""
    cell = CELLS["RG-LRU"](1, UNITS, generator=generator(), dtype=torch.float64)
    step = cell(torch.ones(1, 1, dtype=torch.float64), cell.initial_state(1))
    shares = step["h"] / (step["i"] * step["u"])
    return Difference("RG-LRU", shares.median().item(), 1.0)


@torch.no_grad()
def divisor() -> Difference:
    """How far an mLSTM's states are from those of the paper's plain equations, at most over some steps: as its code
    divides, by exp(-m) at least, and with the plain equations' 1 in its place."""
    cell = CELLS["mLSTM"](KEYS, KEYS, generator=generator(), dtype=torch.float64)
    x = torch.randn(STEPS, 1, KEYS, generator=generator(), dtype=torch.float64)
    state, table, norm, apart = cell.initial_state(1), 0.0, 0.0, []
    for x_t in x:
        state = step = cell(x_t, state)
        q, k, v, wrote, kept = step["q"], step["k"], step["v"], step["a"].exp(), step["d"].exp()
        table = kept[..., None] * table + wrote[..., None] * v[..., None] * k[..., None, :]
        norm = kept * norm + wrote * k
        plain = step["o"] * (table @ q[..., None])[..., 0] / (norm * q).sum(-1, keepdim=True).abs().clamp(min=1)
        stored = step["o"] * (step["C"] @ q[..., None])[..., 0]
        one = stored / (step["n"] * q).sum(-1, keepdim=True).abs().clamp(min=1)
        apart.append(((step["h"] - plain).abs().max().item(), (one - plain).abs().max().item()))
    return Difference("mLSTM", *map(max, zip(*apart, strict=True)))


def key_length() -> Difference:
    """The length of a key that is 0.001 long before it is scaled: by the paper, and by code that adds 1e-6 under the
    root so as never to divide by zero."""
    key = torch.randn(KEYS, generator=generator(), dtype=torch.float64)
    key *= SHORT / key.norm()
    return Difference("DeltaNet", (key / key.norm()).norm().item(), (key / (key @ key + 1e-6).sqrt()).norm().item())


@torch.no_grad()
def written_by_hold() -> Difference:
    """How much of Δ B x a selective SSM writes into the fastest of a channel's numbers, where Δ is as long as it starts
    at most: by the paper's zero-order hold, (exp(Δ A) - 1) / (Δ A), and as the code does."""
    cell = CELLS["selective SSM"](1, KEYS, generator=generator(), dtype=torch.float64)
    fade = cell.A_log.exp().max().item() * LONGEST
    return Difference("selective SSM", (1 - math.exp(-fade)) / fade, 1.0)


DIFFERENCES: dict[str, Callable[[], Difference]] = {
    "forget_gate": forget_gate,
    "reset": reset,
    "kept_by_z": kept_by_z,
    "resumed": resumed,
    "time_constant": time_constant,
    "first_step": first_step,
    "read_back": read_back,
    "key_length": key_length,
    "divisor": divisor,
    "written_by_hold": written_by_hold,
}


@once
def measured() -> dict[str, Difference]:
    """All of them, by name."""
    return {name: measure() for name, measure in DIFFERENCES.items()}
