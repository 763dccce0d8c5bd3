"""The runs of training that are shipped, by name: how some of the shipped networks came to be what they are."""

from __future__ import annotations

from pathlib import Path

from rnnviz.compute import once
from rnnviz.subjects.sizes import task
from rnnviz.training import last_weights
from rnnviz.training.run_files import RUNS, Run, load


@once
def names() -> tuple[str, ...]:
    """Each is also the name of a shipped network of the same recipe: its last snapshot, or for "intents" one that was
    trained on another processor, where sums round otherwise."""
    return tuple(sorted(path.stem for path in RUNS.glob("*.json")))


@once
def swept() -> dict[str, Path]:
    """The file in which the last weights of each run of a shipped sweep are, by the run's name."""
    return {name: path for path in sorted(last_weights.SWEEPS.glob("*.json")) for name in last_weights.rows(path)}


def has(name: str) -> bool:
    """Whether a run of this name is shipped, with all its snapshots or with its last one."""
    return name in names() or name in swept()


@once
def run(name: str) -> Run:
    """Read once per process; it must not be changed."""
    return load(RUNS / name, task) if name in names() else last_weights.load(swept()[name], name, task)


def updates(name: str) -> tuple[int, ...]:
    """At which updates a shipped run can be seen."""
    return tuple(run(name).snapshots)
