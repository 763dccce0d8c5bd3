"""What it costs to see every gate: `record` against the fused forward it is built on, and against a loop over cells.

Run: python -m benchmarks.record
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.report import table, verdict
from rnnviz import Network, record

MODULES = {"LSTM": nn.LSTM, "GRU": nn.GRU, "RNN": nn.RNN}
STEPS, UNITS, BATCHES = (50, 200, 1000), (64, 256), (1, 8)
INPUT_SIZE = 32
BUDGET = 0.5  # seconds of measuring per row
LEAST, MOST = 7, 301  # rounds

# The ratio to the fused forward that may not be exceeded, at T 200 and H 64.
TARGETS = {"LSTM": 3.0, "GRU": 2.0, "RNN": 2.0}
PROMISED = {(200, 64, 1), (200, 64, 8)}
# Cells that are linear in their state, each against its own loop, at T 1000 and H 64.
SCANNED, LEAST_GAIN = ("minGRU", "selective SSM"), 3.0


class Row(NamedTuple):
    kind: str
    steps: int
    units: int
    batch: int
    fused: float  # seconds
    record: float  # times the fused forward
    loop: float | None  # likewise a loop over nn.LSTMCell that keeps h and c
    loop_with_gates: float | None


def loop(cell: nn.LSTMCell, x: Tensor) -> dict[str, Tensor]:
    """nn.LSTMCell step by step, which returns (h, c) and no gate."""
    h = c = x.new_zeros(x.shape[1], cell.hidden_size)
    kept = {"h": [], "c": []}
    for x_t in x:
        h, c = cell(x_t, (h, c))
        kept["h"].append(h)
        kept["c"].append(c)
    return {name: torch.stack(values) for name, values in kept.items()}


def loop_with_gates(cell: nn.LSTMCell, x: Tensor) -> dict[str, Tensor]:
    """What one writes to see the gates of nn.LSTMCell as well: it hides them, so they are computed once more."""
    h = c = x.new_zeros(x.shape[1], cell.hidden_size)
    kept: dict[str, list[Tensor]] = {name: [] for name in "ifgoch"}
    for x_t in x:
        gates = F.linear(x_t, cell.weight_ih, cell.bias_ih) + F.linear(h, cell.weight_hh, cell.bias_hh)
        i, f, g, o = gates.chunk(4, 1)
        h, c = cell(x_t, (h, c))
        step = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid(), "c": c, "h": h}
        for name, value in step.items():
            kept[name].append(value)
    return {name: torch.stack(values) for name, values in kept.items()}


def interleaved(functions: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The least processor seconds of each function, called in turn so that noise from outside hits all alike."""
    for function in functions.values():
        function()
    start = time.perf_counter()
    for function in functions.values():
        function()
    rounds = int(BUDGET / (time.perf_counter() - start))
    taken = dict.fromkeys(functions, float("inf"))
    for _ in range(max(LEAST, min(MOST, rounds))):
        for name, function in functions.items():
            start = time.thread_time()
            function()
            taken[name] = min(taken[name], time.thread_time() - start)
    return taken


def measure(kind: str, steps: int, units: int, batch: int) -> Row:
    generator = torch.Generator().manual_seed(0)
    module = MODULES[kind](INPUT_SIZE, units)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -(units**-0.5), units**-0.5, generator=generator)
    x = torch.randn(steps, batch, INPUT_SIZE, generator=generator)
    functions = {"fused": lambda: module(x), "record": lambda: record(module, x)}
    if kind == "LSTM":
        cell = nn.LSTMCell(INPUT_SIZE, units)
        cell.load_state_dict({name.removesuffix("_l0"): value for name, value in module.state_dict().items()})
        functions |= {"loop": lambda: loop(cell, x), "loop_with_gates": lambda: loop_with_gates(cell, x)}
    seconds = interleaved(functions)
    fused = seconds.pop("fused")
    times = {name: seconds[name] / fused if name in seconds else None for name in ("record", "loop", "loop_with_gates")}
    return Row(kind, steps, units, batch, fused, **times)


def step_by_step(network: Network, x: Tensor) -> dict[str, Tensor]:
    """The one layer's own equations, every quantity of every step."""
    cell = network.layers[0][0]
    state, kept = cell.initial_state(x.shape[1]), {name: [] for name in cell.quantities}
    for x_t in x:
        step = cell(x_t, state)
        state = {name: step[name] for name in cell.state}
        for name, value in step.items():
            kept[name].append(value)
    return {name: torch.stack(values) for name, values in kept.items()}


def gain(cell: str, steps: int, units: int) -> float:
    """How much longer its own loop takes than ``record`` of a cell that is scanned."""
    generator = torch.Generator().manual_seed(0)
    network = Network(cell, INPUT_SIZE, units, generator=generator)
    x = torch.randn(steps, 1, INPUT_SIZE, generator=generator)
    seconds = interleaved({"record": lambda: record(network, x), "loop": lambda: step_by_step(network, x)})
    return seconds["loop"] / seconds["record"]


def main() -> None:
    torch.set_num_threads(1)
    with torch.no_grad():
        rows = [measure(kind, *sizes) for kind in MODULES for sizes in itertools.product(STEPS, UNITS, BATCHES)]
    print("record(module, x) keeps every gate and state; times the fused forward of the same weights, one thread\n")
    head = ("", "T", "H", "B", "fused ms", "record", "LSTMCell loop", "with its gates")
    lines = [
        (
            *row[:4],
            f"{row.fused * 1e3:.2f}",
            f"{row.record:.2f}x",
            *(f"{times:.1f}x" if times else "" for times in (row.loop, row.loop_with_gates)),
        )
        for row in rows
    ]
    print(table(head, lines))
    for kind, most in TARGETS.items():
        for row in rows:
            if row.kind == kind and (row.steps, row.units, row.batch) in PROMISED:
                claim = f"{kind} at T {row.steps}, H {row.units}, B {row.batch}: at most {most:g}x the fused forward"
                print(verdict(claim, f"{row.record:.2f}x", row.record <= most))
    for cell in SCANNED:
        with torch.no_grad():
            gains = {steps: gain(cell, steps, 64) for steps in STEPS}
        print(f"\nrecord(network, x) of {cell}, H 64, B 1, against its own loop\n")
        print(table(("T", "times as fast"), [(steps, f"{times:.1f}x") for steps, times in gains.items()]))
        claim = f"{cell} at T 1000, H 64: at least {LEAST_GAIN:g} times as fast as its own loop"
        print(verdict(claim, f"{gains[1000]:.1f}x", gains[1000] >= LEAST_GAIN))


if __name__ == "__main__":
    main()
