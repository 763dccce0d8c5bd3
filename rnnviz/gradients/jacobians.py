"""The derivative of each step's state by the state before it, its singular values, and the bounds that follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept, sequence_of
from rnnviz.budget import chosen, refuse_beyond
from rnnviz.cells import Elman
from rnnviz.cells.coordinates import count
from rnnviz.gradients.following import Steps, follow
from rnnviz.gradients.sweeping import flipped
from rnnviz.torch_modules import as_network
from rnnviz.trace import Signal

AT_ONCE = 64
LEAST = 1e-10


@torch.no_grad()
def step_jacobians(
    model: nn.Module,
    x: Tensor,
    *,
    state: Tensor | tuple[Tensor, ...] | None = None,
    layer: int | None = None,
    batch: int = 0,
    last: int | None = None,
) -> Signal:
    """J_t = dS_t / dS_{t-1} of every step, ("time", "to", "from"), float64.

    S is the cut state: h, or for an LSTM the units of h and then those of c, as coordinates of their own; of a matrix
    row after row, of complex numbers real and imaginary part after one another. The forward
    direction of ``layer`` (the top one unless given) for sequence ``batch``; packed sequences may differ in length.
    Of a network that reads from the end, J_t = dS_t / dS_{t+1}, at position t as everywhere. ``model``, ``x``,
    ``state`` and errors as in ``record``.

    ``last``: only those of the last so many steps that are read, as the full result has them. T (S H)^2 numbers, S the
    number of states: 130 MB for an LSTM of 64 units over 1000 steps. ValueError, before any work, for more than
    ``rnnviz.budget.BYTES``.

    >>> import torch, rnnviz
    >>> rnnviz.gradients.step_jacobians(torch.nn.LSTM(4, 16), torch.randn(30, 1, 4)).shape
    (30, 32, 32)
    """
    x, state, batch = sequence_of(model, x, state, batch)
    network, accepted, _ = accept(model, x, state)
    kept, cell = len(chosen(len(accepted), last)), network.layers[0][0]
    size = sum(count(cell, name) for name in cell.state)
    refuse_beyond(
        8 * kept * size**2,
        f"{kept:,} Jacobians of {size} x {size}",
        "take the last n of them with last=n, or all in jacobian_blocks",
    )
    with torch.inference_mode(False):
        steps = follow(model, x, state).first_steps(layer).sequence(batch).last(kept)
        length = len(steps.x)
        jacobians = torch.zeros(length, size, size, dtype=torch.float64)
        for first in range(0, length, AT_ONCE):
            fill(jacobians[first : first + AT_ONCE], steps, first)
    return jacobian_signal(steps, jacobians)


def fill(jacobians: Tensor, steps: Steps, first: int) -> None:
    """Put the Jacobians of the steps from ``first`` on, in reading order, into zeros (steps, S, S)."""
    rows, size = {}, 0
    for name in steps.cell.state:
        rows[name] = slice(size, size := size + count(steps.cell, name))
    for (to, before), block in steps.linear.blocks(first, first + len(jacobians)).items():
        if to not in rows:  # an output, which the next step does not receive
            continue
        part = jacobians[:, rows[to], rows[before]]
        target = part if block.ndim == 4 else part.diagonal(dim1=-2, dim2=-1)
        target.copy_(block[:, 0])


def jacobian_signal(steps: Steps, jacobians: Tensor) -> Signal:
    """Those of all or of some ``steps``, from reading order to that of the sequence."""
    before = "t+1" if steps.direction == "backward" else "t-1"
    return Signal(
        "J",
        ("time", "to", "from"),
        flipped(steps, jacobians).numpy(),
        rf"\partial S_t / \partial S_{{{before}}}",
        kind="gradient",
        direction=steps.direction,
    )


def singular_values(jacobians: Signal, *, single: bool = False) -> Signal:
    """Of every step's Jacobian, largest first, ("time", "rank"); NaN where the Jacobian is not finite.

    ``single``: to the seven digits that float32 has, in two thirds of the time.
    """
    decompose = _by_squares if single else torch.linalg.svdvals
    matrices = matrices_of(jacobians)
    finite = torch.from_numpy(np.isfinite(matrices.numpy()).all((1, 2)))  # torch.isfinite takes ten times as long
    values = torch.full(matrices.shape[:2], torch.nan, dtype=torch.float64)
    values[finite] = decompose(matrices if finite.all() else matrices[finite])
    return in_sequence_order(
        Signal("sigma", ("time", "rank"), values.numpy(), r"\sigma_i(J_t)", (0.0, np.inf), "gradient"), jacobians
    )


def _by_squares(matrices: Tensor) -> Tensor:
    """Roots of the eigenvalues of J'J. An eigenvalue is right to 1e-16 of the largest one, so that where the least is
    smaller than ``LEAST`` of it, or the squares leave the range of float64, the matrix itself is decomposed."""
    squares = matrices.mT @ matrices
    sizes = squares.diagonal(dim1=-2, dim2=-1).amax(-1)
    squares[~((sizes > 1e-200) & (sizes < 1e200))] = 0.0
    values = torch.linalg.eigvalsh(squares).flip(-1)
    lost = ~(values[:, -1] > LEAST * values[:, 0])
    values.sqrt_()
    if lost.any():
        values[lost] = torch.linalg.svdvals(matrices[lost])
    return values


def norm_bound(jacobians: Signal) -> Signal:
    """log10 of the product of the steps' largest singular values, ||J_T|| ... ||J_{k+1}||, ("time",).

    ``jacobians``: as of ``step_jacobians``, or their ``singular_values`` where these are known already.

    What ||dS_T / dS_k|| cannot exceed, for any cell; 0 at the last step. For an RNN each factor is ||diag(f') W_hh||.
    It is loose, since every step is taken at its worst direction: below 0 it proves that the gradient vanishes, above 0
    it proves nothing.
    """
    known = jacobians if jacobians.axes == ("time", "rank") else singular_values(jacobians)
    with np.errstate(divide="ignore"):
        worst = np.log10(in_sequence_order(known, jacobians).values[:, 0])
    values = np.concatenate([np.cumsum(worst[:0:-1])[::-1], [0.0]])
    bound = Signal("norm bound", ("time",), values, r"\log_{10} \prod_{s > k} \| J_s \|", kind="gradient")
    return in_sequence_order(bound, jacobians)


def pascanu_bound(model: nn.Module, steps: int, *, layer: int | None = None) -> Signal:
    """``(T - k) log10(sigma_max(W_hh) max |f'|)``, ("time",): what log10 ||dh_T / dh_k|| of an RNN cannot exceed.

    **Sufficient for vanishing only** (Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063): where the factor is below 1,
    every gradient dies. Above 1 it says nothing: a line that climbs does not mean that gradients explode. It is looser
    than ``norm_bound``, for f' is taken at its steepest (1 for tanh and relu, 1/4 for the sigmoid).

    ``steps``: T. ``layer``: the top one unless given, its forward direction. ValueError for a cell with gates, which
    add ways that this factor does not know.
    """
    network = as_network(model)
    if not 0 <= (layer := network.num_layers - 1 if layer is None else layer) < network.num_layers:
        raise ValueError(f"there is no layer {layer}; layers are 0 to {network.num_layers - 1}")
    cell = network.layers[layer][0]
    if not isinstance(cell, Elman):
        raise ValueError(f"this bound is one of the RNN; for {cell.name} use norm_bound(step_jacobians(...))")
    factor = torch.linalg.matrix_norm(cell.weight_hh.detach().double(), 2) * cell.steepest
    back = torch.arange(steps - 1, -1, -1, dtype=torch.float64)
    # 0 times -inf is no bound but NaN: no step back is a factor of 1 even where W_hh is zero.
    values = torch.where(back > 0, back * factor.log10(), 0.0)
    return Signal(
        "Pascanu's bound", ("time",), values.numpy(), r"(T - k) \log_{10}(\sigma_1(W_{hh}) \max |f'|)", kind="gradient"
    )


def matrices_of(jacobians: Signal) -> Tensor:
    """(T, S·H, S·H), in reading order; ValueError for a signal that is not one of Jacobians."""
    if jacobians.axes != ("time", "to", "from"):
        raise ValueError(f"expected step_jacobians(...) with axes ('time', 'to', 'from'), not {jacobians.axes}")
    return torch.tensor(np.ascontiguousarray(in_sequence_order(jacobians, jacobians).values), dtype=torch.float64)


def in_sequence_order(result: Signal, jacobians: Signal) -> Signal:
    """A result of ``jacobians`` over time, from reading order to sequence order (or back), and of their direction."""
    backward = jacobians.direction == "backward"
    values = result.values[::-1].copy() if backward else result.values
    return replace(result, values=values, direction=jacobians.direction)
