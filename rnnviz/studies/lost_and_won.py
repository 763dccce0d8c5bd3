"""What linear recurrences lost and what matrix states won: every cell trained to count and to look up, on one budget.

Counting is parity, which a state that is only ever scaled by positive numbers cannot hold (Merrill, Petty, Sabharwal
2024, arXiv:2404.08819), and one with eigenvalues below zero can (Grazzi and others 2024, arXiv:2411.12537; Sarrof,
Veitsman, Hahn 2024, arXiv:2405.17394). Looking up is recall of pairs. Nothing was tuned to a cell: not the step size,
not the budget, not how its weights start.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

import torch

from rnnviz.cells import CELLS
from rnnviz.compute import once
from rnnviz.network import Network
from rnnviz.subjects import Subject, Trained, shipped_runs
from rnnviz.subjects.models import load
from rnnviz.subjects.sequences import usual
from rnnviz.subjects.sizes import task
from rnnviz.sweeps import Job
from rnnviz.tasks import UNASKED, Batch, Task
from rnnviz.training import Recipe, Training

Nature = Literal["nonlinear", "scaled", "turned", "matrix", "erased", "reflected"]


class Kind(NamedTuple):
    """A cell as it is trained here. ``year``: of the paper that gives its equations; ``options``: of the cell.

    ``nature``: what a step does to the old state. A non-linear function of it; or each number is scaled by 0 to 1, or
    turned by an angle that no input moves; or a matrix is scaled as a whole, or along one direction, by 0 to 1
    (erased) or by -1 to 1 (reflected).
    """

    cell: str
    year: int
    nature: Nature
    options: Mapping[str, object] = {}


class Trial(NamedTuple):
    """A task of the study. ``options``: how it is made for training; ``state``: of so many numbers every network's is,
    or of the next more that its cell allows; ``asked``: lengths or numbers of pairs; ``option``: of the task, which
    these are."""

    task: str
    options: Mapping[str, int]
    state: int
    asked: tuple[int, ...]
    option: str


# In the order of history.
KINDS = {
    "rnn": Kind("RNN", 1990, "nonlinear"),
    "lstm": Kind("LSTM", 2000, "nonlinear"),
    "gru": Kind("GRU", 2014, "nonlinear"),
    "linear": Kind("linear attention", 2020, "matrix"),
    "delta": Kind("DeltaNet", 2021, "erased"),
    "lru": Kind("LRU", 2023, "turned"),
    "ssm": Kind("selective SSM", 2023, "scaled"),
    "rg-lru": Kind("RG-LRU", 2024, "scaled"),
    "slstm": Kind("sLSTM", 2024, "nonlinear"),
    "mlstm": Kind("mLSTM", 2024, "matrix"),
    "min-gru": Kind("minGRU", 2024, "scaled"),
    "delta-2": Kind("DeltaNet", 2024, "reflected", {"negative_eigenvalues": True}),
    "gated-delta": Kind("gated DeltaNet", 2024, "erased"),
}
TRIALS = {
    "counting": Trial("parity", {"length": 40, "shortest": 1}, 64, (40, 256), "length"),
    "recall": Trial("pairs", {"pairs": 16, "fewest": 4}, 256, (4, 8, 16), "pairs"),
}
MATRICES: tuple[Nature, ...] = ("matrix", "erased", "reflected")
SEEDS, EMBEDDING = range(3), 32
RECIPE = Recipe(1500, 32, learning_rate=3e-3)
SOLVED, QUESTIONS = 0.9, 128  # a share of right answers, and to how many sequences


def learnt(trial: str) -> Task:
    """The task as it is trained on, one for all who ask."""
    return task(TRIALS[trial].task, **TRIALS[trial].options)


def state_size(cell: str, units: int, options: Mapping[str, object]) -> int:
    """How many real numbers go from one step to the next."""
    made = CELLS[cell](1, units, generator=torch.Generator(), **options)
    return sum(math.prod(made.shape(name)) * (2 if made.quantities[name].complex else 1) for name in made.state)


@once
def units(kind: str, trial: str) -> int:
    """The fewest units whose state is of the size of the trial."""
    wanted, cell, options = TRIALS[trial].state, KINDS[kind].cell, KINDS[kind].options
    return bisect.bisect_left(range(1, wanted), wanted, key=lambda count: state_size(cell, count, options)) + 1


def fresh(kind: str, trial: str, seed: int) -> Network:
    """A network before training."""
    learns, cell, options = learnt(trial), KINDS[kind].cell, KINDS[kind].options
    return Network(
        cell,
        EMBEDDING,
        units(kind, trial),
        vocabulary_size=learns.input_size,
        output_size=learns.output_size,
        readout=learns.readout,
        generator=torch.Generator().manual_seed(seed),
        **options,
    )


def job(kind: str, trial: str, seed: int) -> Job:
    """Its training, not begun."""
    recipe = Recipe(**vars(RECIPE) | {"seed": seed})
    return Job.of(kind, Training(fresh(kind, trial, seed), learnt(trial), recipe, per_decade=0), None, 0)


def name_of(kind: str, trial: str, seed: int) -> str:
    """Of a shipped run."""
    return f"{TRIALS[trial].task}-{kind}-seed{seed}"


def seeds(kind: str, trial: str) -> tuple[int, ...]:
    """From which seeds a kind is shipped; none where it was not trained."""
    return tuple(seed for seed in SEEDS if shipped_runs.has(name_of(kind, trial, seed)))


def shipped(kind: str, trial: str, seed: int) -> Subject:
    """A network after its training, reading an example of its task."""
    name = name_of(kind, trial, seed)
    model = Trained(name, shipped_runs.updates(name)[-1])
    return Subject(model, usual(load(model)))


@once
def questions(trial: str, asked: int) -> Batch:
    """What every network is asked at a length or number of pairs: always the same, and never trained on. One answer
    for each sequence, at its end."""
    built = TRIALS[trial]
    ((x, y),) = task(built.task, **{built.option: asked}).held_out()
    return Batch(x[:, :QUESTIONS], (y if y.dim() == 1 else y[-1])[:QUESTIONS])


def chance(trial: str, asked: int) -> float:
    """How often one is right who knows the task and nothing of the order: of bits, odd or even; of pairs, which numbers
    came."""
    return 0.5 if trial == "counting" else 1 / asked


@torch.no_grad()
def right(network: Network, trial: str, asked: int) -> float:
    """The share of right answers at the last step."""
    x, y = questions(trial, asked)
    scores = network(x)
    return float(((scores if scores.dim() == 2 else scores[-1]).argmax(-1) == y)[y != UNASKED].double().mean())
