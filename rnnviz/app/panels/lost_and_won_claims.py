"""What is said of counting and recall: the title from what was measured, and why a kind of cell can or cannot."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming, state
from rnnviz.app.i18n import _
from rnnviz.app.page import Chip, percent
from rnnviz.app.trial_runs import Shares, at, is_complete, most_solve
from rnnviz.studies import lost_and_won as study

TOLD = ("lstm", "linear", "delta-2")  # kinds whose numbers stand below the title


def named(kind: str) -> str:
    """A kind as the page calls it."""
    built = study.KINDS[kind]
    return {"delta": "DeltaNet β < 1", "delta-2": "DeltaNet β < 2"}.get(kind, naming.cell(built.cell))


def natures() -> dict[str, str]:
    """What a step does to the old state."""
    return {
        "nonlinear": _("state: a non-linear function of the old one"),
        "scaled": _("state: each number scaled by 0 to 1, by itself"),
        "turned": _("state: each number turned by an angle of its own"),
        "matrix": _("state: a matrix, kept or scaled as a whole"),
        "erased": _("state: a matrix, one direction erased in part"),
        "reflected": _("state: a table; a key can erase or flip its entry"),
    }


def families() -> list[tuple[str, str, tuple[study.Nature, ...]]]:
    """Kinds that the title speaks of together: how they run, what their state is, and their natures."""
    parallel = _("in parallel")
    return [
        (_("step by step"), _("state: a vector"), ("nonlinear",)),
        (parallel, _("state: each number by itself"), ("scaled", "turned")),
        (parallel, _("state: a matrix"), ("matrix", "erased")),
        (parallel, _("matrix that flips"), ("reflected",)),
    ]


def whys() -> dict[str, tuple[str, str]]:
    """In a sentence, why it can count or not, and recall or not; and the paper that proves it, by its number."""
    scaled = "2404.08819"
    return {
        "nonlinear": (
            _(
                "A bit can turn the whole state over, whatever it was: that is parity. Yet each step needs the one "
                "before, and a vector has no place of its own for each pair."
            ),
            "2405.17394",
        ),
        "scaled": (
            _(
                "All steps can be computed at once, for no step looks at the state. Scaled by 0 to 1, a number fades "
                "and never turns over: no input can flip what is kept."
            ),
            scaled,
        ),
        "turned": (
            _(
                "Each number turns by its own angle at every step, the same for a zero as for a one: it can tell the "
                "time, and not how many ones there were."
            ),
            scaled,
        ),
        "matrix": (
            _(
                "Each pair adds key times value to a matrix, and a query reads the value back. Scaled by 0 to 1, what "
                "is kept fades and never turns over."
            ),
            scaled,
        ),
        "erased": (
            _(
                "Before a pair is written, what its key held is erased: a table. An eigenvalue of 0 to 1 erases, and "
                "cannot turn over."
            ),
            "2405.17394",
        ),
        "reflected": (
            _(
                "A table: each pair is written under its key. With β up to 2 a key can flip the sign of what it held: "
                "each 1 that is read flips it, odd, even, odd."
            ),
            "2411.12537",
        ),
    }


def title(shares: Shares) -> str:
    """How many kinds do both of what was lost and what was won."""
    bits, pairs = state.knobs().bits, state.knobs().pairs
    able = [
        (most_solve(shares, "counting", kind, bits), most_solve(shares, "recall", kind, pairs)) for kind in study.KINDS
    ]
    known = [each for each in able if None not in each]
    if not known or not is_complete(shares, {"counting": bits, "recall": pairs}):
        return _("Which cells learn both tasks: odd or even, and recall of {pairs} pairs?").format(pairs=pairs)
    both = sum(counts and recalls for counts, recalls in known)
    told = _("{both} cells of {count} learn both tasks: odd or even, and recall of {pairs} pairs")
    if both < 2:
        told = _("No cell of {count} learns both tasks: odd or even, and recall of {pairs} pairs")
    if both == 1:
        told = _("One cell of {count} learns both tasks: odd or even, and recall of {pairs} pairs")
    return told.format(both=both, count=len(known), pairs=pairs)


def sentence() -> str:
    told = _("A dot is one network, {count} of each cell for either task. Click a cell to read why.")
    return told.format(count=len(study.SEEDS))


def median(shares: Shares, trial: str, kind: str, asked: int) -> str:
    """Over the trainings of a kind, in words."""
    values = at(shares, trial, kind, asked)
    if values is None:
        return _("…") if study.seeds(kind, trial) else _("not trained")
    return percent(float(np.median(values)))


def chips(shares: Shares) -> list[Chip]:
    """Three kinds in numbers."""
    told, knobs = _("{name} odd/even {counts}, recall {recalls}"), state.knobs()
    return [
        Chip(
            study.KINDS[kind].cell,
            told.format(
                name=named(kind),
                counts=median(shares, "counting", kind, knobs.bits),
                recalls=median(shares, "recall", kind, knobs.pairs),
            ),
        )
        for kind in TOLD
        if kind in study.KINDS
    ]


def measured() -> str:
    recipe, (counting, recall) = study.RECIPE, study.TRIALS.values()
    return _(
        "Every network has one layer and a state of about {bits} numbers to count and {pairs} to recall, {updates} "
        "updates of {batch} sequences, Adam, learning rate {rate}, gradients clipped at norm 1. Nothing was tuned to a "
        "cell. Counting was trained on up to {length} bits, recall on {fewest} to {most} pairs. Asked are {questions} "
        "new sequences each, once at their end; computed when the page opened, from the weights, which are kept in "
        "half precision. A number is the median of {seeds} networks; a dot's height within its row is its seed."
    ).format(
        bits=counting.state,
        pairs=recall.state,
        updates=f"{recipe.updates:,}",
        batch=recipe.batch,
        rate=recipe.learning_rate,
        length=counting.options["length"],
        fewest=recall.options["fewest"],
        most=recall.options["pairs"],
        questions=study.QUESTIONS,
        seeds=len(study.SEEDS),
    )


def read() -> list[str]:
    return [
        _("At the right edge all answers are right; at the dotted line one guesses."),
        _("Odd or even (parity): each one turns the answer over. It was trained on 40 bits; 256 ask for the rule."),
        _("Recall: guessing is to name one of the numbers that were read. Who has none of them is left of the line."),
        _("One budget and step size for all, tuned to none: a cell that fails here may learn it with another."),
    ]


def suggestions() -> list[tuple[str, dict[str, object]]]:
    offered = [
        (_("40 bits, as in training: who tells odd from even?"), {"bits": 40}),
        (_("Four pairs alone: who recalls them?"), {"pairs": 4}),
        (_("LSTM: tells odd from even, and recalls little"), {"kind": "lstm"}),
    ]
    return [(text, changes) for text, changes in offered if changes.get("kind", "rnn") in study.KINDS]
