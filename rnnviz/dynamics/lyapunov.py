"""How fast two neighbouring paths part: Lyapunov exponents along a trajectory."""

from __future__ import annotations

import numpy as np
import torch

from rnnviz.trace import Signal

# A single direction is followed through so many steps at a time, as long as it stays about this long.
TOGETHER, SMALLEST, LARGEST = 8, 1e-100, 1e100


def lyapunov_exponents(jacobians: Signal, count: int = 1, *, skip: int = 0) -> Signal:
    """The ``count`` largest Lyapunov exponents along a trajectory, largest first, ("rank",); natural log per step.

    ``jacobians``: ("time", "to", "from") as ``step_jacobians`` gives them. Along the trajectory that
    the input drives, the largest is the mean growth of a small push, and so the slope of a gradient's logarithm back
    through time. Each step multiplies ``count`` orthonormal directions by its Jacobian and makes them orthonormal again
    by QR (Benettin et al. 1980); the exponents are the means of the logarithms of R's diagonal. The first ``skip``
    steps, in which the directions turn towards the fastest growing ones, are left out of the mean.

    -inf where a direction is squashed to exactly zero, NaN where a Jacobian is not finite. ValueError for a ``count``
    or ``skip`` that the trajectory has no room for.

    >>> import torch, rnnviz
    >>> jacobians = rnnviz.gradients.step_jacobians(torch.nn.RNN(4, 16), torch.randn(300, 1, 4))
    >>> bool(rnnviz.dynamics.lyapunov_exponents(jacobians, skip=50).values[0] < 0)  # torch's start is no chaos
    True
    """
    total = LyapunovSum(count, skip=skip)
    total.add(jacobians)
    return total.exponents()


class LyapunovSum:
    """``lyapunov_exponents`` of a trajectory whose Jacobians come in parts, in reading order, and are not kept."""

    def __init__(self, count: int = 1, *, skip: int = 0) -> None:
        self.count, self.skip = count, skip
        self._directions: torch.Tensor | None = None
        # Of each step, (count,); no small tensors among the large that come and go.
        self._growth: list[list[float]] = []
        self._finite = True

    def add(self, jacobians: Signal) -> None:
        """The Jacobians ("time", "to", "from") of the steps that come next; errors as of ``lyapunov_exponents``."""
        if jacobians.axes != ("time", "to", "from"):
            raise ValueError(f"expected step_jacobians(...) with axes ('time', 'to', 'from'), not {jacobians.axes}")
        size = jacobians.values.shape[1]
        if not 1 <= self.count <= size:
            raise ValueError(f"there are {size} exponents, so count cannot be {self.count}")
        if self._directions is None:
            # Not the first unit vectors: in a network whose units do not interact they would never meet the others.
            places = torch.arange(1, size + 1, dtype=torch.float64)
            self._directions, _ = torch.linalg.qr(torch.cos(places[:, None] * places[: self.count]))
        in_reading_order = jacobians.values[::-1] if jacobians.direction == "backward" else jacobians.values
        matrices = torch.tensor(np.ascontiguousarray(in_reading_order), dtype=torch.float64)
        self._finite = self._finite and bool(np.isfinite(matrices.numpy()).all())
        grown = torch.full((len(matrices), self.count), torch.nan, dtype=torch.float64)
        if self._finite:
            moved_by = _turned if self.count > 1 else _pushed
            self._directions, grown = moved_by(matrices, self._directions)
        self._growth.extend(grown.log().tolist())

    def exponents(self) -> Signal:
        """The largest first, ("rank",); ValueError where ``skip`` leaves no step."""
        length = len(self._growth)
        if not 0 <= self.skip < length:
            raise ValueError(f"skip must be 0 to {length - 1} of these {length} steps, not {self.skip}")
        values = np.full(self.count, np.nan)
        if self._finite:
            values = (
                torch.tensor(self._growth[self.skip :], dtype=torch.float64)
                .mean(0)
                .sort(descending=True)
                .values.numpy()
            )
        return Signal("lyapunov", ("rank",), values, r"\lambda_i")


def _turned(matrices: torch.Tensor, directions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Orthonormal directions (S, count) after the steps of ``matrices``, and by how much each grew at each step, |R_ii|
    of QR, (steps, count)."""
    grown = []
    for matrix in matrices.unbind():
        directions, factor = torch.linalg.qr(matrix @ directions)
        grown.append(factor.diagonal().abs())
    return directions, torch.stack(grown)


def _pushed(matrices: torch.Tensor, directions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The same of a single direction, which need not be decomposed, nor be made a unit again at every step."""
    direction, grown = directions[:, 0], []
    for part in matrices.split(TOGETHER):
        after, sizes = _moved(part, direction)
        if not all(SMALLEST < size < LARGEST for size in sizes):
            for matrix in part.split(1):
                direction, (size,) = _moved(matrix, direction)
                grown.append(size)
            continue
        direction = after
        grown.extend(np.divide(sizes, [1.0, *sizes[:-1]]).tolist())
    return direction[:, None], torch.tensor(grown, dtype=torch.float64)[:, None]


def _moved(matrices: torch.Tensor, direction: torch.Tensor) -> tuple[torch.Tensor, list[float]]:
    """A unit direction (S,) after a few steps, and how long it was after each. One that is lost may point anywhere."""
    way = matrices.new_empty(matrices.shape[:2])
    before = direction
    for matrix, after in zip(matrices.unbind(), way.unbind(), strict=True):
        before = torch.mv(matrix, before, out=after)
    sizes = torch.linalg.vector_norm(way, dim=1).tolist()
    return before / sizes[-1] if sizes[-1] else torch.eye(len(before), dtype=before.dtype)[0], sizes
