"""One sequence of a cell that is linear in its state, in three orders of the same work: loop, doubling and pieces.

``rnnviz.cells.scanning`` runs all three; here each round of theirs is laid open, and the time they take is measured.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.batching_times import median
from rnnviz.cells import scanning
from rnnviz.studies import lost_and_won
from rnnviz.subjects import Subject

KINDS = {"rg-lru": "RG-LRU", "min-gru": "minGRU"}  # of one real number per unit
WAYS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "loop": scanning.loop,
    "doubling": scanning.doubling,
    "chunks": scanning.chunks,
}
SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)  # steps of the sequences that are timed


class Pairs(NamedTuple):
    """After a round: of each place t the pair (a, b) for the steps ``first[t]`` to t, h_t = a h + b of the h before.

    ``kept`` a and ``written`` b: (T, H). ``left``: (T,), with the pair of which place it was put together in this
    round, -1 where it was not. Where ``first`` is 0, b is the state h_t.
    """

    kept: np.ndarray
    written: np.ndarray
    first: np.ndarray
    left: np.ndarray


class Times(NamedTuple):
    """``seconds``: by way, one for each of ``sizes``. ``apart``: the largest difference of any state from the loop's,
    relative to the largest state, by way."""

    sizes: tuple[int, ...]
    seconds: dict[str, list[float]]
    apart: dict[str, float]


def subject_of(kind: str) -> Subject:
    """The trained network of a kind in KINDS, that counts bits, and an example to read."""
    return lost_and_won.shipped(kind, "counting", 0)


@torch.no_grad()
def leaves(subject: Subject, steps: int) -> tuple[Tensor, Tensor]:
    """What each of the first steps keeps of the state and writes to it, (T, H) both, in float64."""
    network = copy.deepcopy(subject.network()).double()
    cell = network.layers[0][0]
    kept, written = cell.scanned(network.embed(subject.input()[:steps]))[cell.state[0]]
    return kept[:, 0], written[:, 0]


def plan(way: str, length: int) -> list[list[tuple[int, int]]]:
    """Round by round, which places are put together with which before them: (t, left) each."""
    if way == "loop":
        return [[(t, t - 1)] for t in range(1, length)]
    if way == "doubling":
        reaches = [2**k for k in range((length - 1).bit_length())]
        return [[(t, t - reach) for t in range(reach, length)] for reach in reaches]
    size = scanning.chunk_size(length)
    whole = length // size * size
    within = [[(begin + k, begin + k - 1) for begin in range(0, whole, size)] for k in range(1, size)]
    across = [[(begin + k, begin - 1) for k in range(size)] for begin in range(size, whole, size)]
    return within + across + [[(t, t - 1)] for t in range(whole, length)]


def rounds(way: str, kept: Tensor, written: Tensor) -> list[Pairs]:
    """What is known after no round, one, two, ...; from a state of zero."""
    a, b = kept.numpy().copy(), written.numpy().copy()
    first = np.arange(len(a))
    known = [Pairs(a, b, first, np.full(len(a), -1))]
    for joins in plan(way, len(a)):
        a, b, first, left = a.copy(), b.copy(), first.copy(), np.full(len(a), -1)
        before = known[-1]
        for t, other in joins:
            a[t] = before.kept[t] * before.kept[other]
            b[t] = before.kept[t] * before.written[other] + before.written[t]
            first[t], left[t] = before.first[other], other
        known.append(Pairs(a, b, first, left))
    return known


def measure(subject: Subject, sizes: Sequence[int]) -> Generator[float, None, Times]:
    """Time all ways on the network's own numbers, its sequence over and over until it is long enough: yields the share
    that is done, returns the Times."""
    with torch.no_grad():
        network = subject.network()
        cell = network.layers[0][0]
        own = cell.scanned(network.embed(subject.input()))[cell.state[0]]
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    apart = dict.fromkeys(WAYS, 0.0)
    done, total = 0, len(sizes) * len(WAYS)
    for size in sizes:
        kept, written = (part.repeat(-(-size // len(part)), 1, 1)[:size].contiguous() for part in own)
        start = torch.zeros_like(written[0])
        with torch.no_grad():
            by_loop = scanning.loop(kept, written, start)
        for way, run in WAYS.items():
            states: list[Tensor] = []
            seconds[way].append(median(functools.partial(_run, run, kept, written, start, states)))
            apart[way] = max(apart[way], float((states[0] - by_loop).abs().max() / by_loop.abs().max()))
            done += 1
            yield done / total
    return Times(tuple(sizes), seconds, apart)


@torch.no_grad()
def _run(way: Callable, kept: Tensor, written: Tensor, start: Tensor, states: list[Tensor]) -> None:
    states[:] = [way(kept, written, start)]
