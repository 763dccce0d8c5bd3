"""Panels of the page on deep networks: every layer at every step, and what each layer adds."""

from __future__ import annotations

import html

import numpy as np

from rnnviz import figures
from rnnviz.app import results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import bold
from rnnviz.app.panels import answers_per_step
from rnnviz.app.panels.answers_per_step import sibling, task_of
from rnnviz.app.panels.directions import ARROWS
from rnnviz.app.panels.network_views import label_names, quoted, shades
from rnnviz.app.panels.state_charts import chart, picture_of
from rnnviz.app.stage.board import Board
from rnnviz.cells import Cell
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_LAYERS

# What the links below the page set, so that each shows what it says whatever was chosen before.
XOR = {"task": "neighbour_xor", "directions": "two", "trained": True}
UNTRAINED = {"trained": False, "layers": 4, "seed": 0}


def board(subject: Subject) -> Board:
    """The time axis of a network, and every quantity of every layer and direction."""
    result = Board(subject.tokens, subject.known, subject.units, start=len(subject.tokens) // 2)
    for layer in results.trace(subject).layers:
        for name in layer.names:
            result.array(f"{name}:{layer.layer}:{layer.direction}", layer[name].at(batch=0).values)
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


def verdict(subject: Subject) -> str:
    """What depth changes in the answers to this text: one layer against as many as were chosen, or against two."""
    text, layers = quoted(subject), depth(subject)
    ways = _("reading both ways") if subject.network().bidirectional else _("reading one way")
    if not subject.trained:
        return _("Before training: {layers} of {cell} read {text}").format(
            layers=answers_per_step.counted(layers), cell=subject.cell, text=text
        )
    if len(compared(subject)) < 2 or not results.answers_along(subject):
        return _("{layers} of {cell}, {ways}: {text}").format(
            layers=answers_per_step.counted(layers), cell=subject.cell, text=text, ways=ways
        )
    one, many = (results.answers(other).values.argmax(-1) for other in compared(subject).values())
    places = {"text": text, "more": max(2, layers), "ways": ways, "steps": len(one)}
    right = answers_per_step.solution(subject)
    if task_of(subject) != "neighbour_xor":
        return _relabelled(subject, one, many, places)
    asked = np.array(right) >= 0
    if not asked.any():
        return _("No step of {text} stands between two known bits: nothing is asked").format(text=text)
    places |= {
        "asked": int(asked.sum()),
        "one": bold(str(int((one == right)[asked].sum()))),
        "many": bold(str(int((many == right)[asked].sum()))),
    }
    return _(
        "Do a bit's two neighbours differ? Of {asked} bits of {text} one layer is right about {one}, {more} layers "
        "about {many}, {ways}"
    ).format(**places)


def _relabelled(subject: Subject, one: np.ndarray, many: np.ndarray, places: dict[str, object]) -> str:
    """How many words get another label from many layers; and the one whose answer changes most."""
    other = np.flatnonzero(one != many)
    if not len(other):
        return _("One layer and {more} layers label every word of {text} alike, {ways}").format(**places)
    before, after = (results.answers(each).values[other] for each in compared(subject).values())
    t, names = int(other[np.abs(after - before).sum(-1).argmax()]), label_names(subject)
    return _(
        "{more} layers label {count} of {steps} words of {text} otherwise than one, {ways}. {word}: {old} → {new}"
    ).format(
        **places,
        count=len(other),
        word=f"<bdi>{html.escape(subject.tokens[t])}</bdi>",
        old=bold(names[one[t]]),
        new=bold(names[many[t]]),
    )


def grid(subject: Subject, **place: object) -> dict:
    """Layers by steps: a small picture of each state, the words below, the answers above where there are any."""
    trace, cell = results.trace(subject), _cell(subject)
    rows = [
        {
            "layer": layer.layer,
            "direction": layer.direction,
            "name": _("layer {number}").format(number=layer.layer + 1)
            + (f" {ARROWS[layer.direction]}" if len(trace.directions) > 1 else ""),
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
    answers = {}
    if results.answers_along(subject):
        answers = {
            "labels": label_names(subject),
            "colors": answers_per_step.label_colors(subject),
            "probabilities": "p",
            "quiet": answers_per_step.quiet(subject),
            "solution": answers_per_step.solution(subject),
        }
    caption = _("Each square of the grid is one state. Click one to open it; the answer is read off the top layer.")
    joined = {}
    if len(trace.directions) > 1:
        joined = {"joined": "[h→ ; h←] ↑"}
        boxes = _("Each box is a bidirectional {cell}: its two states are joined, [h→ ; h←], and go up.")
        caption = sentences(boxes.format(cell=subject.cell), caption)
    return {
        "kind": "grid",
        "rows": rows,
        **joined,
        **answers,
        "strings": {"answer": _("answer") if answers else "", "word": _("input")},
        **_shared_shades(subject),
        "title": _("Follow one step up: each layer reads both directions of the layer below"),
        "caption": caption,
        **place,
    }


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
    states = [(f"{layer.layer + 1} {ARROWS[layer.direction]}", layer["h"].at(batch=0)) for layer in layers]
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
            trace["meta"] = {"signal": "h", "layer": shown.layer, "direction": shown.direction}
    title = _("All units of all layers, the lowest layer at the bottom")
    legends = [{"scale": "state", "low": low, "high": high}]
    return chart(figure, cursor="column", legends=legends, title=title, **place)


def _cell(subject: Subject) -> Cell:
    return subject.network().layers[0][0]


def _shared_shades(subject: Subject) -> dict:
    low, high = style.value_range(*(layer["h"] for layer in results.trace(subject).layers))
    return {"scale": "state", "range": [low, high]}
