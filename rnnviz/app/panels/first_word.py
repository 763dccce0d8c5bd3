"""What the page on memory says first: what became of the first thing read, and how much of it each network holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.i18n import _, by_language, sentences
from rnnviz.app.page import Chip, painted
from rnnviz.app.panels import memory_shares, word_effects
from rnnviz.app.panels.networks_compared import are_the_kinds, conditions, ends, first_read, gates_began
from rnnviz.app.results import Layer
from rnnviz.subjects import Subject, Trained


def title(subjects: Subjects, measure: str, of: Layer) -> str:
    """In words, without a number: of effects who has forgotten and who holds it, of other measures what they ask."""
    if measure == "effect":
        return _fates(subjects, of)
    asked = {
        "reveal": _("Which share of the last state is exactly due to {first}?"),
        "ledger": _("Which share of the last state was written at {first}?"),
        "connectivity": _("How much would a small change of {first} move the answer?"),
    }[measure]
    return asked.format(first=first_read(subjects, of))


def _fates(subjects: Subjects, of: Layer) -> str:
    """Less than 1% of the last state's variance is forgotten, more than half is held; what answers no better than
    chance has not learnt to hold it."""
    fates: dict[str, list[str]] = {}
    for name, subject in subjects.items():
        share = word_effects.effect(subject, of).effect.values[ends(of)]
        fate = "forgotten" if share < word_effects.FORGOTTEN else "held" if share > word_effects.HELD else "partly"
        if fate == "forgotten" and word_effects.guesses(subject):
            fate = "unlearnt"
        fates.setdefault(fate if np.isfinite(share) else "unknown", []).append(called(name))
    texts = {
        "unlearnt": (_("{cells} did not learn to keep {first}"), _("{cells} did not learn to keep {first}")),
        "forgotten": (_("{cells} forgets {first}"), _("{cells} forget {first}")),
        "partly": (_("{cells} partly keeps {first}"), _("{cells} partly keep {first}")),
        "held": (_("{cells} keeps {first}"), _("{cells} keep {first}")),
        "unknown": (_("{first} has no effect on {cells}"), _("{first} has no effect on {cells}")),
    }
    there = [fate for fate in texts if fate in fates]
    if there == ["unlearnt", "held"] and were_trained(subjects):
        texts["held"] = (_("{cells} did"), _("the others did"))
    told = []
    for fate in there:
        rest = len(told) > 0 and fate == there[-1]
        cells = _named(fates[fate], rest=rest, all_of_them=len(there) == 1)
        first = _("it") if told else first_read(subjects, of)
        told.append(texts[fate][len(fates[fate]) > 1].format(cells=cells, first=first))
    said = _("; ").join(told)
    return said[:1].upper() + said[1:]


def _named(names: Sequence[str], *, rest: bool, all_of_them: bool) -> str:
    """Networks in a title, which has no room for more than two names."""
    if len(names) <= 2:
        return together([by_language(en=f"the {name}", zh=f"{name} ") for name in names])
    if all_of_them:
        return _("all {count} networks").format(count=len(names))
    if rest:
        return _("the other three") if len(names) == 3 else _("the other {count}").format(count=len(names))
    return _("{count} networks").format(count=len(names))


def sentence(subjects: Subjects, measure: str, of: Layer) -> str:
    """What the numbers are, and what to do."""
    if measure == "effect":
        told = _("Play it and see how much of each state still comes from {first}.")
        model = next(iter(subjects.values())).model
        if isinstance(model, Trained):
            told = _("After {count} updates. Move the slider of the training steps: when does a network keep {first}?")
            told = told.replace("{count}", f"{model.update:,}")
        elif open_for := are_the_kinds(subjects) and gates_began(subjects):
            told = _("{cells} started with gates set to remember up to {span} steps. Press Replay.")
            return told.format(cells=together([called(kind) for kind in open_for]), span=max(open_for.values()))
        elif were_trained(subjects):
            told = _("After training: press Replay and see how much of each state still comes from {first}.")
        return told.format(first=first_read(subjects, of))
    told = {
        "reveal": _("Share of the state that is exactly due to {first} after {steps} steps."),
        "ledger": _("Share of the last state that was written at {first} and never erased."),
        "connectivity": _("Share of the answer's gradient that goes to {first}, whatever the network remembers."),
    }[measure]
    steps = next(iter(subjects.values())).read().steps
    follow = "" if measure == "connectivity" else _("Play it to watch.")
    return sentences(told.format(steps=steps, first=first_read(subjects, of)), follow)


def meaning(subjects: Subjects, measure: str) -> str:
    """What a measure says of networks, in a sentence."""
    if measure == "effect":
        return word_effects.meaning(subjects)
    return {
        "reveal": _(
            "Exact parts: how the state differs because each step was read, oldest first, against zero vectors "
            "that training never saw; another order gives other shares."
        ),
        "ledger": _("Exact, but about when a value was last rewritten, not about whose it is."),
        "connectivity": _("How a small change of what is read would move the answer. Not memory, and it can mislead."),
    }[measure]


def measured(subjects: Subjects, measure: str, of: Layer) -> str:
    """How the networks came to be, what the measure is, and its numbers with their errors."""
    told = [conditions(subjects, of), meaning(subjects, measure)]
    if measure == "effect":
        told += [
            word_effects.numbers(subjects, of),
            _("Shares are estimates and can overlap; sums within 5% of 100% are drawn as 100%."),
        ]
    return sentences(*told)


def were_trained(subjects: Subjects) -> bool:
    return all(subject.trained for subject in subjects.values())


def chips(subjects: Subjects, measure: str, of: Layer) -> list[Chip]:
    """The first thing's share in each network, or why it has none; of effects, whose shares stand in the picture, the
    latter alone."""
    shown = {name: _share(subject, measure, of) for name, subject in subjects.items()}
    return [Chip(subjects[name].cell, f"{called(name)} {share}") for name, share in shown.items() if share]


def _share(subject: Subject, measure: str, of: Layer) -> str:
    last, first = ends(of)
    if measure == "effect":
        return _("– (the state does not vary)") if word_effects.effect(subject, of).constant.values[last] else ""
    if measure == "connectivity":
        if subject.load().answers is None:
            return _("– (no readout)")
        return painted(memory_shares.gradient_parts(subject)[first])
    parts = memory_shares.ledger_parts(subject, of) if measure == "ledger" else memory_shares.reveal_parts(subject, of)
    return _("– (no gate keeps its state)") if parts is None else painted(parts[last, 1:][first])
