"""What a summand of the equations is made of: a row of a matrix and the vector that it multiplies."""

from __future__ import annotations

import torch

from rnnviz.app import naming, results
from rnnviz.app.panels.network_views import mathml
from rnnviz.app.results import Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import Cell, Weight
from rnnviz.subjects import Subject
from rnnviz.summands import Parts


def of_cell(subject: Subject, board: Board, of: Layer, name: str, parts: Parts, suffix: str) -> list[dict]:
    """For each summand of the quantity ``name`` which products add up to it; nothing for one that is no such sum.

    ``suffix``: of the arrays on the board, see ``network_views.register``.
    """
    cell = results.cell_of(subject, of)
    weights = {weight.name: weight for weight in cell.weights()}
    opened = []
    for term, made_by in zip(parts.terms, parts.weights, strict=True):
        weight = weights.get(made_by)
        if weight is None or name not in weight.into or not _has_a_row_each(cell, name, weight):
            opened.append({})
            continue
        first = weight.into.index(name) * len(weight.value) // len(weight.into)
        opened.append(
            _products(
                board,
                made_by + suffix,
                weight.value,
                first,
                weight.factor + suffix,
                naming.named(subject.cell, term.symbol),
            )
        )
    return opened


def _has_a_row_each(cell: Cell, name: str, weight: Weight) -> bool:
    """Whether each number of the quantity has a row of the matrix, of real numbers, and what it multiplies is shown."""
    _source, _colon, factor = weight.factor.partition(":")
    odd = cell.not_a_vector([name, *({factor or weight.factor} & set(cell.quantities))])
    return odd is None and not weight.value.is_complex()


def of_readout(subject: Subject, board: Board, of: Layer, parts: Parts) -> list[dict]:
    """As ``of_cell`` for the scores; only of the layer that is read out, and in the direction that is looked at;
    nothing for a readout that reads them through layers which are not linear."""
    network = subject.network()
    opened = [{} for _term in parts.terms]
    if of[0] == network.num_layers - 1 and network.front is None:
        side = network.directions.index(of[1])
        weight = network.readout.weight.split(network.hidden_size, 1)[side]
        read = results.cell_of(subject, of).output
        symbol = naming.of_readout(subject.cell, parts.terms[side].symbol, read)
        opened[side] = _products(board, "readout.weight", weight, 0, read, symbol)
    return opened


def _products(board: Board, name: str, weight: torch.Tensor, first: int, factor: str, symbol: str) -> dict:
    """``first``: the row of the matrix that belongs to the first unit."""
    matrix, vector = symbol.replace(r"\,", " ").split(" ", 1)
    return {
        "products": {
            "weight": board.array(name, weight.detach().numpy()),
            "columns": weight.shape[1],
            "first": first,
            "factor": factor,
            "names": [mathml(matrix), mathml(vector)],
        }
    }
