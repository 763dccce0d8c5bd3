"""How well a network does: its share of right answers, and its loss, on sequences that it was not trained on."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.tasks import UNASKED, Batch, Task

# What was held out is: templates by which the training wordings were widened, or sequences drawn from the same rule.
DEVELOPMENT, NEW = "development templates", "new sequences"
NEAR = 0.5  # where the answer is a number, one that is nearer to it than this is right


@torch.no_grad()
def accuracy(network: Network | EncoderDecoder, batches: list[Batch]) -> float:
    """The share of right answers over all sequences (and steps, for a readout at every step) that are asked for one.

    Each number of a task of numbers is an answer of its own, right if it is nearer than ``NEAR``.
    """
    right = sum(int(_right(network(x), y).sum()) for x, y in batches)
    return right / asked(batches)


@torch.no_grad()
def exact_match(network: EncoderDecoder, batches: list[Batch]) -> float:
    """The share of sequences of which every symbol of the answer is right, written without any help."""
    right = sum(int(_right(network(x), y).all(0).sum()) for x, y in batches)
    return right / sum(y.shape[1] for _, y in batches)


def _right(output: Tensor, y: Tensor) -> Tensor:
    return (output - y).abs() < NEAR if y.is_floating_point() else output.argmax(-1) == y


@torch.no_grad()
def mean_loss(network: Network | EncoderDecoder, task: Task, batches: list[Batch]) -> float:
    """The task's own loss, a mean over all batches alike: mean squared error for a task of numbers."""
    return sum(task.loss(network(x), y).item() for x, y in batches) / len(batches)


@torch.no_grad()
def loss_and_accuracy(network: Network | EncoderDecoder, task: Task, batches: list[Batch]) -> tuple[float, float]:
    """``mean_loss`` and ``accuracy``, of one run of the network; where a sequence is asked for, ``exact_match``."""
    losses, right, whole = 0.0, 0, task.readout == "sequence"
    for x, y in batches:
        output = network(x)
        losses += task.loss(output, y).item()
        each = _right(output, y)
        right += int((each.all(0) if whole else each).sum())
    return losses / len(batches), right / _answers(task, batches)


def asked(batches: list[Batch]) -> int:
    """How many answers are asked for; in a task of numbers NaN stands for one that is not."""
    return sum(int((~y.isnan() if y.is_floating_point() else y != UNASKED).sum()) for _, y in batches)


def measure(network: Network | EncoderDecoder, task: Task) -> dict[str, object]:
    """The fields of a Card that say how well ``network`` does on what it was never trained on.

    ``test_accuracy`` is None where the task has no part to test on. Where a sequence is asked for, the whole of it is
    one answer.
    """
    share = exact_match if task.readout == "sequence" else accuracy
    held_out, test, baseline = task.held_out(), task.test(), task.baseline()
    losses: dict[str, object] = {}
    if baseline is not None:
        losses = {"held_out_loss": round(mean_loss(network, task, held_out), 4), "baseline_loss": round(baseline, 4)}
    return {
        "held_out_is": DEVELOPMENT if task.develops else NEW,
        "held_out_answers": _answers(task, held_out),
        "held_out_accuracy": round(share(network, held_out), 4),
        "subsets": _parts(network, task, task.subsets()),
        "test_answers": _answers(task, test),
        "test_accuracy": round(share(network, test), 4) if test else None,
        "test_subsets": _parts(network, task, task.test_subsets()),
        "text": task.source,
        **losses,
    }


def _answers(task: Task, batches: list[Batch]) -> int:
    return sum(y.shape[1] for _, y in batches) if task.readout == "sequence" else asked(batches)


def _parts(network: Network | EncoderDecoder, task: Task, parts: dict[str, list[Batch]]) -> dict[str, dict[str, float]]:
    share = exact_match if task.readout == "sequence" else accuracy
    return {
        name: {"count": _answers(task, part), "accuracy": round(share(network, part), 4)}
        for name, part in parts.items()
    }
