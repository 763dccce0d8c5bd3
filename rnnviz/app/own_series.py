"""A visitor's own series: the table they drop, the columns they choose of it, and the networks that learn it."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from rnnviz.app import state, training_jobs, visits
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import readable
from rnnviz.app.panels import training_claims
from rnnviz.app.training_jobs import Job
from rnnviz.cells import TRIO
from rnnviz.files.series import Table, pick, read_table
from rnnviz.refusals import Refused
from rnnviz.subjects import Untrained, given
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.limits import MAX_FILE_MB
from rnnviz.subjects.series import FORECAST
from rnnviz.tasks import OwnSeries
from rnnviz.tasks.forecast import OWN
from rnnviz.training import Recipe

_TABLE = "own_table"  # session_state: the word of the table that was dropped, and how many came before it
_ASKED = "own_series_asked"  # session_state: a run was asked for here whose networks were not opened yet
UNITS = {"RNN": 64, "LSTM": 32, "GRU": 38}  # about as many weights
RATES = {"RNN": 3e-3, "LSTM": 1e-2, "GRU": 1e-2}
UPDATES, BATCH, MOST_COLUMNS = 200, 32, 3
EVERY = 0.5  # seconds between two looks at how far the training is


def bring() -> None:
    """Where a table is dropped, and what is to be learnt of it."""
    word, number = st.session_state.get(_TABLE, ("", 0))
    st.file_uploader(
        _("A table (CSV): a row for each step, names in the first row"),
        key=f"own_series:{number}:shown",
        on_change=_take,
        max_upload_size=MAX_FILE_MB,
    )
    table = _table(word)
    if table is None:
        return
    names = list(table.columns)
    chosen = st.pills(
        _("Columns to forecast, up to {most}").format(most=MOST_COLUMNS),
        names,
        selection_mode="multi",
        default=names[:1],
        key=f"own_columns:{number}:shown",
        format_func=readable,
    )
    if table.words:
        told = _("No columns of numbers, so left out: {names}.")
        st.caption(told.format(names=_(", ").join(f"`{readable(name)}`" for name in table.words[:8])))
    job = training_jobs.latest(visits.own())
    st.button(
        _("Train RNN, LSTM and GRU on it"),
        key="button-train-series",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not chosen or (job is not None and job.state != "ended"),
        on_click=_train,
        args=(table, tuple(chosen or ())[:MOST_COLUMNS]),
    )


def _table(word: str) -> Table | None:
    with suppress(Refused):  # others have brought so much since that it was let go of
        return given.file_of(word)
    return None


def _take() -> None:
    number = st.session_state.get(_TABLE, ("", 0))[1]
    file = st.session_state[f"own_series:{number}:shown"]
    if file is None:
        return
    try:
        table = read_table(file.getvalue(), name=file.name, limit=MAX_FILE_MB * 2**20)
    except Refused as refusal:
        state.refuse(refusal)
        return
    st.session_state[_TABLE] = given.keep_file(table, visits.own()), number + 1
    state.use()


def _train(table: Table, columns: tuple[str, ...]) -> None:
    owner = visits.own()
    try:
        picked = pick(table, columns)
        series = OwnSeries(picked.values, picked.names, table.file, picked.filled, picked.dropped)
        word = OWN + given.keep_series(series, owner)
        training_jobs.begin(owner, [_asked(cell, word) for cell in TRIO])
    except Refused as refusal:
        state.refuse(refusal)
    else:
        st.session_state[_ASKED] = True
        state.use()


def _asked(cell: str, series: str) -> tuple[str, Recipe]:
    model = Untrained(cell, str(UNITS[cell]), FORECAST, series=series)
    return to_word(model), Recipe(UPDATES, BATCH, learning_rate=RATES[cell], schedule="linear", seed=0)


def follow() -> None:
    """How far a run that was asked for here is, until its networks can be shown; then show them."""
    job = training_jobs.latest(visits.own())
    if not st.session_state.get(_ASKED) or job is None:
        return
    if job.state != "ended":
        wait(job)
    elif st.session_state.pop(_ASKED) and all(f"series.{OWN}" in course.model for course in job.courses):
        _show(job)


def wait(job: Job) -> None:
    """How far a run is, and the way to stop it; the page is drawn anew at its end."""

    @st.fragment(run_every=EVERY)
    def live() -> None:
        training_claims.bars(job)
        if job.state == "waiting":
            st.caption(_("All places are taken. Runs before yours: {count}").format(count=training_jobs.before(job)))
        if job.state == "ended":
            st.rerun()

    live()
    st.button(_("Stop"), key="button-stop-own", icon=":material/stop:", on_click=_stop)


def _stop() -> None:
    state.use()
    training_jobs.stop(visits.own())


def _show(job: Job) -> None:
    """Open what was learnt, the LSTM with the others beside it; or say why nothing was."""
    trained = {course.cell: to_word(course.trained) for course in job.courses if course.trained is not None}
    refusal = job.refusal or Refused("The run was stopped before anything was learnt. Train again.")
    if not trained:
        state.refuse(refusal)
    else:
        first = trained.pop("LSTM", None) or trained.pop(next(iter(trained)))
        state.choose(model=first, example=0, beside=tuple(trained.values()))
    st.rerun()


def told(series: OwnSeries) -> str:
    """How a series of one's own was read and divided."""
    parts = [
        _("The first 70% of the rows were trained on, in windows of {steps}; shown is the rest.").format(
            steps=series.window
        )
    ]
    if series.filled:
        parts.append(_("Gaps filled along straight lines: {count}.").format(count=series.filled))
    if series.dropped:
        parts.append(_("Rows left out at the ends, where a number is missing: {count}.").format(count=series.dropped))
    return sentences(*parts)
