"""The part of the page Train that goes on by itself: what is seen so far, how far it is, and the charts."""

from __future__ import annotations

from array import array

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.app import page, saved_page, training_jobs
from rnnviz.app.panels import training_claims, training_curves, training_settings
from rnnviz.app.stage.board import stage
from rnnviz.app.training_jobs import Course
from rnnviz.compute import once
from rnnviz.subjects import shipped_runs
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.models import load

EVERY = 0.5  # seconds between two looks at what came in
SHIPPED = ("recall-rnn-seed0", "recall-lstm-seed0", "recall-gru-seed0")


@once
def shipped() -> tuple[Course, ...]:
    """The runs that the page opens with."""
    return tuple(_course(name) for name in SHIPPED)


def _course(name: str) -> Course:
    run = shipped_runs.run(name)
    curves = {
        name: array(kind, [getattr(each, field) for each in run.progress])
        for name, field, kind in (
            ("losses", "loss", "d"),
            ("gradient_norms", "gradient_norm", "d"),
            ("clipped", "clipped", "b"),
        )
    }
    shots = list(run.snapshots.values())
    return Course(name, shots[-1].recipe, **curves, snapshots=shots, kept=name, done=True)


def courses(owner: str) -> tuple[Course, ...] | list[Course]:
    """Those whose curves there are to see."""
    job = training_jobs.shown(owner)
    return shipped() if job is None else job.courses


def before(owner: str) -> list[Course]:
    """Those of the visitor's run before, where they learnt the same."""
    job, seen = training_jobs.compared(owner), courses(owner)
    task = load(from_word(seen[0].model)).task
    return [] if job is None or load(from_word(job.courses[0].model)).task is not task else job.courses


def show(owner: str, place: DeltaGenerator, goes: bool) -> None:
    """``place``: that of the claim; ``goes``: whether the controls above show that the job goes on. It may have ended
    since: then they are drawn anew."""
    job = training_jobs.latest(owner)

    @st.fragment(run_every=EVERY if goes else None)
    def live() -> None:
        page.begin()
        seen = courses(owner)
        with place:
            training_claims.claim(job, seen, training_settings.are_of(seen, job))
        if job is not None and job.state != "ended":
            training_claims.bars(job)
        board = training_curves.board(seen, before(owner))
        saved_page.keep_board(board.payload())
        stage("train", board)
        if goes and job.state == "ended":
            st.rerun()

    live()
