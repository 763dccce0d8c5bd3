"""One run of a sweep as a value that can go anywhere: what it begins with, and what is done with it."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from rnnviz.network import Network
from rnnviz.sweeps.goal import Goal
from rnnviz.sweeps.outcome import Outcome
from rnnviz.tasks import Batch, Task
from rnnviz.training import Recipe, Training


@dataclass(frozen=True, eq=False)
class Job:
    """``weights``: those that the network begins with, as safetensors, so that they are the same wherever it runs.
    ``structure``: the arguments that rebuild the network. ``recipe``: with its seed. ``per_decade``: of snapshots."""

    name: str
    structure: dict[str, Any]
    weights: bytes
    task: Task
    recipe: Recipe
    goal: Goal | None = None
    per_decade: int = 0

    @classmethod
    def of(cls, name: str, training: Training, goal: Goal | None, per_decade: int) -> Job:
        """A run that was not begun."""
        weights = {key: value.detach().contiguous() for key, value in training.network.state_dict().items()}
        packed = safetensors.torch.save(weights)
        return cls(name, training.network.structure, packed, training.task, training.recipe, goal, per_decade)

    @property
    def seed(self) -> int:
        return self.recipe.seed or 0

    @property
    def key(self) -> str:
        """A digest of all that decides how it comes out; its name does not."""
        options = sorted((name, _told(value)) for name, value in self.task.options().items())
        told = (
            sorted(self.structure.items()),
            self.task.name,
            options,
            asdict(self.recipe),
            self.goal,
            self.per_decade,
        )
        return hashlib.sha256(repr(told).encode() + self.weights).hexdigest()[:16]

    def network(self) -> Network:
        """The one that it begins with."""
        weights = safetensors.torch.load(self.weights)
        network = Network(**self.structure, generator=torch.Generator().manual_seed(0))
        network.to(next(value.dtype for value in weights.values() if value.is_floating_point()))
        network.load_state_dict(weights)
        return network.eval()

    def training(self) -> Training:
        return Training(self.network(), self.task, self.recipe, per_decade=self.per_decade)


def steps(job: Job) -> Generator[int, None, Outcome]:
    """Do it, and tell how many updates are made after each of them; returns the outcome."""
    training, goal = job.training(), job.goal
    begun = time.perf_counter()  # not of loading what torch loads for its first optimizer
    dtype = next(training.network.parameters()).dtype
    asked = [] if goal is None else [_of_precision(batch, dtype) for batch in goal.asks(job.task)]
    solved_at, score = None, None
    for progress in training:
        if goal is not None and solved_at is None and progress.update % goal.every == 0 and not training.explosion:
            score = goal.score(training.network, job.task, asked)
            if goal.is_met(score):
                solved_at = progress.update
                if goal.ends:
                    break
        yield training.updates
    last = training.take()
    if goal is not None and (solved_at is None or not goal.ends):
        score = goal.score(training.network, job.task, asked)
        solved_at = last.update if solved_at is None and goal.is_met(score) else solved_at
    return Outcome(
        job.name,
        job.seed,
        job.key,
        last.update,
        time.perf_counter() - begun,
        last.loss,
        last.accuracy,
        score,
        None if goal is None else goal.is_met(score),
        solved_at,
        training.explosion,
        snapshots=tuple(training.snapshots),
    )


def run(job: Job) -> Outcome:
    """Do it in one go; an exception is the outcome's error."""
    work = steps(job)
    try:
        with one_thread():
            while True:
                next(work)
    except StopIteration as end:
        return end.value
    except Exception as error:
        return Outcome.failed(job.name, job.seed, job.key, error)


def run_packed(job: bytes) -> bytes:
    """The same from and to bytes: what carries values between processes would else put each tensor into a file of its
    own."""
    return pickle.dumps(run(pickle.loads(job)))


@contextmanager
def one_thread():
    """The order of sums, and so the last digit, must not hang on how many cores a machine has."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _of_precision(batch: Batch, dtype: torch.dtype) -> Batch:
    return Batch(*(value.to(dtype) if value.is_floating_point() else value for value in batch))


def _told(value: object) -> str:
    """A value in full: ``repr`` leaves the middle of a long array out."""
    if isinstance(value, Tensor | np.ndarray):
        numbers = np.ascontiguousarray(value)
        return f"{numbers.dtype}{numbers.shape}{hashlib.sha256(numbers.tobytes()).hexdigest()}"
    return repr(value)
