"""The controls of the page Forecast, and the work that is waited for before it is drawn."""

from __future__ import annotations

from rnnviz.app import controls, state
from rnnviz.app.heavy_work import FIRST_LINE, Bar, Work, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.panels import forecast_claims
from rnnviz.app.subject_picker import series_named
from rnnviz.studies.cell_comparison import family
from rnnviz.subjects import Subject
from rnnviz.tasks.forecast import SERIES


def choose() -> None:
    """Draw the controls: those of a series that was brought are of its own network alone."""
    structured = state.subject().model.structured
    with controls.line():
        if structured:
            names = {series: series_named(series) for series in reversed(SERIES)}
            controls.subject_choice(_("Series"), "series", state.subject().model.structure.series, names)
        controls.knob("ahead")


def prepare(subject: Subject, steps: int) -> None:
    bar = Bar()
    key = ("forecasts", subject, steps)
    wait_for(key, lambda: _forecasts(subject, steps), bar, _("Forecasting from every step"), line=FIRST_LINE)
    bar.end()


def _forecasts(subject: Subject, steps: int) -> Work[bool]:
    forecast_claims.seen(subject, steps)
    others = list(family(subject).values())
    for k, each in enumerate(others):
        yield (k + 1) / (len(others) + 1)
        forecast_claims.measured_of(each, steps)
    return True
