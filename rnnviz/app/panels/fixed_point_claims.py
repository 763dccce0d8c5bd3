"""What the page on dynamics says of the points at which a network can rest."""

from __future__ import annotations

import numpy as np

from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels.fixed_points import answers, corners, is_switches, known
from rnnviz.subjects import Subject
from rnnviz.training import NEAR


def title(subject: Subject) -> str:
    """At how many points the network comes to rest, and whether these are its memory."""
    found = known(subject).found
    stable, points = int(found.stable.sum()), len(found.unstable.values)
    words = _("Resting points of the {cell} when left alone: {stable}")
    if is_switches(subject) and stable == len(set(corners(subject))) == 8:
        words = _("Eight resting points: one for each setting of three switches")
    return words.format(cell=subject.cell, stable=stable, points=points)


def sentence(subject: Subject) -> str:
    if is_switches(subject):
        return _("Press Play: when a push flips a switch, the state moves to another resting point and stays there.")
    return _("Press Play and watch the state move among the points where it would stay without input.")


def chips(subject: Subject) -> list[Chip]:
    found = known(subject).found
    points, stable = _("{stable} resting points, {saddles} saddles"), int(found.stable.sum())
    told = [points.format(saddles=len(found.unstable.values) - stable, stable=stable)]
    if is_switches(subject):
        said, wanted = answers(subject)
        right = int((np.abs(said - wanted) < NEAR).sum())
        told.append(_("{right} of {count} answers right in this sequence").format(right=right, count=said.size))
    return [Chip(subject.cell, text) for text in told]


def measured(subject: Subject) -> str:
    """What fixed points are, and how well the network does its task."""
    told = [_("Fixed points are where its state would stay without input; it rests at those that are stable.")]
    card = subject.load().provenance.card
    if card is not None and is_switches(subject):
        words = _(
            "Trained to say which way each of three switches was pushed last: right in {share} of {count} held-out "
            "answers. Right: off by less than a half."
        )
        share, count = f"{card.held_out_accuracy:.1%}", f"{card.held_out_answers:,}"
        told.append(words.format(share=share, count=count))
    return sentences(*told)
