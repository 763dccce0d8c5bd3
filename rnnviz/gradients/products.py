"""The singular values of a product of hundreds of Jacobians, which range over hundreds of decades."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rnnviz.budget import refuse_beyond
from rnnviz.gradients.jacobians import in_sequence_order, matrices_of
from rnnviz.trace import Signal

# What a singular value decomposition resolves, relative to the largest value; below it the logarithms are refined.
RESOLVED = np.log(1e-10)
REFINEMENTS = 3
# A pivot smaller than this part of its step's largest one is rounding; kept at it, what is divided by it stays finite.
PIVOT = 1e-18


def product_singular_values(jacobians: Signal) -> Signal:
    """log10 of the singular values of dS_T / dS_k = J_T ... J_{k+1}, largest first, ("time", "rank"); k is "time".

    At the last step the product is empty and all are 0. Before a Jacobian that is zero all are -inf, before one that is
    not finite NaN. A direction that a step squashes to nothing falls by 18 decades, what float64 can tell from nothing.

    Multiplied out, the product would overflow, and rounding would leave of it little but its fastest direction. Here
    its transpose is Q D N: Q orthogonal, D diagonal and kept as logarithms, N triangular with ones on its diagonal,
    which stays of moderate size; one QR step for each factor (as for Lyapunov exponents, Benettin et al. 1980). D alone
    is right to a decade or two. The values down to 1e-10 of the largest then come from a decomposition of D N, and are
    exact; those below from QR steps on N^T, which turn N towards 1 where the values lie decades apart, so that only
    neighbours of nearly equal size that far down are left with an error, of some tenths of a decade.
    """
    what = f"the products of Jacobians {jacobians.values.shape}"
    refuse_beyond(4 * 8 * jacobians.values.size, what, "give fewer of them, step_jacobians(..., last=n)")
    matrices = matrices_of(jacobians)
    length, size, _ = matrices.shape
    logs = torch.zeros(length, size, dtype=torch.float64)
    shears = torch.eye(size, dtype=torch.float64).repeat(length, 1, 1)
    # Any rotation may come first, it changes no singular value. One along no axis: where units do not interact, the
    # fastest direction would otherwise never come to the front.
    places = torch.arange(1, size + 1, dtype=torch.float64)
    turned, _ = torch.linalg.qr(torch.cos(places[:, None] * places))
    first, before = 0, torch.nan
    for k in reversed(range(length - 1)):
        factor = matrices[k + 1]
        if not bool(torch.isfinite(factor).all()) or not bool(factor.any()):
            first, before = k + 1, -torch.inf if bool(torch.isfinite(factor).all()) else torch.nan
            break
        # The transposed product grows on its left: J_{k+1}^T (J_{k+2}^T ... J_T^T).
        turned, triangle = torch.linalg.qr(factor.T @ turned)
        logs[k], shear = _pulled_out(triangle, logs[k + 1])
        shears[k] = shear @ shears[k + 1]
    values = torch.full((length, size), before, dtype=torch.float64)
    values[first:] = _log_singular_values(logs[first:], shears[first:]) / np.log(10)
    symbol = r"\log_{10} \sigma_i(\partial S_T / \partial S_k)"
    return in_sequence_order(Signal("sigma", ("time", "rank"), values.numpy(), symbol, kind="gradient"), jacobians)


def _pulled_out(triangle: Tensor, logs: Tensor) -> tuple[Tensor, Tensor]:
    """R exp(d) = exp(d') N for a triangular R (..., S, S) and logarithms d (..., S): d' and N."""
    pivots = triangle.diagonal(dim1=-2, dim2=-1).abs()
    pivots = pivots.clamp(min=PIVOT * pivots.amax(-1, keepdim=True))
    ratio = torch.exp((logs[..., None, :] - logs[..., None]).triu().clamp(max=600))
    return logs + pivots.log(), triangle / pivots[..., None] * ratio


def _log_singular_values(logs: Tensor, shears: Tensor) -> Tensor:
    """Of exp(logs) N, (..., S), largest first."""
    largest = logs.amax(-1, keepdim=True)
    exact = torch.linalg.svdvals((logs - largest).exp()[..., None] * shears).log() + largest
    for _ in range(REFINEMENTS):
        # The transpose N^T exp(d) is Q R exp(d), and so has the singular values of what R leaves.
        logs, shears = _pulled_out(torch.linalg.qr(shears.mT)[1], logs)
    refined = logs.sort(-1, descending=True).values
    return torch.where(exact > exact[..., :1] + RESOLVED, exact, torch.minimum(refined, exact))
