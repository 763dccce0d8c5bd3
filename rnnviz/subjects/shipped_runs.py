"""The runs of training that are shipped, by name: how some of the shipped networks came to be what they are."""

from __future__ import annotations

from rnnviz.compute import once
from rnnviz.subjects.sizes import task
from rnnviz.training.run_files import RUNS, Run, load


@once
def names() -> tuple[str, ...]:
    """Each is also the name of the shipped network that its last snapshot is."""
    return tuple(sorted(path.stem for path in RUNS.glob("*.json")))


@once
def run(name: str) -> Run:
    """Read once per process; it must not be changed."""
    return load(RUNS / name, task)


def updates(name: str) -> tuple[int, ...]:
    """At which updates a shipped run can be seen."""
    return tuple(run(name).snapshots)
