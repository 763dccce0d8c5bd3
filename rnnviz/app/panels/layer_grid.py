"""Panels of the page on deep networks: every layer at every step, and what each layer adds."""

from __future__ import annotations

import re

from rnnviz import figures
from rnnviz.app import results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import answers_per_step
from rnnviz.app.panels.answers_per_step import sibling, task_of, way_of
from rnnviz.app.panels.directions import ARROWS
from rnnviz.app.panels.network_views import label_names, shades
from rnnviz.app.panels.quantity_shapes import numbers, shape_of
from rnnviz.app.panels.state_charts import chart, picture_of
from rnnviz.app.stage.board import Board
from rnnviz.cells import Cell
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_LAYERS
from rnnviz.trace import LayerTrace

# The answers to whether two neighbours differ, short enough to stand at every step of a long sequence.
SIGNS = ("=", "≠")
FEW = 10  # steps, for which the grid needs less than half of the width
# What the links below the page set, so that each shows what it says whatever was chosen before.
XOR = {"task": "neighbour_xor", "directions": "two", "trained": True}
UNTRAINED = {"trained": False, "layers": 4, "seed": 0}


def board(subject: Subject) -> Board:
    """The time axis of a network, and every quantity of every layer and direction."""
    start, about = len(subject.tokens) // 2, {subject.cell: subject}
    result = Board(subject.tokens, subject.known, subject.units, start=start, about=about)
    for layer in results.trace(subject).layers:
        for name in layer.names:
            values = numbers(layer[name].at(batch=0).values)
            result.array(f"{name}:{layer.layer}:{layer.direction}", values)
    if results.answers_along(subject):
        result.array("p", results.answers(subject).values)
    return result


def depth(subject: Subject) -> int:
    return subject.network().num_layers


def depths(subject: Subject) -> dict[str, Subject]:
    """The same network with one layer, two, and so on; a network that has no siblings is alone."""
    found = {count: sibling(subject, layers=count) for count in range(1, MAX_LAYERS + 1)}
    found |= {depth(subject): subject}
    return {answers_per_step.counted(count): other for count, other in sorted(found.items()) if other is not None}


def compared(subject: Subject) -> dict[str, Subject]:
    """One layer, and as many as were chosen, or two; fewer where there are no such networks."""
    names = [answers_per_step.counted(count) for count in (1, max(2, depth(subject)))]
    return {name: other for name, other in depths(subject).items() if name in names}


def grid(subject: Subject, board: Board, **place: object) -> dict:
    """Layers by steps: a small picture of each state, the words below, the answers above where there are any."""
    answers = _answers(subject) if results.answers_along(subject) else {}
    caption = _("Click a block to open it.")
    if answers.get("signs"):
        caption = sentences(_("= alike, ≠ differ. The ends have one neighbour: no answer."), caption)
        if other := _other(subject, board):
            caption = _("= alike, ≠ differ. A square is a hidden unit.")
            answers["answers"] |= _counted(subject, subject)
            answers["other"] = other
    joined = {"joined": _("both are read ↑")} if len(results.trace(subject).directions) > 1 else {}
    return {
        "kind": "grid",
        "rows": _rows(subject),
        **joined,
        **answers,
        "strings": {"word": _("input"), "pair": _("neighbours")},
        **_shared_shades(subject),
        "title": _("Each layer reads the layer below"),
        "caption": caption,
        **place,
    }


def opened_state(subject: Subject, **place: object) -> dict:
    """The block of the grid that is chosen, with all quantities of its layer and direction at the cursor."""
    title, caption = (
        _("Inside one block of the grid"),
        _("A square is a hidden unit; the framed one has its number below."),
    )
    at = _("{layer}, at bit {step}") if task_of(subject) == XOR["task"] else _("{layer}, at {word}")
    return {
        "kind": "opened_state",
        "rows": _rows(subject),
        "strings": {"at": at},  # the bits of a sequence are all alike, so they go by their number
        "title": title,
        "caption": caption,
        **place,
    }


def _rows(subject: Subject) -> list[dict]:
    """Every layer and direction, the lowest first, with all its quantities."""
    trace, cell, shared = results.trace(subject), _cell(subject), _shared_shades(subject)
    return [
        {
            "layer": layer.layer,
            "direction": layer.direction,
            **_names(layer, both=len(trace.directions) > 1),
            "array": f"{layer.output}:{layer.layer}:{layer.direction}",
            "color": style.DIRECTIONS[layer.direction],
            "quantities": [
                {
                    "name": name,
                    "array": f"{name}:{layer.layer}:{layer.direction}",
                    "meaning": _(cell.quantities[name].meaning),
                    "called": _called(_(cell.quantities[name].meaning)),
                    "color": style.ROLES[cell.quantities[name].role],
                    **(shared if name == layer.output else shades(layer[name])),
                    **shape_of(cell, name),
                }
                for name in dict.fromkeys([layer.output, *layer.names])
            ],
        }
        for layer in trace.layers
    ]


def _names(layer: LayerTrace, *, both: bool) -> dict[str, str]:
    """A layer and direction as the row and the heading call it."""
    name = _("layer {number}").format(number=layer.layer + 1)
    if not both:
        return {"name": name, "heading": _("Layer {number}").format(number=layer.layer + 1)}
    forward = layer.direction == "forward"
    heading = _("Layer {number}, left to right") if forward else _("Layer {number}, right to left")
    return {
        "name": f"{name} {ARROWS[layer.direction]}",
        "heading": heading.format(number=layer.layer + 1),
    }


def _answers(subject: Subject) -> dict:
    """What stands above the grid: what this network answers."""
    network = f"{way_of(subject.network())}:{depth(subject)}"
    return {
        "answers": {"name": _("answer"), "array": "p", "network": network},
        "labels": label_names(subject),
        "signs": SIGNS if task_of(subject) == XOR["task"] else None,
        "colors": answers_per_step.label_colors(subject),
        "quiet": answers_per_step.quiet(subject),
        "solution": answers_per_step.solution(subject),
    }


def _other(subject: Subject, board: Board) -> dict | None:
    """What the network answers that this one is compared with, an own one of another depth; None without such."""
    for name, other in compared(subject).items() if subject.trained else ():
        if depth(other) != depth(subject):
            array = board.array(f"p:{name}", results.answers(other).values)
            network = f"{way_of(other.network())}:{depth(other)}"
            return {"array": array, "network": network, **_counted(subject, other)}
    return None


def _counted(subject: Subject, other: Subject) -> dict[str, str]:
    """A network by its depth, and how often it is right about what the subject reads."""
    count = int(answers_per_step.asked(subject).sum())
    right = answers_per_step.count_right(subject, other)
    told = _("{right} of {count} right").format(right=right, count=count) if count else ""
    return {"name": answers_per_step.network_of(depth(other)), "right": told}


def _called(meaning: str) -> str:
    """The name in what a quantity means, "Forget gate: how much ..."."""
    return re.split("[:：]", meaning)[0]


def readings(subject: Subject, board: Board, **place: object) -> dict:
    """What networks of one layer, two, and so on answer to the same."""
    networks, caption = depths(subject), None
    if len(networks) < 2:
        title, caption = _("What it answers at every step"), answers_per_step.alone()
    else:
        title = _("The same sequence, read by one layer, two, three and four")
        caption = _("Networks of their own, each trained with the same budget.") if subject.trained else None
    return answers_per_step.readings(networks, board, title=title, caption=caption, **place)


def heatmaps(subject: Subject, **place: object) -> dict:
    """Every layer and direction as a picture of its units, the lowest layer at the bottom."""
    layers = results.trace(subject).layers
    states = [(f"{layer.layer + 1} {ARROWS[layer.direction]}", layer[layer.output].at(batch=0)) for layer in layers]
    low, high = style.value_range(*(signal for _name, signal in states))
    figure = figures.stack.draft(
        states,
        subject.tokens,
        value_range=(low, high),
        row_height=100,
        time_title=_("position"),
        unit_title=_("unit"),
    )
    from_top = layers[::-1]
    for trace in figure.traces:
        if "zmin" in trace:  # a trace without limits is the grey of what is not finite
            shown = from_top[picture_of(trace)]
            trace["meta"] = {"signal": shown.output, "layer": shown.layer, "direction": shown.direction}
    title = _("All units of all layers, the lowest layer at the bottom")
    legends = [{"scale": "state", "low": low, "high": high}]
    return chart(figure, cursor="column", legends=legends, title=title, **place)


def _cell(subject: Subject) -> Cell:
    return subject.network().layers[0][0]


def _shared_shades(subject: Subject) -> dict:
    low, high = style.value_range(*(layer[layer.output] for layer in results.trace(subject).layers))
    return {"scale": "state", "range": [low, high]}
