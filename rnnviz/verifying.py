"""Whether a recording is what the module computes: the promise of ``record``, checked at every call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import Cell
from rnnviz.trace import LayerTrace

# Two kernels add up in another order: so many units of rounding, and one more for each step that adds to a state.
ROUNDINGS = 1000


def refuse_other_states(cell: Cell, by_equation: Tensor, h: Tensor, x: Tensor) -> None:
    """RuntimeError where the states that a kernel returned, (T, B, H), do not follow from one another by the equations.

    ``by_equation``: each state as the equations give it from the kernel's state before, so that rounding cannot grow
    from step to step, whatever the weights are. It is overwritten.
    """
    rounding = torch.finfo(h.dtype).eps * (ROUNDINGS + len(h))
    apart = by_equation.sub_(h)
    line = apart.reshape(-1)
    # None of them is above their Euclidean norm, which takes less time than the largest; a NaN is not below anything.
    if float(torch.dot(line, line)) <= rounding**2:
        return
    # Large weights and inputs lose digits where they cancel; a state that exploded has none left to compare.
    read = max(_largest(h), 1.0) * _row_sum(cell.weight_hh) + _largest(x) * _row_sum(cell.weight_ih)
    allowed = rounding * max(1.0, read)
    _refuse(f"the states of this {cell.name} differ", "its equations", _largest(apart), allowed)


def refuse_other_step(name: str, by_layer: Sequence[Tensor], own: Sequence[Tensor]) -> None:
    """RuntimeError where one step of all layers of a torch module, run one by one, is not what they return together.

    ``by_layer``, ``own``: the output of the step, and the last states.
    """
    for ours, theirs in zip(by_layer, own, strict=True):
        rounding = torch.finfo(theirs.dtype).eps * ROUNDINGS
        _compare(f"the first step of the layers of this {name} differs", ours.numpy(), theirs.numpy(), rounding)


def refuse_other_ends(name: str, layers: Sequence[LayerTrace], last: Sequence[Tensor]) -> None:
    """RuntimeError where the ``last`` states that a torch module returned, (L·D, B, H) each, are not those recorded."""
    for state, rows in zip(layers[0].initial, last, strict=False):
        if state in layers[0].left_out:
            continue
        for layer, own in zip(layers, rows.detach().numpy(), strict=True):
            values = layer[state].values
            rounding = np.finfo(values.dtype).eps * (ROUNDINGS + len(values))
            end = values[0 if layer.direction == "backward" else -1]
            _compare(f"the last {state} recorded of this {name} differs", end, own, rounding)


def refuse_other_run(name: str, recorded: np.ndarray, own: np.ndarray) -> None:
    """RuntimeError where what is ``recorded`` (T, B, N) is not what the model returned in a run of its ``own``, of the
    same shape or (T, N)."""
    rounding = np.finfo(own.dtype).eps * (ROUNDINGS + len(own))
    _compare(f"what is recorded of this {name} differs", recorded, own.reshape(recorded.shape), rounding)


def _compare(what: str, recorded: np.ndarray, own: np.ndarray, rounding: float) -> None:
    with np.errstate(all="ignore"):
        apart = np.abs(recorded - own)
    if apart.max() <= rounding:  # a NaN is not
        return
    known = np.isfinite(recorded) & np.isfinite(own)
    size = float(np.abs(own[known]).max(initial=1.0))
    _refuse(what, "what the module itself returns", float(apart[known].max(initial=0.0)), rounding * size)


def _refuse(what: str, other: str, apart: float, allowed: float) -> None:
    if not apart <= allowed:
        raise RuntimeError(
            f"{what} from {other} by {apart:.2g}; rounding explains "
            f"{allowed:.1g}: something besides the weights changes what it computes, so the recording would be wrong. "
            "Record a plain torch.nn module with the same weights (load_state_dict)"
        )


def _largest(values: Tensor) -> float:
    finite = values[torch.isfinite(values)]
    return float(finite.abs().max()) if len(finite) else 0.0


def _row_sum(weight: Tensor) -> float:
    return float(weight.abs().sum(1).max())
