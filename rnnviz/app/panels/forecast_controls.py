"""The controls of the page Forecast, and the work that is waited for before it is drawn."""

from __future__ import annotations

import streamlit as st

from rnnviz.app import controls, naming, own_series, state, subject_picker
from rnnviz.app.heavy_work import FIRST_LINE, Bar, Work, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.panels import forecast_claims
from rnnviz.subjects import Subject
from rnnviz.tasks.forecast import SERIES

BACK = {"model": "forecast-lorenz-lstm", "example": 1, "beside": ()}  # as the page opens


def choose() -> None:
    """Draw the controls: those of a series that was brought are of its own network alone."""
    structured = state.subject().model.structured
    with subject_picker.tools().popover(_("Your own series (CSV)"), icon=":material/upload_file:", width="content"):
        own_series.bring()
    with controls.line(labelled=False):
        if structured:
            names = {series: naming.series(series) for series in reversed(SERIES)}
            series = state.subject().model.structure.series
            names |= {} if series in names else {series: naming.series(series)}
            controls.subject_choice(_("Series"), "series", series, names, label_visibility="collapsed")
        controls.folded("ahead")
        if not structured:
            label = _("Back to the series of equations")
            st.button(label, key="button-equations", type="tertiary", on_click=state.choose, kwargs=BACK)
    own_series.follow()


def prepare(subject: Subject, steps: int) -> None:
    bar, others = Bar(), tuple(forecast_claims.networks(subject).values())
    key = ("forecasts", subject, others, steps)
    wait_for(key, lambda: _forecasts(subject, others, steps), bar, _("Forecasting from every step"), line=FIRST_LINE)
    bar.end()


def _forecasts(subject: Subject, others: tuple[Subject, ...], steps: int) -> Work[bool]:
    forecast_claims.seen(subject, steps)
    for k, each in enumerate(others):
        yield (k + 1) / (len(others) + 1)
        forecast_claims.measured_of(each, steps)
    return True
