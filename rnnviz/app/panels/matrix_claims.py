"""What the page on a matrix as memory says, computed from what its rules do with the operations that are shown."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnviz.app import page, state, task_pictures
from rnnviz.app.i18n import _, sentences
from rnnviz.studies.key_value_memory import RULES, SIMILARITIES, Story, tell
from rnnviz.studies.operations import KEYS, USUAL, VALUES, Operation, erased, overwritten, read_operations
from rnnviz.subjects import Subject

ONE = 0.05  # so much of a value is there at all, and so near to 1 it is all of it
SIGNS = dict(zip(VALUES, "①②③④", strict=True))  # a value is a name, no number to calculate with: "0.81 × 2" is none
MOST_NAMED = 2  # values that a sum names, the largest


class Told(NamedTuple):
    """The operations and what each rule does with them; ``at``: which of SIMILARITIES is chosen; ``step``: of which
    operation the page speaks."""

    operations: tuple[Operation, ...]
    stories: dict[str, Story]
    at: int
    step: int

    def found(self, rule: str, key: str) -> np.ndarray:
        return self.stories[rule].found[self.at, self.step, KEYS.index(key)]

    def error(self, rule: str, step: int) -> float:
        """The mean over the keys that were written."""
        return float(np.nanmean(self.stories[rule].error[self.at, step]))


def told() -> Told:
    knobs = state.knobs()
    operations = read_operations(knobs.operations or USUAL)
    stories = {rule: tell(rule, operations, knobs.share, knobs.kept) for rule in RULES}
    at = int(np.abs(np.array(SIMILARITIES) - knobs.alike).argmin())
    step = next((k for k in (overwritten(operations), erased(operations)) if k is not None), len(operations) - 1)
    return Told(operations, stories, at, step)


def mix(values: np.ndarray) -> str:
    """A value, or several at once, in words: "1 + 4" would be taken for 5."""
    large = [(float(part), sign) for part, sign in zip(values, SIGNS.values(), strict=True) if abs(part) >= ONE]
    least = sorted((abs(part) for part, _sign in large), reverse=True)[:MOST_NAMED][-1:] or [0.0]
    parts = [(part, sign) for part, sign in large if abs(part) >= least[0]][:MOST_NAMED]
    amounts = [
        ("−" if part < 0 else "") + (sign if abs(abs(part) - 1) < ONE else f"{abs(part):.2f} × {sign}")
        for part, sign in parts
    ]
    if len(amounts) < 2:
        return amounts[0] if amounts else _("nothing")
    more = _(" …") if len(parts) < len(large) else ""
    return _("{one} and {other} at once").format(one=amounts[0], other=amounts[1] + more)


def claim(seen: Told) -> None:
    operations, step = seen.operations, seen.step
    key, value = operations[step]
    value = SIGNS.get(value, value)
    by = {rule: mix(seen.found(rule, key)) for rule in RULES}
    names = {"key": key, "added": by["linear attention"], "delta": by["DeltaNet"]}
    reads = ""
    if step == overwritten(operations) and names["delta"] == value != names["added"]:
        title = _("A new value for {key}: addition mixes, the delta rule replaces")
        reads = _("Asked for {key}, addition answers {added}, the delta rule {delta}.").format(**names)
    elif step == overwritten(operations):
        title = _("{key} overwritten with {value}: addition reads {added}, the delta rule {delta}")
    elif step == erased(operations):
        title = _("{key} erased: addition still reads {added}, the delta rule {delta}")
    else:
        title = _("A table in which a key finds its value: {key} reads {added} by addition, {delta} by the delta rule")
    todo = _("A cell's state as a table: a key finds its value. Play the steps, change them, make the keys alike.")
    if reads:
        todo = _("Here the state S is a table, not a list of numbers.")
    page.claim(title.format(value=value, **names), sentences(reads, todo))


def about_network(subject: Subject) -> None:
    """What stands above the table of a network: what it does, and what it reads."""
    words = {"cell": subject.cell, "steps": len(subject.tokens)}
    if subject.load().provenance.trained:
        st.markdown("## " + _("The same in a trained {cell}, which reads {steps} tokens").format(**words))
    else:
        st.markdown("## " + _("The same in an untrained {cell}, which reads {steps} tokens").format(**words))
    task_pictures.show(here=True)
