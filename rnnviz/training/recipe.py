"""What a run of training is asked for: numbers and names alone, so that a recipe is a key and can be written down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from rnnviz.refusals import Refused, refuse_outside, refuse_unknown

MOST_UPDATES, MOST_BATCH, MOST_SEED = 1_000_000, 4_096, 2**31
MOST_DROPOUT = 0.95
LARGEST = 1e12  # a learning rate that is far too large is allowed: what comes of it is worth seeing
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "momentum": lambda weights, **options: torch.optim.SGD(weights, momentum=0.9, **options),
    "sgd": torch.optim.SGD,
}
KEPT = {"adam": 2, "rmsprop": 1, "momentum": 1, "sgd": 0}  # numbers that an optimizer keeps for each weight
# What the learning rate is multiplied by when a share of all updates is done.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda share: 1.0,
    "linear": lambda share: 1 - share,
    "cosine": lambda share: 0.5 * (1 + math.cos(math.pi * share)),
    "step": lambda share: 1.0 if share < 0.5 else 0.1 if share < 0.75 else 0.01,
}
CLIPS = ("norm", "value", "none")


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. The budget is in updates, never in seconds: a slow machine gives the same weights.

    ``batch``: sequences per update. ``optimizer``: a name in OPTIMIZERS, "momentum" being SGD's with 0.9, the others as
    torch has them; ``weight_decay``: with "adam" as AdamW does it, else added to the gradient. ``schedule``: a name in
    SCHEDULES: the learning rate stays, falls in a line or along half a cosine to zero, or falls to a tenth after half
    of the updates and to a hundredth after three quarters. ``clip``: all gradients together are shortened to the norm
    ``limit`` (Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063), or each number is cut to -limit ... limit, or neither.

    ``truncate``: a gradient goes back through so many time steps, counted from the end, as in
    ``rnnviz.gradients.through_time``, of an encoder-decoder as if it were one network that reads and then writes; all
    if None. ``dropout``: the share of states that is set to zero on the way up,
    between layers and before the readout, never on the way from step to step (Zaremba, Sutskever, Vinyals 2014,
    arXiv:1409.2329). ``teacher_forcing``: how often an encoder-decoder reads while it is trained what it should have
    written, and not what it wrote (scheduled sampling; Bengio and others 2015, arXiv:1506.03099). ``seed``: what
    batches, dropout and that hang on; None for that of the subject, 0 without one.

    Raises Refused for what is not allowed.
    """

    updates: int = 500
    batch: int = 32
    optimizer: str = "adam"
    learning_rate: float = 1e-2
    schedule: str = "constant"
    weight_decay: float = 0.0
    clip: str = "norm"
    limit: float = 1.0
    truncate: int | None = None
    dropout: float = 0.0
    teacher_forcing: float = 1.0
    seed: int | None = None

    def __post_init__(self) -> None:
        refuse_outside("updates", self.updates, 0, MOST_UPDATES)
        refuse_outside("batch", self.batch, 1, MOST_BATCH)
        refuse_unknown("optimizer", self.optimizer, OPTIMIZERS)
        refuse_outside("learning_rate", self.learning_rate, 0.0, LARGEST)
        refuse_unknown("schedule", self.schedule, SCHEDULES)
        refuse_outside("weight_decay", self.weight_decay, 0.0, LARGEST)
        refuse_unknown("clip", self.clip, CLIPS)
        refuse_outside("limit", self.limit, 0.0, LARGEST)
        if not self.limit > 0:
            raise Refused("The limit of a gradient must be above 0. To leave gradients as they are, do not clip.")
        if self.truncate is not None:
            refuse_outside("truncate", self.truncate, 1, MOST_UPDATES)
        refuse_outside("dropout", self.dropout, 0.0, MOST_DROPOUT)
        refuse_outside("teacher_forcing", self.teacher_forcing, 0.0, 1.0)
        if self.seed is not None:
            refuse_outside("seed", self.seed, 0, MOST_SEED)

    def rate(self, done: int) -> float:
        """The learning rate of the update after so many ``done`` ones."""
        return self.learning_rate * SCHEDULES[self.schedule](done / max(1, self.updates))

    def optimizer_of(self, weights: Iterable[Tensor]) -> torch.optim.Optimizer:
        return OPTIMIZERS[self.optimizer](weights, lr=self.learning_rate, weight_decay=self.weight_decay)

    def generator(self) -> torch.Generator:
        """Batches come from a stream of their own: their order does not hang on how many weights were drawn."""
        return torch.Generator().manual_seed((self.seed or 0) + 1)

    def clipped(self, weights: list[Tensor]) -> tuple[float, bool]:
        """Clip the gradients of ``weights`` in place; the norm of all of them before, and whether any was changed."""
        if self.clip == "norm":
            norm = torch.nn.utils.clip_grad_norm_(weights, self.limit).item()
            return norm, norm > self.limit
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        norm = torch.nn.utils.get_total_norm(gradients).item()
        # No single number is larger than the norm of all.
        cut = self.clip == "value" and norm > self.limit and any(bool((g.abs() > self.limit).any()) for g in gradients)
        if cut:
            torch.nn.utils.clip_grad_value_(weights, self.limit)
        return norm, cut
