"""half_life(model, x): after how many steps half is gone, unit by unit."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.memory import revealing
from rnnviz.memory.revealing import Reveal, choose, reveal
from rnnviz.memory.sensitivity import states
from rnnviz.trace import Direction, Signal


@torch.no_grad()
def half_life(
    model: nn.Module,
    x: Tensor,
    by: Literal["gate", "reveal"] | None = None,
    *,
    layer: int | None = None,
    direction: Direction = "forward",
) -> Signal:
    """Steps until half of what a unit holds is gone, ("unit",); infinite where that does not happen.

    ``by="gate"``, the default for a cell with a gate that keeps: log(1/2) / mean(log gate), the mean of log f or log z
    over all steps and sequences. What a unit held is multiplied by the gate at every step, so this is exact for the
    product of the gates that were read: over T steps it is (1/2)^(T / half-life). One gate of 0 erases, and gives 0.
    The time scale of the unit's own loop alone; what it writes back through h is not in it.

    ``by="reveal"``, the default without such a gate, and for any cell: the first age, log-linear between steps, at
    which the words' contributions (see ``reveal``) to this unit, in sum of absolute values over words and sequences,
    are half of what the same words contributed when they were read. Taken from the state and not from the weights,
    because the loop of an RNN goes through all units at once and no unit has a time scale of its own; and from
    contributions, not from ``divergence``, because they need no choice of a replacement word. Where the state is
    h_t = a h_{t-1} + ... both definitions give log(1/2) / log a. NaN for a unit that no word reaches. It averages
    over words: a unit that keeps one word and drops the others has the half-life of the others.

    Raises ValueError for a cell without such a gate, an unknown ``by``, or more contributions than ``reveal`` keeps.
    """
    network, x, _ = accept(model, x)
    layer = network.num_layers - 1 if layer is None else layer
    cell, _ = choose(network, layer, direction)
    by = by or ("reveal" if cell.keeps is None else "gate")
    if by == "gate":
        if cell.keeps is None:
            raise ValueError(f"{cell.name} has no gate that keeps its state; take its half-life by='reveal'")
        kept = cell.keeps.kept(states(network, network.embed(x), None, layer, direction))
        with np.errstate(divide="ignore"):  # a gate of 1 for ever: infinite
            values = math.log(2) / np.abs(kept.double().log().mean((0, 1)).numpy())
    elif by == "reveal":
        if (numbers := len(x) ** 2 * x.shape[1] * cell.hidden_size) > revealing.LARGEST:
            raise ValueError(
                f"{len(x):,} steps of {x.shape[1]} sequences and {cell.hidden_size} units have {numbers:,} parts, "
                f"more than the {revealing.LARGEST:,} that reveal keeps; give it less input"
            )
        return half_life_of(reveal(network, x, layer=layer, direction=direction), direction)
    else:
        raise ValueError(f"by is {by!r}; it must be 'gate' or 'reveal'")
    return _signal(values)


def half_life_of(found: Reveal, direction: Direction = "forward") -> Signal:
    """``half_life`` by "reveal" of what ``reveal`` has found, ("unit",); ``direction``: the one that was revealed.

    ValueError where that was too large for its contributions to be kept.
    """
    if found.contributions is None:
        raise ValueError("a half-life is one of contributions, and these were too many to be kept; reveal less input")
    sizes = np.abs(found.contributions.values.astype(np.float64)).mean(2)
    return _signal(_half(_retained(sizes[::-1, ::-1] if direction == "backward" else sizes)))


def _signal(values: np.ndarray) -> Signal:
    return Signal("half-life", ("unit",), values, r"t_{1/2}", (0.0, math.inf))


def _retained(sizes: np.ndarray) -> np.ndarray:
    """The part of contributions that is left at each age: sizes ("time", "source", "unit") to ("age", "unit").

    Each age compares the words that grow that old with themselves when they were new.
    """
    steps = len(sizes)
    new = np.diagonal(sizes).cumsum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([np.diagonal(sizes, -age).sum(-1) / new[:, steps - age - 1] for age in range(steps)])


def _half(retained: np.ndarray) -> np.ndarray:
    """Where each column of ``retained`` ("age", "unit"), 1 at age 0, first falls to one half."""
    below = retained <= 0.5
    after = below.argmax(0)
    units = np.arange(retained.shape[1])
    before, reached = retained[after - 1, units], retained[after, units]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.where(reached > 0, np.log(2 * before) / np.log(before / reached), 0)
    return np.where(np.isnan(retained[0]), np.nan, np.where(below.any(0), after - 1 + between, np.inf))
