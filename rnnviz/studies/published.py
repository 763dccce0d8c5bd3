"""Published patterns as experiments that anybody can run again: what is trained, on what budget, when it is solved.

A budget is in updates, never in seconds: a slow machine would else call a network unable to learn. What comes out is
what is shown, whatever the paper says; its authors had other sizes, optimizers and budgets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from rnnviz.compute import once
from rnnviz.shipped_files import shipped_path
from rnnviz.studies import how_far_back
from rnnviz.subjects import Subject, Untrained
from rnnviz.subjects.learning import train
from rnnviz.subjects.models import load
from rnnviz.subjects.sequences import usual
from rnnviz.sweeps import Goal, Job, Outcome
from rnnviz.tasks import TASKS, Task
from rnnviz.training import Recipe

PUBLISHED = shipped_path("assets/published")  # what came out once


class Experiment(NamedTuple):
    """``rows``: by a short name the network, as the arguments of Untrained, and what its recipe has that ``recipe`` has
    not. ``task``: its name and how it is made. ``seeds``: how many each row is trained from: 0, 1, ... ``learn`` and
    ``fail``: the rows that the sources say do."""

    source: str
    task: tuple[str, Mapping[str, int]]
    rows: Mapping[str, tuple[Mapping[str, object], Mapping[str, object]]]
    recipe: Recipe
    goal: Goal
    seeds: int = 3
    learn: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()

    def learnt(self) -> Task:
        name, options = self.task
        return TASKS[name](**options)

    def subject(self, row: str, seed: int = 0) -> Subject:
        """The network of a row before training."""
        structure = dict(self.rows[row][0])
        fields = {name: structure.pop(name) for name in ("cell", "size", "layers", "directions") if name in structure}
        model = Untrained(task=self.task[0], seed=seed, **fields).with_options(**structure)
        return Subject(model, usual(load(model)))

    def recipe_of(self, row: str) -> Recipe:
        return Recipe(**vars(self.recipe) | dict(self.rows[row][1]))

    def otherwise(self, outcomes: Sequence[Outcome]) -> list[str]:
        """The rows whose runs came out otherwise than the sources say: one of those that learn did not solve it, or one
        of those that fail did."""
        solved = {(run.name, bool(run.solved)) for run in outcomes}
        unlike = {(row, False) for row in self.learn} | {(row, True) for row in self.fail}
        return [row for row in self.rows if {(row, False), (row, True)} & solved & unlike]

    def jobs(self) -> list[Job]:
        """All its runs, row by row."""
        learnt = self.learnt()
        return [
            Job.of(row, train(self.subject(row, seed), self.recipe_of(row), task=learnt, per_decade=0), self.goal, 0)
            for row in self.rows
            for seed in range(self.seeds)
        ]


def _recall(delay: int) -> Experiment:
    rows: dict[str, tuple[dict[str, object], dict[str, object]]] = {
        f"LSTM, forget bias {bias}": ({"cell": "LSTM", "size": "32", "forget_bias": float(bias)}, {})
        for bias in (0, 1, 2, 3, 5)
    }
    rows["LSTM, chrono start"] = ({"cell": "LSTM", "size": "32", "memory_span": delay}, {})
    goal = Goal(accuracy=how_far_back.SOLVED)
    recipe = Recipe(how_far_back.UPDATES, how_far_back.BATCH)
    source = "Gers, Schmidhuber, Cummins 2000; Jozefowicz et al. 2015; Tallec, Ollivier 2018"
    return Experiment(source, ("recall", {"delay": delay}), rows, recipe, goal, 5, learn=("LSTM, chrono start",))


def _adding() -> Experiment:
    rows = {
        "LSTM": ({"cell": "LSTM"}, {}),
        "GRU": ({"cell": "GRU"}, {}),
        "RNN, relu from the identity": (
            {"cell": "RNN", "nonlinearity": "relu", "recurrent": "identity"},
            {"learning_rate": 1e-3},
        ),
        "RNN, tanh": ({"cell": "RNN"}, {"learning_rate": 1e-3}),
    }
    rows = {name: ({"size": "32", **network}, change) for name, (network, change) in rows.items()}
    source = "Hochreiter, Schmidhuber 1997, experiment 4; Le, Jaitly, Hinton 2015"
    *learn, fails = rows
    recipe = Recipe(2000, 64)
    return Experiment(source, ("adding", {}), rows, recipe, Goal(loss=0.01), learn=tuple(learn), fail=(fails,))


def _order(length: int) -> Experiment:
    rows = {
        "LSTM, forget bias 1": ({"cell": "LSTM", "size": "32", "forget_bias": 1.0}, {}),
        "GRU": ({"cell": "GRU", "size": "32"}, {}),
        "RNN": ({"cell": "RNN", "size": "32"}, {"learning_rate": 3e-3}),
    }
    source = "Hochreiter, Schmidhuber 1997, experiment 6a; Pascanu, Mikolov, Bengio 2013"
    *gated, simple = rows
    out = {"learn": tuple(gated), "fail": (simple,) if length >= 50 else ()}
    task = ("temporal_order", {"length": length})
    return Experiment(source, task, rows, Recipe(1500, 32), Goal(accuracy=0.95), **out)


def _clipping() -> Experiment:
    network = {"cell": "RNN", "size": "50", "spectral_radius": 1.2}
    rows = {
        f"learning rate {rate}, {'clipped at 1' if clip == 'norm' else 'not clipped'}": (
            network,
            {"learning_rate": rate, "clip": clip},
        )
        for rate in (0.1, 0.5)
        for clip in ("none", "norm")
    }
    source = "Pascanu, Mikolov, Bengio 2013"
    task, recipe = ("temporal_order", {"length": 20}), Recipe(2000, 32, "sgd")
    goal = Goal(accuracy=0.95)
    return Experiment(source, task, rows, recipe, goal, learn=_ending(rows, "clipped at 1"))


def _reber() -> Experiment:
    rows = {cell: ({"cell": cell, "size": "16"}, {}) for cell in ("LSTM", "LSTM 1997")}
    source = "Gers, Schmidhuber, Cummins 2000"
    recipe = Recipe(2000, 16, learning_rate=5e-3, truncate=40)
    goal = Goal(accuracy=0.98, part="critical", every=100)
    task = ("continual_reber", {"length": 300})
    return Experiment(source, task, rows, recipe, goal, learn=("LSTM",), fail=("LSTM 1997",))


def _echo() -> Experiment:
    rows = {
        f"{cell}, {ways}": ({"cell": cell, "size": "16", "directions": directions}, {})
        for cell in ("RNN", "GRU", "LSTM")
        for directions, ways in (("one", "one way"), ("two", "both ways"))
    }
    source = "Schuster, Paliwal 1997"
    out = {"learn": _ending(rows, "both ways"), "fail": _ending(rows, "one way")}
    task = ("echo_future", {"distance": 3})
    return Experiment(source, task, rows, Recipe(600, 32), Goal(accuracy=0.98), **out)


def _xor() -> Experiment:
    rows = {
        f"{cell}, {layers} {'layer' if layers == 1 else 'layers'}, {ways}": (
            {"cell": cell, "size": "16", "layers": layers, "directions": directions},
            {},
        )
        for cell in ("RNN", "GRU", "LSTM")
        for layers, directions, ways in ((2, "one", "one way"), (1, "two", "both ways"), (2, "two", "both ways"))
    }
    source = "Graves, Mohamed, Hinton 2013, whose networks are deep and read both ways"
    learn = _ending(rows, "2 layers, both ways")
    out = {"learn": learn, "fail": tuple(row for row in rows if row not in learn)}
    return Experiment(source, ("neighbour_xor", {}), rows, Recipe(600, 64), Goal(accuracy=0.95), **out)


def _ending(rows: Iterable[str], end: str) -> tuple[str, ...]:
    return tuple(row for row in rows if row.endswith(end))


EXPERIMENTS: dict[str, Callable[[], Experiment]] = {
    "recall-20": lambda: _recall(20),
    "recall-50": lambda: _recall(50),
    "adding": _adding,
    "order-20": lambda: _order(20),
    "order-50": lambda: _order(50),
    "clipping": _clipping,
    "reber": _reber,
    "echo": _echo,
    "xor": _xor,
}


@once
def came_out(name: str) -> list[Outcome]:
    """All runs of an experiment as they came out once (``tools.measure_published``), without their weights; none where
    it was not measured."""
    path = PUBLISHED / f"{name}.json"
    runs = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return [Outcome(**run | {"key": "", "explosion": None}) for run in runs]
