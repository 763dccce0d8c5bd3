"""The state as a point that moves: its path, seen along the directions in which it moves most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from rnnviz.trace import LayerTrace, Signal

FOLLOWED = 2  # steps after a change, before it can be said to last


class Path(NamedTuple):
    """``points``: ("time", "component"). ``explained``: ("component",), the share of all variance, in [0, 1]."""

    points: Signal
    explained: Signal


class Plane(NamedTuple):
    """The directions in which states differ most, largest first: where to look from.

    ``origin`` and ``mean``: ("unit",), a state and the mean of the others seen from it. ``directions``: ("component",
    "unit"), orthonormal, zeros where the states have fewer dimensions. ``explained``: ("component",), the share of
    all variance, in [0, 1].
    """

    origin: Signal
    mean: Signal
    directions: Signal
    explained: Signal

    def project(self, state: Signal) -> Signal:
        """Any states (..., "unit") seen from here: the same with an axis "component" in the place of "unit"."""
        if state.axes[-1:] != ("unit",) or state.values.shape[-1:] != self.mean.values.shape:
            units = len(self.mean.values)
            raise ValueError(f"this plane is one of states of {units} units, not of {state.axes} {state.values.shape}")
        points = (_numbers(state) - self.origin.values - self.mean.values) @ self.directions.values.T
        return Signal(state.name, (*state.axes[:-1], "component"), points, state.symbol)


def principal_plane(state: Signal, components: int = 2) -> Plane:
    """The first principal components of all states (..., "unit"), for instance over ("time", "batch", "unit").

    Centred, not scaled. Each component points the way its largest loading does, so that the picture does not flip
    from run to run.
    """
    if state.axes[-1:] != ("unit",):
        raise ValueError(f"principal_plane takes axes that end in 'unit', not {state.axes}")
    values = _numbers(state)
    values = values.reshape(-1, values.shape[-1])
    # From the first state, so that states that do not differ are exactly zero: their mean may be off by a rounding.
    moved = values - values[0]
    mean = moved.mean(axis=0)
    # torch's, not numpy's: the app bounds its threads, and on busy cores many are far slower than one.
    _, sizes, rows = (part.numpy() for part in torch.linalg.svd(torch.from_numpy(moved - mean), full_matrices=False))
    largest = np.abs(rows).argmax(axis=1)
    found = min(components, len(sizes))
    directions, explained = np.zeros((components, values.shape[1])), np.zeros(components)
    directions[:found] = (rows * np.sign(rows[np.arange(len(rows)), largest])[:, None])[:found]
    total = float((sizes**2).sum())
    if total > 0:
        explained[:found] = sizes[:found] ** 2 / total
    return Plane(
        Signal("origin", ("unit",), values[0]),
        Signal("mean", ("unit",), mean),
        Signal("directions", ("component", "unit"), directions),
        Signal("explained", ("component",), explained, bounds=(0.0, 1.0)),
    )


def principal_path(state: Signal, components: int = 2) -> Path:
    """The trajectory of a state ("time", "unit") in its own ``principal_plane``.

    A state that does not move, or has fewer dimensions, gives zeros.
    """
    if state.axes != ("time", "unit"):
        raise ValueError(f"principal_path takes axes ('time', 'unit'), not {state.axes}; use state.at(batch=0) first")
    plane = principal_plane(state, components)
    return Path(plane.project(state), plane.explained)


def _numbers(state: Signal) -> np.ndarray:
    """Float64, and what is not finite in the place of it: a state that exploded still has a path."""
    limits = np.finfo(np.float32)
    return np.nan_to_num(state.values.astype(np.float64), posinf=limits.max, neginf=limits.min)


class LastingChange(NamedTuple):
    """A unit of h that one step changes and that then stays as it is."""

    unit: int
    step: int  # in the order of the sequence
    value: float  # of the unit after that step
    size: float  # the smaller of the change, |h_t - h_{t-1}|, and of the least |h| from there on


def lasting_change(layer: LayerTrace) -> LastingChange | None:
    """The largest of all lasting changes of the first sequence, by ``size``: the unit keeps its sign from that step on.
    None where nothing lasts, or where no step is followed by ``FOLLOWED`` others."""
    h, before = (state.at(batch=0).values for state in (layer[layer.output], layer.previous(layer.output)))
    if layer.direction == "backward":
        h, before = h[::-1], before[::-1]
    least, most = (np.flip(over.accumulate(np.flip(h, 0)), 0) for over in (np.minimum, np.maximum))
    sizes = np.nan_to_num(np.minimum(np.abs(h - before), np.maximum(least, -most)))[:-FOLLOWED]
    if not sizes.size or sizes.max() <= 0:
        return None
    step, unit = map(int, np.unravel_index(sizes.argmax(), sizes.shape))
    place = step if layer.direction == "forward" else len(h) - 1 - step
    return LastingChange(unit, place, float(h[step, unit]), float(sizes[step, unit]))


def state_change(layer: LayerTrace) -> Signal:
    """How far each step moved the state: the root mean square over units of h_t - h_{t-1}, ("time", "batch").

    A mean, not a norm, so that networks with different numbers of units can be compared.
    """
    moved, h = layer[layer.output].values - layer.previous(layer.output).values, layer.output
    symbol = rf"\|{h}_t - {h}_{{t-1}}\| / \sqrt{{H}}"
    return Signal("change", ("time", "batch"), np.sqrt(np.mean(moved**2, axis=-1)), symbol)
