"""The sweeps that the project ships by their last weights: assets/sweeps, trained by ``tools.make_models``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rnnviz.network import Network
from rnnviz.studies import how_far_back, lost_and_won
from rnnviz.subjects.learning import train
from rnnviz.sweeps import Job, Outcome, Sweep
from rnnviz.sweeps.job import one_thread
from rnnviz.tasks import Task
from rnnviz.training import Snapshot, last_weights
from rnnviz.training.scoring import loss_and_accuracy


class File(NamedTuple):
    """The runs of one file by their names, all of one task. ``half``: whether weights are rounded to half precision,
    and measured again."""

    jobs: Mapping[str, Job]
    task: Task
    options: Mapping[str, int]
    half: bool = False


def _recall(delay: int) -> File:
    study, jobs = how_far_back, {}
    learnt = study.learnt(delay)
    for kind in study.KINDS:
        for seed in study.SEEDS:
            training = train(study.fresh(kind, delay, seed), study.recipe(kind), task=learnt, per_decade=0)
            jobs[study.name_of(kind, delay, seed)] = Job.of(kind, training, study.GOAL, 0)
    return File(jobs, learnt, {"delay": delay})


def _trial(trial: str) -> File:
    study = lost_and_won
    jobs = {
        study.name_of(kind, trial, seed): study.job(kind, trial, seed) for kind in study.KINDS for seed in study.SEEDS
    }
    return File(jobs, study.learnt(trial), study.TRIALS[trial].options, half=True)


NAMES: dict[str, Callable[[], File]] = {
    **{f"recall-{delay}": lambda delay=delay: _recall(delay) for delay in how_far_back.DELAYS},
    **{built.task: lambda trial=trial: _trial(trial) for trial, built in lost_and_won.TRIALS.items()},
}


def sweep(name: str, executor: Executor) -> tuple[File, Sweep]:
    """A file, and the training of its networks, which has begun."""
    file = NAMES[name]()
    return file, Sweep(list(file.jobs.values()), executor)


def write(file: File, outcomes: Sequence[Outcome], path: Path) -> None:
    """``outcomes``: in the order of the file's jobs."""
    runs = {}
    for (name, job), outcome in zip(file.jobs.items(), outcomes, strict=True):
        if outcome.error:
            raise RuntimeError(f"{name}: {outcome.error}")
        last = outcome.snapshots[-1]
        with one_thread():
            kept = halved(job.network(), file.task, last) if file.half else last
        runs[name] = last_weights.Last(job.structure, job.recipe, kept, outcome.solved_at)
    last_weights.save(runs, file.task, file.options, path)


def halved(network: Network, learnt: Task, snapshot: Snapshot) -> Snapshot:
    """Its weights in half precision, as they are shipped, and what such a network does."""
    weights = {k: v.half() if v.is_floating_point() else v for k, v in snapshot.weights.items()}
    network.load_state_dict(weights)
    loss, accuracy = loss_and_accuracy(network.eval(), learnt, learnt.held_out())
    return replace(snapshot, weights=weights, loss=loss, accuracy=accuracy)
