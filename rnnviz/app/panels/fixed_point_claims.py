"""What the page on dynamics says of the points at which a network can rest."""

from __future__ import annotations

from rnnviz.app import naming
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels.fixed_points import corners, is_switches, known
from rnnviz.subjects import Subject


def title(subject: Subject) -> str:
    """At how many points the network comes to rest, and whether these are its memory."""
    found = known(subject).found
    stable = int(found.stable.sum())
    words = _("Resting points of the {cell} when left alone: {stable}")
    if is_switches(subject) and stable == len(set(corners(subject))) == 8:
        words = _("Eight resting points: one for each setting of three switches")
    return words.format(cell=naming.cell(subject.cell), stable=stable)


def sentence(subject: Subject) -> str:
    if is_switches(subject):
        return _("Left alone, the state stays at a resting point. Press Play: each flip of a switch leads to another.")
    return _("Press Play and watch the state move among the points where it would stay without input.")


def measured(subject: Subject) -> str:
    """What fixed points are, and how well the network does its task."""
    seen = known(subject)
    found = seen.found
    count, stable = len(found.unstable.values), int(found.stable.sum())
    points = _("{count} were found: {stable} where it rests, {saddles} saddles.")
    told = [
        _("Fixed points are where its state would stay without input; it rests at those that are stable."),
        points.format(count=count, stable=stable, saddles=count - stable),
    ]
    axes = _("Axes: 3 principal components of {units} units, {share} of the variance.")
    share = percent(float(seen.plane.explained.values[:3].sum()))
    told.append(axes.format(units=subject.units, share=share))
    card = subject.load().provenance.card
    if card is not None and is_switches(subject):
        words = _(
            "Trained to say which way each of three switches was pushed last: right in {share} of {count} held-out "
            "answers. Right: off by less than a half."
        )
        share, count = f"{card.held_out_accuracy:.1%}", f"{card.held_out_answers:,}"
        told.append(words.format(share=share, count=count))
    return sentences(*told)
