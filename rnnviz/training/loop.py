"""The run itself: one loop for every task, which reports each update and can be left at any of them."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import NamedTuple

from torch import Tensor

from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.tasks import Batch, Task
from rnnviz.training import explosions
from rnnviz.training.explosions import Explosion
from rnnviz.training.outputs import outputs
from rnnviz.training.recipe import Recipe
from rnnviz.training.snapshots import Snapshot, snapshot_updates, take

PER_DECADE = 8


class Progress(NamedTuple):
    """One update: its number from 1, the task's loss on the batch, the norm of all gradients before they were clipped,
    whether they were, and the learning rate. Of an update that exploded, the first number that is not finite."""

    update: int
    loss: float
    gradient_norm: float
    clipped: bool
    learning_rate: float


class Training(Iterator[Progress]):
    """Trains ``network`` in place, one update per iteration; stop iterating to stop training.

    ``start``: a snapshot of a run of the same network, task and optimizer, to go on from it: with the same recipe to
    the very same weights. ``per_decade``: how many snapshots are taken from each power of ten of updates to the next;
    0 for none. ``snapshots`` grows as the run goes on, from the one before the first update; ``take()`` adds another
    one. ``explosion`` says where a loss or gradient was not finite; the run then ends, with the weights before it.

    Raises Refused for a ``start`` that does not fit.
    """

    def __init__(
        self,
        network: Network | EncoderDecoder,
        task: Task,
        recipe: Recipe | None = None,
        *,
        start: Snapshot | None = None,
        per_decade: int = PER_DECADE,
    ) -> None:
        self.network, self.task, self.recipe = network, task, recipe or Recipe()
        self.updates, self.clipped = 0, 0
        self.explosion: Explosion | None = None
        self.snapshots: list[Snapshot] = []
        self._dtype = next(network.parameters()).dtype
        self._weights = [weight for weight in network.parameters() if weight.requires_grad]
        self._optimizer = self.recipe.optimizer_of(self._weights)
        self._generator = self.recipe.generator()
        self._due = set(snapshot_updates(self.recipe.updates, per_decade))
        self._held_out = [self._of_own_precision(batch) for batch in task.sample()] if per_decade else []
        if start is not None:
            self._go_on_from(start)

    def __next__(self) -> Progress:
        if self.updates in self._due and not self.snapshots:
            self.take()
        if self.explosion is not None or self.updates >= self.recipe.updates:
            raise StopIteration
        progress = self._update()
        if self.updates in self._due and self.explosion is None:
            self.take()
        return progress

    def take(self) -> Snapshot:
        """The network as it is now, also among ``snapshots``."""
        if self.snapshots and self.snapshots[-1].update == self.updates:
            return self.snapshots[-1]
        snapshot = take(
            self.network,
            self.task,
            self._held_out or [self._of_own_precision(batch) for batch in self.task.sample()],
            update=self.updates,
            clipped=self.clipped,
            optimizer=self._optimizer,
            generator=self._generator,
            recipe=self.recipe,
        )
        self.snapshots.append(snapshot)
        return snapshot

    def network_at(self, snapshot: Snapshot) -> Network | EncoderDecoder:
        """A network of its own with the weights of a snapshot, in eval mode."""
        network = copy.deepcopy(self.network)
        network.load_state_dict(snapshot.weights)
        network.zero_grad()
        return network.eval()

    def _update(self) -> Progress:
        update, rate = self.updates + 1, self.recipe.rate(self.updates)
        batch = self._of_own_precision(self.task.batch(self.recipe.batch, self._generator))
        output = outputs(self.network, batch.x, self.recipe, self._generator, batch.y)
        loss: Tensor = self.task.loss(output, batch.y)
        value = loss.item()
        if not math.isfinite(value):
            self.explosion = explosions.of_loss(self.network, batch, output, update)
            return Progress(update, value, math.nan, False, rate)
        self._optimizer.zero_grad()
        loss.backward()
        norm, clipped = self.recipe.clipped(self._weights)
        if not math.isfinite(norm):
            self.explosion = explosions.of_gradient(self.network, self.task, batch, update)
            return Progress(update, value, norm, False, rate)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        self.updates, self.clipped = update, self.clipped + clipped
        return Progress(update, value, norm, clipped, rate)

    def _go_on_from(self, start: Snapshot) -> None:
        shapes = {name: value.shape for name, value in self.network.state_dict().items()}
        if shapes != {name: value.shape for name, value in start.weights.items()}:
            raise Refused("This snapshot is of another network. Choose one of a network with the same parts.")
        if not len(start.generator):
            raise Refused(
                "This snapshot comes from a file, without what its optimizer kept: it can be looked at, not gone on "
                "with. Train the network from its start."
            )
        if start.recipe.optimizer != self.recipe.optimizer:
            raise Refused(
                "This snapshot was trained with {before}, which keeps other numbers than {now}. Go on with {before}.",
                before=start.recipe.optimizer,
                now=self.recipe.optimizer,
            )
        self.network.load_state_dict(start.weights)
        kept = self._optimizer.state_dict() | {"state": copy.deepcopy(start.optimizer)}
        self._optimizer.load_state_dict(kept)
        self._generator.set_state(start.generator)
        self.updates, self.clipped = start.update, start.clipped
        self.snapshots.append(start)

    def _of_own_precision(self, batch: Batch) -> Batch:
        return Batch(*(value.to(self._dtype) if value.is_floating_point() else value for value in batch))
