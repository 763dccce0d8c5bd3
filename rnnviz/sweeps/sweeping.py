"""``rnnviz.sweep``: many subjects trained by one recipe, side by side."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import replace
from pathlib import Path

from rnnviz.refusals import Refused
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.given import keep_snapshots
from rnnviz.subjects.kept import Owner
from rnnviz.subjects.learning import train
from rnnviz.subjects.models import Trained, load
from rnnviz.subjects.sequences import usual
from rnnviz.subjects.subject import Subject
from rnnviz.sweeps.goal import Goal
from rnnviz.sweeps.job import Job, run_packed
from rnnviz.sweeps.outcome import Outcome
from rnnviz.sweeps.processes import Processes
from rnnviz.sweeps.table import Group, as_text, grouped
from rnnviz.tasks import Task
from rnnviz.training import Recipe


def sweep(
    subjects: Mapping[str, Subject | Iterable[Subject]] | Iterable[Subject],
    recipe: Recipe | Mapping[str, Recipe] | None = None,
    executor: Executor | None = None,
    *,
    seeds: Iterable[int] | None = None,
    task: str | Task | None = None,
    goal: Goal | None = None,
    per_decade: int = 0,
    resume: str | Path | Sweep | None = None,
) -> Sweep:
    """Train every one of ``subjects``; ``for outcome in rnnviz.sweep(...)`` gives each run's as soon as it is done.

    ``subjects``: by name, such as ``subject.vary(cell=("RNN", "LSTM"))``, one or several each, of which the table then
    counts how many are solved; without names they get those of their models. ``seeds``: train each of them from all of
    these seeds. ``recipe``: one for all, or one per name; without a seed it takes the subject's. ``executor``: whatever
    has the interface of ``concurrent.futures.Executor``, such as Dask's ``Client(...).get_executor()``; local
    processes unless given (``Processes``: in a script under ``if __name__ == "__main__":``). Weights come out the same
    everywhere. ``task``: as in ``rnnviz.train``. ``goal``: when a run counts as solved. ``per_decade``: how many
    snapshots a run keeps between powers of ten of its updates; the last one is kept in any case.

    ``resume``: a folder, or the result of an earlier sweep, in which what was done is not done again; into the folder
    goes what is. A run that fails has its error in its outcome; the others are not touched, and it is done again when
    the sweep is resumed.

    Raises Refused for a subject that cannot be trained, before anything is started.

    >>> import rnnviz
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> fresh = rnnviz.subject("untrained", cell="LSTM", size="8", task="recall")
    >>> starts = {f"forget bias {bias}": fresh.with_(forget_bias=float(bias)) for bias in (0, 5)}
    >>> sweep = rnnviz.sweep(starts, rnnviz.Recipe(updates=2), ThreadPoolExecutor(2), seeds=range(2))
    >>> len([outcome for outcome in sweep])
    4
    """
    jobs = []
    for name, subject in _named(subjects, seeds):
        if isinstance(recipe, Mapping) and name not in recipe:
            raise Refused("There is no recipe for {name}. Give one for each name.", name=name[:40])
        asked = recipe[name] if isinstance(recipe, Mapping) else recipe
        training = train(subject, asked, task=task, per_decade=0)
        if goal is not None:
            goal.asks(training.task)
        jobs.append(Job.of(name, training, goal, per_decade))
    if not jobs:
        raise Refused("There is nothing to train: give at least one subject.")
    return Sweep(jobs, executor, resume)


class Sweep:
    """The runs of a sweep, under way or done. Iterate to get outcomes as they come, first those that are there."""

    def __init__(self, jobs: list[Job], executor: Executor | None = None, resume: str | Path | Sweep | None = None):
        self.jobs = jobs
        self._folder = None if resume is None or isinstance(resume, Sweep) else Path(resume)
        self._done: dict[int, Outcome] = {}  # by the place of its job, in the order in which they came
        self._changed = threading.Condition()
        self._failure: BaseException | None = None
        self._cancelled = False
        before = {job.key: outcome for job in jobs if (outcome := self._kept(job, resume)) is not None}
        self._done |= {place: before[job.key].named(job.name) for place, job in enumerate(jobs) if job.key in before}
        left = [place for place in range(len(jobs)) if place not in self._done]
        self._own = Processes() if executor is None and left else None
        self._futures: list[Future] = []
        for place in left:
            future = (executor or self._own).submit(run_packed, pickle.dumps(jobs[place]))
            self._futures.append(future)
            future.add_done_callback(lambda future, place=place: self._take(place, future))
        if self._own is not None:
            self._own.end_when_done()

    def __len__(self) -> int:
        return len(self.jobs)

    def __iter__(self) -> Iterator[Outcome]:
        """An exception in the loop's body that is not caught there leaves the runs going; ``cancel`` ends them."""
        for given in range(len(self.jobs)):
            with self._changed:
                while len(self._done) <= given and not self._failure and not self._cancelled:
                    self._wait()
                if self._failure:
                    raise self._failure
                if len(self._done) <= given:
                    return
                outcome = list(self._done.values())[given]
            yield outcome

    def _wait(self) -> None:
        try:
            self._changed.wait()
        except KeyboardInterrupt:
            self.cancel()
            raise

    @property
    def done(self) -> list[Outcome]:
        """The outcomes that are there, in the order of the subjects; does not wait."""
        with self._changed:
            return [self._done[place] for place in sorted(self._done)]

    @property
    def outcomes(self) -> list[Outcome]:
        """All of them, in the order of the subjects; waits for the last."""
        for _ in self:
            pass
        return self.done

    @property
    def rows(self) -> list[dict[str, object]]:
        """A row of plain values per run: ``pandas.DataFrame(sweep.rows)``. Waits for the last."""
        return [outcome.row() for outcome in self.outcomes]

    @property
    def groups(self) -> list[Group]:
        """How many of how many were solved, by name. Waits for the last."""
        return grouped(self.outcomes)

    def __str__(self) -> str:
        """What is there, as a table: "solved x of y"."""
        return as_text(self.done, len(self))

    def subject(self, outcome: Outcome) -> Subject:
        """The network of a run as a subject; ``with_(update=...)`` for another of its snapshots than the last. Raises
        Refused for a run without a result."""
        return as_subject(next(job for job in self.jobs if job.key == outcome.key), outcome)

    def cancel(self) -> None:
        """End it: runs that did not begin are dropped, and those in processes of its own ended at once. What is done
        stays."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()
        for future in self._futures:
            future.cancel()
        if self._own is not None:
            self._own.shutdown(wait=False, cancel_futures=True)

    def _take(self, place: int, future: Future) -> None:
        """Called in whichever thread a run ends."""
        job = self.jobs[place]
        try:
            outcome = pickle.loads(future.result())
        except CancelledError:
            return
        except BaseException as error:
            outcome = Outcome.failed(job.name, job.seed, job.key, error)
        failure = None
        try:
            if self._folder is not None and not outcome.error:
                outcome.save(self._folder)
        except OSError as error:  # a full disk is no reason to lose the result, but one to be told
            failure = error
        with self._changed:
            if not (self._cancelled and outcome.error):
                self._done[place] = outcome
            self._failure = self._failure or failure
            self._changed.notify_all()

    @staticmethod
    def _kept(job: Job, resume: str | Path | Sweep | None) -> Outcome | None:
        if isinstance(resume, Sweep):
            return next((outcome for outcome in resume.done if outcome.key == job.key and not outcome.error), None)
        return None if resume is None else Outcome.load(Path(resume), job.key, job.recipe)


def as_subject(job: Job, outcome: Outcome, owner: Owner = None) -> Subject:
    """What came out of a job as a subject, kept for its ``owner``. Raises Refused where nothing did."""
    if not outcome.snapshots:
        raise Refused("This run has no result: {error}", error=outcome.error)
    word = keep_snapshots(job.network(), job.task, job.recipe, outcome.snapshots, owner)
    model = Trained(word, outcome.snapshots[-1].update)
    return Subject(model, usual(load(model)))


def _named(
    subjects: Mapping[str, Subject | Iterable[Subject]] | Iterable[Subject], seeds: Iterable[int] | None
) -> Iterator[tuple[str, Subject]]:
    """Every subject that is to be trained, with its name."""
    if not isinstance(subjects, Mapping):
        listed = list(subjects)
        pairs = [(_name_of(subject), subject) for subject in listed]
    else:
        several = {name: [one] if isinstance(one, Subject) else list(one) for name, one in subjects.items()}
        pairs = [(str(name), subject) for name, ones in several.items() for subject in ones]
    drawn = None if seeds is None else list(seeds)
    for name, subject in pairs:
        yield from ((name, subject if seed is None else subject.with_(seed=seed)) for seed in drawn or [None])


def _name_of(subject: Subject) -> str:
    """The word of its model, the same from every seed."""
    model = subject.model
    return to_word(replace(model, seed=0) if hasattr(model, "seed") else model)
