"""How a cell's weights start, where that is not torch's uniform default: what it can remember before any training."""

from __future__ import annotations

import torch
from torch import nn

RECURRENT = ("default", "orthogonal", "identity")


@torch.no_grad()
def initialise(
    cell: nn.Module,
    *,
    recurrent: str = "default",
    spectral_radius: float | None = None,
    forget_bias: float | None = None,
    memory_span: float | None = None,
    generator: torch.Generator | None = None,
) -> None:
    """Replace some of the weights of a ``Cell`` that was just drawn; without options nothing is drawn or changed.

    ``recurrent``: every (H, H) block of ``weight_hh`` "orthogonal" (Saxe, McClelland, Ganguli 2014,
    arXiv:1312.6120) or the "identity" (Le, Jaitly, Hinton 2015, arXiv:1504.00941). ``spectral_radius``: each block is
    then scaled to have it. ``forget_bias``: the bias of the gate that keeps, all units alike (Gers, Schmidhuber,
    Cummins 2000; Jozefowicz et al. 2015), or the opposite of the one that writes where what it leaves is kept.
    ``memory_span`` (more than 2 steps): that bias is drawn as
    log U(1, span - 1), and the bias of the gate that writes is its opposite, so that units start with memories of all
    lengths up to the span ("chrono", Tallec & Ollivier 2018, arXiv:1804.11188). Both set the sum of the two biases.

    Raises ValueError for an unknown choice, for a gate's bias in a cell without such a gate or without biases, for
    ``forget_bias`` and ``memory_span`` at once, for recurrent weights in a cell without any, and for a spectral radius
    of weights that are not square.
    """
    if recurrent not in RECURRENT:
        raise ValueError(f"recurrent {recurrent!r} is not one of {', '.join(RECURRENT)}")
    if spectral_radius is not None and not spectral_radius >= 0:
        raise ValueError(f"spectral_radius is {spectral_radius}; it must be at least 0")
    if recurrent != "default" or spectral_radius is not None:
        _start_recurrent(cell, recurrent, spectral_radius, generator)
    if forget_bias is None and memory_span is None:
        return
    if forget_bias is not None and memory_span is not None:
        raise ValueError("forget_bias and memory_span both set the bias of the gate that keeps; give one of them")
    if cell.keeps is None:
        raise ValueError(
            f"this {cell.name} has no gate that keeps its state, so it takes neither forget_bias nor memory_span"
        )
    keep = next(cell.parameters()).new_empty(cell.hidden_size)
    if memory_span is None:
        keep.fill_(forget_bias)
    elif memory_span > 2:
        keep.uniform_(1, memory_span - 1, generator=generator).log_()
    else:
        raise ValueError(f"memory_span is {memory_span}; it must be more than 2 steps")
    cell.set_keeping(keep, opposite=memory_span is not None)


def _start_recurrent(
    cell: nn.Module, recurrent: str, spectral_radius: float | None, generator: torch.Generator | None
) -> None:
    weight = getattr(cell, "weight_hh", None)
    if weight is None:
        raise ValueError(f"{cell.name} has no recurrent weights, so it takes neither recurrent nor spectral_radius")
    rows, columns = cell.hidden_size, weight.shape[1]
    if spectral_radius is not None and rows != columns:
        raise ValueError(f"recurrent weights of {rows} × {columns} have no spectral radius; they must be square")
    for block in weight.split(rows):
        if recurrent == "orthogonal":
            nn.init.orthogonal_(block, generator=generator)
        elif recurrent == "identity":
            nn.init.eye_(block)
        if spectral_radius is not None:
            block *= spectral_radius / torch.linalg.eigvals(block).abs().max()
