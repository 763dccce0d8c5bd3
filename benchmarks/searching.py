"""What it costs to search a corpus: to read it once, to answer, and how much memory a million steps take.

Run: python -m benchmarks.searching
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks.report import table, verdict
from rnnviz.network import Network
from rnnviz.searching import Index, search

UNITS, WORDS = 64, [f"w{k}" for k in range(500)]
SENTENCES, MANY, LENGTH = 3_000, 100_000, 10  # the second: a million steps
INDEX, ANSWER, MEGABYTES = 10.0, 0.1, 500


def sentences(count: int) -> Iterator[str]:
    draw = np.random.default_rng(0)
    for _ in range(count):
        yield " ".join(WORDS[k] for k in draw.integers(len(WORDS), size=LENGTH + int(draw.integers(-3, 4))))


def built(count: int) -> Index:
    draw = torch.Generator().manual_seed(0)
    network = Network("LSTM", 16, UNITS, vocabulary_size=len(WORDS), generator=draw)
    return search(network, sentences(count), vocabulary=WORDS)


def seconds(ask: Callable[[], object], rounds: int = 7) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def measured(count: int) -> list[float]:
    """Seconds to index, and to answer each of the questions, the first pattern of a threshold apart; megabytes."""
    start = time.perf_counter()
    index = built(count)
    indexed = time.perf_counter() - start
    pattern = index.pattern(0, 1, 3, threshold=0.05)
    first = seconds(lambda: index.like(pattern), rounds=1)
    asked = [lambda: index.top(5), lambda: index.words_of(5), lambda: index.like(pattern)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [indexed, *map(seconds, asked), first, peak, index.steps]


def alone(count: int) -> list[float]:
    """The same in a process of its own, whose peak is its own."""
    code = (
        f"import torch; torch.set_num_threads(1); from benchmarks.searching import measured; print(*measured({count}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [float(value) for value in done.stdout.split()]


def main() -> None:
    rows = {count: alone(count) for count in (SENTENCES, MANY)}
    lines = [
        (f"{count:,}", f"{steps:,.0f}", f"{index:.1f}", *(f"{each * 1e3:.1f}" for each in asked), f"{peak:.0f}")
        for count, (index, *asked, peak, steps) in rows.items()
    ]
    print(f"An LSTM of {UNITS} units, one thread; answers in milliseconds\n")
    print(table(("sentences", "steps", "index s", "top", "words", "alike", "first alike", "MB"), lines))
    index, *asked, _first, _peak, _steps = rows[SENTENCES]
    print(verdict(f"{SENTENCES:,} sentences indexed within {INDEX:g} s", f"{index:.1f} s", index <= INDEX))
    print(verdict(f"each answer within {ANSWER * 1e3:g} ms", f"{max(asked) * 1e3:.1f} ms", max(asked) <= ANSWER))
    peak = rows[MANY][5]
    print(verdict(f"a million steps within {MEGABYTES} MB, torch included", f"{peak:.0f} MB", peak <= MEGABYTES))


if __name__ == "__main__":
    main()
