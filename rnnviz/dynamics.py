"""The state as a point that moves: its path through the directions in which it varies most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.trace import LayerTrace, Signal


class Path(NamedTuple):
    """``points``: ("time", "component"). ``explained``: ("component",), the share of all variance, in [0, 1]."""

    points: Signal
    explained: Signal


def principal_path(state: Signal, components: int = 2) -> Path:
    """The trajectory of a state ("time", "unit") in its first principal components.

    Centred over time, not scaled. Each component points the way its largest loading does, so that the picture does
    not flip from run to run. A state that does not move, or has fewer dimensions, gives zeros.
    """
    if state.axes != ("time", "unit"):
        raise ValueError(f"principal_path takes axes ('time', 'unit'), not {state.axes}; use state.at(batch=0) first")
    values = np.nan_to_num(
        state.values.astype(np.float64), posinf=np.finfo(np.float32).max, neginf=np.finfo(np.float32).min
    )
    centred = values - values.mean(axis=0)
    left, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    points = np.zeros((len(values), components))
    explained = np.zeros(components)
    found = min(components, len(sizes))
    points[:, :found] = (left * sizes * signs)[:, :found]
    total = float((sizes**2).sum())
    if total > 0:
        explained[:found] = sizes[:found] ** 2 / total
    return Path(
        Signal(state.name, ("time", "component"), points, state.symbol),
        Signal("explained", ("component",), explained, bounds=(0.0, 1.0)),
    )


def state_change(layer: LayerTrace) -> Signal:
    """How far each step moved the state: the root mean square over units of h_t - h_{t-1}, ("time", "batch").

    A mean, not a norm, so that networks with different numbers of units can be compared.
    """
    moved = layer["h"].values - layer.previous("h").values
    return Signal("change", ("time", "batch"), np.sqrt(np.mean(moved**2, axis=-1)), r"\|h_t - h_{t-1}\| / \sqrt{H}")
