"""One layer in one direction as a LayerTrace: all quantities of all steps, or those that are kept."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnviz.cells import Cell, Held, State
from rnnviz.network import recover, unroll
from rnnviz.trace import Direction, LayerTrace, Signal
from rnnviz.verifying import refuse_other_states

BLOCK = 1000  # steps of which all quantities are there at once where only some are kept


def steps_of(
    cell: Cell,
    x: Tensor,
    state: State,
    backward: bool,
    held: Held | None,
    h: Tensor | None,
    keep: Sequence[str] | None,
) -> State:
    """Every quantity of every step, or those to ``keep`` and the output; ``h``: what the fused kernel returned, None
    where none ran."""
    if keep is None:
        return _block(cell, x, state, backward, held, h)
    blocks, starts = [], range(0, len(x), BLOCK)
    for start in reversed(starts) if backward else starts:
        part = slice(start, start + BLOCK)
        all_of_it = _block(cell, x[part], state, backward, held and held[part], None if h is None else h[part])
        state = {name: all_of_it[name][0 if backward else -1].clone() for name in cell.state}
        blocks.append({name: value for name, value in all_of_it.items() if name in (*keep, cell.output)})
    blocks = blocks[::-1] if backward else blocks
    return {name: torch.cat([block[name] for block in blocks]) for name in blocks[0]}


def _block(cell: Cell, x: Tensor, state: State, backward: bool, held: Held | None, h: Tensor | None) -> State:
    if h is None:
        return unroll(cell, x, state, backward, held)
    quantities = recover(cell, x, state, h, backward)
    refuse_other_states(cell, quantities["h"], h, x)
    return quantities | {"h": h}


def layer_trace(
    cell: Cell,
    index: int,
    direction: Direction,
    quantities: State,
    start: State,
    held: Held | None,
    keep: Sequence[str] | None,
) -> LayerTrace:
    kept = {name: quantity for name, quantity in cell.quantities.items() if keep is None or name in keep}
    axes = {name: ("time", "batch", *quantity.axes) for name, quantity in cell.quantities.items()}
    return LayerTrace(
        cell=cell.name,
        layer=index,
        direction=direction,
        signals=tuple(
            signal_of(name, quantity.symbol, axes[name], quantities[name], quantity.bounds, direction)
            for name, quantity in kept.items()
        ),
        left_out=tuple(name for name in cell.quantities if name not in kept),
        initial={
            name: signal_of(name, rf"{name}_0", ("batch", *cell.quantities[name].axes), value.clone())
            for name, value in start.items()
        },
        output=cell.output,
        held={
            name: Signal(name, axes[name], where.numpy(), direction=direction)
            for name, where in (held.where() if held else {}).items()
            if name in kept
        },
    )


def signal_of(
    name: str,
    symbol: str,
    axes: tuple[str, ...],
    value: Tensor,
    bounds: tuple[float, float] | None = None,
    direction: Direction = "forward",
) -> Signal:
    return Signal(name, axes, value.detach().contiguous().numpy(), symbol, bounds, direction=direction)
