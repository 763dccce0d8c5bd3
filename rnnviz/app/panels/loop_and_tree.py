"""The page on scans: what is known after each round of a loop, a doubling and pieces, number by number."""

from __future__ import annotations

import numpy as np
import torch

from rnnviz.app import state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.cells import scanning
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.studies import loop_and_tree as study
from rnnviz.subjects import Subject

MANY = 7  # rounds, above which a box has room for one number
LONG = 1_000  # steps over which all ways are compared as well


def subject() -> Subject:
    return study.subject_of(state.knobs().recurrence)


@computed
def rounds(kind: str, way: str, length: int) -> list[study.Pairs]:
    return study.rounds(way, *study.leaves(study.subject_of(kind), length))


@computed
def apart(kind: str) -> float:
    """The largest difference of any state between any two ways, in float64, over a sequence of LONG steps."""
    own = study.leaves(study.subject_of(kind), LONG)
    kept, written = (part.repeat(-(-LONG // len(part)), 1)[:LONG] for part in own)
    states = [run(kept, written, torch.zeros_like(kept[0])) for run in study.WAYS.values()]
    return max(float((one - states[0]).abs().max()) for one in states)


def unit(known: list[study.Pairs]) -> int:
    """One to begin with: its state moves, and of what it once held something is left after all steps."""
    through, states = known[-1].kept[-1], known[-1].written
    moved = np.abs(np.diff(states, axis=0)).sum(0)
    each = through ** (1 / len(states))  # what is kept of it at a step, on average
    return int((moved * np.sqrt(through) * (1 - each)).argmax())


def ways() -> dict[str, str]:
    return {"loop": _("Loop"), "doubling": _("Tree"), "chunks": _("Pieces")}


def title() -> str:
    knobs = state.knobs()
    count = {"steps": knobs.leaves, "rounds": scanning.rounds(knobs.leaves)[knobs.way], "loop": knobs.leaves - 1}
    if knobs.way == "loop":
        return _("A loop needs {rounds} rounds for {steps} steps, one after another").format(**count)
    told = _("Side by side, pieces need {rounds} rounds for {steps} steps, a loop {loop}")
    if knobs.way == "doubling":
        told = _("A tree needs {rounds} rounds for {steps} steps, a loop {loop}")
    return told.format(**count)


def sentence() -> str:
    return _(
        "Each step is h<sub>t</sub> = a<sub>t</sub> h<sub>t−1</sub> + b<sub>t</sub>. As a and b do not depend on h, a "
        "GPU does each round at once."
    )


def chips() -> list[Chip]:
    knobs, cell = state.knobs(), subject().cell
    counted, of_many = scanning.rounds(knobs.leaves), scanning.rounds(LONG)
    told = _("{way}: {rounds} rounds, {more} for {steps} steps")
    return [
        Chip(cell, told.format(way=name, rounds=counted[way], more=of_many[way], steps=f"{LONG:,}"))
        for way, name in ways().items()
    ]


def parts_of(length: int) -> dict[str, int]:
    """What the rounds of pieces add up from: within all of them at once, from one to the next, and of what is left."""
    size = scanning.chunk_size(length)
    return {"within": size - 1, "across": length // size - 1, "rest": length % size}


def measured() -> str:
    numbers = _(
        "The numbers are those of one hidden unit of a {cell} that was trained to count bits, on the first {steps} "
        "bits of an example, in float64. Its gates do not see the state: all pairs are known before the first round. "
        "Over {long} steps the states of any two ways agree within {apart}."
    ).format(
        cell=subject().cell,
        steps=state.knobs().leaves,
        long=f"{LONG:,}",
        apart=significant(apart(state.knobs().recurrence), 2),
    )
    return sentences(numbers, pieces())


def pieces() -> str:
    """What the rounds of pieces over LONG steps add up from."""
    size = scanning.chunk_size(LONG)
    told = _(
        "{long} steps are {pieces} pieces of {size}: {within} rounds in all of them at once, {across} from one to the "
        "next, {rest} for the steps left over."
    )
    return told.format(long=f"{LONG:,}", pieces=LONG // size, size=size, **parts_of(LONG))


def build() -> Board:
    knobs, own = state.knobs(), subject()
    known = rounds(knobs.recurrence, knobs.way, knobs.leaves)
    units = known[0].kept.shape[1]
    board = Board(
        [""] * len(known),
        [True] * len(known),
        units=units,
        unit=unit(known),
        start=min(1, len(known) - 1),  # the first that puts something together
        counts=_("round {done} of {most}"),
        about={own.cell: own},
    )
    board.row(picture(board, own, known))
    return board


def picture(board: Board, own: Subject, known: list[study.Pairs]) -> dict:
    way, joins = state.knobs().way, sum(int((pairs.left >= 0).sum()) for pairs in known)
    title = _("{way}: {joins} joins in {rounds} rounds")
    return {
        "kind": "scan",
        "span": 12,
        "title": title.format(way=ways()[way], joins=joins, rounds=len(known) - 1),
        "caption": sentences(
            _("Two boxes join: a₁, b₁, then a₂, b₂ become a = a₂ a₁ and b = a₂ b₁ + b₂."),
            "" if len(known) <= MANY else _("In each box only b is written."),
            _("Filled: b is the state. Click a box for its tree."),
            pieces() if way == "chunks" else "",
        ),
        "color": style.CELLS[own.cell],
        "tokens": list(own.tokens[: len(known[0].first)]),
        "kept": board.array("scan:a", np.stack([pairs.kept for pairs in known])),
        "written": board.array("scan:b", np.stack([pairs.written for pairs in known])),
        "rounds": [
            [
                {"t": int(t), "left": int(pairs.left[t]), "first": int(pairs.first[t])}
                for t in np.flatnonzero(pairs.left >= 0)
            ]
            for pairs in known
        ],
        "strings": {
            "round": _("round {number}"),
            "kept": _("a: kept"),
            "written": _("b: written"),
            "pairs": _("pairs"),
            "states": _("states h"),
            "read": _("bits read"),
            "leaf": _("Step {last}: from its word alone a = {a}, b = {b}"),
            "joined": _("Steps {first}–{last}: a = a₂ a₁ = {c} × {a} = {ca}, b = a₂ b₁ + b₂ = {c} × {b} + {d} = {cbd}"),
            "state": _("and b is the state after step {last}"),
            "comma": _(", "),
        },
        "alternative": _("{steps} pairs at the bottom, put together in {rounds} rounds until all are states.").format(
            steps=len(known[0].first), rounds=len(known) - 1
        ),
    }
