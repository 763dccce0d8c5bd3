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
    chips = [Chip(subject.cell, f"{called(name)} {_share(subject, measure, of)}") for name, subject in subjects.items()]
    return title.format(step=1 + ends(of)[0] % len(words(subjects))), chips


def _share(subject: Subject, measure: str, of: Layer) -> str:
    """The first word's share by a measure, or why a network has none."""
    last, first = ends(of)
    if measure == "connectivity":
        if subject.load().answers is None:
            return _("– (no readout)")
        return _written(memory_shares.gradient_parts(subject)[first])
    parts = memory_shares.ledger_parts(subject, of) if measure == "ledger" else memory_shares.reveal_parts(subject, of)
    return _("– (no gate keeps its state)") if parts is None else _written(parts[last, 1:][first])


def _written(value: float) -> str:
    return f"{value:.1%}" if np.isfinite(value) else "–"
