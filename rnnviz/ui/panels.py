"""The views that a page puts on the stage: each function turns part of an experiment into one panel of a Board."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache

import numpy as np
from latex2mathml.converter import convert

from rnnviz.cells import Cell, Weight
from rnnviz.experiment import MOST_UNITS, Experiment
from rnnviz.figures import style
from rnnviz.trace import LayerTrace, Signal
from rnnviz.ui import cache as cached
from rnnviz.ui import furniture
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board


@cache
def mathml(latex: str) -> str:
    return convert(latex)


def board(experiment: Experiment) -> Board:
    """A board with the experiment's time axis, and every signal of its one layer registered under its own name."""
    trace = cached.trace(experiment)
    layer = trace.layer()
    made = Board(experiment.tokens, experiment.known, min(layer[name].values.shape[-1] for name in layer.names))
    for name in layer.names:
        made.array(name, layer[name].at(batch=0).values)
    for name, first in layer.initial.items():
        made.array(f"previous:{name}", layer.previous(name).at(batch=0).values)
        made.array(f"initial:{name}", first.at(batch=0).values)
    made.array("x", trace.x.at(batch=0).values)
    made.array("p", cached.answers(experiment).values)
    return made


def label_names(experiment: Experiment) -> list[str]:
    return [_(label) for label in experiment.labels]


def missing(sentence: str, **place: object) -> dict:
    """In the place of a panel that does not apply: one sentence that says why."""
    return {"kind": "missing", "text": sentence, **place}


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


def legends(signal: Signal) -> list[dict]:
    low, high = style.value_range(signal)
    return [{"scale": style.scale_name(signal), "low": low, "high": high}]


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
                "color": style.ROLES[quantity.role],
                **shades(layer[name]),
            }
        )
    rows.append(_readout_row(experiment, made))
    caption = _("Summands of the dot products, their sum, and what the non-linearity makes of it.")
    if experiment.cell == "RNN":
        caption += " " + _(
            "Textbook: S_t = f(U X_t + W S_t−1), with S = h, X = x, U = W_ih, W = W_hh, f = tanh, and a bias."
        )
    return {
        "kind": "equations",
        "title": _("The equations with this step's numbers, for one unit"),
        "caption": caption,
        "rows": rows,
        "limit": largest,
        **place,
    }


def _readout_row(experiment: Experiment, made: Board) -> dict:
    """The last equation: how the state becomes the answer that leads at this step."""
    parts = cached.answer_parts(experiment)
    for term in parts.terms:
        made.array(term.name, term.at(batch=0).values)
    return {
        "array": "p",
        "equation": mathml(r"p_t = \operatorname{softmax}(V h_t + b)"),
        "meaning": _("The leading answer: its score, and its share after softmax over all scores."),
        "activation": mathml(parts.activation),
        "terms": [{"label": mathml(term.symbol), "array": term.name} for term in parts.terms],
        "names": label_names(experiment),
        "color": accent(experiment),
        "scale": "gate",
        "range": [0, 1],
    }


def matrices(experiment: Experiment, made: Board, **place: object) -> dict:
    """U, W and V: the weights that serve every step."""
    network = cached.network_of(experiment)
    cell: Cell = network.layers[0][0]
    shown = []
    readout = Weight("readout.weight", "V", network.readout.weight, "h", ())
    for weight in (*cell.weights(), readout):
        values = weight.value.detach().numpy()
        name, _colon, state = weight.factor.partition(":")
        framed, blocks = "row", [(into, style.ROLES[cell.quantities[into].role]) for into in weight.into]
        if name == "x":
            meaning = _("multiplies the word x_t")
        elif name == "previous":
            meaning = _("multiplies the state {state}").format(state=f"{state}_t−1")
        else:  # the chosen unit is one of those that it multiplies
            framed, blocks = "column", [("", style.INK)]
            outputs = _("turns the state h_t into the outputs y_t")
            meaning = _("turns the state h_t into scores") if weight is readout else outputs
        most = float(np.abs(values).max())
        shown.append(
            {
                "name": weight.name,
                "textbook": weight.symbol,
                "meaning": meaning,
                "shape": f"{values.shape[0]} × {values.shape[1]}",
                "rows": values.shape[0],
                "columns": values.shape[1],
                "array": made.array(weight.name, values),
                "range": [-most, most],
                "framed": framed,
                "blocks": [{"name": block, "color": color} for block, color in blocks],
            }
        )
    return {
        "kind": "matrices",
        "title": _("The same weights serve all {count} steps").format(count=len(experiment.tokens)),
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
            "color": style.ROLES[cell.quantities[name].role],
            **shades(layer[name]),
        }
        for name in ("h", *(name for name in layer.names if name != "h"))
    ]
    return {"kind": "sentence", "signals": signals, **place}


def quoted(experiment: Experiment, most: int = 60) -> str:
    """The sentence as safe HTML, cut to a title's length, isolated so that right-to-left text keeps to itself."""
    text = furniture.readable(cached.text_of(experiment))
    text = text if len(text) <= most else text[: most - 1] + "…"
    return f"<bdi>{html.escape(text)}</bdi>"


def fairness(experiments: Mapping[str, Experiment]) -> str:
    """What makes a comparison of cells fair, all of them trained or none."""
    first = next(iter(experiments.values()))
    if not cached.has_fair_size(first):
        return _("The size is a number of hidden units here, so that the numbers of weights differ.")
    if first.trained:
        return _(
            "Same task, seed, number of updates and step size; the LSTM's number of weights to within three per cent."
        )
    said = _("Never trained: same seed, and the LSTM's number of weights to within three per cent.")
    return said + outgrown(experiments)


def outgrown(experiments: Mapping[str, Experiment]) -> str:
    """Which cells would need more units than a network may have, to have as many weights as the others."""
    few = [cell for cell, experiment in experiments.items() if experiment.units == MOST_UNITS]
    words = _("Fewer for {cells}, which stops at {units} units.")
    return " " + words.format(cells=_(", ").join(few), units=MOST_UNITS) if few else ""


def facts(experiment: Experiment) -> str:
    """What one network of a comparison is: how many parameters, and how well it learnt."""
    count = sum(parameter.numel() for parameter in cached.network_of(experiment).parameters())
    if not experiment.trained:
        return _("{count} parameters, never trained (seed {seed})").format(
            count=f"{count:,}", seed=cached.seed_of(experiment)
        )
    card = cached.card(experiment)
    if card.test_accuracy is None:
        return _("{count} parameters, trained; measured once, {share} right on held-out sequences").format(
            count=f"{count:,}", share=f"{card.held_out_accuracy:.1%}"
        )
    return _(
        "{count} parameters, trained; measured once, {share} right on test sentences ({developed} on development ones)"
    ).format(count=f"{count:,}", share=f"{card.test_accuracy:.1%}", developed=f"{card.held_out_accuracy:.1%}")


def listed(decisions: Mapping[str, str]) -> str:
    return _("; ").join(_("{cell}: {answer}").format(cell=cell, answer=answer) for cell, answer in decisions.items())
