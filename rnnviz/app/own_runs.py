"""What the visitor trained on the page Train, as models that any page can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnviz.app import training_jobs, visits
from rnnviz.app.opening import lack
from rnnviz.subjects import Model, Subject, Trained
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.models import load
from rnnviz.subjects.sequences import usual

if TYPE_CHECKING:
    from rnnviz.app.knobs import Knobs
    from rnnviz.app.page_row import Page


def all_of_them() -> list[Trained]:
    """Each as it was at the last snapshot, in the order in which they were asked for; of a run that went on, once."""
    jobs = training_jobs.of_owner(visits.owner())
    models = [course.trained for job in jobs for course in job.courses]
    return list({model.run: model for model in models if model is not None}.values())


def trained_with(model: Model) -> tuple[Trained, ...]:
    """The networks that the visitor trained at the same time as this one, side by side; none of others."""
    for job in reversed(training_jobs.of_owner(visits.owner())):
        runs = [course.trained for course in job.courses if course.trained is not None]
        if any(run.run == getattr(model, "run", "") for run in runs):
            return tuple(run for run in runs if run.run != model.run)
    return ()


def put_beside(knobs: Knobs, model: Model) -> Knobs:
    """The knobs of a page that compares what was ``trained_together``, with the networks that were trained with this
    one, where the visitor has put none beside it."""
    if not knobs.trained_together or knobs.beside:
        return knobs
    return knobs.with_(beside=tuple(to_word(run) for run in trained_with(model)))


def seen_on(page: Page, now: Model) -> tuple[str, ...]:
    """The words of those that a page can show, the latest first, each as it ended, or as it is seen ``now``."""
    runs = [now if getattr(now, "run", "") == run.run else run for run in reversed(all_of_them())]
    return tuple(to_word(run) for run in runs if lack(page, read_usually(run)) is None)


def read_usually(run: Trained) -> Subject:
    """A network of a run and what is usual for it to read."""
    return Subject(run, usual(load(run)))
