"""The compass: one eigenvalue to move on the unit disc, with what it does, and those of a network beside it."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, percent
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.studies import eigenvalue_compass as study
from rnnviz.subjects import Subject

OPENS = {"size": 0.944, "angle": 45.0}  # half in 12 steps, a turn in 8
BITS = (0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0)  # of the row below the disc

REAL = 1e-9  # an imaginary part that is rounding

multiplied = computed(study.multiplied)
right = computed(study.right)


def board(name: str, subject: Subject) -> Board:
    """Steps where a gate changes from one to the next; else nothing on the stage goes by them."""
    gated = multiplied(name).kept is not None
    tokens, known = (subject.tokens, subject.known) if gated else ((), ())
    return Board(tokens, known, units=1, start=0, about={subject.cell: subject})


def compass(name: str, subject: Subject, board: Board) -> dict:
    found = multiplied(name)
    arrays: dict[str, str] = {}
    if found.eigenvalues is not None:
        pairs = np.stack([found.eigenvalues.real, found.eigenvalues.imag], -1)
        arrays["eigenvalues"] = board.array("eigenvalues", pairs)
    else:
        arrays["gate"] = board.array("kept", found.kept)
    return {
        "kind": "compass",
        "span": 12,
        "title": _where(name, subject),
        "caption": sentences(*_lives(name), _("Grey: 1, λ, λ², λ³ …, what is left of a memory after each step.")),
        "color": style.CELLS[subject.cell],
        "presets": _presets(),
        "bits": BITS,
        "words": _words() | _counting_words() | {"why_not": why_not(name)},
        "alternative": _(
            "A disc with {count} points of the {cell} and an eigenvalue λ to move; three curves of its powers"
        ).format(cell=naming.cell(subject.cell), count=subject.units),
        **OPENS,
        **arrays,
    }


def _where(name: str, subject: Subject) -> str:
    names = {"cell": subject.cell, "units": subject.units}
    if multiplied(name).kept is not None:
        return _(
            "Dots: the λ of the {cell}'s {units} units at this step, which are its gates; bars: at all steps"
        ).format(**names)
    if name == "rnn":
        return _("Dots: the {units} eigenvalues of the {cell}'s W").format(**names)
    if not study.is_trained(name):
        return _("Dots: the {units} numbers λ of the {cell} as they start, at random over the disc").format(**names)
    return _("Dots: the {units} numbers λ of the {cell} after training").format(**names)


def _presets() -> list[dict]:
    named = (
        (_("Keeps"), 1.0, 0.0),
        (_("Fades"), 0.9, 0.0),
        (_("Turns"), 0.98, 45.0),
        (_("Flips"), 1.0, 180.0),
        (_("Grows"), 1.03, 30.0),
    )
    return [{"name": name, "size": size, "angle": angle} for name, size, angle in named]


def _words() -> dict[str, str]:
    return {
        "handle": _("The eigenvalue λ: arrow keys up and down change its size, left and right its angle"),
        "reading": _("|λ| = {size}, angle {angle}"),
        "both": _("{one}, {other}"),
        "half": _("Forgets half in {steps} steps"),
        "half_one": _("Forgets half in one step"),
        "most": _("Forgets more than half at every step"),
        "nothing": _("Forgets all at once"),
        "all": _("Forgets nothing"),
        "grows": _("Doubles every {steps} steps"),
        "straight": _("never turns"),
        "turn": _("turns once every {steps}"),
        "flip": _("flips at every step"),
        "part": _("1/{steps} turn"),
        "keeps": _("Keeps"),
        "flips": _("Flips"),
        "life": _("half in {steps} steps"),
        "life_one": _("half in 1 step"),
        "drag": _("drag me"),
        "try": _("Try:"),
        "impulse": _("An impulse, k steps later: λᵏ"),
        "parts": _("solid: real part · dashed: imaginary"),
        "memory": _("What is left of it: |λ|ᵏ"),
        "gradient": _("A gradient coming back: × |λ| a step"),
        "steps_later": _("steps k"),
        "step": _("step t"),
        "backwards": _("← back in time"),
        "half_at": _("half after {steps}"),
        "arrives": _("{size} at the start"),
    }


def _counting_words() -> dict[str, str]:
    return {
        "right": _("Odd or even? Its sign is right at {right} of {count} bits."),
        "zeros": _("At {zeros} it is 0, which says neither."),
        "flip_counts": _("Each 1 multiplies by λ, each 0 leaves it: −1 flips the sign at every 1. That is counting."),
        "never": _(
            "A positive λ never changes the sign: “even” every time. No gate between 0 and 1 counts, however trained."
        ),
        "modulo": _("After {steps} ones it has turned once: it counts to {steps}, not to 2."),
        "drifts": _("Each 1 turns it by an angle that fits no whole count."),
        "fades": _("And it fades."),
    }


def title() -> str:
    return _("Each step multiplies a memory by a number λ")


def sentence(name: str, subject: Subject) -> str:
    """What to do, and what the network's own numbers do."""
    found, cell = multiplied(name), naming.cell(subject.cell)
    drag = _("Drag λ: distance from 0 is memory, angle is turning.")
    if found.kept is not None:
        told = _("All {count} λ of this {cell} lie between 0 and 1: they fade, and never flip a sign.")
        return sentences(drag, told.format(cell=cell, count=f"{found.kept.size:,}"))
    own = found.eigenvalues
    flips = own.real[(np.abs(own.imag) < REAL) & (own.real <= -1)]
    if len(flips):
        told = _("One of this {cell}'s {units} is {value}: it flips.")
        told = told.format(cell=cell, units=len(own), value=f"{flips.min():.2f}".replace("-", "−"))
    else:
        told = _("A gate (0 to 1) can never flip the sign; {past} of these {units} λ can.")
        told = told.format(past=int((own.real < 0).sum()), units=len(own))
    return sentences(drag, told)


def why_not(name: str) -> str:
    """Why a network does not count whose λ lie where a gate's cannot; "" of others."""
    if study.NETWORKS[name].kind != "lru":
        return ""
    return _("An LRU still does not count: its λ are the same at a 0 and at a 1, and turn at both.")


def _lives(name: str) -> list[str]:
    """How long half of its numbers remember, where they fade."""
    found = multiplied(name)
    sizes = np.abs(found.eigenvalues) if found.kept is None else found.kept
    with np.errstate(divide="ignore"):
        lives = np.log(0.5) / np.log(sizes.astype(np.float64))
    median = float(np.median(np.where(sizes < 1, lives, np.inf)))
    told = _("Half of the dots forget half within {steps} steps.")
    return [told.format(steps=significant(median, 2))] if np.isfinite(median) else []


def chips(name: str, subject: Subject) -> list[Chip]:
    """Whether a trained network has learnt to count."""
    if not study.is_trained(name):
        return []
    told = _("Odd or even, of {count} bits: {share} right, {chance} by chance")
    return [Chip(subject.cell, told.format(count=study.ASKED, share=percent(right(name)), chance=percent(0.5)))]
