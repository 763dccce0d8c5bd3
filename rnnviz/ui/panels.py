"""The views that a page puts on the stage: each function turns part of an experiment into one panel of a Board."""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import cache

import numpy as np
from latex2mathml.converter import convert

from rnnviz.cells import Cell
from rnnviz.experiment import Experiment, task
from rnnviz.figures import style
from rnnviz.trace import LayerTrace, Signal
from rnnviz.ui import cache as cached
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board


@cache
def mathml(latex: str) -> str:
    return convert(latex)


def board(experiment: Experiment) -> Board:
    """A board with the experiment's time axis, and every signal of its one layer registered under its own name."""
    trace = cached.trace(experiment)
    layer = trace.layer()
    made = Board(experiment.tokens, experiment.known, experiment.units)
    for name in layer.names:
        made.array(name, layer[name].at(batch=0).values)
    for name, first in layer.initial.items():
        made.array(f"previous:{name}", layer.previous(name).at(batch=0).values)
        made.array(f"initial:{name}", first.at(batch=0).values)
    made.array("x", trace.x.at(batch=0).values)
    made.array("p", cached.answers(experiment).values)
    return made


def label_names(experiment: Experiment) -> list[str]:
    learnt = task(experiment.task)
    return [_(learnt.label_text(label)) for label in learnt.labels]


def strip(experiment: Experiment, **place: object) -> dict:
    """The unrolled network: tokens below, states in the middle, the answer so far above."""
    layer = cached.trace(experiment).layer()
    return {
        "kind": "strip",
        "array": "h",
        "initial": "initial:h",
        "probabilities": "p",
        "labels": label_names(experiment),
        "cell": experiment.cell,
        "color": accent(experiment),
        **shades(layer["h"]),
        **place,
    }


def probabilities(experiment: Experiment, array: str = "p", **place: object) -> dict:
    labels = label_names(experiment)
    return {"kind": "probabilities", "array": array, "labels": labels, "color": accent(experiment), **place}


def accent(experiment: Experiment) -> str:
    """The colour of the experiment's cell."""
    return style.CELLS[experiment.cell]


def shades(signal: Signal) -> dict:
    low, high = style.value_range(signal)
    return {"scale": style.scale_name(signal), "range": [low, high]}


def legend(signal: Signal) -> dict:
    low, high = style.value_range(signal)
    return {"scale": style.scale_name(signal), "low": low, "high": high}


def diagram(experiment: Experiment, made: Board, **place: object) -> dict:
    """The cell's own drawing, with the numbers that its boxes show."""
    cell: Cell = cached.network_of(experiment).layers[0][0]
    trace = cached.trace(experiment)
    layer = trace.layer()
    boxes = []
    for box in cell.diagram.boxes:
        name, _colon, detail = box.signal.partition(":")
        if name == "previous":
            signal, meaning = layer[detail], _("The state that this step started from.")
        elif name == "x":
            signal, meaning = trace.x, _("The word of this step as a vector: its row of the embedding.")
        elif detail:
            signal = cached.parts(experiment)[name].terms[int(detail)]
            made.array(box.signal, signal.at(batch=0).values)
            meaning = _("One summand of the new state.")
        else:
            signal, meaning = layer[name], _(cell.quantities[name].meaning)
        color = style.SIGNALS.get(detail if name == "previous" else name)
        boxes.append(
            {
                **box._asdict(),
                "array": box.signal,
                "units": name != "x",
                "color": color,
                "meaning": meaning,
                **shades(signal),
            }
        )
    return {
        "kind": "diagram",
        "size": cell.diagram.size,
        "frame": cell.diagram.frame,
        "boxes": boxes,
        "operations": [{**o._asdict(), "symbol": _activation_word(cell, o.symbol)} for o in cell.diagram.operations],
        "wires": [wire._asdict() for wire in cell.diagram.wires],
        "label": _("The {cell} cell at this step").format(cell=experiment.cell),
        **place,
    }


def _activation_word(cell: Cell, symbol: str) -> str:
    # "f" in a drawing stands for the non-linearity that the cell was made with.
    return getattr(cell, "nonlinearity", symbol) if symbol == "f" else symbol


def equations(experiment: Experiment, made: Board, **place: object) -> dict:
    """Every equation of the cell, with what each of its summands comes to for one unit at this step."""
    cell: Cell = cached.network_of(experiment).layers[0][0]
    layer = cached.trace(experiment).layer()
    rows, largest = [], 1.0
    for name, parts in cached.parts(experiment).items():
        quantity, terms = cell.quantities[name], []
        for term in parts.terms:
            made.array(term.name, term.at(batch=0).values)
            terms.append({"label": mathml(term.symbol), "array": term.name})
            finite = term.values[np.isfinite(term.values)]
            largest = max(largest, float(np.abs(finite).max(initial=0)))
        rows.append(
            {
                "array": name,
                "equation": mathml(quantity.equation),
                "meaning": _(quantity.meaning),
                "activation": mathml(parts.activation) if parts.activation else "",
                "terms": terms,
                "color": style.SIGNALS.get(name, style.INK),
                **shades(layer[name]),
            }
        )
    return {
        "kind": "equations",
        "title": _("The equations with this step's numbers, for one unit"),
        "caption": _("Summands of the dot products, their sum, and what the non-linearity makes of it."),
        "rows": rows,
        "limit": largest,
        **place,
    }


def matrices(experiment: Experiment, made: Board, **place: object) -> dict:
    """U, W and V: the weights that serve every step."""
    network = cached.network_of(experiment)
    cell: Cell = network.layers[0][0]
    blocks = [{"name": block, "color": style.SIGNALS.get(block, style.INK)} for block in cell.blocks]
    shown = []
    for name, textbook, meaning, weight, framed in (
        ("weight_ih", "U", _("what the word adds to each unit"), cell.weight_ih, "row"),
        ("weight_hh", "W", _("what the state before adds to each unit"), cell.weight_hh, "row"),
        ("readout.weight", "V", _("what each unit adds to each answer"), network.readout.weight, "column"),
    ):
        values = weight.detach().numpy()
        most = float(np.abs(values).max())
        shown.append(
            {
                "name": name,
                "textbook": textbook,
                "meaning": meaning,
                "shape": f"{values.shape[0]} × {values.shape[1]}",
                "rows": values.shape[0],
                "columns": values.shape[1],
                "array": made.array(name, values),
                "range": [-most, most],
                "framed": framed,
                "blocks": blocks if framed == "row" else [{"name": "", "color": style.INK}],
            }
        )
    return {
        "kind": "matrices",
        "title": _("The same three matrices serve all {count} steps").format(count=len(experiment.tokens)),
        "caption": _("Framed: the rows and the column of the chosen unit. Nothing here moves while you slide."),
        "matrices": shown,
        **place,
    }


def sentence(experiment: Experiment, layer: LayerTrace, **place: object) -> dict:
    """The tokens on the colour of one unit, for any of the layer's signals."""
    cell: Cell = cached.network_of(experiment).layers[0][0]
    signals = [
        {
            "name": name,
            "array": name,
            "meaning": _(cell.quantities[name].meaning),
            "color": style.SIGNALS.get(name, style.INK),
            **shades(layer[name]),
        }
        for name in ("h", *(name for name in layer.names if name != "h"))
    ]
    return {"kind": "sentence", "signals": signals, **place}


def quoted(experiment: Experiment, most: int = 60) -> str:
    """The sentence as safe HTML, cut to a title's length, isolated so that right-to-left text keeps to itself."""
    text = experiment.text.strip()
    text = text if len(text) <= most else text[: most - 1] + "…"
    return f"<bdi>{html.escape(text)}</bdi>"


def fairness(experiments: Iterable[Experiment]) -> str:
    """One sentence of HTML on what makes a comparison fair, with the numbers that show it."""
    facts = []
    for experiment in experiments:
        count = sum(parameter.numel() for parameter in cached.network_of(experiment).parameters())
        fact = _("{cell} {count} parameters").format(cell=experiment.cell, count=f"{count:,}")
        if experiment.weights == "trained":
            held_out = cached.card(experiment).held_out_accuracy
            fact += _(", {share} right on held-out templates").format(share=f"{held_out:.1%}")
        facts.append(html.escape(fact))
    start = _("Same task, same seed, same number of updates, weights to within three per cent:")
    return f"{html.escape(start)} {'; '.join(facts)}."
