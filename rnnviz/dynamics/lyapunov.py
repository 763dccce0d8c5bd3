"""How fast two neighbouring paths part: Lyapunov exponents along a trajectory."""

from __future__ import annotations

import numpy as np
import torch

from rnnviz.trace import Signal


def lyapunov_exponents(jacobians: Signal, count: int = 1, *, skip: int = 0) -> Signal:
    """The ``count`` largest Lyapunov exponents along a trajectory, largest first, ("rank",); natural log per step.

    ``jacobians``: ("time", "to", "from") as ``step_jacobians`` gives them. Along the trajectory that
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
    in_reading_order = jacobians.values[::-1] if jacobians.direction == "backward" else jacobians.values
    matrices = torch.tensor(np.ascontiguousarray(in_reading_order), dtype=torch.float64)
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
