"""Panels of the page on deep networks: every layer at every step, and what each layer adds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from rnnviz import figures
from rnnviz.cells import Cell
from rnnviz.depth import layer_gradients, layer_readouts
from rnnviz.figures import Curve, style
from rnnviz.gradients import slope
from rnnviz.stack import MAX_LAYERS, Stack
from rnnviz.tasks import Batch
from rnnviz.trace import Direction, Signal
from rnnviz.ui import cache, labelling
from rnnviz.ui.charts import chart
from rnnviz.ui.furniture import bold
from rnnviz.ui.language import _
from rnnviz.ui.mirrored import ARROWS
from rnnviz.ui.panels import label_names, quoted, shades
from rnnviz.ui.stage import Board

# The read-outs of the layers: batches that they are fitted to, sequences in each, and sequences that score them.
PROBES, PROBED_AT_ONCE, SCORED = 8, 24, 160
FLOOR = -12  # log10 below which a gradient has the colour of nothing


def board(stack: Stack) -> Board:
    """The time axis of a stack, and every quantity of every layer and direction."""
    made = Board(stack.tokens, stack.known, stack.units)
    for layer in cache.trace(stack).layers:
        for name in layer.names:
            made.array(f"{name}:{layer.layer}:{layer.direction}", layer[name].at(batch=0).values)
    made.array("p", cache.answers(stack).values)
    return made


def depths(stack: Stack) -> dict[str, Stack]:
    """The same network with one layer, two, and so on."""
    return {labelling.counted(count): stack.with_(layers=count) for count in range(1, MAX_LAYERS + 1)}


def verdict(stack: Stack) -> str:
    """What depth brings: one layer against as many as were chosen, or against two."""
    if stack.weights == "fresh":
        return _("Before training: {layers} of {cell} read {text}").format(
            layers=labelling.counted(stack.layers), cell=stack.cell, text=quoted(stack)
        )
    more = max(2, stack.layers)
    one, many = (labelling.said(stack.with_(layers=count).runs()) for count in (1, more))
    ways = _("reading both ways") if stack.directions == "two" else _("reading one way")
    return _("{question} One layer is right {one} of the time, {more} layers {many}, {ways}").format(
        question=_(stack.learnt.title), one=bold(one), more=more, many=bold(many), ways=ways
    )


def grid(stack: Stack, **place: object) -> dict:
    """Layers by steps: a small picture of each state, the words below, the answers above."""
    trace, cell = cache.trace(stack), _cell(stack)
    rows = [
        {
            "name": _("layer {number}").format(number=layer.layer + 1)
            + (f" {ARROWS[layer.direction]}" if len(stack.sides) > 1 else ""),
            "array": f"h:{layer.layer}:{layer.direction}",
            "color": style.DIRECTIONS[layer.direction],
            "quantities": [
                {
                    "name": name,
                    "array": f"{name}:{layer.layer}:{layer.direction}",
                    "meaning": _(cell.quantities[name].meaning),
                    "color": style.SIGNALS.get(name),
                    **shades(layer[name]),
                }
                for name in ("h", *(name for name in layer.names if name != "h"))
            ],
        }
        for layer in trace.layers
    ]
    return {
        "kind": "grid",
        "rows": rows,
        "labels": label_names(stack),
        "colors": labelling.label_colors(stack),
        "probabilities": "p",
        "strings": {"answer": _("answer"), "word": _("word")},
        **_shared_shades(stack),
        **place,
    }


def heatmaps(stack: Stack, **place: object) -> dict:
    """Every layer and direction as a picture of its units, the lowest layer at the bottom."""
    states = [
        (f"{layer.layer + 1} {ARROWS[layer.direction]}", layer["h"].at(batch=0)) for layer in cache.trace(stack).layers
    ]
    low, high = style.value_range(*(signal for _name, signal in states))
    figure = figures.stack(
        states,
        stack.tokens,
        value_range=(low, high),
        row_height=100,
        time_title=_("position in the sequence"),
        unit_title=_("unit"),
    )
    return chart(figure, cursor="column", legends=[{"scale": "state", "low": low, "high": high}], **place)


def accuracies(stack: Stack, **place: object) -> dict:
    """How often the shipped networks are right, by depth and direction; a dot per training."""
    curves = []
    inks = {"one": style.INK, "two": style.CELLS[stack.cell]}
    for directions, name in labelling.ways().items():
        runs = {k: stack.with_(layers=k, directions=directions).runs() for k in range(1, MAX_LAYERS + 1)}
        shares = {k: [labelling.measured(card)[1] for card in cards] for k, cards in runs.items()}
        curves.append(
            Curve(
                name,
                list(shares),
                [float(np.mean(found)) for found in shares.values()],
                inks[directions],
                points=[(k, found) for k, many in shares.items() for found in many],
            )
        )
    figure = figures.by_depth(
        curves,
        chance=0.5,  # of two bits, and of two roles that a city can have
        chance_title=_("guessing"),
        value_title=_("right answers"),
        depth_title=_("layers"),
        height=270,
    )
    return chart(figure, time=False, **place)


def told_by_layers(stack: Stack, **place: object) -> dict:
    """What a linear read-out can tell from each layer's state, fitted for each layer anew."""
    names = {"kind": _("what kind of word it is"), "itself": _("the bit itself"), "answer": _("the right answer")}
    inks = {"kind": style.LABELS[2], "itself": style.LABELS[2], "answer": style.LABELS[1]}
    curves = [
        Curve(names[asked], list(range(len(values))), values, inks[asked]) for asked, values in probes(stack).items()
    ]
    figure = figures.by_depth(
        curves,
        chance=0.5 if stack.task == "neighbour_xor" else None,
        chance_title=_("guessing"),
        value_title=_("right, on what was held out"),
        depth_title=_("layer (0: the word itself)"),
        height=270,
    )
    return chart(figure, time=False, **place)


@st.cache_resource(max_entries=24, show_spinner=False)
def _probes(stack: Stack) -> dict[str, list[float]]:
    learnt, network = stack.learnt, cache.network_of(stack)
    draw = torch.Generator().manual_seed(stack.seed + 1)
    fit = [learnt.batch(PROBED_AT_ONCE, draw) for _k in range(PROBES)]
    held_out = learnt.held_out()
    most = -(-SCORED // len(held_out))
    score = [Batch(x[:, :most], y[:, :most]) for x, y in held_out]
    asked = targets(stack)
    return {name: layer_readouts(network, fit, score, target).values.tolist() for name, target in asked.items()}


def probes(stack: Stack) -> dict[str, list[float]]:
    """For each thing to be told: how often it is, from the word itself and then from each layer's state."""
    return _probes(stack.with_(text=""))


def targets(stack: Stack) -> dict[str, Callable[[Batch], Tensor]]:
    """What is asked of every layer's state."""
    answer = {"answer": lambda batch: batch.y}
    if stack.task == "slots":
        kind = stack.learnt.token_classes
        return {"kind": lambda batch: kind(batch.x)} | answer
    return {"itself": lambda batch: batch.x} | answer


def gradients(stack: Stack, at: int | None, **place: object) -> list[dict]:
    """The size of the loss's gradient in every layer at every step, a picture per direction."""
    found = sizes(stack, at)
    values = np.concatenate([signal.values.ravel() for signal in found.values()])
    values = np.maximum(values[np.isfinite(values)], FLOOR)
    low, high = (float(values.min()), float(values.max())) if values.size else (FLOOR, 0.0)
    names = [_("layer {number}").format(number=k + 1) for k in range(stack.layers)]
    return [
        chart(
            figures.layer_gradients(
                signal,
                stack.tokens,
                value_range=(low, max(high, low + 1e-6)),
                layer_titles=names,
                time_title=_("position in the sequence"),
            ),
            cursor="column",
            span=12 // len(found),
            title=fading(side, signal, at),
            legends=[{"scale": "gradient", "low": low, "high": high}],
            accent=style.DIRECTIONS[side],
            **place,
        )
        for side, signal in found.items()
    ]


@st.cache_resource(max_entries=32, show_spinner=False)
def sizes(stack: Stack, at: int | None) -> dict[Direction, Signal]:
    """log10 sizes of dL/dh, ("layer", "time"); L is minus the log of the leading answer's share, at one step or all."""

    def loss(y: Tensor) -> Tensor:
        likeliest = y[:, 0].log_softmax(-1).amax(-1)
        return -(likeliest.mean() if at is None else likeliest[at])

    return layer_gradients(cache.network_of(stack), stack.input(), loss)


def fading(side: Direction, signal: Signal, at: int | None) -> str:
    """How fast the gradient falls on its way down and on its way back, as a title."""
    arrow, values = ARROWS[side], signal.values
    if at is None:
        return _("{arrow}: how much of the loss reaches each layer and step").format(arrow=arrow)
    told = []
    if len(values) > 1 and np.isfinite(values[[0, -1], at]).all():
        per_layer = (values[0, at] - values[-1, at]) / (len(values) - 1)
        told.append(_("times {factor} per layer down").format(factor=f"{10**per_layer:.2g}"))
    along = values[-1, : at + 1] if side == "forward" else values[-1, at:][::-1]
    if np.isfinite(along).sum() > 1:
        per_step = slope(Signal("h", ("time",), along)).per_step
        told.append(_("times {factor} per step back").format(factor=f"{10**per_step:.2g}"))
    if not told:
        return _("{arrow}: nothing comes back along this side").format(arrow=arrow)
    comma = _(", ")
    return f"{arrow}: {comma.join(told)}"


def _cell(stack: Stack) -> Cell:
    return cache.network_of(stack).layers[0][0]


def _shared_shades(stack: Stack) -> dict:
    low, high = style.value_range(*(layer["h"] for layer in cache.trace(stack).layers))
    return {"scale": "state", "range": [low, high]}
