"""What the page on delays knows: how the shipped networks do, and what is trained while a visitor waits."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.app import visits
from rnnviz.app.heavy_work import Bar, Work, finish, wait_for
from rnnviz.app.i18n import _
from rnnviz.studies import how_far_back as study
from rnnviz.studies.published import EXPERIMENTS
from rnnviz.subjects import Subject
from rnnviz.subjects.learning import train
from rnnviz.sweeps import Goal, Job, Outcome, as_subject, steps

EVERY = 5  # updates between two looks at the bar
LIVE = Goal(accuracy=study.SOLVED)


class Live(NamedTuple):
    """A network that was trained while the visitor waited. ``shares``: of right answers at each of ``study.asked``."""

    job: Job
    outcome: Outcome
    shares: tuple[float, ...]


def measured(delay: int) -> dict[str, np.ndarray]:
    """The share of right answers of the shipped networks that were trained at a delay, (seed, ``study.asked``), by
    kind. Computed once for all visitors, from the networks themselves."""
    bar = Bar()
    found = wait_for(*_measuring(delay), bar, _("Asking the networks"))
    bar.end()
    return found


def prepare(delay: int) -> None:
    """See to it that ``measured`` is known, without a visitor who waits for it."""
    finish(*_measuring(delay))


def _measuring(delay: int) -> tuple[Hashable, ...]:
    return ("asked at delays", delay), lambda: _measure(delay)


def _measure(delay: int) -> Work[dict[str, np.ndarray]]:
    found: dict[str, np.ndarray] = {}
    for kind in study.KINDS:
        rows = []
        for seed in study.SEEDS:
            network = study.shipped(kind, delay, seed).network()
            rows.append([study.right(network, asked) for asked in study.asked(delay)])
            yield (len(found) + len(rows) / len(study.SEEDS)) / len(study.KINDS)
        found[kind] = np.array(rows)
    return found


def trained(delay: int, kinds: Sequence[str], seed: int, rate: float, clip: str) -> dict[str, Live]:
    """One network of each kind, trained now: with a progress bar, in turn with all other work that takes long, and
    given up as soon as the visitor chooses anything else. ``rate``: 0 for that of the shipped ones."""
    found, bar = {}, Bar()
    for k, kind in enumerate(kinds):
        changes = {"seed": seed, "clip": clip} | ({"learning_rate": rate} if rate else {})
        key = ("trained at a delay", kind, delay, tuple(changes.items()))
        text = _("Training {network}, {k} of {count}").format(network=called(kind), k=k + 1, count=len(kinds))
        part = (k / len(kinds), (k + 1) / len(kinds))
        found[kind] = wait_for(key, lambda kind=kind, changes=changes: _train(kind, delay, changes), bar, text, part)
    bar.end()
    return found


def _train(kind: str, delay: int, changes: dict[str, object]) -> Work[Live]:
    subject = study.fresh(kind, delay, changes["seed"])
    run = train(subject, study.recipe(kind, **changes), task=study.learnt(delay), per_decade=0)
    job = Job.of(kind, run, LIVE, 0)
    outcome = yield from _shares_of(job, 0.9)
    network = run.network
    network.load_state_dict(outcome.weights)
    return Live(job, outcome, tuple(study.right(network, asked) for asked in study.asked(delay)))


def _shares_of(job: Job, most: float = 1.0) -> Generator[float, None, Outcome]:
    """Do a job, and tell what share of its budget is used, now and then."""
    work = steps(job)
    try:
        while True:
            made = next(work)
            if made % EVERY == 0:
                yield most * made / max(1, job.recipe.updates)
    except StopIteration as end:
        return end.value


def experiment(name: str, seeds: int) -> list[Outcome]:
    """All runs of a published experiment, row by row, trained now as ``trained`` does."""
    asked, bar = EXPERIMENTS[name]()._replace(seeds=seeds), Bar()
    jobs, outcomes = asked.jobs(), []
    for k, job in enumerate(jobs):
        text = _("Training {network}, {k} of {count}").format(network=job.name, k=k + 1, count=len(jobs))
        part = (k / len(jobs), (k + 1) / len(jobs))
        key = ("published", name, job.key)
        outcomes.append(wait_for(key, lambda job=job: _shares_of(job), bar, text, part))
    bar.end()
    return outcomes


def opened(live: Live) -> Subject:
    """A network that was trained now, kept for this visitor."""
    return as_subject(live.job, live.outcome, visits.owner())


def called(kind: str) -> str:
    """What a kind is called in the visitor's language."""
    built = study.KINDS[kind]
    if built.bias is not None:
        return _("LSTM (bias {bias})").format(bias=f"{built.bias:g}")
    names = {"orthogonal": _("orthogonal RNN"), "chrono": _("LSTM (chrono start)"), "gru": _("GRU (usual start)")}
    return names.get(kind, built.cell)
