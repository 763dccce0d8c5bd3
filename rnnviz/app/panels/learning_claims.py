"""What networks that are seen while they learn have come to: how far each is, after how many updates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rnnviz.app import naming, own_runs
from rnnviz.app.comparison import Subjects, together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, percent
from rnnviz.app.panels import network_views
from rnnviz.app.panels.training_curves import best_constant
from rnnviz.subjects import Subject, Trained
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.given import run_of

LEARNT, NOTHING = 0.9, 0.05  # a share of right answers that counts as learnt; how near to guessing as nothing learnt


def title(shares: Mapping[str, float], guessing: float | None, updates: int) -> str:
    """Which networks have learnt their task, and which are no better than ``guessing``, by their ``shares`` of right
    answers. ``guessing``: None where nobody could guess a whole answer, and who has none right may be near it."""
    learnt = [name for name, share in shares.items() if share >= LEARNT]
    lost = [name for name, share in shares.items() if share < (guessing or 0.0) + NOTHING]
    names = {"learnt": together(learnt), "lost": together(lost), "count": f"{updates:,}"}
    if guessing is None and lost:
        both = _("Learnt within {count} updates: {learnt}. Not yet: {lost}")
        return (both if learnt else _("After {count} updates: not learnt yet")).format(**names)
    if learnt and lost:
        return _("Learnt within {count} updates: {learnt}. Still guessing: {lost}").format(**names)
    if learnt:
        return _("Learnt within {count} updates: {learnt}").format(**names)
    if len(lost) == len(shares):
        return _("After {count} updates: no better than always the same answer").format(**names)
    return _("After {count} updates: better than guessing, not learnt yet").format(**names)


def chip(cell: str, share: float, updates: int, name: str = "") -> Chip:
    """``name``: what the network is called, unless that is its cell."""
    told = _("{cell}: {share} right after {count} updates")
    return Chip(cell, told.format(cell=naming.cell(name or cell), share=percent(share), count=f"{updates:,}"))


def compared(subjects: Subjects, told: str, sentence: str, chips: Sequence[Chip]) -> tuple[str, str, Sequence[Chip]]:
    """Of networks that are all seen while they learn how far they are; else, and where something is changed, of which
    there are ``chips``, what is ``told`` already."""
    shares = {name: _share(subject) for name, subject in subjects.items()}
    if chips or len(shares) < 2 or any(map(math.isnan, shares.values())):
        return told, sentence, chips
    models = [subject.model for subject in subjects.values()]
    said = title(shares, best_constant(to_word(models[0])), max(model.update for model in models))
    goes = _("Slide through the training: all of them go along.")
    each = [chip(model.cell, share, model.update) for model, share in zip(models, shares.values(), strict=True)]
    return said, sentences(goes, sentence), each


def fairness(subjects: Subjects) -> str:
    """What is equal in a comparison, and what is not; nothing of a network that was trained here and stands alone."""
    first, *others = subjects.values()
    with_it = {model.run for model in own_runs.trained_with(first.model)}
    if others and all(getattr(other.model, "run", "") in with_it for other in others):
        return _("Trained here side by side: same task, seed and settings.")
    return network_views.fairness(subjects) if others or first.model.structured else ""


def _share(subject: Subject) -> float:
    """Of right answers, NaN where that is not known."""
    model = subject.model
    if not isinstance(model, Trained) or model.task is None:
        return math.nan
    return run_of(model.run).snapshots[model.update].accuracy
