"""The memory capacity of a linear reservoir, exact: what no measurement of it can reach in floating point."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rnnviz.dynamics.capacity import MemoryCapacity
from rnnviz.trace import Signal

ZERO = 1e-10  # a singular value, of 1 for the largest, that rounding has left of zero


def linear_memory_capacity(weight_hh: Tensor, weight_ih: Tensor, max_delay: int) -> MemoryCapacity:
    """MC_k of the reservoir h_t = W h_{t-1} + w u_t without noise or regression, by delay from 0; ``total``: over all.

    Jaeger (2001): MC_k = (W^k w)' G^-1 (W^k w), where G = W G W' + w w' is the covariance of the state under white
    noise of variance 1. Over all delays it sums to the rank of G: N for almost every reservoir.

    G itself is of no use in float64: its smallest eigenvalues are below 1e-16 of the largest from some 40 random units
    on, and what is lost with them is a third of the sum at N = 100. But MC_k is the same in all coordinates of the
    state, so that it is a function of the eigenvalues of W alone. In theirs, G_ij = 1 / (1 - l_i conj(l_j)), and MC_k
    is the squared size of the k-th Taylor coefficients of an orthonormal basis of the functions 1 / (1 - l_i z), which
    Takenaka (1925) and Malmquist (1926) gave in closed form (Heuberger, Van den Hof, Wahlberg 2005, Modelling and
    Identification with Rational Orthogonal Basis Functions). Every factor of it has size 1 on the unit circle,
    so that errors do not grow: what comes out agrees to 1e-14 with 1,500-bit arithmetic.

    ``weight_hh``: (N, N). ``weight_ih``: (N,) or (N, 1). Of a reservoir that leaks at the rate a they are
    (1 - a) I + a W and a w. ValueError for other shapes, and where an eigenvalue that the input reaches is not below 1
    in size: such a reservoir does not forget.
    """
    matrix, inputs = weight_hh.detach().double(), weight_ih.detach().double().reshape(-1)
    if matrix.ndim != 2 or matrix.shape != (len(inputs), len(inputs)):
        raise ValueError(f"weight_hh {tuple(matrix.shape)} must be square, and weight_ih {tuple(weight_ih.shape)} fit")
    reached = reached_eigenvalues(matrix, inputs).numpy()
    if not (np.abs(reached) < 1).all():
        raise ValueError("the spectral radius must be below 1: such a reservoir does not forget")
    delays = np.arange(max_delay + 1)
    found, passed = np.zeros(max_delay + 1), np.zeros(max_delay + 1, dtype=complex)
    passed[0] = 1  # the product of (z - conj(l)) / (1 - l z) over the eigenvalues so far, as Taylor coefficients
    for value in reached:
        divided = np.convolve(passed, value**delays)[: max_delay + 1]
        found += (1 - abs(value) ** 2) * np.abs(divided) ** 2
        passed = np.append(0, divided[:-1]) - np.conj(value) * divided
    return MemoryCapacity(Signal("MC", ("delay",), found, r"\mathrm{MC}_k", (0.0, 1.0)), float(len(reached)))


def reached_eigenvalues(matrix: Tensor, inputs: Tensor) -> Tensor:
    """The eigenvalues (rank,) of W (N, N) in the directions that inputs w (N,) can move the state in, complex.

    Zeros in the two leave directions out in two ways (Lin 1974, Structural controllability, IEEE Trans. Automatic
    Control 19:201): no path leads from the input to a unit; or there is a vector y with y'W = l y' and y'w = 0, and
    then nothing moves y'h. The latter happens at eigenvalues l that several units have on the diagonal: at 0 where some
    units are heard by nobody, at 1 - a where they leak.
    """
    reached, before = inputs != 0, None
    while before is None or not torch.equal(reached, before):
        before, reached = reached, reached | (matrix[:, reached] != 0).any(1)
    matrix, inputs = matrix[reached][:, reached], inputs[reached]
    values, units = matrix.diagonal().unique(return_counts=True)
    for value in values[units > 1].tolist():
        stuck = True
        while stuck and len(inputs):
            shifted = matrix - value * torch.eye(len(inputs), dtype=matrix.dtype)
            sides = [shifted / shifted.norm().clamp(min=ZERO), inputs[:, None] / inputs.norm()]
            directions, sizes, _ = torch.linalg.svd(torch.cat(sides, 1), full_matrices=False)
            stuck = bool((sizes <= ZERO).any())
            directions = directions[:, sizes > ZERO]
            matrix, inputs = directions.T @ matrix @ directions, directions.T @ inputs
    return torch.linalg.eigvals(matrix)
