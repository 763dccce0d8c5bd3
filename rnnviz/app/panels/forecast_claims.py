"""What the page Forecast shows, computed once for all visitors, and what is said of it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from contextlib import suppress

from rnnviz import forecasting
from rnnviz.app import naming, own_series, state
from rnnviz.app.i18n import _, closed_up, sentences
from rnnviz.app.page import Chip, readable
from rnnviz.cells import CELLS
from rnnviz.compute import computed
from rnnviz.studies import forecasts
from rnnviz.studies.cell_comparison import family
from rnnviz.studies.forecasts import Measured
from rnnviz.subjects import Refused, Subject
from rnnviz.tasks import OwnSeries

seen = computed(forecasts.seen)
measured_of = computed(forecasts.measure)


def horizon(subject: Subject, asked: int) -> int:
    """How many steps ahead are forecast: no more than half of the series."""
    return max(1, min(asked, subject.read().steps // 2))


def networks(subject: Subject) -> dict[str, Subject]:
    """By cell the networks that are compared: its family, or those that were trained beside it on the same series."""
    found = {subject.cell: subject}
    for word in state.knobs().beside:
        with suppress(Refused):
            other = subject.with_(model=word, sequence=subject.sequence)
            if other.load().task is subject.load().task:
                found.setdefault(other.cell, other)
    if len(found) == 1:
        return family(subject)
    return {cell: found[cell] for cell in sorted(found, key=list(CELLS).index)}


def compared(subject: Subject, steps: int) -> dict[str, Measured]:
    """By cell, the subject's own among them."""
    return {cell: measured_of(each, steps) for cell, each in networks(subject).items()}


def series_name(subject: Subject) -> str:
    """The series in a title."""
    learnt = subject.load().task
    if learnt is None:
        return _("this series")
    names = {"sines": _("two sines"), "mackey_glass": "Mackey–Glass", "lorenz": _("Lorenz"), "lorenz_xyz": _("Lorenz")}
    return names.get(learnt.series) or ", ".join(map(readable, learnt.channels))


def title(subject: Subject, steps: int) -> str:
    own = measured_of(subject, steps)
    ahead, typical = len(own.errors), own.typical
    told = _("The {cell} typically follows {series} for {steps} steps, then loses it")
    if typical >= ahead:
        told = _("The {cell} follows {series} for all {steps} steps")
    elif typical == 0:
        told = _("The {cell} loses {series} at the first step")
    elif typical == 1:
        told = _("The {cell} follows {series} for one step, then loses it")
    said = told.format(cell=naming.cell(subject.cell), series=html.escape(series_name(subject)), steps=typical)
    return closed_up(said)


def chips(subject: Subject, steps: int) -> list[Chip]:
    found = compared(subject, steps)
    told = [
        Chip(cell, _("{name}: {count} steps").format(name=cell, count=each.typical)) for cell, each in found.items()
    ]
    naive = int(sorted(measured_of(subject, steps).naive_followed)[measured_of(subject, steps).count // 2])
    return [*told, Chip("", _("last value: {count} steps").format(count=naive))]


def sentence(subject: Subject) -> str:
    learnt = subject.load().task
    lorenz = _("Lorenz is a chaotic model of convection: small errors grow.")
    known = {
        "lorenz": lorenz,
        "lorenz_xyz": lorenz,
        "mackey_glass": _("Mackey–Glass is a chaotic model of blood cells: small errors grow."),
    }
    return sentences("" if learnt is None else known.get(learnt.series, ""), _("Slide the cursor to another start."))


def measured(subject: Subject, steps: int) -> str:
    own, learnt = measured_of(subject, steps), subject.load().task
    return sentences(
        html.escape(own_series.told(learnt)) if isinstance(learnt, OwnSeries) else "",
        _(
            "Numbers are medians over {count} series that were not trained on: each is read to step {origin}, then the "
            "network reads its own answers for {steps} steps."
        ).format(count=own.count, origin=own.origin, steps=len(own.errors)),
        _("Following ends at the first error of {within} standard deviations.").format(within=forecasting.WITHIN),
    )


def beginning(subject: Subject) -> dict[str, str]:
    """Title and caption of the picture of the series."""
    return {
        "title": _("From the cursor on, the {cell} reads its own answers").format(cell=naming.cell(subject.cell)),
        "caption": _("Before it, the truth; dots: what it predicted one step ahead."),
    }


def horizon_title(subject: Subject, steps: int) -> str:
    """What the errors by horizon say, in words."""
    own = measured_of(subject, steps)
    if own.as_mean == 1:
        return _("The {cell} errs more than the mean would, from the first step on").format(
            cell=naming.cell(subject.cell)
        )
    if own.as_mean is not None:
        told = _("From {steps} steps ahead on, the {cell} errs more than the mean would")
        return told.format(cell=naming.cell(subject.cell), steps=own.as_mean)
    told = _("Up to {steps} steps ahead, the {cell} errs less than the mean would")
    return told.format(cell=naming.cell(subject.cell), steps=len(own.errors))


def losers(found: Mapping[str, Measured]) -> str:
    """Where each cell first does no better than the last value; "" if none ever does."""
    first = {cell: each.as_naive for cell, each in found.items() if each.as_naive is not None}
    told = _(", ").join(_("{name}: {count}").format(name=cell, count=steps) for cell, steps in first.items())
    return _("First no better than the last value so many steps ahead: {cells}.").format(cells=told) if told else ""
