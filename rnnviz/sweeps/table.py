"""Outcomes as a table: one line per name, "solved x of y"."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rnnviz.sweeps.outcome import Outcome


class Group(NamedTuple):
    """The runs of one name. ``solved``: how many met the goal with their last weights, of so many ``runs``; ``solved``
    is None without a goal. ``updates``: the median of those at which a solved run first met it, None if none did.
    ``seconds``: of one run, the median. ``score``: the median of what the goal measures, without one of the accuracy.
    ``errors``: how many runs have no result."""

    name: str
    runs: int
    solved: int | None
    updates: float | None
    seconds: float
    score: float | None
    exploded: int
    errors: int


def grouped(outcomes: Iterable[Outcome]) -> list[Group]:
    """One Group per name, in the order in which names come first."""
    by_name: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_name.setdefault(outcome.name, []).append(outcome)
    return [_group(name, runs) for name, runs in by_name.items()]


def _group(name: str, runs: Sequence[Outcome]) -> Group:
    made = [run for run in runs if not run.error]
    judged = [run for run in made if run.solved is not None]
    first = [run.solved_at for run in judged if run.solved]
    scores = [run.accuracy if run.score is None else run.score for run in made]
    return Group(
        name,
        len(runs),
        len(first) if judged else None,
        statistics.median(first) if first else None,
        statistics.median(run.seconds for run in made) if made else 0.0,
        statistics.median(scores) if scores else None,
        sum(run.explosion is not None for run in made),
        len(runs) - len(made),
    )


def as_text(outcomes: Sequence[Outcome], total: int) -> str:
    """A line per name, and what went wrong below. ``total``: how many runs there are to be."""
    groups = grouped(outcomes)
    rows = [("", "solved", "updates", "seconds", "score")]
    for group in groups:
        solved = "" if group.solved is None else f"{group.solved} of {group.runs}"
        updates = "" if group.updates is None else f"{group.updates:,.0f}"
        score = "" if group.score is None else f"{group.score:.4g}"
        rows.append((group.name, solved, updates, f"{group.seconds:.1f}", score))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for outcome in outcomes:
        if outcome.error or outcome.explosion:
            why = outcome.error or outcome.explosion.reason
            lines.append(f"{outcome.name}, seed {outcome.seed}: {why}")
    if len(outcomes) < total:
        lines.append(f"{len(outcomes)} of {total} runs are done.")
    return "\n".join(lines)
