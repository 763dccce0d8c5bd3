"""Panels of the page on two directions: what each side has read, keeps and says about every word."""

from __future__ import annotations

import html

import numpy as np

from rnnviz import figures
from rnnviz.figures import style
from rnnviz.stack import FAR, Stack
from rnnviz.ui import cache
from rnnviz.ui.charts import chart, picture_of
from rnnviz.ui.furniture import bold, percent
from rnnviz.ui.labelling import quiet, solution, ways
from rnnviz.ui.language import _
from rnnviz.ui.panels import label_names, listed, quoted, shades
from rnnviz.ui.stage import Board

TEXTBOOK = "我爱NLP"
ARROWS = {"forward": "h→", "backward": "h←"}
# What the links below the page set, so that each shows what it says whatever was chosen before.
TRAVEL = {"task": "slots", "weights": "trained"}
ECHO = {"task": FAR, "weights": "trained"}
AGREE = 0.05  # a smaller change of shares is none worth a title
MOST_WORDS = 6  # of one label that a title tells


def pair(stack: Stack) -> dict[str, Stack]:
    """The same network reading one way and both ways, one layer each, so that left and right stay apart."""
    return {directions: stack.with_(directions=directions, layers=1) for directions in ("one", "two")}


def named(stacks: dict[str, Stack]) -> dict[str, Stack]:
    """The two networks of ``pair`` by what they do in words."""
    return {name: stacks[directions] for directions, name in ways().items()}


def board(one: Stack, two: Stack) -> Board:
    """The time axis, and the states of the layer that reads both ways. It opens at the title's word."""
    made = Board(two.tokens, two.known, two.units, start=opened(one, two))
    for layer in cache.trace(two).layers:
        made.array(f"h:{layer.direction}", layer["h"].at(batch=0).values)
    made.array("p", cache.answers(two).values)
    return made


def change(one: Stack, two: Stack) -> np.ndarray:
    """How far the second direction moves each step's answer (T,): the total variation between both shares, 0 to 1."""
    return np.abs(cache.answers(two).values - cache.answers(one).values).sum(-1) / 2


def told(one: Stack, two: Stack) -> int | None:
    """The step that the title is about, None where the second direction changes nothing worth a title.

    Of the words that are labelled when read both ways, the one whose answer changes most; if none of those changes, of
    the words that are labelled when read one way only. In the echo, of the letters at which an answer is asked. A
    change is another leading answer, or one of more than AGREE.
    """
    before, after = (cache.answers(stack).values.argmax(-1) for stack in (one, two))
    labelled = [after != quiet(two), before != quiet(two)]
    parts = [np.array(solution(two)) >= 0] if two.task == FAR else labelled
    moved = change(one, two)
    worth = (moved > AGREE) | (before != after)
    for part in parts:
        if (part & worth).any():
            return int(np.where(part & worth, moved, -1.0).argmax())
    return None


def opened(one: Stack, two: Stack) -> int:
    """Where the page opens: at the title's word, without one at the step that changes most."""
    step = told(one, two)
    return int(change(one, two).argmax()) if step is None else step


def verdict(one: Stack, two: Stack) -> str:
    """What the second direction changes, at the word that it changes most; or that it changes nothing."""
    names, t = label_names(two), told(one, two)
    before, after = cache.answers(one).values, cache.answers(two).values
    if two.weights == "fresh":
        return _("Before training, the {cell} guesses, one way and both ways: it is never surer than {share}").format(
            cell=two.cell, share=percent(float(max(before.max(), after.max())))
        )
    if t is None:
        return _unchanged(two)
    guess, answer = int(before[t].argmax()), int(after[t].argmax())
    places = {
        "word": _isolated(two.tokens[t]),
        "guess": bold(names[guess]),
        "answer": bold(names[answer]),
        "one": percent(float(before[t, guess])),
        "other": percent(float(before[t, answer])),
        "two": percent(float(after[t, answer])),
        "distance": two.distance,
    }
    if two.task == FAR:
        places["right"] = bold(names[solution(two)[t]])
        said = _(
            "{distance} steps after {word} comes {right}. Read one way: {guess} ({one}). Both ways: {answer} ({two})"
        )
    elif guess != answer:
        said = _("One way, {word} is {guess} ({one}) or {answer} ({other}); both ways it is {answer} ({two})")
    else:
        said = _("{word}: {answer}, {one} sure when read one way, {two} both ways")
    return said.format(**places)


def _unchanged(two: Stack) -> str:
    """The title where both ways agree, or nothing is asked."""
    answers, names = cache.answers(two).values.argmax(-1), label_names(two)
    places = {"text": quoted(two), "distance": two.distance}
    if two.task == FAR:
        asked = any(answer >= 0 for answer in solution(two))
        said = (
            _("One way and both ways give the same answer wherever one is asked in {text}")
            if asked
            else _("No letter comes {distance} steps after any word of {text}: nothing is asked")
        )
    elif (answers == quiet(two)).all():
        said = _("One way and both ways agree: no word of {text} gets a label")
    else:
        said = _("One way and both ways agree on every word of {text}. {labels}")
        words = {
            names[label]: " ".join(_isolated(two.tokens[t]) for t in np.flatnonzero(answers == label)[:MOST_WORDS])
            for label in dict.fromkeys(answers.tolist())
            if label != quiet(two)
        }
        places["labels"] = listed({bold(label): said for label, said in words.items()})
    return said.format(**places)


def _isolated(token: str) -> str:
    return f"<bdi>{html.escape(token)}</bdi>"


def marks(two: Stack) -> str:
    """What the marks on the answers mean."""
    if two.task == "slots":
        return _("Framed: the two disagree; – is none of these. Click a word to stand there.")
    return _("✓ right, ✗ and red: wrong. Click a column to stand there.")


def mirror(stack: Stack, **place: object) -> dict:
    trace = cache.trace(stack)
    forward, backward = (trace.layer(0, side)["h"].at(batch=0) for side in ("forward", "backward"))
    low, high = style.value_range(forward, backward)
    figure = figures.mirror.draft(
        forward,
        backward,
        stack.tokens,
        value_range=(low, high),
        height=430,
        time_title=_("position"),
        unit_title=_("unit"),
        forward_title=_("h→ reads from left to right"),
        backward_title=_("h← reads from right to left"),
    )
    for trace in figure.traces:
        if "zmin" in trace:  # a trace without limits is the grey of what is not finite
            trace["meta"] = {"signal": "h", "direction": list(ARROWS)[picture_of(trace)]}
    return chart(figure, cursor="column", legends=[{"scale": "state", "low": low, "high": high}], **place)


def sides(stack: Stack, made: Board, **place: object) -> dict:
    """One position from both sides: states, their merger, and what each side adds to the score of every answer."""
    parts = cache.answer_parts(stack)
    inks = [style.DIRECTIONS["forward"], style.DIRECTIONS["backward"], style.INK]
    shown = [
        {
            "array": made.array(term.name, term.at(batch=0).values),
            "color": ink,
            "name": _("added by {side}").format(side=side),
        }
        for term, ink, side in zip(parts.terms, inks, [*ARROWS.values(), "b"], strict=True)
    ]
    return {
        "kind": "sides",
        "sides": [
            {
                "name": ARROWS[side],
                "array": f"h:{side}",
                "color": style.DIRECTIONS[side],
                "backward": side == "backward",
            }
            for side in stack.sides
        ],
        "parts": shown,
        "limit": max(1.0, *(float(np.abs(term.values).max()) for term in parts.terms)),
        "merges": ["concat", "sum", "mean", "product"],
        "units": stack.units,
        "labels": label_names(stack),
        "probabilities": "p",
        "strings": {
            "read": _("has read"),
            "concat": _("concatenated"),
            "sum": _("sum"),
            "mean": _("mean"),
            "product": _("product"),
            "concat_rule": "[h→ ; h←]",
            "sum_rule": "h→ + h←",
            "mean_rule": "(h→ + h←) / 2",
            "product_rule": "h→ ⊙ h←",
            "concat_note": _("This is what the read-out sees."),
            "other_note": _("Only to look at: the read-out sees the concatenation."),
        },
        **shades(cache.trace(stack).layer()["h"]),
        **place,
    }


def datapath(stack: Stack, made: Board, **place: object) -> dict:
    """The way of the textbook's three words through both directions of the network that labels travel sentences."""
    read = stack.with_(task="slots", text=TEXTBOOK)
    trace = cache.trace(read)
    arrays = {
        side: made.array(f"textbook:{side}", trace.layer(0, side)["h"].at(batch=0).values) for side in stack.sides
    }
    return {
        "kind": "datapath",
        "tokens": read.tokens,
        "words": _word_colors(len(read.tokens)),
        **{
            side: {"array": array, "color": style.DIRECTIONS[side], "name": ARROWS[side]}
            for side, array in arrays.items()
        },
        "strings": {
            "sequence": _("the sequence"),
            "runs": _("h→ reads it"),
            "reversed": _("reversed"),
            "runs_back": _("h← reads that"),
            "back": _("reversed back"),
            "concat": _("concatenated"),
        },
        **shades(trace.layer()["h"]),
        **place,
    }


def _word_colors(count: int) -> list[str]:
    """The colour of each place in a sentence, from the first to the last."""
    wheel = [style.WORDS[round(k * (len(style.WORDS) - 1) / max(1, count - 1))] for k in range(count)]
    return [f"rgb{color}" for color in wheel]


def shape(stack: Stack) -> tuple[int, ...]:
    return cache.trace(stack).layer()["h"].values.shape
