"""What each added part does, measured: the size of a state without end, the error bit by bit, spikes in time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import PeepholeLSTM
from rnnviz.compute import once
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.studies.lstm_history.reading import read
from rnnviz.studies.lstm_history.stations import LONG, XOR, carried, shipped, stream, subject_of
from rnnviz.subjects.sizes import task
from rnnviz.tasks import ContinualReber, Timer
from rnnviz.tasks.reber import strings_of
from rnnviz.tasks.timer import wind
from rnnviz.trace import Signal

PERIODS = (10, 5, 25)  # the first one first
TIMED = 60  # steps for which the timers run
LENGTHS = (14, 104)  # symbols of the strings that are read one by one, a usual length and a long one
STRINGS, STRINGS_SEED = 200, 7  # of each length


class LongRun(NamedTuple):
    """What a cell does with LONG symbols. ``sizes``: the largest |c|, or |h|, of any unit at each of them (LONG,)."""

    sizes: np.ndarray
    legal: float  # how often the likeliest symbol may come
    right: int  # of ``asked`` symbols that only a memory can tell
    asked: int


@once
def _truth() -> tuple[Tensor, Tensor]:
    """After each symbol of the stream: which may come (LONG, 1, 7), and whether only a memory can tell (LONG, 1)."""
    x = stream(LONG)[:-1] + 1
    return ContinualReber().legal(x), ContinualReber().critical(x)


@once
def long_run(station: str) -> LongRun:
    """Let the cell of a row of STATIONS read the whole stream in one pass, without ever starting afresh."""
    x, y = stream(LONG)[:-1] + 1, stream(LONG)[1:]
    subject = subject_of(station)
    network = subject.network()
    states = read(network.layers[0][0], network.embed(x)[:, 0])
    with torch.no_grad():
        output = network.read(torch.from_numpy(states["h"]).float()[:, None])
    legal, critical = _truth()
    return LongRun(
        sizes=np.abs(states[carried(subject)]).max(1).astype(np.float32),
        legal=legal.gather(-1, output.argmax(-1, keepdim=True)).double().mean().item(),
        right=int((output.argmax(-1) == y)[critical].sum()),
        asked=int(critical.sum()),
    )


@once
def endings_right(station: str, length: int) -> int:
    """Of STRINGS strings of so many symbols, each read alone: in how many the second letter is named at the end."""
    return int((_named(station, length) == _strings(length)[-2]).sum())


def endings_neither(station: str, length: int) -> int:
    """Of the same strings: in how many a letter is named at the end that none of them has there."""
    return int((~torch.isin(_named(station, length), _strings(length)[-2])).sum())


@once
def carrier(station: str) -> int:
    """The unit whose state tells best which second letter it was, where that comes back in strings of usual length: by
    the distance of the two means, in standard deviations."""
    subject, strings = subject_of(station), _strings(LENGTHS[0])
    with torch.no_grad():
        states = record(subject.network(), strings[:-2] + 1).layer()[carried(subject)].values[-1]
    one, other = (states[(strings[-2] == letter).numpy()] for letter in strings[-2].unique())
    spread = np.sqrt((one.var(0) + other.var(0)) / 2)
    return int(np.nanargmax(np.abs(one.mean(0) - other.mean(0)) / spread))


@once
def _named(station: str, length: int) -> Tensor:
    """Of STRINGS strings of so many symbols: the symbol that is named where the second letter comes back (STRINGS,)."""
    with torch.no_grad():
        output = subject_of(station).network()(_strings(length)[:-2] + 1)
    return output[-1].argmax(-1)


@once
def _strings(length: int) -> Tensor:
    return strings_of(length, STRINGS, torch.Generator().manual_seed(STRINGS_SEED))


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
