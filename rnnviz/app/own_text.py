"""A visitor's own text: what they paste, and the network that learns to write from it."""

from __future__ import annotations

import streamlit as st

from rnnviz.app import naming, own_series, state, training_jobs, visits
from rnnviz.app.i18n import _
from rnnviz.app.training_jobs import Job
from rnnviz.cells import TRIO
from rnnviz.refusals import Refused
from rnnviz.subjects import Untrained, given
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.limits import MAX_TEXT
from rnnviz.subjects.series import CHARACTERS
from rnnviz.tasks import Characters
from rnnviz.tasks.forecast import OWN
from rnnviz.training import Recipe

_PASTED, _ASKED = "own_text:shown", "own_text_asked"  # session_state: the field; a run whose network was not opened yet
UNITS, UPDATES, BATCH = 64, 300, 32
RATES = {"RNN": 3e-3, "LSTM": 1e-2, "GRU": 1e-2}
BEGINNING = 12  # characters of the text that the network goes on with at first


def bring() -> None:
    """Where a text is pasted, and learnt."""
    st.text_area(
        _("A text to learn from, in any language: at least {least} characters").format(least=200),
        key=_PASTED,
        height=180,
        max_chars=MAX_TEXT,
    )
    job, cell = training_jobs.latest(visits.own()), _cell()
    told = _("{cell}, {units} units, {updates} updates. The text stays in your session.")
    st.caption(told.format(cell=naming.cell(cell), units=UNITS, updates=UPDATES))
    st.button(
        _("Train on this text"),
        key="button-train-text",
        type="primary",
        icon=":material/play_arrow:",
        disabled=job is not None and job.state != "ended",
        on_click=_train,
        args=(cell,),
    )


def _cell() -> str:
    """The cell that is shown, if one of the usual three."""
    return state.subject().cell if state.subject().cell in TRIO else "LSTM"


def _train(cell: str) -> None:
    owner = visits.own()
    try:
        text = Characters(str(st.session_state.get(_PASTED) or "")[: MAX_TEXT + 1])
        if len(text.text) > MAX_TEXT:
            raise Refused("This text has more than {most} characters. Shorten it.", most=f"{MAX_TEXT:,}")
        series = OWN + given.keep_text(text, owner)
        model = Untrained(cell, str(UNITS), CHARACTERS, series=series)
        recipe = Recipe(UPDATES, BATCH, learning_rate=RATES[cell], schedule="linear", seed=0)
        training_jobs.begin(owner, [(to_word(model), recipe)])
    except Refused as refusal:
        state.refuse(refusal)
    else:
        st.session_state[_ASKED] = True
        state.use()


def follow() -> None:
    """How far a run that was asked for here is; at its end, what it learnt writes."""
    job = training_jobs.latest(visits.own())
    if not st.session_state.get(_ASKED) or job is None:
        return
    if job.state != "ended":
        own_series.wait(job)
    elif st.session_state.pop(_ASKED) and f"task.{CHARACTERS}" in job.courses[0].model:
        _show(job)


def _show(job: Job) -> None:
    trained = job.courses[0].trained
    if trained is None:
        state.refuse(job.refusal or Refused("The run was stopped before anything was learnt. Train again."))
    else:
        text = trained.task.text
        state.choose(model=to_word(trained), text=text[:BEGINNING].strip() or text[:MAX_TEXT].strip()[:BEGINNING])
    st.rerun()
