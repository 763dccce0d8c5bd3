"""Training: one loop for every task, which reports after each update and can be left at any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.network import Network
from rnnviz.tasks import UNASKED, Batch, Task

# What was held out is: templates by which the training wordings were widened, or sequences drawn from the same rule.
DEVELOPMENT, NEW = "development templates", "new sequences"
NEAR = 0.5  # where the answer is a number, one that is nearer to it than this is right


class Progress(NamedTuple):
    """One update: its number from 1, the task's loss on the batch, the gradient's norm before clipping."""

    update: int
    loss: float
    gradient_norm: float


def train(
    network: Network,
    task: Task,
    updates: int,
    *,
    generator: torch.Generator,
    batch: int = 64,
    learning_rate: float = 1e-2,
    clip: float = 1.0,
    weight_decay: float = 0.0,
) -> Iterator[Progress]:
    """Train ``network`` in place with AdamW, one update per iteration; stop iterating to stop training.

    The budget is in updates, never in seconds, so that a slow machine gives the same network. The learning rate falls
    linearly to zero over the budget; the gradient's norm is clipped at ``clip`` (Pascanu et al. 2013).
    """
    optimizer = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: 1 - done / max(1, updates))
    for update in range(1, updates + 1):
        x, y = task.batch(batch, generator)
        loss = task.loss(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), clip)
        optimizer.step()
        schedule.step()
        yield Progress(update, loss.item(), norm.item())


@torch.no_grad()
def accuracy(network: Network, batches: list[Batch]) -> float:
    """The share of right answers over all sequences (and steps, for a readout at every step) that are asked for one.

    Each number of a task of numbers is an answer of its own, right if it is nearer than ``NEAR``.
    """
    right = sum(int(_right(network(x), y).sum()) for x, y in batches)
    return right / asked(batches)


def _right(output: Tensor, y: Tensor) -> Tensor:
    return (output - y).abs() < NEAR if y.is_floating_point() else output.argmax(-1) == y


@torch.no_grad()
def mean_loss(network: Network, task: Task, batches: list[Batch]) -> float:
    """The task's own loss, a mean over all batches alike: mean squared error for a task of numbers."""
    return sum(task.loss(network(x), y).item() for x, y in batches) / len(batches)


def asked(batches: list[Batch]) -> int:
    """How many answers are asked for; in a task of numbers NaN stands for one that is not."""
    return sum(int((~y.isnan() if y.is_floating_point() else y != UNASKED).sum()) for _, y in batches)


def measure(network: Network, task: Task) -> dict[str, object]:
    """The fields of a Card that say how well ``network`` does on what it was never trained on.

    ``test_accuracy`` is None where the task has no part to test on.
    """
    held_out, test = task.held_out(), task.test()
    return {
        "held_out_is": DEVELOPMENT if task.develops else NEW,
        "held_out_answers": asked(held_out),
        "held_out_accuracy": round(accuracy(network, held_out), 4),
        "subsets": _parts(network, task.subsets()),
        "test_answers": asked(test),
        "test_accuracy": round(accuracy(network, test), 4) if test else None,
        "test_subsets": _parts(network, task.test_subsets()),
    }


def _parts(network: Network, parts: dict[str, list[Batch]]) -> dict[str, dict[str, float]]:
    return {name: {"count": asked(part), "accuracy": round(accuracy(network, part), 4)} for name, part in parts.items()}
