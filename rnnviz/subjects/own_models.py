"""What can be seen of somebody's own model, and of its way through training where ``rnnviz.watch`` kept that."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.inside import READABLE
from rnnviz.plain_modules import as_plain
from rnnviz.refusals import Note
from rnnviz.sharing import from_torch
from rnnviz.subjects.given import keep_snapshots
from rnnviz.surroundings import taken_out
from rnnviz.torch_modules import as_network
from rnnviz.training import Recipe, Snapshot
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


def keep_log(log: Log, x: Tensor | None, at: str | None) -> tuple[str, Tensor | None]:
    """Keep the snapshots of a watched loop as a run; its digest, and what its network reads, (T, B) or (T, B, I).

    ``x``, ``at``: as ``itself`` takes them. What stands around the recurrent module is told by the
    last snapshot; one in which that cannot be told, as with a head of zeros, is left out.

    ValueError for a log without snapshots, or without the model.
    """
    shots = [record for record in log if record.weights is not None]
    if not shots:
        raise ValueError("this log has no snapshots to open; watch with snapshots=True")
    if log.model is None:
        raise ValueError("a log from a file does not know its model; set log.model to one of the same make")
    title, networks = "", {}
    for record in reversed(shots):
        model = copy.deepcopy(log.model).eval()
        model.load_state_dict(record.weights)
        own, own_x, title, _notes = itself(model, x, at)
        network = as_network(own)
        if not networks:
            read, last = None if own_x is None else accept(own, own_x)[1], network
        if network.structure == last.structure:
            networks[record.step] = network
    clipped = {record.step: sum(other.clipped for other in log if other.step < record.step) for record in shots}
    snapshots = [_snapshot(step, network, clipped[step]) for step, network in sorted(networks.items())]
    return keep_snapshots(copy.deepcopy(last).eval(), None, Recipe(), snapshots, title=title), read


def _snapshot(step: int, network: nn.Module, clipped: int) -> Snapshot:
    """How well the network did only its own loop knows."""
    weights = {name: value.detach().clone() for name, value in network.state_dict().items()}
    none = torch.empty(0, dtype=torch.uint8)
    return Snapshot(step, math.nan, math.nan, clipped, (), weights, {}, none, Recipe())
