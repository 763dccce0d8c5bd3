"""When a task counts as solved."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.network import Network
from rnnviz.refusals import Refused, refuse_outside, refuse_unknown
from rnnviz.tasks import Batch, Task
from rnnviz.training import accuracy, mean_loss
from rnnviz.training.recipe import MOST_UPDATES


@dataclass(frozen=True)
class Goal:
    """At least this ``accuracy``, or at most this ``loss``, on what is held out, or on one ``part`` of it, by its name
    in ``Task.subsets``. It is measured after ``every`` so many updates and after the last one. ``ends``: a run that
    reaches it is done; else it goes on to the end of its budget.

    Raises Refused unless it is one of the two, and for numbers that cannot be.
    """

    accuracy: float | None = None
    loss: float | None = None
    part: str = ""
    every: int = 25
    ends: bool = True

    def __post_init__(self) -> None:
        if (self.accuracy is None) == (self.loss is None):
            raise Refused("A goal is an accuracy or a loss: give one of them.")
        if self.accuracy is not None:
            refuse_outside("accuracy", self.accuracy, 0.0, 1.0)
        else:
            refuse_outside("loss", self.loss, 0.0, 1e12)
        refuse_outside("every", self.every, 1, MOST_UPDATES)

    def asks(self, task: Task) -> list[Batch]:
        """What it is measured on. Raises Refused for a part that the task does not have."""
        if not self.part:
            return task.held_out()
        parts = task.subsets()
        refuse_unknown("part", self.part, parts)
        return parts[self.part]

    def score(self, network: Network, task: Task, batches: list[Batch]) -> float:
        """The accuracy or the loss."""
        return accuracy(network, batches) if self.loss is None else mean_loss(network, task, batches)

    def is_met(self, score: float) -> bool:
        """Never by a number that is not finite."""
        return score >= self.accuracy if self.loss is None else score <= self.loss
