"""What the page Train says: what is seen of a job in words, how far it is, and where its networks can be looked at."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnnviz.app import naming, own_runs, page, shown_run, state, task_pictures, training_jobs
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.knobs import Knobs
from rnnviz.app.opening import lack
from rnnviz.app.page import Chip, explained
from rnnviz.app.page_row import Page
from rnnviz.app.panels import learning_claims
from rnnviz.app.panels.training_curves import best_constant, called, writes_sequences
from rnnviz.app.training_jobs import Course, Job
from rnnviz.subjects import Untrained
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.models import load
from rnnviz.subjects.sizes import task
from rnnviz.tasks import TRANSLATIONS


def claim(job: Job | None, courses: Sequence[Course], as_chosen: bool) -> None:
    """``job``: the visitor's latest, None before there is one; ``courses``: those whose curves are shown;
    ``as_chosen``: whether they are of the settings that are chosen now."""
    if not as_chosen and (job is None or job.state == "ended"):
        told = _("The curves are of other settings than you chose: press Train to see what yours do.")
    elif job is None:
        told = sentences(_("A recorded run: slide through it, or press Train."), _began(courses))
    elif job.state == "waiting":
        told = _("All places are taken. Runs before yours: {count}").format(count=training_jobs.before(job))
    elif job.state == "running":
        told = _("It goes on while you look at other pages. Stop keeps what was learnt.")
    else:
        told = _("Open a network on another page, go on from a snapshot, or change a setting and train again.")
        told = sentences(told, _began(courses))
    task_pictures.draw(task(state.knobs().learns))
    over = all(course.done and course.explosion is None for course in courses)  # then the slider says how each does
    page.claim(title(job, courses), told, [] if over else [chip(course) for course in courses])
    for refusal in _troubles(job):
        st.warning(explained(refusal), icon=":material/info:")


def _began(courses: Sequence[Course]) -> str:
    """For up to how many steps the gates began open, of the networks where that was chosen."""
    open_for = {course.cell: span for course in courses if (span := _span(course.model))}
    if not open_for:
        return ""
    told = _("{cells} started with gates set to remember up to {span} steps.")
    return told.format(cells=together(list(open_for)), span=f"{max(open_for.values()):g}")


def _span(model: str) -> float | None:
    chosen = from_word(model)
    card = load(chosen).provenance.card
    options = dict(chosen.options) if isinstance(chosen, Untrained) else card.network if card else {}
    return options.get("memory_span")


def _troubles(job: Job | None) -> list:
    if job is None:
        return []
    exploded = next((course.explosion for course in job.courses if course.explosion is not None), None)
    return [*([job.refusal] if job.refusal else []), *([exploded.reason] if exploded else [])]


def title(job: Job | None, courses: Sequence[Course]) -> str:
    """What is seen, in words."""
    if job is not None and job.state == "waiting":
        return _("Your run waits for its place")
    if job is not None and job.state == "running" and job.courses is not courses:
        return _("Training begins")
    if job is not None and job.state == "running":
        done = min(course.updates for course in courses)
        return _("Training: update {done} of {all}").format(done=f"{done:,}", all=f"{courses[0].recipe.updates:,}")
    exploded = [course for course in courses if course.explosion is not None]
    if exploded:
        first = min((course.explosion for course in exploded), key=lambda explosion: explosion.update)
        told = _("Exploded at update {update}, time step {step}: {cells}")
        if len(exploded) > 1:
            told = _("Exploded, the first at update {update}, time step {step}: {cells}")
        cells = together([called(course) for course in exploded])
        return told.format(cells=cells, update=f"{first.update:,}", step=first.step)
    shares = {called(course): course.snapshots[-1].accuracy for course in courses if course.snapshots}
    updates = max(course.updates for course in courses)
    guessing = None if writes_sequences(courses) else best_constant(courses[0].model)
    return learning_claims.title(shares, guessing, updates)


def chip(course: Course) -> Chip:
    if not course.snapshots:
        return Chip(course.cell, called(course))
    if course.explosion is not None:
        told = _("{cell}: exploded at update {update}, time step {step}")
        at = course.explosion
        return Chip(course.cell, told.format(cell=naming.cell(called(course)), update=f"{at.update:,}", step=at.step))
    last = course.snapshots[-1]
    return learning_claims.chip(course.cell, last.accuracy, last.update, called(course))


def bars(job: Job) -> None:
    """How far each network is."""
    with st.container(horizontal=True, key="training-bars"):
        for course in job.courses:
            all_of_them = course.recipe.updates
            told = f"{called(course)} · {course.updates:,} / {all_of_them:,}"
            st.progress(min(1.0, course.updates / max(1, all_of_them)), text=told)


def links(courses: Sequence[Course], pages: Sequence[Page], together_on: Page) -> None:
    """Where the networks can be looked at, as they are after their last update: on ``together_on`` all of them at once,
    on ``pages`` each."""
    seen = [course for course in courses if course.kept]
    if len(seen) > 1:
        _links("together", _("See them together on:"), seen[0], [together_on])
    for k, course in enumerate(seen):
        _links(str(k), _("See the {cell} on:").format(cell=naming.cell(called(course))), course, pages)


def _links(key: str, told: str, course: Course, pages: Sequence[Page]) -> None:
    rows = [row for row in pages if _can_show(row, course)]
    if not rows:
        return
    query = {"model": to_word(course.trained)}
    if writes_sequences([course]):
        query = {"run": shown_run.word_of(course.trained)}
    with st.container(horizontal=True, key=f"trained-{key}"):
        st.markdown(told, width="content")
        for row in rows:
            st.page_link(row.file, label=_(row.title), icon=row.icon, query_params=query)


def _can_show(row: Page, course: Course) -> bool:
    """An encoder-decoder is seen on a page that asks for a run, and no other network is."""
    if writes_sequences([course]) or "run" in row.knobs.declared():
        return writes_sequences([course]) and "run" in row.knobs.declared()
    return lack(row, own_runs.read_usually(course.trained)) is None


def start(knobs: Knobs) -> str:
    """What is to be known of the settings of the chosen task."""
    if knobs.learns in TRANSLATIONS:
        return _("Right answers are measured while the decoder reads what it wrote itself, however it was trained.")
    return _(
        "At first the gates of LSTM and GRU keep for as long as the task asks (chrono start). How far back? shows "
        "others."
    )
