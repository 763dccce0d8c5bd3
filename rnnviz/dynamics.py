"""The state as a point that moves: its path, and how fast two neighbouring paths part."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

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
    # From the first step, so that a state that does not move is exactly zero: its mean may be off by a rounding.
    moved = values - values[0]
    centred = moved - moved.mean(axis=0)
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


def spectral_radius(matrix: torch.Tensor | np.ndarray) -> float:
    """The largest absolute eigenvalue of a square matrix; NaN if an entry is not finite.

    Of an RNN's W_hh, log of it is the growth per step of a small push, but only where the network is left alone near
    zero: input and activation move the slopes f', and a driven network with a radius above 1 can still forget.
    """
    values = torch.as_tensor(matrix).detach().double()
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise ValueError(f"a spectral radius is one of a square matrix, not of shape {tuple(values.shape)}")
    if not bool(torch.isfinite(values).all()):
        return float("nan")
    return float(torch.linalg.eigvals(values).abs().max())


def lyapunov_exponents(jacobians: Signal, count: int = 1, *, skip: int = 0) -> Signal:
    """The ``count`` largest Lyapunov exponents along a trajectory, largest first, ("rank",); natural log per step.

    ``jacobians``: ("time", "to", "from") in reading order, as ``step_jacobians`` gives them. Along the trajectory that
    the input drives, the largest is the mean growth of a small push, and so the slope of a gradient's logarithm back
    through time. Each step multiplies ``count`` orthonormal directions by its Jacobian and makes them orthonormal again
    by QR (Benettin et al. 1980); the exponents are the means of the logarithms of R's diagonal. The first ``skip``
    steps, in which the directions turn towards the fastest growing ones, are left out of the mean.

    -inf where a direction is squashed to exactly zero, NaN where a Jacobian is not finite. ValueError for a ``count``
    or ``skip`` that the trajectory has no room for.
    """
    if jacobians.axes != ("time", "to", "from"):
        raise ValueError(f"expected step_jacobians(...) with axes ('time', 'to', 'from'), not {jacobians.axes}")
    length, size, _ = jacobians.values.shape
    if not 1 <= count <= size:
        raise ValueError(f"there are {size} exponents, so count cannot be {count}")
    if not 0 <= skip < length:
        raise ValueError(f"skip must be 0 to {length - 1} of these {length} steps, not {skip}")
    symbol, exponents = r"\lambda_i", np.full(count, np.nan)
    matrices = torch.tensor(np.ascontiguousarray(jacobians.values), dtype=torch.float64)
    if bool(torch.isfinite(matrices).all()):
        # Not the first unit vectors: in a network whose units do not interact they would never meet the others.
        places = torch.arange(1, size + 1, dtype=torch.float64)
        directions, _ = torch.linalg.qr(torch.cos(places[:, None] * places[:count]))
        growth = torch.zeros(length, count, dtype=torch.float64)
        for t, jacobian in enumerate(matrices):
            directions, factor = torch.linalg.qr(jacobian @ directions)
            growth[t] = factor.diagonal().abs().log()
        exponents = growth[skip:].mean(0).sort(descending=True).values.numpy()
    return Signal("lyapunov", ("rank",), exponents, symbol)
