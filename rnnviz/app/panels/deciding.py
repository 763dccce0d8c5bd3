"""Where a network makes up its mind: the first step from which on its final answer leads with more than half."""

from __future__ import annotations

from rnnviz.answers import settling
from rnnviz.app import glossary, results
from rnnviz.app.i18n import _
from rnnviz.subjects import Subject


def decides(subject: Subject) -> int | None:
    """The step, from 0; None where the final answer never leads so, or where every step has an answer of its own."""
    if not results.answers_along(subject) or subject.load().answers.at == "every":
        return None
    return settling(results.answers(subject))


def mark(subject: Subject) -> dict:
    """What the strip says below the word at which it is decided."""
    step = decides(subject)
    return (
        {}
        if step is None
        else {"decided": {"step": step, "text": _("over 50% from here on"), **glossary.explained("decides")}}
    )
