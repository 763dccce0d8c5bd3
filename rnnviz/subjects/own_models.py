"""What can be seen of somebody's own model, and of its way through training where ``rnnviz.watch`` kept that."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.inside import READABLE
from rnnviz.network import Network
from rnnviz.plain_modules import as_plain
from rnnviz.refusals import Note
from rnnviz.sharing import from_torch
from rnnviz.subjects.given import keep_log as keep_seen
from rnnviz.subjects.given import keep_snapshots
from rnnviz.surroundings import taken_out
from rnnviz.tasks import Task
from rnnviz.torch_modules import as_network
from rnnviz.training import Recipe, Snapshot
from rnnviz.training.scoring import loss_and_accuracy
from rnnviz.watching import Log


def itself(
    model: nn.Module, x: Tensor | None, at: str | None
) -> tuple[nn.Module, Tensor | None, str, tuple[Note, ...]]:
    """What of a model can be read, what it reads, its name in a bigger model, and what is to be said of it."""
    model, notes = as_plain(model)
    if not isinstance(model, READABLE):
        if x is None:
            raise ValueError("give an x that the model takes, so that what comes into the module inside is known")
        name, network, x, notes = taken_out(model, x, at)
        return network, x, f"{name} · {type(model).__name__}", notes
    if at is not None:
        raise ValueError(f"at= names a module inside of a bigger model; this {type(model).__name__} is shown itself")
    return from_torch(model) if isinstance(model, nn.RNNCellBase) else model, x, "", notes


def keep_log(log: Log, x: Tensor | None, at: str | None, task: Task | None = None) -> tuple[str, Tensor | None]:
    """Keep a watched loop as a run: its snapshots, or where it kept none the model as it is now, and what was seen of
    its steps. Returns its digest, and what its network reads, (T, B) or (T, B, I).

    ``x``, ``at``: as ``itself`` takes them. ``task``: what the model learns; then its snapshots are scored on what the
    task holds out, and an example of it serves where no ``x`` is given. What stands around the recurrent module is told
    by the last snapshot; one in which that cannot be told, as with a head of zeros, is left out.

    ValueError for a log without a record or without the model, and for a model that does not answer as the task asks.
    """
    if not log:
        raise ValueError("this log has no record to open: no step was looked at")
    if log.model is None:
        raise ValueError("a log from a file does not know its model; set log.model to one of the same make")
    if x is None and task is not None:
        x = _example_for(log.model, task)
    shots = {record.step: record.weights for record in log if record.weights is not None}
    shots = shots or {log.updates: copy.deepcopy(log.model.state_dict())}
    title, networks = "", {}
    for step, weights in sorted(shots.items(), reverse=True):
        model = copy.deepcopy(log.model).eval()
        model.load_state_dict(weights)
        own, own_x, title, _notes = itself(model, x, at)
        network = as_network(own)
        if not networks:
            read, last = None if own_x is None else accept(own, own_x)[1], network
            if task is not None:
                _refuse_unless_it_answers(network, task)
        if network.structure == last.structure:
            networks[step] = network.eval()
    clipped = {step: sum(record.clipped for record in log if record.step < step) for step in networks}
    snapshots = [_snapshot(step, network, clipped[step], task) for step, network in sorted(networks.items())]
    run = keep_snapshots(copy.deepcopy(last).eval(), task, Recipe(), snapshots, title=title)
    keep_seen(run, log.of_module(title.partition(" · ")[0]))
    return run, read


def _example_for(model: nn.Module, task: Task) -> Tensor:
    """A sequence of the task, in the order of axes in which the model takes it."""
    x = task.example(torch.Generator().manual_seed(0)).x
    return x.transpose(0, 1) if any(getattr(part, "batch_first", False) for part in model.modules()) else x


def _refuse_unless_it_answers(network: Network, task: Task) -> None:
    reads = network.input_size if network.embedding is None else network.embedding.num_embeddings
    gives = 0 if network.readout is None else network.readout.out_features
    if (reads, gives, network.read_at) != (task.input_size, task.output_size, task.readout):
        raise ValueError(
            f"the task {task.name!r} has {task.input_size} inputs and asks for {task.output_size} outputs at "
            f"{task.readout} step; this model has {reads} inputs and {gives} outputs at {network.read_at} step. "
            "Open it without task=, or with its own"
        )


def _snapshot(step: int, network: Network, clipped: int, task: Task | None) -> Snapshot:
    """Without a task only its own loop knows how well the network did."""
    loss, right = (math.nan, math.nan) if task is None else loss_and_accuracy(network, task, task.held_out())
    weights = {name: value.detach().clone() for name, value in network.state_dict().items()}
    none = torch.empty(0, dtype=torch.uint8)
    return Snapshot(step, loss, right, clipped, (), weights, {}, none, Recipe())
