"""What the page of states says of one layer: which of its units takes a colour at a word and keeps it."""

from __future__ import annotations

import html

from rnnviz.app import naming, results
from rnnviz.app.i18n import _
from rnnviz.app.panels import answer_claims, deciding
from rnnviz.app.panels.network_views import quoted, word_at
from rnnviz.app.results import Layer
from rnnviz.compute import computed
from rnnviz.dynamics import LastingChange, lasting_change
from rnnviz.subjects import Subject

SEEN = 0.25  # a change of a state, which is at most 1 for most cells, that is seen as a colour


@computed
def kept(subject: Subject, of: Layer) -> LastingChange | None:
    """The change of a unit that lasts, where it is large enough to be seen."""
    change = lasting_change(results.layer(subject, of))
    return change if change is not None and change.size >= SEEN else None


def title(subject: Subject, of: Layer) -> str:
    """Which unit keeps what it took at which word; that the units read the sequence, where none is seen to."""
    change = kept(subject, of)
    if change is None:
        told = _("What each of the {cell}'s {units} hidden units makes of {sentence}")
        return told.format(cell=naming.cell(subject.cell), units=subject.units, sentence=quoted(subject))
    told = _("Unit {unit} of the {cell} turns negative (orange) at {word} and stays so")
    if change.value > 0:
        told = _("Unit {unit} of the {cell} turns positive (blue) at {word} and stays so")
    return told.format(unit=change.unit, cell=subject.cell, word=word_at(subject, change.step))


def why(subject: Subject, of: Layer) -> str:
    """Why the page is about this unit, where its title names one."""
    change = kept(subject, of)
    if change is None:
        return ""
    told = _("Unit {unit} is shown first: of all units it has the largest change that lasts.")
    return told.format(unit=change.unit)


def invitation(subject: Subject) -> str:
    """What the rows are, and from which word on the answer is settled, where it is."""
    step = deciding.decides(subject)
    if step is None:
        return _(
            "A row is a hidden unit; one that keeps its colour may remember. Press Replay, or click a row to follow it."
        )
    told = _("From {word} on, the network gives “{answer}” more than 50%. A row is a unit. Press Replay.")
    answer = html.escape(answer_claims.leading(subject)[0])
    return told.format(word=word_at(subject, step), answer=answer)
