"""The stations on the way to the LSTM and on to the GRU, with their shipped networks and the stream that all read.

Each added a part, or took one away; which, why and where it was published is said in STATIONS.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.compute import once
from rnnviz.network import Network
from rnnviz.subjects import Example, Shipped, Subject, Text
from rnnviz.tasks.reber import SYMBOLS, walk

TASK, XOR = "continual_reber", "xor_stream"
LONG, SHOWN, STREAM_SEED = 10_000, 40, 2


class Origin(NamedTuple):
    """Where a cell comes from. ``cell``: its name in CELLS; ``added`` and ``why`` are whole sentences in English."""

    cell: str
    year: int
    paper: str
    added: str
    why: str


# In the order in which the page tells it; the keys name the shipped files.
STATIONS: dict[str, Origin] = {
    "Elman 1990": Origin(
        "RNN",
        1990,
        "Elman, Finding structure in time, Cognitive Science 14:179–211",
        "Added: the hidden state is fed back to itself, a copy of h goes in with the next symbol.",
        "What the network made of the past is there to be used, whether or not it was ever said.",
    ),
    "Jordan 1986": Origin(
        "Jordan",
        1986,
        "Jordan, Serial order: a parallel distributed processing approach, ICS Report 8604, UC San Diego",
        "Four years before Elman: the output is fed back, to state units.",
        "A network that produces a sequence can go on from what it has said so far; what it never said is lost.",
    ),
    "LSTM 1997": Origin(
        "LSTM 1997",
        1997,
        "Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9(8):1735–1780",
        "Added: a cell c that is only ever added to, with a gate for what is written and one for what is shown.",
        "From c to c the derivative is 1, so that along this way an error does not fade.",
    ),
    "LSTM 2000": Origin(
        "LSTM",
        2000,
        "Gers, Schmidhuber and Cummins, Learning to forget, Neural Computation 12(10):2451–2471",
        "Added: a forget gate, which multiplies the old cell state.",
        "On a stream without an end a sum can grow on and on; with the gate a network can learn when to start afresh.",
    ),
    "Peephole 2000": Origin(
        "LSTM peephole",
        2000,
        "Gers and Schmidhuber, Recurrent nets that time and count, IJCNN 3:189–194",
        "Added: peepholes, a weight from the cell to each gate.",
        "While the output gate is shut, h is zero and tells the gates nothing of c; now they see it.",
    ),
    "GRU 2014": Origin(
        "GRU 2014",
        2014,
        "Cho et al., Learning phrase representations using RNN encoder–decoder, arXiv:1406.1078",
        "Taken away: the cell c and one gate; what is not kept is written.",
        "A simpler cell that keeps the idea: a state that is carried over unless a gate says otherwise.",
    ),
}


@once
def subject_of(station: str) -> Subject:
    """A row of STATIONS: its shipped network, and the first SHOWN symbols of the stream that all of them read."""
    text = " ".join(SYMBOLS[symbol] for symbol in stream(SHOWN)[:-1, 0])
    return Subject(Shipped(file_name(TASK, STATIONS[station].cell)), Text(text))


def station_of(subject: Subject) -> str:
    """The name of the station whose network a subject has; KeyError if it is none's."""
    return {subject_of(name).model: name for name in STATIONS}[subject.model]


def carried(subject: Subject) -> str:
    """The state that the network's cell is about: c where it has one, else h."""
    return "c" if "c" in subject.network().layers[0][0].state else "h"


def file_name(task_name: str, cell: str) -> str:
    """What the shipped network of a cell is called."""
    return f"lineage-{task_name}-{cell}".lower().replace("_", "-").replace(" ", "-")


def shipped(task_name: str, cell: str) -> Network:
    """The shipped network, one for all who ask: it must not be changed."""
    return Subject(Shipped(file_name(task_name, cell)), Example()).network()


def stream(steps: int) -> Tensor:
    """The first ``steps`` + 1 symbols (T + 1, 1) of the one stream that every station reads."""
    return _whole_stream()[: steps + 1]


@once
def _whole_stream() -> Tensor:
    return walk(LONG + 1, 1, torch.Generator().manual_seed(STREAM_SEED))
