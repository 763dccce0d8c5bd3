"""The cell's own drawing as a panel, with the vectors that its boxes show at each step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnnviz.app import naming
from rnnviz.app import results as cached
from rnnviz.app.i18n import _, closed_up, sentences
from rnnviz.app.knobs import to_translate as __
from rnnviz.app.panels import held_runs, quantity_words
from rnnviz.app.panels.quantity_shapes import kind_of, main_state, numbers, shape_of, units_of
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import GATES, Cell
from rnnviz.cells.diagram import Diagram, Operation, Wire
from rnnviz.cells.unscaled import DIAGRAMS, unscaled
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.summands import Parts
from rnnviz.trace import LayerTrace, Signal

# Of a stabilised cell's quantities without the scale: between what they lie, and what they mean where that differs.
BOUNDS: dict[str, tuple[float, float]] = {"f": (0.0, 1.0), "i": (0.0, math.inf), "w": (0.0, math.inf)}
WITHOUT_SCALE: dict[str, str] = {
    "f": __("Forget gate: how much of the memory is kept. 0 = nothing, 1 = all of it."),
    "i": __("Input gate: how much this word weighs. An exponential has no upper limit."),
    "w": __("By what it is divided: how much was written under keys like the query, and no less than 1."),
}
SHORT, LONG = 6, 14  # letters of a word that has room beside limits, and of one with what stands beside it


def drawing_of(subject: Subject) -> Diagram | None:
    """What a page draws of a cell: of a stabilised one the form without m, unless a run of it is changed."""
    cell = subject.network().layers[0][0]
    return cell.diagram if isinstance(subject, cached.Changed) else DIAGRAMS.get(cell.name, cell.diagram)


def diagram(subject: Subject, made: Board, of: Layer = FIRST, drawn: Diagram | None = None, **place: object) -> dict:
    """The cell's own drawing, with the numbers that its boxes show. ``drawn``: as ``drawing_of``, in place of that of
    all that is computed."""
    cell, layer, parts = cached.cell_of(subject, of), cached.layer(subject, of), cached.parts(subject, of)
    drawn = drawn or cell.diagram
    is_unscaled = drawn is not cell.diagram
    boxes, states, gates, units = [], [], [], units_of(cell)
    ranges = _ranges(cell, without_scale(layer) if is_unscaled else {name: layer[name] for name in layer.names})
    for box in drawn.boxes:
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
        array, whole = box.signal, signal
        if is_unscaled:
            signal, meaning = rescaled(box.signal, signal, layer), _(WITHOUT_SCALE.get(box.signal, "")) or meaning
            array = f"unscaled:{box.signal}" if signal is not whole else array
        if box.signal not in layer or signal is not whole:
            made.array(array, numbers(signal.at(batch=0).values))
        # One range for all that is not a gate: the same colour is the same number everywhere in the drawing.
        gate = style.scale_name(signal) == "gate"
        of_units = name if name in layer else detail  # the quantity whose shape it has
        shape = shape_of(cell, of_units) if of_units in layer else {}
        own = None if gate else ranges.get(of_units)
        # It is drawn as a gate is; its colours end where its numbers do.
        never_negative = bool(own) and name in layer and _is_amount(cell, name, signal)
        ends = [0 if never_negative else -own, own] if own else None
        limits = (f"0–{own:.2g}" if never_negative else f"±{own:.2g}") if own and shape.get("shape") != "number" else ""
        word = quantity_words.word(cell, name) if box.signal in cell.quantities else ""
        states += [] if gate or own else [numbers(signal.values)]
        gates += [style.value_range(signal)[1]] if gate else []
        boxes.append(
            {
                **box._asdict(),
                "label": naming.named(cell.name, box.label),
                "array": array,
                "units": name != "x" and signal.values.shape[-1] >= units,
                **shape,
                "color": color,
                "meaning": meaning,
                "scale": "gate" if gate or never_negative else "state",
                "range": style.value_range(signal) if gate else ends or [-1, 1],
                "limits": limits,
                "ownRange": bool(own and detail and name in layer and shape.get("shape") == "matrix"),
                "word": word if _has_room(word, box.activation if shape else "", limits) else "",
                "activation": quantity_words.activation(box.activation).replace("K", str(cell.sizes().get("K", "K"))),
                # What would have made a quantity, had it not been held, is not what it is made of.
                **held_runs.mark(subject, of, name, "instead" if detail else "held"),
                **(held_runs.beside(subject, name) if box.signal in layer else {}),
            }
        )
    # At both ends, where one is passed: written at one alone it looks as if the scale ended at the other.
    beyond = any((abs(each) > 1).any() for each in states)
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
                "note": _("(in a box with ±: up to that)") if any(box["limits"] for box in boxes) else "",
            },
            *({"name": _("gate"), "scale": "gate", "low": 0, "high": most} for most in sorted(set(gates))),
        ],
        "size": drawn.size,
        "frame": drawn.frame,
        "aside": drawn.aside,
        "boxes": boxes,
        "operations": [_operation(cell, made, operation) for operation in drawn.operations],
        "wires": [wire._asdict() | {"road": _is_road(drawn, cell, wire)} for wire in drawn.wires],
        "words": [{"text": quantity_words.becomes(told), "at": at} for told, at in drawn.words],
        "bands": [{"text": quantity_words.becomes(told), "place": place} for told, place in drawn.bands],
        "label": _("The {cell} cell at this step").format(cell=naming.cell(subject.cell)),
        "title": _title(subject, cell),
        "caption": sentences(
            _("Each square is a unit; the framed one has its number below. Click a square to choose another."),
            _("Where a box says ±, that is where its colours end.") if ranges else "",
        ),
        **place,
    }


def _title(subject: Subject, cell: Cell) -> str:
    """What is framed: of a cell whose memory is a matrix a row of it."""
    told = _("Inside the {cell}: the framed unit")
    if kind_of(cell, main_state(cell)) == "matrix":
        told = _("Inside the {cell}: the framed row is one unit")
    return closed_up(told.format(cell=naming.cell(subject.cell)))


def _has_room(word: str, activation: str, limits: str) -> bool:
    beside = quantity_words.letters(quantity_words.activation(activation))
    return quantity_words.letters(word) <= (SHORT if limits else LONG - beside)


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


def rescaled(name: str, signal: Signal, layer: LayerTrace) -> Signal:
    """A signal of a stabilised cell without its scale: the same one, where it has none."""
    values = unscaled(name, signal.values, layer["m"].values, layer.previous("m").values)
    return signal if values is signal.values else replace(signal, values=values, bounds=BOUNDS.get(name))


def without_scale(layer: LayerTrace) -> dict[str, Signal]:
    return {name: rescaled(name, layer[name], layer) for name in layer.names}


def _ranges(cell: Cell, layer: Mapping[str, Signal]) -> dict[str, float]:
    """Where the colours of a quantity without bounds end, if it never comes near 1 or is a matrix or a sum of weights:
    on the scale of the states its squares would all be faint, or all be full."""
    found = {}
    for name, signal in layer.items():
        quantity = cell.quantities[name]
        limit = style.own_limit(signal)
        if limit is None and quantity.bounds is None:
            most = float(np.abs(signal.values[np.isfinite(signal.values)]).max(initial=0.0))
            whole = shape_of(cell, name).get("shape") == "matrix" or quantity.role == "normalizer"
            limit = style.round_up(most) if whole and most > 0 else None
        if _is_amount(cell, name, signal):
            most = float(signal.values[np.isfinite(signal.values)].max(initial=0.0))
            limit = style.round_up(most) if most > 0 else None
        if limit is not None:
            found[name] = limit
    return found


def _is_amount(cell: Cell, name: str, signal: Signal) -> bool:
    """Whether it says how much, without an upper limit: an exponential gate, the length of a step, a divisor."""
    return signal.bounds == (0.0, math.inf) and cell.quantities[name].role in (*GATES, "pace", "divisor")


def as_whole(part: Signal, whole: Signal) -> Signal:
    """A summand with numbers of the kind of what it is one of: a real one of a complex quantity is complex."""
    values = part.values.astype(np.result_type(part.values, whole.values), copy=False)
    return replace(part, values=np.broadcast_to(values, whole.values.shape))


def _is_road(drawn: Diagram, cell: Cell, wire: Wire) -> bool:
    """Whether it is part of the straight way of the memory from step to step."""
    kept = cell.keeps.state if cell.keeps else ""
    memory = next((name for name in cell.state if cell.quantities[name].role == "memory"), kept)
    heights = {box.at[1] for box in drawn.boxes if box.signal in (f"previous:{memory}", memory)}
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
