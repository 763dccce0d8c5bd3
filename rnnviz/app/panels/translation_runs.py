"""The visitor's own encoder-decoders on the page Translate: which there are, what is said of one, and its code."""

from __future__ import annotations

import streamlit as st

from rnnviz.app import controls, naming, page, shown_run, state, training_jobs, visits
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, explained, percent
from rnnviz.app.panels import translation, translation_claims
from rnnviz.app.training_jobs import Course
from rnnviz.app.widgets import bound
from rnnviz.refusals import Refused
from rnnviz.subjects import Trained
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.code import code_of_network, code_of_recipe
from rnnviz.subjects.given import run_of
from rnnviz.subjects.translators import Translated
from rnnviz.tasks import TRANSLATIONS


def pick() -> Trained | None:
    """Draw the controls of the page; the run that is shown, None for the shipped networks."""
    controls.knob("date", usual=translation.usual())
    model = shown_run.shown()
    names = _names(model)
    if names:
        now = None if model is None else shown_run.word_of(model)
        place = None if now is None else list(names).index(now)
        label = _("Your networks")
        st.selectbox(label, list(names), format_func=names.get, placeholder=label, **bound("run", now, "index", place))
    if model is not None:
        back = {"on_click": state.choose, "kwargs": {"run": None}}
        st.button(_("The shipped networks"), key="button-shipped", icon=":material/undo:", width="content", **back)
    else:
        controls.knob("sees")
        controls.knob("forced")
    return model


def _names(shown: Trained | None) -> dict[str, str]:
    """Each by its word: as it is shown, or else as it was at its last snapshot."""
    models = {course.kept: course.trained for course in _courses()}
    models |= {} if shown is None else {shown.run: shown}
    names = {}
    for model in models.values():
        told = _("{network}, {count} updates").format(network=naming.network(model), count=f"{model.updates[-1]:,}")
        names[shown_run.word_of(model)] = told
    return names


def _courses() -> list[Course]:
    jobs = training_jobs.of_owner(visits.owner())
    return [course for job in jobs for course in job.courses if course.kept and _learns_to_translate(course)]


def _learns_to_translate(course: Course) -> bool:
    return getattr(from_word(course.model), "task", "") in TRANSLATIONS


def warn() -> None:
    """Why the run of a link is not shown, if it is not."""
    try:
        shown_run.of_knob()
    except Refused as refusal:
        shipped = _("The shipped networks are shown instead.")
        st.warning(sentences(explained(refusal), shipped), icon=":material/info:")


def forcing(model: Trained) -> str:
    """What it read while it was trained."""
    share = run_of(model.run).snapshots[model.update].recipe.teacher_forcing
    told = _("In training it read what it should have written before in {share} of its steps, else what it wrote.")
    return told.format(share=percent(share))


def claim(model: Trained, result: Translated) -> None:
    snapshot = run_of(model.run).snapshots[model.update]
    told = _("Your own network after {count} updates. Slide through its training, or type another date.")
    if result.day is None:
        told = sentences(told, _("The rule reads no date in this text, so nobody says what is right."))
    measured = _(
        "Measured at each snapshot on {count} days that the network is never trained on, each written in one of 35 "
        "ways; right is a date of which every figure is. It reads what it wrote itself."
    ).format(count=f"{sum(batch.y.shape[1] for batch in model.task.sample()):,}")
    share = _("{network}: {share} of new dates right").format(
        network=naming.network(model), share=percent(snapshot.accuracy)
    )
    told = told.format(count=f"{model.update:,}")
    page.claim(translation_claims.title(result), told, [Chip(model.cell, share)], measured)


def code(model: Trained, result: Translated) -> str:
    """Python that trains the same network and asks it the same."""
    course = next((course for course in _courses() if course.kept == model.run), None)
    if course is None or course.start is not None:
        made = "# " + _("run: the training that the network comes from, as rnnviz.train returns it")
    else:
        subject = code_of_network(from_word(course.model))
        made = f"run = rnnviz.train({subject}, {code_of_recipe(course.recipe)})\nlosses = [each.loss for each in run]"
    return f"""import rnnviz
from rnnviz.subjects import translators

{made}
model = rnnviz.subject(run, update={model.update}).model
result = translators.translated_by(model, {result.text!r})
result.written     # {result.written}
result.translation.output.values[0, 0].round(3)
"""
