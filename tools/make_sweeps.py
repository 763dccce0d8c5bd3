"""The sweeps that the project ships by their last weights: assets/sweeps, called by ``tools.make_models``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import rnnviz
from rnnviz.studies import how_far_back as study
from rnnviz.sweeps import Outcome, Processes
from rnnviz.training import last_weights

NAMES = {f"recall-{delay}": delay for delay in study.DELAYS}


def make(name: str, workers: int, folder: Path = last_weights.SWEEPS, resume: Path | None = None) -> Iterator[Outcome]:
    """Train the networks of one file and write it; gives each outcome as it comes."""
    delay = NAMES[name]
    subjects = {kind: [study.fresh(kind, delay, seed) for seed in study.SEEDS] for kind in study.KINDS}
    recipes = {kind: study.recipe(kind) for kind in study.KINDS}
    with Processes(workers) as processes:
        sweep = rnnviz.sweep(subjects, recipes, processes, task=study.learnt(delay), goal=study.GOAL, resume=resume)
        yield from sweep
    runs = {}
    for job, outcome in zip(sweep.jobs, sweep.outcomes, strict=True):
        if outcome.error:
            raise RuntimeError(f"{outcome.name}, seed {outcome.seed}: {outcome.error}")
        last = last_weights.Last(job.structure, job.recipe, outcome.snapshots[-1], outcome.solved_at)
        runs[study.name_of(outcome.name, delay, outcome.seed)] = last
    last_weights.save(runs, study.learnt(delay), {"delay": delay}, folder / name)


def chosen(beginnings: Sequence[str]) -> list[str]:
    """The files whose names begin so; without any, all."""
    return [name for name in NAMES if name.startswith(tuple(beginnings) or "")]


def make_all(names: Sequence[str], workers: int, assets: Path) -> None:
    """Make these files, and say what comes out."""
    for name in names:
        for outcome in make(name, workers, assets / last_weights.SWEEPS.name):
            print(f"\r{name} {outcome.name:<20} seed {outcome.seed}   new sequences {outcome.accuracy:.1%}")
