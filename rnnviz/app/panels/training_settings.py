"""What is asked for on the page Train: its controls, and from its knobs the networks and how each is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from rnnviz.app import address, controls, naming, state, training_jobs, visits
from rnnviz.app.i18n import _
from rnnviz.app.knobs import Knobs
from rnnviz.app.widgets import bound
from rnnviz.refusals import Refused
from rnnviz.subjects import Untrained
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.code import code_of_network, code_of_recipe
from rnnviz.subjects.limits import MOST_TRAINED
from rnnviz.subjects.sizes import task
from rnnviz.tasks import TASKS, TRANSLATIONS
from rnnviz.training import Recipe

BY_TASK, CHRONO = "task", "chrono"
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
    "teacher_forcing",
    "keeps",
    "begins",
    "draw",
)


# Settings of some tasks alone: what the chosen one does not take is neither shown nor asked for.
OF_TRANSLATIONS, OF_OTHERS = {"translators", "teacher_forcing"}, {"cells"}


def takes(knobs: Knobs, name: str) -> bool:
    """Whether the task that is chosen takes a setting."""
    return name not in (OF_OTHERS if knobs.learns in TRANSLATIONS else OF_TRANSLATIONS)


def asked(knobs: Knobs) -> list[tuple[str, Recipe]]:
    """Each network's word in an address, and its recipe."""
    own = {"teacher_forcing": knobs.teacher_forcing} if knobs.learns in TRANSLATIONS else {}
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
        **own,
    )
    return [(to_word(model), recipe) for model in _models(knobs)]


def _models(knobs: Knobs) -> list[Untrained]:
    if knobs.learns not in TRANSLATIONS:
        return [_model(cell, knobs) for cell in knobs.cells]
    parts = [name.split("-") for name in knobs.translators]
    return [_model(cell, knobs, attention=sees == "attention", directions="two") for cell, sees in parts]


def _model(cell: str, knobs: Knobs, **parts: object) -> Untrained:
    """A network as it begins, with the ``parts`` that not all have."""
    options: dict[str, object] = {} if knobs.begins == KEEP else {"recurrent": knobs.begins}
    usual = KEEP if knobs.learns in TRANSLATIONS else CHRONO  # with which dates are learnt later
    keeps = usual if knobs.keeps == BY_TASK else knobs.keeps
    if keeps == CHRONO:
        longest = max(batch.x.shape[0] for batch in task(knobs.learns).sample())
        options["memory_span"] = float(max(3, longest - 1))  # what stands first is to be known at the end
    elif keeps != KEEP:
        options["forget_bias"] = float(keeps)
    return Untrained(cell, str(knobs.units), knobs.learns, knobs.draw, options=tuple(options.items()), **parts)


def draw(job: training_jobs.Job | None) -> bool:
    """The line of controls; while ``job`` goes on, it can be stopped and nothing else. Whether it goes on."""
    goes, titles = job is not None and job.state != "ended", TASKS | TRANSLATIONS
    with st.container(horizontal=True, vertical_alignment="bottom", key="line-train"):
        _select("learns", {name: _(titles[name].title) for name in state.row().knobs.declared()["learns"].options})
        _choose_networks()
        _select("updates", state.row().knobs.declared()["updates"].options)
        with st.popover(_("More settings"), icon=":material/tune:", width="content"):
            for name in SELDOM:
                if takes(state.knobs(), name):
                    controls.knob(name)
        if goes:
            st.button(_("Stop"), key="button-stop", icon=":material/stop:", on_click=_stop)
        else:
            st.button(_("Train"), key="button-train", type="primary", icon=":material/model_training:", on_click=begin)
    if not goes:
        _draw_going_on(job)
    return goes


def _choose_networks() -> None:
    name = "translators" if takes(state.knobs(), "translators") else "cells"
    declared, arguments = state.row().knobs.declared()[name], bound(name, list(getattr(state.knobs(), name)), "default")
    label = _(declared.label)
    st.multiselect(
        label,
        list(declared.options),
        format_func=lambda option: _(declared.options[option]),
        max_selections=MOST_TRAINED,
        placeholder=label,
        **arguments,
    )


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
    words, recipes = zip(*asked(knobs), strict=True)
    models = list(map(from_word, words))
    names = [naming.network(model) for model in models]
    lines = [f"    {name!r}: {code_of_network(model)}," for name, model in zip(names, models, strict=True)]
    return f"""import rnnviz

subjects = {{
{chr(10).join(lines)}
}}
for name, subject in subjects.items():
    training = rnnviz.train(subject, {code_of_recipe(recipes[0])})
    losses = [progress.loss for progress in training]
    print(name, training.updates, training.snapshots[-1].accuracy)
"""
