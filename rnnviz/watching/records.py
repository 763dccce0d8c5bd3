"""What is kept of a step that was looked at: of each call of a recurrent module, of each of its layers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from rnnviz.trace import Direction, Signal


@dataclass(frozen=True, eq=False)
class WatchedLayer:
    """One layer in one direction. ``norms``: log10 of the norm over units of dL/dh_t, of an LSTM also of dL/dc_t,
    ("time", "batch") by "h" and "c", total derivatives as of ``rnnviz.gradients.gradient_curves``; L is all that the
    step's backward passes were called on, together. ``gates``: by name the mean over sequences and units, ("time",).
    ``shut`` and ``open``: the share of all numbers of a gate below .1 and above .9, as in ``rnnviz.saturation``. The
    time axis is in sequence order; past the end of a packed sequence ``norms`` are NaN;
    ``lengths`` are those of packed sequences, () where all are equal.
    """

    cell: str
    layer: int
    direction: Direction
    norms: dict[str, Signal]
    gates: dict[str, Signal]
    shut: dict[str, float]
    open: dict[str, float]
    lengths: tuple[int, ...] = ()

    def together(self, name: str) -> Signal:
        """log10 of the norm over all sequences and units, ("time",), as the snapshots of ``rnnviz.train`` have it."""
        norms = self.norms[name]
        logs = norms.values * (2 * np.log(10))
        if self.lengths:
            logs = np.where(np.arange(len(logs))[:, None] < np.array(self.lengths), logs, -np.inf)
        with np.errstate(invalid="ignore"):
            return replace(norms, axes=("time",), values=np.logaddexp.reduce(logs, axis=1) / (2 * np.log(10)))


@dataclass(frozen=True, eq=False)
class WatchedCall:
    """One call of a recurrent module that a backward pass came back to. ``module``: its name in the model, "" for the
    model itself. ``layers``: from the bottom up, forward before backward."""

    module: str
    layers: tuple[WatchedLayer, ...]

    def layer(self, index: int = 0, direction: Direction = "forward") -> WatchedLayer:
        """KeyError for a layer that is not there."""
        for each in self.layers:
            if each.layer == index and each.direction == direction:
                return each
        there = ", ".join(f"({each.layer}, {each.direction!r})" for each in self.layers)
        raise KeyError(f"this call has no layer ({index}, {direction!r}); it has {there}")


@dataclass(frozen=True, eq=False)
class Record:
    """One training step. ``step``: how many updates were done before it. ``calls``: in the order in which they ran.

    ``gradient_norm``: of all of the model's gradients together, as the last backward pass left them;
    ``applied_norm``: as the optimizer got them; ``clipped``: whether that is less. ``weights``: the model's
    ``state_dict`` before the update, where snapshots were asked for.
    """

    step: int
    calls: tuple[WatchedCall, ...]
    gradient_norm: float
    applied_norm: float
    weights: dict[str, Tensor] | None = None

    @property
    def clipped(self) -> bool:
        return self.applied_norm < self.gradient_norm * (1 - 1e-6)

    @property
    def layers(self) -> tuple[WatchedLayer, ...]:
        """Of all calls."""
        return tuple(layer for call in self.calls for layer in call.layers)
