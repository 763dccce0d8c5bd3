"""What it costs to follow gradients through time: the lanes of `gradient_matrix` and the closed-form `step_jacobians`.

Run: python -m benchmarks.gradients

`gradient_matrix` against what one writes with autograd: the cells unrolled, then one backward pass for each of T
losses, or all T at once with `is_grads_batched`. `step_jacobians` against `torch.func.jacrev` over the cell, all steps
in one `vmap`. Everything in float64 and on one thread, the two sides in turn. Before anything is timed, both sides are
shown to give the same numbers.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.report import table, verdict
from rnnviz.gradients import gradient_curves, gradient_matrix, step_jacobians
from rnnviz.network import Network, unroll
from rnnviz.sharing import from_torch

MODULES = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
INPUT_SIZE = 8
SIZES = ((50, 16), (50, 64), (200, 16), (200, 64))
LENGTHS = (125, 250, 500, 1000)
PROMISED = "LSTM", 200, 64
# The promised matrix: times faster than autograd; for T 1000, H 64 seconds, and megabytes of the whole process.
FASTER, SECONDS, MEGABYTES = 40, 1.5, 500
CURVES = 0.15  # seconds for the curves of three cells


def setting(kind: str, steps: int, units: int, dtype: torch.dtype = torch.float64) -> tuple[Network, Tensor]:
    generator = torch.Generator().manual_seed(0)
    module = MODULES[kind](INPUT_SIZE, units, dtype=dtype)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -(units**-0.5), units**-0.5, generator=generator)
    return from_torch(module), torch.randn(steps, 1, INPUT_SIZE, generator=generator, dtype=dtype)


def unrolled(network: Network, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The losses of all steps and the states that they are differentiated by, each a node of the graph."""
    cell = network.layers[0][0]
    states, state = [], cell.initial_state(1)
    for x_t in x:
        step = cell(x_t, state)
        state = {name: step[name] for name in cell.state}
        states.append(step["h"])
    return torch.cat(states).sum(1) * network.hidden_size**-0.5, states


def pass_by_pass(network: Network, x: Tensor) -> np.ndarray:
    losses, states = unrolled(network, x)
    matrix = np.full((len(x), len(x)), np.nan)
    for t, loss in enumerate(losses):
        gradients = torch.autograd.grad(loss, states[: t + 1], retain_graph=True)
        matrix[t, : t + 1] = torch.cat(gradients).norm(dim=1).log10().numpy()
    return matrix


def batched(network: Network, x: Tensor) -> np.ndarray:
    losses, states = unrolled(network, x)
    pushes = torch.eye(len(x), dtype=x.dtype)
    gradients = torch.autograd.grad(losses, states, pushes, is_grads_batched=True)
    matrix = torch.stack([gradient[:, 0].norm(dim=1) for gradient in gradients], 1).log10().numpy()
    matrix[np.triu_indices(len(x), 1)] = np.nan
    return matrix


def by_jacrev(network: Network, x: Tensor) -> Tensor:
    """What ``step_jacobians`` gives, from torch.func."""
    cell = network.layers[0][0]
    names = cell.state
    with torch.no_grad():
        trajectory = unroll(cell, x, cell.initial_state(1))
    before = [torch.cat([torch.zeros_like(trajectory[n][:1]), trajectory[n][:-1]])[:, 0] for n in names]

    def step(x_t: Tensor, state: Tensor) -> Tensor:
        after = cell(x_t, dict(zip(names, state.chunk(len(names)), strict=True)))
        return torch.cat([after[name] for name in names])

    return torch.vmap(torch.func.jacrev(step, argnums=1))(x[:, 0], torch.cat(before, -1)).detach()


def interleaved(functions: Mapping[str, Callable[[], object]], rounds: int = 5) -> dict[str, float]:
    """The median seconds of each function, called in turn so that noise from outside hits all alike.

    No call is left out as a warm-up: the median does that, and a pass over T graphs takes seconds.
    """
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def race(kind: str, steps: int, units: int) -> list[float]:
    """Seconds: gradient_matrix, T passes, batched passes, step_jacobians, jacrev."""
    network, x = setting(kind, steps, units)
    ours = gradient_matrix(network, x).values
    for other in (pass_by_pass(network, x), batched(network, x)):
        np.testing.assert_allclose(ours, other, atol=1e-8)
    np.testing.assert_allclose(step_jacobians(network, x).values, by_jacrev(network, x).numpy(), atol=1e-12)
    functions = {
        "lanes": lambda: gradient_matrix(network, x),
        "passes": lambda: pass_by_pass(network, x),
        "batched": lambda: batched(network, x),
        "jacobians": lambda: step_jacobians(network, x),
        "jacrev": lambda: by_jacrev(network, x),
    }
    return list(interleaved(functions, rounds=3 if steps > 100 else 7).values())


def growth(kind: str) -> list[float]:
    """Seconds of gradient_matrix at H 64 for each of LENGTHS."""
    settings = {steps: setting(kind, steps, 64) for steps in LENGTHS}
    functions = {steps: (lambda pair=pair: gradient_matrix(*pair)) for steps, pair in settings.items()}
    return list(interleaved(functions).values())


def exponent(seconds: list[float]) -> float:
    """e in seconds = constant * T^e, by least squares over the logarithms."""
    return float(np.polyfit(np.log(LENGTHS), np.log(seconds), 1)[0])


def peak() -> float:
    """Megabytes that a process needs at most to compute the largest matrix, the libraries included.

    Linux counts the parent's own size at the time of the fork as well, so this is to be asked before all else.
    """
    code = "from benchmarks.gradients import LENGTHS, setting, gradient_matrix, peak_so_far\n"
    code += "gradient_matrix(*setting('LSTM', LENGTHS[-1], 64)); print(peak_so_far())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def peak_so_far() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def curves() -> float:
    """Seconds for the curves of three cells, T 100 and H 32, float32, as a page draws them."""
    settings = [setting(kind, 100, 32, torch.float32) for kind in MODULES]

    def all_three() -> None:
        for network, x in settings:
            gradient_curves(network, x, lambda y: y[-1].sum())

    return interleaved({"curves": all_three}, rounds=21)["curves"]


def main() -> None:
    torch.set_num_threads(1)
    megabytes = peak()
    print("gradient_matrix and step_jacobians in milliseconds; the others in times as long\n")
    head = ("", "T", "H", "matrix ms", "T passes", "batched", "Jacobians ms", "jacrev")
    rows, ratios = [], {}
    for kind in MODULES:
        for steps, units in SIZES:
            lanes, passes, at_once, jacobians, jacrev = race(kind, steps, units)
            ratios[kind, steps, units] = passes / lanes
            times = (f"{passes / lanes:.0f}x", f"{at_once / lanes:.1f}x", f"{jacobians * 1e3:.1f}")
            rows.append((kind, steps, units, f"{lanes * 1e3:.1f}", *times, f"{jacrev / jacobians:.1f}x"))
    print(table(head, rows))
    print("gradient_matrix at H 64, seconds by T, and e in T^e\n")
    grown = {kind: growth(kind) for kind in MODULES}
    lines = [(kind, *(f"{s:.3f}" for s in seconds), f"{exponent(seconds):.2f}") for kind, seconds in grown.items()]
    print(table(("", *LENGTHS, "e"), lines))
    ratio, longest, drawn = ratios[PROMISED], grown["LSTM"][-1], curves()
    kind, steps, units = PROMISED
    claim = f"{kind} at T {steps}, H {units}: the matrix at least {FASTER}x faster than T autograd passes"
    print(verdict(claim, f"{ratio:.0f}x", ratio >= FASTER))
    print(verdict(f"LSTM at T 1000, H 64: within {SECONDS:g} s", f"{longest:.2f} s", longest <= SECONDS))
    print(
        verdict(
            f"and the whole process within {MEGABYTES} MB, torch included",
            f"{megabytes:.0f} MB",
            megabytes <= MEGABYTES,
        )
    )
    claim = f"the curves of three cells at T 100, H 32: within {CURVES:g} s"
    print(verdict(claim, f"{drawn * 1e3:.0f} ms", drawn <= CURVES))


if __name__ == "__main__":
    main()
