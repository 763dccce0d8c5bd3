"""The weights of a layer as pictures: they are the same at every step."""

from __future__ import annotations

import itertools

import numpy as np
from torch import Tensor

from rnnviz.app import naming, results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import head_views
from rnnviz.app.results import Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import Weight
from rnnviz.figures import style
from rnnviz.subjects import Subject


def matrices(subject: Subject, made: Board, of: Layer, **place: object) -> dict:
    """U, W and V: the weights that serve every step. V where the layer is read out, its part for this direction."""
    network, cell = subject.network(), results.cell_of(subject, of)
    shown, readout = [], ()
    if network.readout is not None and network.front is None and of[0] == network.num_layers - 1:
        side = network.readout.weight.split(network.hidden_size, 1)[network.directions.index(of[1])]
        readout = (Weight("readout.weight", "", side, cell.output, ()),)
    for weight in (*itertools.chain(*map(_in_real_parts, cell.weights())), *readout):
        values = weight.value.detach().numpy()
        name, _colon, state = weight.factor.partition(":")
        symbol = naming.named(cell.name, weight.symbol) or naming.plain(naming.of(cell.name).readout)
        title, beside = (weight.name, symbol) if naming.of(cell.name) is naming.PYTORCH else (symbol, weight.name)
        framed, blocks = "row", [(into, style.ROLES[cell.quantities[into].role]) for into in weight.into]
        if name == "x":
            meaning = _("multiplies what the layer below passes up") if of[0] else _("multiplies the word x_t")
        elif name == "previous":
            meaning = _("multiplies the state {state}").format(state=naming.named(cell.name, f"{state}_t−1"))
        else:  # the chosen unit is one of those that it multiplies
            framed, blocks = "column", [("", style.INK)]
            meaning = _("turns the state h_t into the outputs y_t")
            if weight in readout:
                meaning = _("turns the state h_t into scores")
            if weight.factor != "h":
                told = _("turns {quantity} into scores") if weight in readout else _("multiplies {quantity}")
                meaning = told.format(quantity=f"{naming.letter(cell.name, weight.factor)}_t")
        meaning = naming.named(cell.name, meaning) + _shape_in_words(cell.name, weight)
        most = float(np.abs(values).max())
        shown.append(
            {
                "name": title,
                "beside": beside,
                "meaning": meaning,
                "shape": f"{values.shape[0]} × {values.shape[1]}",
                "rows": values.shape[0],
                "columns": values.shape[1],
                "array": made.array(weight.name, values),
                "range": [-most, most],
                "framed": framed,
                "blocks": [{"name": naming.letter(cell.name, into), "color": color} for into, color in blocks],
            }
        )
    shown += [_constant(made, *constant) for constant in cell.constants().items()]
    return {
        "kind": "matrices",
        "title": _("The same weights serve all {count} steps").format(count=subject.read().steps),
        "caption": sentences(
            _("Framed: the rows and the column of the chosen unit. Nothing here moves while you slide."),
            head_views.left_out(network),
        ),
        "matrices": shown,
        **place,
    }


def _constant(made: Board, symbol: str, value: Tensor) -> dict:
    """Numbers that are no matrix that multiplies: a row, of complex ones the real parts over the imaginary ones."""
    numbers = value.detach().numpy()
    by_unit, is_complex = numbers.ndim == 1, np.iscomplexobj(numbers)
    if by_unit:
        numbers = np.stack([numbers.real, numbers.imag]) if is_complex else numbers[None]
    told = _("one number for each unit, the same at every step") if by_unit else _("a row for each unit")
    parts = _("real parts above, imaginary ones below") if is_complex else ""
    most = float(np.abs(numbers).max()) or 1.0
    return {
        "name": symbol,
        "beside": "",
        "meaning": _("; ").join(filter(None, (told, parts))),
        "shape": f"{numbers.shape[0]} × {numbers.shape[1]}",
        "rows": numbers.shape[0],
        "columns": numbers.shape[1],
        "array": made.array(f"constant:{symbol}", numbers),
        "range": [-most, most],
        "framed": "column" if by_unit else "row",
        "blocks": [{"name": "", "color": style.INK}],
    }


def _in_real_parts(weight: Weight) -> tuple[Weight, ...]:
    """A matrix of complex numbers as its two parts."""
    if not weight.value.is_complex():
        return (weight,)
    parts = {"Re": weight.value.real, "Im": weight.value.imag}
    return tuple(
        weight._replace(name=f"{part} {weight.name}", symbol=f"{part} {weight.symbol}", value=value)
        for part, value in parts.items()
    )


def _shape_in_words(cell: str, weight: Weight) -> str:
    """Why a matrix has as many rows and columns as it has."""
    rows, columns = weight.value.shape
    blocks = len(weight.into)
    if blocks > 1:
        names = _(", ").join(naming.letter(cell, into) for into in weight.into)
        said = _(": {blocks} × {units} rows, a block of one row per unit for each of {names}; {columns} columns")
        return said.format(blocks=blocks, units=rows // blocks, names=names, columns=columns)
    if rows == 1:
        return _(": 1 row, for the one number it makes; {columns} columns, one for each it reads").format(
            columns=columns
        )
    return _(": {rows} rows, one for each number it makes; {columns} columns, one for each it reads").format(
        rows=rows, columns=columns
    )
