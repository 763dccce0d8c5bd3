"""Panels of the page on deep networks: every layer at every step, and what each layer adds."""

from __future__ import annotations

import html
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from rnnviz import figures
from rnnviz.cells import Cell
from rnnviz.depth import layer_readouts
from rnnviz.figures import Curve, style
from rnnviz.once import kept
from rnnviz.stack import MAX_LAYERS, Stack
from rnnviz.tasks import Batch
from rnnviz.ui import cache, labelling
from rnnviz.ui.charts import chart, picture_of
from rnnviz.ui.furniture import bold
from rnnviz.ui.language import _
from rnnviz.ui.mirrored import ARROWS
from rnnviz.ui.panels import label_names, quoted, shades
from rnnviz.ui.stage import Board

# The read-outs of the layers: batches that they are fitted to, sequences in each, and sequences that score them.
PROBES, PROBED_AT_ONCE, SCORED = 8, 24, 160

# What the links below the page set, so that each shows what it says whatever was chosen before.
XOR = {"task": "neighbour_xor", "directions": "two", "weights": "trained"}
UNTRAINED = {"weights": "fresh", "layers": 4, "seed": 0}


def board(stack: Stack) -> Board:
    """The time axis of a stack, and every quantity of every layer and direction."""
    made = Board(stack.tokens, stack.known, stack.units, start=len(stack.tokens) // 2)
    for layer in cache.trace(stack).layers:
        for name in layer.names:
            made.array(f"{name}:{layer.layer}:{layer.direction}", layer[name].at(batch=0).values)
    made.array("p", cache.answers(stack).values)
    return made


def depths(stack: Stack) -> dict[str, Stack]:
    """The same network with one layer, two, and so on."""
    return {labelling.counted(count): stack.with_(layers=count) for count in range(1, MAX_LAYERS + 1)}


def compared(stack: Stack) -> dict[str, Stack]:
    """One layer, and as many as were chosen, or two."""
    return {labelling.counted(count): stack.with_(layers=count) for count in (1, max(2, stack.layers))}


def verdict(stack: Stack) -> str:
    """What depth changes in the answers to this text: one layer against as many as were chosen, or against two."""
    text = quoted(stack)
    if stack.weights == "fresh":
        return _("Before training: {layers} of {cell} read {text}").format(
            layers=labelling.counted(stack.layers), cell=stack.cell, text=text
        )
    one, many = (cache.answers(other).values.argmax(-1) for other in compared(stack).values())
    ways = _("reading both ways") if stack.directions == "two" else _("reading one way")
    places = {"text": text, "more": max(2, stack.layers), "ways": ways, "steps": len(one)}
    right = labelling.solution(stack)
    if right is None:
        return _relabelled(stack, one, many, places)
    asked = np.array(right) >= 0
    if not asked.any():
        return _("No step of {text} stands between two known bits: nothing is asked").format(text=text)
    places |= {
        "asked": int(asked.sum()),
        "one": bold(str(int((one == right)[asked].sum()))),
        "many": bold(str(int((many == right)[asked].sum()))),
    }
    return _(
        "At the {asked} steps of {text} with two neighbours, one layer is right {one} times, {more} layers {many} "
        "times, {ways}"
    ).format(**places)


def _relabelled(stack: Stack, one: np.ndarray, many: np.ndarray, places: dict[str, object]) -> str:
    """How many words get another label from many layers; and the one whose answer changes most."""
    other = np.flatnonzero(one != many)
    if not len(other):
        return _("One layer and {more} layers label every word of {text} alike, {ways}").format(**places)
    before, after = (cache.answers(each).values[other] for each in compared(stack).values())
    t, names = int(other[np.abs(after - before).sum(-1).argmax()]), label_names(stack)
    return _(
        "{more} layers label {count} of {steps} words of {text} otherwise than one, {ways}. {word}: {old} → {new}"
    ).format(
        **places,
        count=len(other),
        word=f"<bdi>{html.escape(stack.tokens[t])}</bdi>",
        old=bold(names[one[t]]),
        new=bold(names[many[t]]),
    )


def grid(stack: Stack, **place: object) -> dict:
    """Layers by steps: a small picture of each state, the words below, the answers above."""
    trace, cell = cache.trace(stack), _cell(stack)
    rows = [
        {
            "layer": layer.layer,
            "direction": layer.direction,
            "name": _("layer {number}").format(number=layer.layer + 1)
            + (f" {ARROWS[layer.direction]}" if len(stack.sides) > 1 else ""),
            "array": f"h:{layer.layer}:{layer.direction}",
            "color": style.DIRECTIONS[layer.direction],
            "quantities": [
                {
                    "name": name,
                    "array": f"{name}:{layer.layer}:{layer.direction}",
                    "meaning": _(cell.quantities[name].meaning),
                    "color": style.ROLES[cell.quantities[name].role],
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
        "quiet": labelling.quiet(stack),
        "solution": labelling.solution(stack),
        "strings": {"answer": _("answer"), "word": _("input")},
        **_shared_shades(stack),
        **place,
    }


def heatmaps(stack: Stack, **place: object) -> dict:
    """Every layer and direction as a picture of its units, the lowest layer at the bottom."""
    states = [
        (f"{layer.layer + 1} {ARROWS[layer.direction]}", layer["h"].at(batch=0)) for layer in cache.trace(stack).layers
    ]
    low, high = style.value_range(*(signal for _name, signal in states))
    figure = figures.stack.draft(
        states,
        stack.tokens,
        value_range=(low, high),
        row_height=100,
        time_title=_("position"),
        unit_title=_("unit"),
    )
    from_top = cache.trace(stack).layers[::-1]
    for trace in figure.traces:
        if "zmin" in trace:  # a trace without limits is the grey of what is not finite
            shown = from_top[picture_of(trace)]
            trace["meta"] = {"signal": "h", "layer": shown.layer, "direction": shown.direction}
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
    figure = figures.by_depth.draft(
        curves,
        chance=0.5,  # of two bits, and of two roles that a city can have
        chance_title=_("guessing"),
        value_title=_("right on test sentences, where a later word decides")
        if stack.task == "slots"
        else _("right answers"),
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
    figure = figures.by_depth.draft(
        curves,
        chance=0.5 if stack.task == "neighbour_xor" else None,
        chance_title=_("guessing"),
        value_title=_("right, of all steps"),
        depth_title=_("layer (0: the input itself)"),
        height=270,
    )
    return chart(figure, time=False, **place)


@kept(24)
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


def _cell(stack: Stack) -> Cell:
    return cache.network_of(stack).layers[0][0]


def _shared_shades(stack: Stack) -> dict:
    low, high = style.value_range(*(layer["h"] for layer in cache.trace(stack).layers))
    return {"scale": "state", "range": [low, high]}
