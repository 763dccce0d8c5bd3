"""The cell's own drawing as a panel, with the vectors that its boxes show at each step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.app import naming
from rnnviz.app import results as cached
from rnnviz.app.i18n import _, closed_up, sentences
from rnnviz.app.panels import held_runs, quantity_words
from rnnviz.app.panels.quantity_shapes import numbers, shape_of, units_of
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import Cell
from rnnviz.cells.diagram import Operation, Wire
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.summands import Parts
from rnnviz.trace import LayerTrace, Signal

SHORT, LONG = 6, 14  # letters of a word that has room beside limits, and of one with what stands beside it


def diagram(subject: Subject, made: Board, of: Layer = FIRST, **place: object) -> dict:
    """The cell's own drawing, with the numbers that its boxes show."""
    cell, layer, parts = cached.cell_of(subject, of), cached.layer(subject, of), cached.parts(subject, of)
    boxes, states, units, ranges = [], [], units_of(cell), _ranges(cell, layer)
    for box in cell.diagram.boxes:
        name, _colon, detail = box.signal.partition(":")
        color = None
        if name == "previous":
            signal, meaning = layer.previous(detail), _("The state that this step started from.")
        elif name == "x":
            signal, meaning = cached.below(subject, of), _input_meaning(subject, of)
        elif detail == "sum":
            signal = sum_of(parts[name])
            meaning = _("The sum of the summands, before the non-linearity.")
        elif detail:
            signal = as_whole(parts[name].terms[int(detail)], layer[name])
            meaning = _("One summand of the new state.")
        else:
            signal, meaning = layer[name], _(cell.quantities[name].meaning)
            color = style.ROLES[cell.quantities[name].role] if box.kind == "gate" else None
        if box.signal not in layer:
            made.array(box.signal, numbers(signal.at(batch=0).values))
        # One range for all that is not a gate: the same colour is the same number everywhere in the drawing.
        gate = style.scale_name(signal) == "gate"
        of_units = name if name in layer else detail  # the quantity whose shape it has
        shape = shape_of(cell, of_units) if of_units in layer else {}
        own = None if gate else ranges.get(of_units)
        word = quantity_words.word(cell, name) if box.signal in cell.quantities else ""
        states += [] if gate or own else [numbers(signal.values)]
        boxes.append(
            {
                **box._asdict(),
                "label": naming.named(cell.name, box.label),
                "array": box.signal,
                "units": name != "x" and signal.values.shape[-1] >= units,
                **shape,
                "color": color,
                "meaning": meaning,
                "scale": "gate" if gate else "state",
                "range": style.value_range(signal) if gate else [-own, own] if own else [-1, 1],
                "limits": f"±{own:.2g}" if own else "",
                "word": word if _has_room(word, "" if not shape and not own else box.activation, own) else "",
                "activation": quantity_words.activation(box.activation),
                # What would have made a quantity, had it not been held, is not what it is made of.
                **held_runs.mark(subject, of, name, "instead" if detail else "held"),
                **(held_runs.beside(subject, name) if box.signal in layer else {}),
            }
        )
    # At both ends, where one is passed: written at one alone it looks as if the scale ended at the other.
    beyond = any((abs(each) > 1).any() for each in states)
    gates = [box["range"][1] for box in boxes if box["scale"] == "gate"]
    return {
        "kind": "diagram",
        "legends": [
            {
                "name": _("state"),
                "scale": "state",
                "low": -1,
                "high": 1,
                "below": beyond,
                "above": beyond,
                "note": _("or a box's ±") if ranges else "",
            },
            *({"name": _("gate"), "scale": "gate", "low": 0, "high": most} for most in sorted(set(gates))),
        ],
        "size": cell.diagram.size,
        "frame": cell.diagram.frame,
        "aside": cell.diagram.aside,
        "boxes": boxes,
        "operations": [_operation(cell, made, operation) for operation in cell.diagram.operations],
        "wires": [wire._asdict() | {"road": _is_road(cell, wire)} for wire in cell.diagram.wires],
        "words": [{"text": quantity_words.becomes(told), "at": at} for told, at in cell.diagram.words],
        "label": _("The {cell} cell at this step").format(cell=naming.cell(subject.cell)),
        "title": closed_up(_("Inside the {cell} at this step").format(cell=naming.cell(subject.cell))),
        "caption": sentences(
            _("Each square is a unit; the framed one has its number below. Click a square to choose another."),
            _("Where a box says ±, that is where its colours end.") if ranges else "",
        ),
        **place,
    }


def _has_room(word: str, activation: str, own: float | None) -> bool:
    beside = quantity_words.letters(quantity_words.activation(activation))
    return quantity_words.letters(word) <= (SHORT if own else LONG - beside)


def _input_meaning(subject: Subject, of: Layer) -> str:
    if of[0]:
        return _("The states of the layer below at this step, of all its directions.")
    if subject.network().embedding is None:
        return _("The numbers that come in at this step.")
    return _("The word of this step as a vector: its row of the embedding.")


def sum_of(parts: Parts) -> Signal:
    """What the non-linearity acts on."""
    first = parts.terms[0]
    return Signal(f"{first.name.partition(':')[0]}:sum", first.axes, sum(term.values for term in parts.terms))


def _ranges(cell: Cell, layer: LayerTrace) -> dict[str, float]:
    """Where the colours of a quantity without bounds end, if it never comes near 1 or is a matrix or a sum of weights:
    on the scale of the states its squares would all be faint, or all be full."""
    found = {}
    for name in layer.names:
        quantity = cell.quantities[name]
        limit = style.own_limit(layer[name])
        if limit is None and quantity.bounds is None:
            most = float(np.abs(layer[name].values[np.isfinite(layer[name].values)]).max(initial=0.0))
            whole = shape_of(cell, name).get("shape") == "matrix" or quantity.role == "normalizer"
            limit = style.round_up(most) if whole and most > 0 else None
        if limit is not None:
            found[name] = limit
    return found


def as_whole(part: Signal, whole: Signal) -> Signal:
    """A summand with numbers of the kind of what it is one of: a real one of a complex quantity is complex."""
    values = part.values.astype(np.result_type(part.values, whole.values), copy=False)
    return replace(part, values=np.broadcast_to(values, whole.values.shape))


def _is_road(cell: Cell, wire: Wire) -> bool:
    """Whether it is part of the straight way of the cell state from step to step."""
    heights = {box.at[1] for box in cell.diagram.boxes if box.signal in ("previous:c", "c")}
    return len(heights) == 1 and {y for _x, y in wire.points} == heights


def _operation(cell: Cell, made: Board, operation: Operation) -> dict:
    """With the number of each unit by which it multiplies, where it is one that serves every step."""
    drawn = {**operation._asdict(), "symbol": _activation_word(cell, operation.symbol)}
    drawn["word"] = quantity_words.of_operation(operation.symbol)
    own = cell.constants().get(operation.symbol)
    if own is None:
        return drawn
    values = own.detach().numpy()
    array = made.array(f"each:{operation.symbol}", numbers(values[None]))
    shape = "complex" if np.iscomplexobj(values) else ""
    return drawn | {"array": array, "shape": shape, "signal": operation.symbol}


def _activation_word(cell: Cell, symbol: str) -> str:
    # "f" in a drawing stands for the non-linearity that the cell was made with.
    return getattr(cell, "nonlinearity", symbol) if symbol == "f" else naming.named(cell.name, symbol)
