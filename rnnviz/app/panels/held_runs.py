"""What the views of a changed run show of the first one: without its holds, on the words that were read before."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np

from rnnviz.app import results
from rnnviz.app.i18n import _
from rnnviz.app.panels.quantity_shapes import all_over_time, numbers
from rnnviz.app.results import Changed, Layer
from rnnviz.app.stage.board import Board
from rnnviz.subjects import Subject

SEEN = 5e-4  # a state differs where its three digits may; less is also the rounding of another kernel


def register(board: Board, subject: Subject, of: Layer) -> None:
    """The numbers of the first run, and where something is held; nothing of a run that is not changed."""
    if not isinstance(subject, Changed):
        return
    first = subject.first()
    for signal in results.layer(first, of).signals:
        board.array(f"first:{signal.name}", beside_each_step(subject, numbers(signal.at(batch=0).values)))
    for name, values in ghosts(subject, of).items():
        board.array(f"first:{name}", values)
    for name, where in results.layer(subject, of).held.items():
        board.array(f"held:{name}", numbers(where.at(batch=0).values))
    if results.answers_along(first):
        register_answers(board, subject)


def register_answers(board: Board, subject: Subject, array: str = "p") -> None:
    """The answers of the first run, beside those that the board calls ``array``."""
    if isinstance(subject, Changed):
        board.array(f"first:{array}", beside_each_step(subject, results.answers(subject.first()).values))


def counterparts(subject: Changed) -> np.ndarray:
    """For each step the one of the first run that stands beside it, (steps,), -1 where none does.

    As many words stand beside each other by their places, so that states after as many words are compared. Else a word
    stands beside itself: what is put in has nothing beside it, and what was taken out stands nowhere.
    """
    now, then = subject.tokens, subject.first().tokens
    if len(now) == len(then):
        return np.arange(len(now))
    steps = np.full(len(now), -1)
    for at, start, size in SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks():
        steps[start : start + size] = np.arange(at, at + size)
    return steps


def beside_each_step(subject: Changed, values: np.ndarray) -> np.ndarray:
    """Numbers of the first run, (its steps, ...), at the steps of the changed one; NaN where there is none."""
    steps = counterparts(subject)
    there = (steps >= 0).reshape(-1, *[1] * (values.ndim - 1))
    return np.where(there, values[steps], np.nan)


def differs(subject: Changed, of: Layer) -> np.ndarray:
    """At which steps the state is another one than beside it in the first run, (steps,)."""
    layers = (results.layer(each, of) for each in (subject, subject.first()))
    now, then = (layer[layer.output].at(batch=0).values for layer in layers)
    same = np.isclose(now, beside_each_step(subject, then), rtol=0, atol=SEEN, equal_nan=True).all(-1)
    return ~same & (counterparts(subject) >= 0)


def was(subject: Changed) -> str:
    """What is said before a number of the first run."""
    return _("before") if subject.before else _("without a hold")


def ghost(subject: Subject, of: Layer) -> dict:
    """What the strip shows of the first run beside a changed one."""
    if not isinstance(subject, Changed):
        return {}
    answers = {"first": "first:p"} if results.answers_along(subject) else {}
    word = _("The state differs from the run without a hold.")
    if subject.before:
        word = _("The state differs from the one before the change.")
    differing = {"steps": differs(subject, of).tolist(), "word": word}
    return {**answers, "was": was(subject), "differing": differing, "before": _words_before(subject)}


def _words_before(subject: Changed) -> list[str | None]:
    """At each step the word that another one took the place of, None where it is the same; "" where one was put in."""
    then = subject.first().tokens
    beside = [then[step] if step >= 0 else "" for step in counterparts(subject)]
    return [None if word == now else word for word, now in zip(beside, subject.tokens, strict=True)]


def ghosts(subject: Subject, of: Layer) -> dict[str, np.ndarray]:
    """Every quantity of the first run, as pictures over time draw it, beside the steps of a changed one, (steps,
    units), the states first."""
    if not isinstance(subject, Changed):
        return {}
    layer, cell = results.layer(subject.first(), of), results.cell_of(subject, of)
    drawn = all_over_time(cell, layer, dict.fromkeys([layer.output, *layer.initial, *layer.names]))
    return {shown.name: beside_each_step(subject, shown.signal.values) for shown in drawn}


def ghost_meta(subject: Changed, name: str, **place: object) -> dict:
    """What the line ``name`` of a first run says that it draws; ``place``: as of the changed run, with its signal."""
    return {
        **place,
        "signal": f"first:{place['signal']}",
        "label": _("{name} {was}").format(name=name, was=was(subject)),
    }


def beside(subject: Subject, name: str) -> dict:
    """What stands beside the quantity ``name`` at the cursor: its value in the first run."""
    return {"first": f"first:{name}", "was": was(subject)} if isinstance(subject, Changed) else {}


def mark(subject: Subject, of: Layer, name: str, key: str = "held") -> dict:
    """For what draws the quantity ``name``: where it is held; by ``key``."""
    if name not in results.layer(subject, of).held:
        return {}
    return {key: {"where": f"held:{name}", "word": _("held")}}
