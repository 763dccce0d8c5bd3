"""What the page on the return of recurrence knows: how the shipped networks count and recall, as they are asked now."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from rnnviz.app.heavy_work import Bar, Work, finish, wait_for
from rnnviz.app.i18n import _
from rnnviz.studies import lost_and_won as study

Shares = dict[tuple[str, str], np.ndarray]


def measured() -> Shares:
    """The share of right answers of the shipped networks, (seed, ``Trial.asked``), by trial and kind. Computed once for
    all visitors, from the networks themselves."""
    bar = Bar()
    found = wait_for(*_measuring(), bar, _("Asking the networks"))
    bar.end()
    return found


def prepare() -> None:
    """See to it that ``measured`` is known, without a visitor who waits for it."""
    finish(*_measuring())


def _measuring() -> tuple[Hashable, ...]:
    return "asked to count and recall", _measure


def _measure() -> Work[Shares]:
    found: Shares = {}
    asked = [(trial, kind) for trial in study.TRIALS for kind in study.KINDS if study.seeds(kind, trial)]
    for trial, kind in asked:
        rows: list[list[float]] = []
        for seed in study.seeds(kind, trial):
            network = study.shipped(kind, trial, seed).network()
            rows.append([study.right(network, trial, length) for length in study.TRIALS[trial].asked])
            yield (len(found) + len(rows) / len(study.SEEDS)) / len(asked)
        found[trial, kind] = np.array(rows)
    return found


def at(shares: Shares, trial: str, kind: str, asked: int) -> np.ndarray | None:
    """The shares of one kind at a length or number of pairs, (seed,); None where it was not trained."""
    values = shares.get((trial, kind))
    return None if values is None else values[:, study.TRIALS[trial].asked.index(asked)]


def most_solve(shares: Shares, trial: str, kind: str, asked: int) -> bool | None:
    """Whether most of its trainings are right; None where it was not trained."""
    values = at(shares, trial, kind, asked)
    return None if values is None else bool((values >= study.SOLVED).mean() > 0.5)
