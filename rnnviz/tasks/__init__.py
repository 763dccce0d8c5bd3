"""Sequences with a right answer: what a network can learn here. A new task is one more row of TASKS."""

from rnnviz.tasks.base import Batch, Task
from rnnviz.tasks.delayed_recall import DelayedRecall
from rnnviz.tasks.intents import Intents
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, tokenize

TASKS: dict[str, type[Task]] = {"intents": Intents, "recall": DelayedRecall}

__all__ = ["TASKS", "UNKNOWN", "Batch", "DelayedRecall", "Intents", "Task", "Vocabulary", "tokenize"]
