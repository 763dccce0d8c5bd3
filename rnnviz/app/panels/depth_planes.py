"""Why depth helps: the bits of new sequences as points, in the lowest layer and where the answer is read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.app.i18n import _
from rnnviz.app.panels import layer_grid
from rnnviz.app.panels.answers_per_step import label_colors, network_of, task_of
from rnnviz.app.panels.by_depth import PROBED_AT_ONCE, PROBES
from rnnviz.app.panels.network_views import label_names
from rnnviz.app.stage.board import Board
from rnnviz.compute import computed
from rnnviz.linear_readout import LinearReadout, fit
from rnnviz.network import Network
from rnnviz.straight_line import Line, best_line
from rnnviz.subjects import Subject
from rnnviz.subjects.models import Model, load
from rnnviz.tasks import NeighbourXor

SEQUENCES = 12  # that are drawn, of those that no network was trained on
ALMOST = 0.95  # of the points: a line that is right about so many all but parts them


class Planes(NamedTuple):
    """``neighbours``: reads the left and the right neighbour in the lowest layer, (units) -> (2); ``left``: the left
    one in the highest. ``points``: (N, 2) in both planes; ``line``: the best in the lowest; ``parted``: of how many
    points one is right in the highest; ``before``, ``after``: the neighbours' bits, (N,)."""

    neighbours: LinearReadout
    left: LinearReadout
    points: tuple[np.ndarray, np.ndarray]
    line: Line
    parted: int
    before: np.ndarray
    after: np.ndarray


@computed
@torch.no_grad()
def planes(model: Model) -> Planes | None:
    """None for a network with states that are not finite."""
    network, learnt, seed = load(model).network, load(model).task, load(model).provenance.seed
    draw = torch.Generator().manual_seed(seed + 1)
    drawn = torch.cat([learnt.batch(PROBED_AT_ONCE, draw).x for _k in range(PROBES)], 1)
    bits, states = _neighbours(drawn), _states(network, drawn)
    neighbours, left = fit(states[0], bits), fit(states[-1], bits[:, :1])
    shown = learnt.held_out()[0].x[:, :SEQUENCES]
    states, score = _states(network, shown), _score(network(shown))[1:-1].reshape(-1, 1)
    points = (neighbours.read(states[0]).numpy(), torch.cat([left.read(states[-1]), score], 1).numpy())
    if not all(np.isfinite(each).all() for each in points):
        return None
    before, after = _neighbours(shown).bool().numpy().T
    own = int(((points[1][:, 1] > 0) == (before != after)).sum())  # the line where the network's answer changes
    parted = own if own == len(before) else best_line(points[1], before != after).right
    return Planes(neighbours, left, points, best_line(points[0], before != after), parted, before, after)


def panels(subject: Subject, board: Board, **place: object) -> list[dict]:
    """Both planes, with the point of each step of the subject's own sequence; none where the task is another."""
    shown = planes(subject.model) if task_of(subject) == NeighbourXor.name else None
    if shown is None:
        return []
    names, own = label_names(subject), _own(subject, shown)
    for name, points, steps in zip(("lowest_layer", "highest_layer"), shown.points, own, strict=True):
        board.array(f"plane:{name}", steps)
        board.array(f"points:{name}", points)
    drawn = [_lowest(subject, shown, own[0]), _answer(subject, shown, own[1])]
    title = _("Can one straight line separate “{one}” from “{other}”?").format(one=names[0], other=names[1])
    caption = _("{count} bits of {sequences} new sequences, each where a linear readout of the state puts it.")
    panel = {
        "kind": "planes",
        "planes": drawn,
        "pairs": (2 * shown.before + shown.after).tolist(),
        "labels": names,
        "colors": label_colors(subject),
        "signs": layer_grid.SIGNS,
        "strings": {"bit": _("bit {step}"), "pair": _("0 ≠ 1: left and right bit")},
        "title": title,
        "caption": caption.format(count=len(shown.before), sequences=SEQUENCES),
        "alternative": " ".join([title, *(f"{plane['title']}: {plane['verdict']}." for plane in drawn)]),
        **place,
    }
    return [panel]


def _lowest(subject: Subject, shown: Planes, own: np.ndarray) -> dict:
    """Both neighbours as the lowest layer tells them, and the line that parts alike from differ best."""
    line = shown.line
    title = _("Layer 1 of the {network}")
    return {
        "name": "lowest_layer",
        "title": title.format(network=network_of(subject.network().num_layers)),
        "verdict": _best(shown),
        "axes": [_("left bit"), _("right bit")],
        "ticks": [[0, 1], [0, 1]],
        "ranges": [_around(each) for each in np.concatenate([shown.points[0], own]).T],
        "line": [*line.normal.tolist(), line.offset],
    }


def _answer(subject: Subject, shown: Planes, own: np.ndarray) -> dict:
    """The score that the network answers by, over the left neighbour, and the line where the answer changes."""
    depth, names, count = subject.network().num_layers, label_names(subject), len(shown.before)
    right = int(((shown.points[1][:, 1] > 0) == (shown.before != shown.after)).sum())
    most = float(np.abs(np.concatenate([shown.points[1], own])[:, 1]).max())
    title = _("Layer {number} of the {network}") if depth > 1 else _("Answer of the {network}")
    unit = 10.0 ** np.floor(np.log10(max(most, 1e-9)))
    tick = float(unit * (most // unit))
    return {
        "name": "highest_layer",
        "title": title.format(number=depth, network=network_of(depth)),
        "verdict": _verdict(shown.parted, right, count),
        "axes": [_("left bit"), _("network's score of “{label}”").format(label=names[1])],
        "ticks": [[0, 1], [-tick, 0, tick]],
        "ranges": [_around(np.append(shown.points[1][:, 0], own[:, 0])), [-1.25 * most, 1.25 * most]],
        "line": [0.0, 1.0, 0.0],
    }


def _around(values: np.ndarray) -> list[float]:
    """A range that holds 0, 1 and all values with room at the ends."""
    finite = values[np.isfinite(values)]
    return [float(min(-0.35, finite.min(initial=0.0) - 0.1)), float(max(1.35, finite.max(initial=1.0) + 0.1))]


def _best(shown: Planes) -> str:
    """Whether a line parts the points of the lowest layer. One that leaves a single corner on the wrong side is told
    without its count: no network answers by it, for even shares fit all four corners better."""
    differ, above = shown.before != shown.after, shown.points[0] @ shown.line.normal > shown.line.offset
    corners = [(shown.before == a) & (shown.after == b) for a in (False, True) for b in (False, True)]
    wrong = [float((above != differ)[corner].mean()) for corner in corners if corner.any()]
    if sorted(share > 0.5 for share in wrong) == [False, False, False, True]:
        return _("No: the best line misses a corner")
    return _verdict(shown.line.right, shown.line.right, len(shown.before))


def _verdict(parted: int, right: int, count: int) -> str:
    """Whether a line parts the points, and what the one that is drawn gets wrong."""
    if right == count:
        told = _("Yes: all {count} right")
    elif parted == count:
        told = _("Yes; its own answers get {wrong} of {count} wrong")
    else:
        told = _("Almost: {wrong} of {count} wrong") if parted > ALMOST * count else _("No: {wrong} of {count} wrong")
    return told.format(wrong=count - right, count=count)


def _states(network: Network, x: Tensor) -> list[Tensor]:
    """Every layer's states between two neighbours, (N, units) each."""
    return [states[1:-1].flatten(0, 1).double() for _below, states in network.run(network.embed(x))]


def _neighbours(x: Tensor) -> Tensor:
    """The bits before and after each, (T, B) -> (N, 2); the first bit is word 1 of the vocabulary."""
    return torch.stack([x[:-2], x[2:]], -1).flatten(0, 1).double() - 1


def _score(logits: Tensor) -> Tensor:
    """How far the score of the second answer is above that of the first."""
    return (logits[..., 1] - logits[..., 0]).double()


@torch.no_grad()
def _own(subject: Subject, shown: Planes) -> tuple[np.ndarray, np.ndarray]:
    """Where the steps of the subject's own sequence stand in both planes, (T, 2) each."""
    network, x = subject.network(), subject.input()
    states = [states[:, 0].double() for _below, states in network.run(network.embed(x))]
    score = _score(network(x)[:, 0])[:, None]
    return shown.neighbours.read(states[0]).numpy(), torch.cat([shown.left.read(states[-1]), score], 1).numpy()
