"""What it costs to see a deep network of two directions: `record` and `answer_gradients`, against the plain forward.

Run: python -m benchmarks.deep

Four bidirectional layers of 128 units over 200 tokens, float32, one thread; the fused forward of torch.nn and `record`
of the same module are timed in turn. The gradients of all 200 answers by all words are followed in float64, through one
layer and through more, against the two seconds within which a page is to stand.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.record import MODULES, interleaved
from benchmarks.report import table, verdict
from rnnviz import Network, record
from rnnviz.gradients import answer_gradients

STEPS, UNITS, LAYERS = 200, 128, 4
INPUT_SIZE, CLASSES = 16, 9
TIMES = {"LSTM": 3.0, "GRU": 2.0, "RNN": 2.0}  # `record` in plain forwards, as for one layer
SECONDS = 2.0  # from the choice to the first picture
SMALL = {(24, 16): 0.03, (200, 16): 0.5}  # seconds for the answers of one layer, by steps and units


def setting(kind: str) -> tuple[nn.Module, Tensor]:
    generator = torch.Generator().manual_seed(0)
    module = MODULES[kind](INPUT_SIZE, UNITS, num_layers=LAYERS, bidirectional=True)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -(UNITS**-0.5), UNITS**-0.5, generator=generator)
    return module, torch.randn(STEPS, 1, INPUT_SIZE, generator=generator)


def recording(kind: str) -> tuple[float, float]:
    """Seconds of the plain forward, and of `record`."""
    module, x = setting(kind)
    with torch.no_grad():
        seconds = interleaved({"plain": lambda: module(x), "record": lambda: record(module, x)})
    return seconds["plain"], seconds["record"]


def answering(kind: str, steps: int, units: int, layers: int) -> float:
    """Seconds of `answer_gradients`."""
    generator = torch.Generator().manual_seed(0)
    sizes = {"num_layers": layers, "bidirectional": True, "output_size": CLASSES}
    network = Network(kind, INPUT_SIZE, units, readout="every", generator=generator, **sizes)
    x = torch.randn(steps, 1, INPUT_SIZE, generator=generator)
    return interleaved({"answers": lambda: answer_gradients(network, x)})["answers"]


def main() -> None:
    torch.set_num_threads(1)
    size = f"{LAYERS} layers of two directions, {UNITS} units, {STEPS} tokens"
    print(f"record(module, x): {size}\n")
    recorded = {kind: recording(kind) for kind in MODULES}
    rows = [
        (kind, f"{plain * 1e3:.1f}", f"{ours * 1e3:.1f}", f"{ours / plain:.2f}x")
        for kind, (plain, ours) in recorded.items()
    ]
    print(table(("", "plain forward ms", "record ms", "ratio"), rows))
    print("answer_gradients(network, x) in milliseconds: every answer by every word, by tokens x units\n")
    sizes = [(*small, 1) for small in SMALL] + [(24, 16, 3), (STEPS, UNITS, 1), (STEPS, UNITS, 3)]
    answered = {kind: {size: answering(kind, *size) for size in sizes} for kind in MODULES}
    head = ("", *(f"{steps} x {units}, {layers} layer{'s' * (layers > 1)}" for steps, units, layers in sizes))
    print(table(head, [(kind, *(f"{s * 1e3:.0f}" for s in row.values())) for kind, row in answered.items()]))
    for kind, most in TIMES.items():
        plain, ours = recorded[kind]
        print(
            verdict(f"{kind}: record at most {most:g}x the plain forward", f"{ours / plain:.2f}x", ours / plain <= most)
        )
    slowest = max(ours for _, ours in recorded.values())
    print(
        verdict(f"record leaves a page of {SECONDS:g} s to be drawn", f"{slowest * 1e3:.0f} ms", slowest < SECONDS / 4)
    )
    for (steps, units), most in SMALL.items():
        slowest = max(row[steps, units, 1] for row in answered.values())
        claim = f"answers of one layer, {steps} tokens, {units} units: within {most * 1e3:g} ms"
        print(verdict(claim, f"{slowest * 1e3:.0f} ms", slowest <= most))


if __name__ == "__main__":
    main()
