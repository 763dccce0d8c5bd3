"""What one matrix does to a small push: eigenvalues of the recurrent weights and of the steps' Jacobians."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells import Recurrent
from rnnviz.torch_modules import as_network
from rnnviz.trace import Signal


def spectral_radius(matrix: Tensor | np.ndarray) -> float:
    """The largest absolute eigenvalue of a square matrix; NaN if an entry is not finite.

    Of an RNN's W_hh, log of it is the growth per step of a small push, but only where the network is left alone near
    zero: input and activation move the slopes f', and a driven network with a radius above 1 can still forget.
    """
    values = _array(matrix)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise ValueError(f"a spectral radius is one of a square matrix, not of shape {tuple(values.shape)}")
    return float(abs(spectrum(values).values[0]))


def spectrum(matrices: Signal | Tensor | np.ndarray) -> Signal:
    """Eigenvalues, largest absolute value first, complex: of one square matrix ("rank",), of each step's Jacobian
    ("time", "rank"), as ``step_jacobians`` gives them.

    On the unit circle a push keeps its length, inside it fades, outside it grows; the angle is how far it turns per
    step. NaN for a matrix that is not finite. ValueError for what is not square.
    """
    values = _array(matrices)
    if values.ndim not in (2, 3) or values.shape[-1] != values.shape[-2]:
        raise ValueError(f"a spectrum is one of square matrices, not of shape {tuple(values.shape)}")
    finite = np.isfinite(values).all((-1, -2))
    found = np.full(values.shape[:-1], complex(np.nan, np.nan))
    # torch's, not numpy's: the app bounds its threads, and on busy cores many are fifty times as slow as one.
    found[finite] = torch.linalg.eigvals(torch.from_numpy(values[finite].astype(np.float64))).numpy()
    # Of a conjugate pair, the one above the real axis first, so that the order does not hang on the solver.
    order = np.lexsort((-found.imag, -found.real, -abs(found)))
    axes = ("time", "rank")[-found.ndim :]
    return Signal("spectrum", axes, np.take_along_axis(found, order, -1), r"\lambda_i")


def recurrent_spectra(model: nn.Module, *, layer: int = 0) -> dict[str, Signal]:
    """The ``spectrum`` of each recurrent block of a layer's forward direction: W_hh of an RNN, of an LSTM one per gate.

    Only of an RNN, near a state of zero, are these the eigenvalues of a step; for gated cells they are the weights'.
    """
    network = as_network(model)
    if not 0 <= layer < len(network.layers):
        raise ValueError(f"there is no layer {layer}; layers are 0 to {len(network.layers) - 1}")
    cell = network.layers[layer][0]
    if not isinstance(cell, Recurrent):
        raise ValueError(f"{cell.name} has no recurrent weights, so it has no spectrum of them")
    return {
        name: spectrum(block)
        for name, block in zip(cell.blocks, cell.weight_hh.detach().split(cell.hidden_size), strict=True)
    }


def _array(matrices: Signal | Tensor | np.ndarray) -> np.ndarray:
    if isinstance(matrices, Signal):
        return matrices.values
    return matrices.detach().numpy() if isinstance(matrices, Tensor) else np.asarray(matrices)
