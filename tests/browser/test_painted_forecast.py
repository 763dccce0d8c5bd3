"""What the page Forecast paints is true: read and continued by the networks' weights alone, step by step."""

from functools import cache

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import TRIO
from rnnviz.tasks import Forecast
from tests.browser.painted import close, opened, walk
from tests.browser.reference_networks import read, shipped

pytestmark = pytest.mark.browser

STEPS, AHEAD, SEED = (0, 61, 100, 159), 40, 1
CLOSE = {"rtol": 1e-3, "atol": 2e-3}  # a small error grows from step to step


@cache
def series() -> torch.Tensor:
    return rnnviz.subject("forecast-lorenz-lstm", example=SEED).input()[:, 0].double()


def told(cell: str, sequence: torch.Tensor) -> torch.Tensor:
    """The answer after each step, (T, 1), by the equations alone."""
    weights = shipped(f"forecast-lorenz-{cell.lower()}")
    h = torch.stack([step["h"] for step in read(cell, weights, sequence).steps[0, "forward"]])
    return h.reshape(len(sequence), -1) @ weights["readout.weight"].T + weights["readout.bias"]


@cache
def continued(step: int) -> np.ndarray:
    """The drawn line from a step (T,): nothing before it, the value that was read, then what the LSTM tells itself."""
    line = np.full(len(series()), np.nan)
    line[step] = series()[step]
    ahead = slice(step + 1, min(step + 1 + AHEAD, len(line)))
    line[ahead] = continuation("LSTM", series()[: step + 1, None])[: ahead.stop - ahead.start, 0]
    return line


@torch.no_grad()
def continuation(cell: str, x: torch.Tensor) -> torch.Tensor:
    """What torch's own module tells itself after it has read ``x`` (T, B, 1): (AHEAD, B)."""
    weights = shipped(f"forecast-lorenz-{cell.lower()}")
    module = getattr(torch.nn, cell)(1, weights["layers.0.0.weight_hh"].shape[1]).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    module.load_state_dict({f"{name}_l0": weights[f"layers.0.0.{name}"] for name in names})
    out, state = module(x)
    answers = []
    for _ in range(AHEAD):
        answer = out[-1:] @ weights["readout.weight"].T + weights["readout.bias"]
        answers.append(answer[0, :, 0])
        out, state = module(answer, state)
    return torch.stack(answers)


def test_forecast_paints_what_the_network_tells_itself(arrive):
    visitor = opened(arrive, f"/forecast?model=forecast-lorenz-lstm&example={SEED}&ahead={AHEAD}")
    one_step, x = told("LSTM", series())[:, 0].numpy(), series()[:, 0].numpy()
    for look in walk(visitor, STEPS):
        drawn = {trace["meta"]["signal"]: trace for trace in look.traces if trace["meta"].get("network") is None}
        lines = {name: np.array(trace["y"], float) for name, trace in drawn.items()}
        close(lines["told"], continued(look.step), ("told", look.step), **CLOSE)
        close(lines["x"], x, "x", **CLOSE)
        until = np.where(np.arange(1, len(x)) <= look.step, one_step[:-1], np.nan)
        close(lines["one step"][1:], until, ("one step", look.step), **CLOSE)
        naive = np.where(np.isnan(continued(look.step)), np.nan, x[look.step])
        close(lines["naive"], naive, ("naive", look.step), **CLOSE)
        painted = {number.signal: number.value for number in look.numbers}
        assert painted["read"] == pytest.approx(x[look.step], abs=1e-5)
        if look.step:
            assert painted["one step"] == pytest.approx(one_step[look.step - 1], abs=1e-4)
            error = abs(one_step[look.step - 1] - x[look.step])
            assert 10 ** painted["error"] == pytest.approx(max(error, 1e-6), rel=0.05, abs=1e-4)
        if look.step + AHEAD < len(x):
            ahead = slice(look.step + 1, look.step + 1 + AHEAD)
            near = np.abs(continued(look.step)[ahead] - x[ahead]) < 0.4
            assert painted["followed"] == np.cumprod(near).sum()
    check_errors_by_horizon(look.traces)


def check_errors_by_horizon(traces: list[dict]) -> None:
    """Of each cell over all that is held out: the root of the mean squared error by horizon."""
    held = Forecast("lorenz").held_out()[0].x.double()
    errors = {trace["meta"]["network"]: trace["y"] for trace in traces if trace["meta"].get("network")}
    read_until, came = held[:80], held[80 : 80 + AHEAD, :, 0]
    for cell in TRIO:
        wanted = (continuation(cell, read_until) - came).square().mean(1).sqrt()
        close(np.array(errors[cell], float), wanted.numpy(), cell, rtol=0.02, atol=2e-3)
    naive = (held[79, :, 0] - came).square().mean(1).sqrt()
    close(np.array(errors["naive"], float), naive.numpy(), "naive", **CLOSE)
