"""States as those who differentiate by them count them, as rows of real numbers: a matrix row after row, a complex
number as its real and its imaginary part."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.cells.base import Cell, State


def told(cell: Cell) -> tuple[str, ...]:
    """What a step tells the next step and the layer above: the states, with the output where it is none of them."""
    return cell.state if cell.output in cell.state else (cell.output, *cell.state)


def count(cell: Cell, name: str) -> int:
    """How many real numbers a quantity has."""
    return cell.width(name) * (2 if cell.quantities[name].complex else 1)


def flat(cell: Cell, name: str, value: Tensor) -> Tensor:
    """(..., *shape), real or complex, as (..., N) real numbers."""
    own = len(cell.quantities[name].shape)
    if cell.quantities[name].complex:
        value, own = torch.view_as_real(value), own + 1
    return value if own == 1 else value.flatten(value.ndim - own)


def shaped(cell: Cell, name: str, row: Tensor) -> Tensor:
    """(..., N) real numbers as (..., *shape), what ``flat`` was made of."""
    quantity = cell.quantities[name]
    if quantity.complex:
        row = torch.view_as_complex(row.unflatten(-1, (-1, 2)).contiguous())
    return row if len(quantity.shape) == 1 else row.unflatten(-1, cell.shape(name))


def all_shaped(cell: Cell, rows: State) -> State:
    return {name: shaped(cell, name, row) for name, row in rows.items()}
