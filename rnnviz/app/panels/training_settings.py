"""What is asked for on the page Train: its controls, and from its knobs the networks and how each is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import streamlit as st

from rnnviz.app import address, controls, state, training_jobs, visits
from rnnviz.app.i18n import _
from rnnviz.app.knobs import Knobs
from rnnviz.app.widgets import bound
from rnnviz.refusals import Refused
from rnnviz.subjects import Untrained
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.code import code_of_network
from rnnviz.subjects.limits import MOST_TRAINED
from rnnviz.subjects.sizes import task
from rnnviz.tasks import TASKS
from rnnviz.training import Recipe

CHRONO = "chrono"
KEEP = "default"  # as PyTorch draws the bias
SELDOM = (
    "units",
    "batch",
    "optimizer",
    "rate",
    "schedule",
    "clipping",
    "clip_at",
    "through",
    "dropout",
    "keeps",
    "begins",
    "draw",
)


def asked(knobs: Knobs) -> list[tuple[str, Recipe]]:
    """Each network's word in an address, and its recipe."""
    recipe = Recipe(
        knobs.updates,
        knobs.batch,
        knobs.optimizer,
        knobs.rate,
        knobs.schedule,
        clip=knobs.clipping,
        limit=knobs.clip_at,
        truncate=knobs.through or None,
        dropout=knobs.dropout,
        seed=knobs.draw,
    )
    return [(to_word(_model(cell, knobs)), recipe) for cell in knobs.cells]


def _model(cell: str, knobs: Knobs) -> Untrained:
    options: dict[str, object] = {} if knobs.begins == KEEP else {"recurrent": knobs.begins}
    if knobs.keeps == CHRONO:
        longest = max(batch.x.shape[0] for batch in task(knobs.learns).held_out())
        options["memory_span"] = float(max(3, longest - 1))  # what stands first is to be known at the end
    elif knobs.keeps != KEEP:
        options["forget_bias"] = float(knobs.keeps)
    return Untrained(cell, str(knobs.units), knobs.learns, knobs.draw, options=tuple(options.items()))


def draw(job: training_jobs.Job | None) -> bool:
    """The line of controls; while ``job`` goes on, it can be stopped and nothing else. Whether it goes on."""
    goes = job is not None and job.state != "ended"
    with st.container(horizontal=True, vertical_alignment="bottom", key="line-train"):
        _select("learns", {name: _(TASKS[name].title) for name in state.row().knobs.declared()["learns"].options})
        cells, most = state.row().knobs.declared()["cells"], MOST_TRAINED
        arguments = bound("cells", list(state.knobs().cells), "default")
        st.multiselect(_(cells.label), list(cells.options), max_selections=most, placeholder=_("Cells"), **arguments)
        _select("updates", state.row().knobs.declared()["updates"].options)
        with st.popover(_("More settings"), icon=":material/tune:", width="content"):
            for name in SELDOM:
                controls.knob(name)
        if goes:
            st.button(_("Stop"), key="button-stop", icon=":material/stop:", on_click=_stop)
        else:
            st.button(_("Train"), key="button-train", type="primary", icon=":material/play_arrow:", on_click=begin)
    if not goes:
        _draw_going_on(job)
    return goes


def _draw_going_on(job: training_jobs.Job | None) -> None:
    """From which snapshot the networks that are chosen can be trained on, and until where."""
    updates = snapshots(job)
    if not updates:
        return
    now = chosen_start(updates)
    with st.container(horizontal=True, vertical_alignment="bottom", key="line-go-on"):
        arguments = bound("since", now, "index", updates.index(now))
        label = _(state.row().knobs.declared()["since"].label)
        st.selectbox(label, updates, format_func=lambda update: f"{update:,}", width=180, **arguments)
        st.button(
            _("Go on to {count} updates").format(count=f"{following(now):,}"),
            key="button-go-on",
            icon=":material/resume:",
            on_click=go_on,
            help=_(
                "From these weights and what the optimizer kept. By unchanged settings it comes to the weights of a "
                "run that was never stopped."
            ),
        )


def snapshots(job: training_jobs.Job | None) -> list[int]:
    """The updates of the snapshots that the networks that are chosen can go on from, the last one first."""
    if job is None or {course.model for course in job.courses} != {word for word, _recipe in asked(state.knobs())}:
        return []
    made = [shot.update for shot in reversed(job.courses[0].snapshots) if shot.update]
    return [update for update in made if following(update) is not None]


def chosen_start(updates: Sequence[int]) -> int:
    return state.knobs().since if state.knobs().since in updates else updates[0]


def following(update: int) -> int | None:
    """Until where a run goes on from ``update``: to what is chosen, or where that is behind it to the next choice."""
    choices = [state.knobs().updates, *sorted(state.row().knobs.declared()["updates"].options)]
    return next((count for count in choices if count > update), None)


def go_on() -> None:
    """Train on from the snapshot that is chosen."""
    state.use()
    updates = snapshots(training_jobs.shown(visits.own()))
    if not updates:
        return
    start = chosen_start(updates)
    state.choose(updates=following(start), since=0)
    try:
        training_jobs.go_on(visits.own(), asked(state.knobs()), start)
    except Refused as refusal:
        state.refuse(refusal)


def _select(name: str, names: Mapping[object, str]) -> None:
    now = getattr(state.knobs(), name)
    label = _(state.row().knobs.declared()[name].label)
    arguments = bound(name, now, "index", list(names).index(now))
    st.selectbox(label, list(names), format_func=lambda value: names.get(value, str(value)), **arguments)


def are_of(courses: Sequence[training_jobs.Course], job: training_jobs.Job | None) -> bool:
    """Whether these are what is chosen now; without a job those that the page opens with."""
    if job is None:
        return not state.knobs().with_(names=state.knobs().defaults()["names"], since=0).changed()
    return asked(state.knobs()) == [(course.model, course.recipe) for course in courses]


def begin() -> None:
    """Train what is chosen."""
    state.use()
    _begin()


def follow(**changes: object) -> None:
    """Choose all that is usual but for ``changes``, and train that, in place of what still goes on."""
    own = state.row().knobs
    usual = {name: value for name, value in own.defaults().items() if name in own.__annotations__}
    training_jobs.stop(visits.own())
    state.choose(**usual | changes)
    _begin()


def follow_link() -> None:
    """Train what an address asks for, where nothing of this visitor's was trained yet and nobody else would wait."""
    is_new = training_jobs.latest(visits.own()) is None and not are_of((), None)
    if address.has_asked() and is_new and training_jobs.is_free():
        _begin()


def _begin() -> None:
    try:
        training_jobs.begin(visits.own(), asked(state.knobs()))
    except Refused as refusal:
        state.refuse(refusal)


def _stop() -> None:
    state.use()
    training_jobs.stop(visits.own())


def code(knobs: Knobs) -> str:
    """Python that trains the same."""
    words, recipe = zip(*asked(knobs), strict=True)
    usual = Recipe()
    told = {entry.name: getattr(recipe[0], entry.name) for entry in fields(Recipe)}
    arguments = ", ".join(f"{name}={value!r}" for name, value in told.items() if value != getattr(usual, name))
    lines = [f"    {from_word(word).cell!r}: {code_of_network(from_word(word))}," for word in words]
    return f"""import rnnviz

subjects = {{
{chr(10).join(lines)}
}}
for cell, subject in subjects.items():
    training = rnnviz.train(subject, rnnviz.Recipe({arguments}))
    losses = [progress.loss for progress in training]
    print(cell, training.updates, training.snapshots[-1].accuracy)
"""
