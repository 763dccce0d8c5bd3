"""A cell along ten thousand steps of one sequence: its equations on small numpy arrays, in float64.

What takes the time of such a run is calling, not arithmetic: a step of 16 units is some twenty operations, and torch
takes many times as long as numpy to begin each. The tests hold every loop against the cell's own ``forward``.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import GRU2014, LSTM, LSTM1997, Cell, Elman, Jordan, PeepholeLSTM

States = dict[str, np.ndarray]


@torch.no_grad()
def read(cell: Cell, x: Tensor) -> States:
    """The states (T, H), h and c where there is one, of a cell of the lineage at all steps of embedded ``x`` (T, I).

    From a start of zeros, in float64. KeyError for another cell.
    """
    loops = {Elman: _elman, Jordan: _jordan, LSTM1997: _lstm, LSTM: _lstm, PeepholeLSTM: _lstm, GRU2014: _gru}
    with np.errstate(over="ignore"):  # exp of what shuts a gate for good
        return loops[type(cell)](copy.deepcopy(cell).double(), x.double())


def _numbers(*weights: Tensor) -> list[np.ndarray]:
    return [weight.numpy() for weight in weights]


def _driven(x: Tensor, weight_ih: Tensor, *biases: Tensor) -> np.ndarray:
    """What the input and the biases give at every step, (T, blocks·H)."""
    return (x @ weight_ih.T + sum(biases)).numpy()


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def _elman(cell: Elman, x: Tensor) -> States:
    (w,) = _numbers(cell.weight_hh)
    states = _driven(x, cell.weight_ih, cell.bias_ih, cell.bias_hh)
    h = np.zeros(cell.hidden_size)
    for a in states:
        a += w @ h
        h = np.tanh(a, out=a)
    return {"h": states}


def _jordan(cell: Jordan, x: Tensor) -> States:
    """Of state units that hear sigmoid outputs."""
    w, said, bias = _numbers(cell.weight_hh, cell.weight_hy, cell.bias_hy)
    states = _driven(x, cell.weight_ih, cell.bias_ih, cell.bias_hh)
    s = np.zeros(cell.outputs)
    for a in states:
        a += w @ s
        s = cell.decay * s + _sigmoid(said @ np.tanh(a, out=a) + bias)
    return {"h": states}


def _lstm(cell: LSTM | LSTM1997 | PeepholeLSTM, x: Tensor) -> States:
    """The LSTM of 1997 as an ordinary one, with half of its c (see its ``kernel_weights``)."""
    units, scale = cell.hidden_size, 2 if isinstance(cell, LSTM1997) else 1
    weight_ih, weight_hh, *biases = cell.kernel_weights()
    (w,), driven = _numbers(weight_hh), _driven(x, weight_ih, *biases)
    p = cell.peepholes.numpy() if isinstance(cell, PeepholeLSTM) else np.zeros(3 * units)
    p_in, p_out = p[: 2 * units].reshape(2, units), p[2 * units :]
    states, cells = np.empty((2, len(x), units))
    h = c = np.zeros(units)
    for a, h_t, c_t in zip(driven, states, cells, strict=True):
        a += w @ h
        a = a.reshape(4, units)
        i, f = _sigmoid(a[:2] + p_in * c)
        c = np.add(f * c, i * np.tanh(a[2]), out=c_t)
        h = np.multiply(_sigmoid(a[3] + p_out * c), np.tanh(c), out=h_t)
    return {"h": states, "c": scale * cells}


def _gru(cell: GRU2014, x: Tensor) -> States:
    """As published: the reset gate acts on the old state. In rnnviz, as in torch, z = 1 keeps."""
    gates, candidate = np.split(*_numbers(cell.weight_hh), [2 * cell.hidden_size])
    driven, states = _driven(x, cell.weight_ih, cell.bias_ih, cell.bias_hh), np.empty((len(x), cell.hidden_size))
    h = np.zeros(cell.hidden_size)
    for a, h_t in zip(driven, states, strict=True):
        r, z = _sigmoid(a[: len(gates)] + gates @ h).reshape(2, -1)
        n = np.tanh(a[len(gates) :] + candidate @ (r * h))
        h = np.add(n, z * (h - n), out=h_t)
    return {"h": states}
