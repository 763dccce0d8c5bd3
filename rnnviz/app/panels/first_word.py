"""The title of the page on memory: what the chosen measure says of the first word, and of each network as a number."""

from __future__ import annotations

import numpy as np

from rnnviz.app.comparison import Subjects, called
from rnnviz.app.i18n import _
from rnnviz.app.page import Chip
from rnnviz.app.panels import memory_shares, word_effects
from rnnviz.app.panels.networks_compared import ends, words
from rnnviz.app.results import Layer
from rnnviz.subjects import Subject


def claim(subjects: Subjects, measure: str, of: Layer) -> tuple[str, list[Chip]]:
    """In words, and the number of each network beside its colour."""
    if measure == "effect":
        return word_effects.headline(subjects, of), word_effects.chips(subjects, of)
    title = {
        "reveal": _("How much of the state at step {step} is the exact part of the first word"),
        "ledger": _("How much of the state at step {step} was written at the first word and never erased"),
        "connectivity": _("How much of the answer's gradient goes to the first word"),
    }[measure]
    chips = [
        Chip(subject.cell, f"{called(name)} {_written(share(subject, measure, of))}")
        for name, subject in subjects.items()
    ]
    return title.format(step=1 + ends(of)[0] % len(words(subjects))), chips


def share(subject: Subject, measure: str, of: Layer) -> float:
    """The first word's share by a measure; NaN for what a network has not."""
    last, first = ends(of)
    if measure == "connectivity":
        return float(memory_shares.gradient_parts(subject)[first]) if subject.load().answers is not None else np.nan
    parts = memory_shares.ledger_parts(subject, of) if measure == "ledger" else memory_shares.reveal_parts(subject, of)
    return np.nan if parts is None else float(parts[last, 1:][first])


def _written(value: float) -> str:
    return f"{value:.1%}" if np.isfinite(value) else "–"
