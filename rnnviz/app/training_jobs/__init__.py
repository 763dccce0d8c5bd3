"""Training on this server: a job is what a session asks for with one press, up to a few networks side by side. As many
jobs run at a time as there are cores, the others wait in the order in which they came. A job goes on while its visitor
is on other pages, and is gone with its session."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from rnnviz.app.heavy_work import PLACES
from rnnviz.app.training_jobs import workers
from rnnviz.app.training_jobs.job import GONE, Course, Job
from rnnviz.refusals import Refused, refuse_outside
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.limits import MOST_BATCH, MOST_RUN_BYTES, MOST_RUN_SECONDS, MOST_TRAINED, MOST_UPDATES
from rnnviz.subjects.models import load
from rnnviz.training import Recipe, snapshot_updates
from rnnviz.training.recipe import KEPT
from rnnviz.training.worker import PER_DECADE

__all__ = ["Course", "Job", "before", "begin", "compared", "go_on", "is_free", "latest", "prepare", "release", "shown"]
__all__ += ["of_owner", "stop"]

_log = logging.getLogger("rnnviz")
PATIENCE = 0.4  # seconds that a visitor who stops a job waits for its last snapshots; they come later otherwise
prepare = workers.prepare

_jobs: dict[str, list[Job]] = {}  # by owner: the last one that something came of, if any, and the latest
_running: list[Job] = []
_waiting: list[Job] = []
_guard = threading.RLock()


def begin(owner: str, asked: Sequence[tuple[str, Recipe]]) -> Job:
    """Ask for the training of networks by their words in an address, each with its recipe.

    Raises Refused for what a server should not be asked for, and for a second job of a session at a time.
    """
    refuse_large(asked)
    return _line_up(owner, [Course(model, recipe) for model, recipe in asked])


def go_on(owner: str, asked: Sequence[tuple[str, Recipe]], update: int) -> Job:
    """Train the networks that are shown on, from their last snapshots until ``update``. Raises Refused as ``begin``."""
    refuse_large(asked)
    job = shown(owner)
    seen = {course.model: course for course in job.courses if course.snapshots} if job is not None else {}
    if any(model not in seen for model, _recipe in asked):
        raise Refused("There is nothing of these networks to go on from. Train them from their start.")
    return _line_up(owner, [seen[model].going_on(recipe, update) for model, recipe in asked])


def _line_up(owner: str, courses: Sequence[Course]) -> Job:
    with _guard:
        earlier = _jobs.setdefault(owner, [])
        if earlier and earlier[-1].state != "ended":
            raise Refused("A run of yours is still going. Stop it first, or wait for its end.")
        job = Job(owner, courses)
        _jobs[owner] = [*[one for one in earlier if one.has_points][-1:], job]
        _waiting.append(job)
        _let_in()
    return job


def refuse_large(asked: Sequence[tuple[str, Recipe]]) -> None:
    """Raise Refused for more than a session may ask for."""
    if not 1 <= len(asked) <= MOST_TRAINED:
        raise Refused("Choose from one to {most} networks to train side by side.", most=MOST_TRAINED)
    held = 0
    for model, recipe in asked:
        refuse_outside("updates", recipe.updates, 1, MOST_UPDATES)
        refuse_outside("batch", recipe.batch, 1, MOST_BATCH)
        weights = sum(weight.numel() for weight in load(from_word(model)).network.parameters())
        held += 4 * weights * (1 + KEPT[recipe.optimizer]) * len(snapshot_updates(recipe.updates, PER_DECADE))
    if held > MOST_RUN_BYTES:
        raise Refused(
            "The snapshots of this run would take {size} MB, the limit is {most}. Choose fewer updates or units.",
            size=held // 10**6,
            most=MOST_RUN_BYTES // 10**6,
        )


def _let_in() -> None:
    with _guard:
        while _waiting and len(_running) < PLACES:
            job = _waiting.pop(0)
            _running.append(job)
            threading.Thread(target=_go, args=(job,), name="training", daemon=True).start()


def _go(job: Job) -> None:
    try:
        job.go(workers.take(), _prepare, _has_had_its_time)
    except Exception:
        _log.exception("a job of training failed")
        job.refusal = GONE
    finally:
        with _guard:
            _running.remove(job)
        job.end()
        _let_in()


def _prepare() -> None:
    """A worker waits for the next job while there are sessions that train."""
    with _guard:
        if _jobs:
            workers.prepare()


def _has_had_its_time(seconds: float) -> bool:
    """Whether a job that has taken so long is to leave its place to those who wait."""
    return seconds > MOST_RUN_SECONDS and bool(_waiting)


def before(job: Job) -> int:
    """How many jobs are before one that waits."""
    with _guard:
        return len(_running) + _waiting.index(job) if job in _waiting else 0


def latest(owner: str) -> Job | None:
    """What the session asked for last."""
    jobs = _jobs.get(owner)
    return jobs[-1] if jobs else None


def of_owner(owner: str | None) -> list[Job]:
    """All that are kept of a session, in order; none of nobody's."""
    return list(_jobs.get(owner, [])) if owner else []


def shown(owner: str) -> Job | None:
    """The one whose curves there are to see: the latest, or the one before it while nothing has come of that."""
    jobs = _jobs.get(owner, [])
    return next((job for job in reversed(jobs) if job.has_points), None)


def compared(owner: str) -> Job | None:
    """The job before the one that is shown."""
    jobs = _jobs.get(owner, [])
    return jobs[0] if len(jobs) > 1 and jobs[0].has_points and jobs[1].has_points else None


def is_free() -> bool:
    """Whether a job would begin at once."""
    return len(_running) + len(_waiting) < PLACES


def _leave(job: Job) -> None:
    with _guard:
        if job in _waiting:
            _waiting.remove(job)
            job.end()


def stop(owner: str) -> None:
    """End the session's job; what was learnt is kept."""
    job = latest(owner)
    if job is not None:
        _leave(job)
        job.stop(PATIENCE)


def release(owner: str) -> None:
    """A session is over: nothing of its jobs is left, and where there is no other, no worker waits."""
    with _guard:
        jobs = _jobs.pop(owner, [])
        if not _jobs:
            workers.dismiss()
    for job in jobs:
        _leave(job)
        job.abandon()
