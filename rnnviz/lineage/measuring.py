"""What each added part does, measured: the size of a state without end, the error bit by bit, spikes in time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import PeepholeLSTM
from rnnviz.experiment import task
from rnnviz.lineage.stations import LONG, XOR, Station, shipped, stream
from rnnviz.network import Network, unroll
from rnnviz.once import once
from rnnviz.recording import record
from rnnviz.tasks import ContinualReber, Timer
from rnnviz.tasks.timer import wind
from rnnviz.trace import Signal

PERIODS = (10, 5, 25)  # the first one first
TIMED = 60  # steps for which the timers run


class LongRun(NamedTuple):
    """What a cell does with LONG symbols. ``sizes``: the largest |c|, or |h|, of any unit at each of them (LONG,)."""

    sizes: np.ndarray
    legal: float  # how often the likeliest symbol may come
    right: int  # of ``asked`` symbols that only a memory can tell
    asked: int


@once
def long_run(station: Station) -> LongRun:
    """Let the station's cell read the whole stream in one pass, without ever starting afresh."""
    learnt, symbols = ContinualReber(), stream(LONG)
    x, y = symbols[:-1] + 1, symbols[1:]
    states, output = _read(station.network(), station.carried, x)
    critical = learnt.critical(x)
    return LongRun(
        sizes=states.abs().amax((1, 2)).numpy(),
        legal=learnt.legal(x).gather(-1, output.argmax(-1, keepdim=True)).double().mean().item(),
        right=int((output.argmax(-1) == y)[critical].sum()),
        asked=int(critical.sum()),
    )


@torch.no_grad()
def _read(network: Network, state: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """One state (T, 1, H) and the readout (T, 1, O) at every step."""
    cell = network.layers[0][0]
    if cell.kernel() is None:  # a recording steps twice through such a cell, once for the output alone
        steps = unroll(cell, network.embed(x), cell.initial_state(1))
        return steps[state], network.read(steps["h"])
    trace = record(network, x)
    return torch.from_numpy(trace.layer()[state].values.copy()), torch.from_numpy(trace.y.values.copy())


@once
def xor_errors(cell: str) -> np.ndarray:
    """Root mean squared error of each predicted bit of Elman's stream (steps - 1,), over what was held out.

    ``cell``: that of Elman or of Jordan. The first entry is about the second bit: every third from the second entry
    on can be known.
    """
    (x, y), *_ = task(XOR).held_out()
    with torch.no_grad():
        ones = torch.softmax(shipped(XOR, cell)(x), -1)[:-1, :, 1]
    return (ones - y[:-1]).double().pow(2).mean(1).sqrt().numpy()


@once
def spikes(period: int, peepholes: bool) -> Signal:
    """h of a hand-built one-unit timer over TIMED steps ("time", "unit"), with its peepholes or with them cut."""
    network = Network(PeepholeLSTM.name, 1, 1, generator=torch.Generator().manual_seed(0))
    cell = network.layers[0][0]
    wind(cell, period)
    if not peepholes:
        cell.peepholes.requires_grad_(False).zero_()
    with torch.no_grad():
        return record(network, torch.zeros(TIMED, 1, len(Timer.channels))).layer()["h"].at(batch=0)
