"""How long sequences take, alone and in batches: measured on this machine, while it is asked.

Each figure is the processor time of one thread, which does not count while others have the processor, and the median of
several runs of the same network. They still hang on the machine, so nothing that has to come out the same may be made
of them.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.batching import Padded, read_at_ends, run_packed
from rnnviz.network import Network

SIZES = (1, 2, 4, 8, 16, 32, 64)
LEAST, MOST = 5, 40  # runs of which the median is taken
ENOUGH = 0.025  # seconds after which no further run is begun, once there are as many as ``LEAST``
SLOW = 0.5  # seconds of one run after which no larger batch is tried


class Times(NamedTuple):
    """Milliseconds per sequence. ``by_size``: by name, one for each of ``sizes``, NaN where it would take too long;
    ``ways``: of one batch of sequences of different length, "single", "padded" and "packed"; ``weights``: by name, how
    many numbers are learnt; ``steps``: how long the sequences of ``by_size`` are."""

    sizes: tuple[int, ...]
    by_size: dict[str, list[float]]
    ways: dict[str, float]
    weights: dict[str, int]
    steps: int


def measure(
    networks: Mapping[str, Network], batch: Padded, *, learning: bool, sizes: Sequence[int] = SIZES
) -> Generator[float, None, Times]:
    """Measure ``networks`` bit by bit: yields the share that is done, returns the Times.

    The first network reads ``batch`` in three ways. All read batches of ``sizes``, of sequences that are as long as the
    longest of ``batch`` and repeat it. ``learning``: with the gradient of all weights behind it, as in training;
    without, the answers alone.
    """
    longest = batch.x[:, max(range(len(batch.lengths)), key=batch.lengths.__getitem__)][:, None]
    total, done = len(networks) * len(sizes) + 3, 0
    by_size: dict[str, list[float]] = {}
    copies = {name: copy.deepcopy(network) for name, network in networks.items()}  # whose .grad is filled
    for name, network in copies.items():
        by_size[name], slow = [], False
        for size in sizes:
            x = longest.expand(-1, size, *longest.shape[2:]).contiguous()
            taken = float("nan") if slow else median(_run(network, lambda n=network, x=x: n(x), learning))
            slow = slow or taken > SLOW
            by_size[name].append(1e3 * taken / size)
            done += 1
            yield done / total
    network, count = next(iter(copies.values())), len(batch.lengths)
    singles = [batch.x[:length, b : b + 1] for b, length in enumerate(batch.lengths)]
    ways: dict[str, Callable[[], object]] = {
        "single": lambda: [_run(network, lambda x=x: network(x), learning)() for x in singles],
        "padded": _run(network, lambda: network(batch.x), learning),
        "packed": _run(network, lambda: read_at_ends(network, run_packed(network, batch), batch.lengths), learning),
    }
    found = {}
    for way, run in ways.items():
        found[way] = 1e3 * median(run) / count
        done += 1
        yield done / total
    return Times(tuple(sizes), by_size, found, {name: weights(n) for name, n in networks.items()}, len(batch.x))


def _run(network: Network, forward: Callable[[], Tensor], learning: bool) -> Callable[[], object]:
    def read() -> object:
        with torch.no_grad():
            return forward()

    def learn() -> object:
        with torch.inference_mode(False), torch.enable_grad():
            network.zero_grad(set_to_none=True)
            forward().square().mean().backward()

    return learn if learning else read


def median(run: Callable[[], object]) -> float:
    """Seconds of processor time that ``run`` takes, the median; a first call is not counted."""
    run()
    taken: list[float] = []
    while len(taken) < LEAST or (sum(taken) < ENOUGH and len(taken) < MOST):
        start = time.thread_time()
        run()
        taken.append(time.thread_time() - start)
        if taken[-1] > SLOW:
            break
    return statistics.median(taken)


def weights(network: Network) -> int:
    """How many numbers of the network are learnt."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
