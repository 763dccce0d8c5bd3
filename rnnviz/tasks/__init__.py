"""Sequences with a right answer: what a network can learn here. A new task is one more row of TASKS."""

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.delayed_recall import DelayedRecall
from rnnviz.tasks.echo_future import EchoFuture
from rnnviz.tasks.intents import Intents
from rnnviz.tasks.neighbour_xor import NeighbourXor
from rnnviz.tasks.slots import Slots
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, tokenize

TASKS: dict[str, type[Task]] = {
    "intents": Intents,
    "recall": DelayedRecall,
    "echo_future": EchoFuture,
    "neighbour_xor": NeighbourXor,
    "slots": Slots,
}

__all__ = [
    "TASKS",
    "UNASKED",
    "UNKNOWN",
    "Batch",
    "DelayedRecall",
    "EchoFuture",
    "Intents",
    "NeighbourXor",
    "Slots",
    "Task",
    "Vocabulary",
    "tokenize",
]
