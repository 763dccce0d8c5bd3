"""What the page on deep networks says: what depth changes in the answers to one text."""

from __future__ import annotations

import html

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, bold, percent
from rnnviz.app.panels.answers_per_step import asked, count_right, counted, solution, strangers, task_of
from rnnviz.app.panels.layer_grid import compared, depth
from rnnviz.app.panels.network_views import label_names
from rnnviz.subjects import Subject


def verdict(subject: Subject) -> str:
    """One layer against as many as were chosen, or against two."""
    if not subject.trained:
        said = _("This {cell} of {layers} has not been trained yet")
        return said.format(cell=naming.cell(subject.cell), layers=counted(depth(subject)))
    if not _can_be_compared(subject):
        ways = _("reads both ways") if subject.network().bidirectional else _("reads one way")
        said = _("This {cell} of {layers} {reads}")
        return said.format(cell=naming.cell(subject.cell), layers=counted(depth(subject)), reads=ways)
    more = {2: _("two layers"), 3: _("three layers"), 4: _("four layers")}[max(2, depth(subject))]
    if task_of(subject) != "neighbour_xor":
        return _relabelled(subject, more)
    one, many = (count_right(subject, other) for other in compared(subject).values())
    if not (count := int(asked(subject).sum())):
        return _("Nothing is asked: no bit stands between two known bits")
    if one == many == count:
        return _("One layer and {more} are right about every bit").format(more=more)
    said = _("One layer is right on {one}, {more} on {many}")
    return said.format(one=_part(one, count), more=more, many=_part(many, count))


def _part(count: int, whole: int) -> str:
    """How much of all bits that is, in words."""
    if count in (0, whole):
        return _("all bits") if count else _("no bit")
    parts = {0: _("half the bits"), -1: _("less than half the bits"), 1: _("more than half the bits")}
    return parts[int(np.sign(2 * count - whole))]


def _can_be_compared(subject: Subject) -> bool:
    return len(compared(subject)) == 2 and results.answers_along(subject)


def _always(subject: Subject) -> str | None:
    """What one layer answers wherever something is asked, if that is one and the same, and not always right."""
    if not _can_be_compared(subject):
        return None
    alone = next(iter(compared(subject).values()))
    said = results.answers(alone).values.argmax(-1)[asked(subject)]
    right = np.array(solution(subject))[asked(subject)]
    return label_names(subject)[said[0]] if len({*said.tolist()}) == 1 and (said != right).any() else None


def _relabelled(subject: Subject, more: str) -> str:
    """The word whose answer depth changes most, among those that get another label."""
    t, names = _changed(subject), label_names(subject)
    if t is None:
        return _("One layer and {more} label every word alike").format(more=more)
    old, new = (names[results.answers(other).values[t].argmax()] for other in compared(subject).values())
    word = f"<bdi>{html.escape(subject.tokens[t])}</bdi>"
    said = _("One layer takes {word} for {old}, {more} for {new}")
    return said.format(word=word, old=bold(old), more=more, new=bold(new))


def _changed(subject: Subject) -> int | None:
    before, after = (results.answers(other).values for other in compared(subject).values())
    other = before.argmax(-1) != after.argmax(-1)
    return int(np.where(other, np.abs(after - before).sum(-1), -1.0).argmax()) if other.any() else None


def chips(subject: Subject) -> list[Chip]:
    """What each answers at the word of the title; where a rule tells what is right, the grid counts that."""
    if not subject.trained or not _can_be_compared(subject) or task_of(subject) == "neighbour_xor":
        return []
    if (t := _changed(subject)) is None:
        return []
    text = _("{cell}: {answer}")
    return [
        Chip(subject.cell, text.format(cell=naming.cell(name), answer=_leading(other, t)))
        for name, other in compared(subject).items()
    ]


def _leading(subject: Subject, step: int) -> str:
    shares = results.answers(subject).values[step]
    return f"{label_names(subject)[shares.argmax()]} {percent(float(shares.max()))}"


def sentence(subject: Subject) -> str:
    """What the picture shows and what to do; then the words that the network does not know."""
    said = _("Each block is the state of one layer at one step.")
    if subject.trained and task_of(subject) == "neighbour_xor" and (known := asked(subject)).any():
        said = _("{asked} of {steps} bits stand between two others: do these differ? Press Play for the answers.")
        said = said.format(asked=int(known.sum()), steps=len(known))
        if (same := _always(subject)) is not None:
            said = _("One layer says “{answer}” every time. Press Play.")
            said = said.format(answer=html.escape(same))
    return sentences(said, strangers(subject))
