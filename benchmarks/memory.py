"""What it costs to say whose words a state is made of: `reveal` against integrated gradients.

Run: python -m benchmarks.memory

`reveal` gives every word's contribution to every unit at every step, T x T x H numbers. Integrated gradients
(Sundararajan, Taly, Yan 2017, arXiv:1703.01365; Captum, 50 steps of the integral) explain one number at a time, so the
same for one step, T x H numbers, is one call per unit. Both start from a baseline of zeros. The gap is what the
contributions lack to the state's difference from the baseline run, over that difference.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch
from captum.attr import IntegratedGradients
from torch import Tensor, nn

from benchmarks.report import table, verdict
from rnnviz.memory import reveal

MODULES = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
STEPS, UNITS, INPUT_SIZE = 200, 64, 32
INTEGRAL_STEPS = 50
ROUNDS = 5
TARGET = 0.1  # of the time of integrated gradients for one step
LENGTHS = (50, 100, 200, 400, 1000)


class Row(NamedTuple):
    kind: str
    reveal: float  # seconds, all steps and units
    integrated: float  # one step, all units
    one_unit: float  # one step, one unit
    gap: float
    integrated_gap: float


def build(kind: str, steps: int) -> tuple[nn.Module, Tensor]:
    generator = torch.Generator().manual_seed(0)
    module = MODULES[kind](INPUT_SIZE, UNITS)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -(UNITS**-0.5), UNITS**-0.5, generator=generator)
    return module, torch.randn(steps, 1, INPUT_SIZE, generator=generator)


def integrated(module: nn.Module, x: Tensor, units: int) -> Tensor:
    """Attributions (T, units) of the first units of the last state to every input."""
    method = IntegratedGradients(lambda batch: module(batch.transpose(0, 1))[0][-1])
    rows = [method.attribute(x.transpose(0, 1), target=unit, n_steps=INTEGRAL_STEPS) for unit in range(units)]
    return torch.stack([row[0].sum(-1) for row in rows], -1).detach()


def seconds(function: Callable[[], object]) -> float:
    """The median of some rounds, after one to warm up."""
    taken = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def gap(contributions: Tensor, module: nn.Module, x: Tensor) -> float:
    """``contributions`` (T, H) to the last state, against that state minus the one of a run on zeros."""
    with torch.no_grad():
        moved = (module(x)[0] - module(torch.zeros_like(x))[0])[-1, 0]
    return float((contributions.sum(0) - moved).norm() / moved.norm())


def measure(kind: str) -> Row:
    module, x = build(kind, STEPS)
    seen = torch.from_numpy(reveal(module, x).contributions.values[-1, :, 0].copy())
    whole, one_unit = seconds(lambda: reveal(module, x)), seconds(lambda: integrated(module, x, 1))
    start = time.perf_counter()
    attributions = integrated(module, x, UNITS)
    taken = time.perf_counter() - start
    return Row(kind, whole, taken, one_unit, gap(seen, module, x), gap(attributions, module, x))


def main() -> None:
    torch.set_num_threads(1)
    rows = [measure(kind) for kind in MODULES]
    print(f"T {STEPS}, H {UNITS}, one sequence, one thread; reveal of all {STEPS} steps, integrated gradients of one\n")
    head = ("", "reveal ms", "integrated, all units ms", "one unit ms", "reveal's gap", "integrated's gap")
    lines = [
        (
            r.kind,
            f"{r.reveal * 1e3:.0f}",
            f"{r.integrated * 1e3:,.0f}",
            f"{r.one_unit * 1e3:.0f}",
            f"{r.gap:.0e}",
            f"{r.integrated_gap:.0e}",
        )
        for r in rows
    ]
    print(table(head, lines))
    lengths = {steps: seconds(lambda s=steps: reveal(*build("LSTM", s))) for steps in LENGTHS}
    head = ("LSTM", *(f"T {steps}" for steps in lengths))
    print(table(head, [("reveal ms", *(f"{taken * 1e3:.0f}" for taken in lengths.values()))]))
    for row in rows:
        claim = f"{row.kind}: all (k, t) in at most {TARGET:g} of the time of integrated gradients for one t"
        share = row.reveal / row.integrated
        print(verdict(claim, f"{share:.4f} (1/{1 / share:.0f})", share <= TARGET))


if __name__ == "__main__":
    main()
