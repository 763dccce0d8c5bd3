"""Station: a cell on the way to the LSTM and on to the GRU, with its shipped network and the stream that all read.

Each added a part, or took one away; which, why and where it was published is said in STATIONS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz import checkpoints
from rnnviz.checkpoints import Card
from rnnviz.experiment import Choices, refuse_unknown, task
from rnnviz.network import Network
from rnnviz.once import once
from rnnviz.recording import record
from rnnviz.tasks.reber import SYMBOLS, walk
from rnnviz.trace import Trace

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


@dataclass(frozen=True)
class Station(Choices):
    """A row of STATIONS: its cell with the shipped weights, and the stream that all of them read.

    Refused for a name that is no station's.
    """

    station: str = "Elman 1990"

    def __post_init__(self) -> None:
        refuse_unknown(self, {"station": STATIONS})

    @property
    def origin(self) -> Origin:
        return STATIONS[self.station]

    @property
    def cell(self) -> str:
        return self.origin.cell

    @property
    def task(self) -> str:
        return TASK

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(map(task(TASK).label_text, task(TASK).labels))

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(SYMBOLS[symbol] for symbol in stream(SHOWN)[:-1, 0])

    @property
    def known(self) -> tuple[bool, ...]:
        return (True,) * SHOWN

    @property
    def units(self) -> int:
        """How many units every quantity of the cell has: Jordan's outputs are fewer than its hidden units."""
        cell = self.network().layers[0][0]
        return min(cell.width(name) for name in cell.quantities)

    @property
    def carried(self) -> str:
        """The state that the cell is about: c where it has one, else h."""
        return "c" if "c" in self.network().layers[0][0].state else "h"

    @property
    def path(self) -> str:
        return file_name(TASK, self.cell)

    @property
    def card(self) -> Card:
        return checkpoints.read_card(checkpoints.MODELS / self.path)

    def network(self) -> Network:
        return shipped(TASK, self.cell)

    def input(self) -> Tensor:
        """The first SHOWN symbols of the stream as token ids (T, 1)."""
        return stream(SHOWN)[:-1] + 1

    def trace(self, network: Network | None = None) -> Trace:
        """What ``network`` (by default ``self.network()``) does with them, step by step; a batch of one."""
        with torch.no_grad():
            return record(network or self.network(), self.input(), tokens=self.tokens)


def file_name(task_name: str, cell: str) -> str:
    """What the shipped network of a cell is called."""
    return f"lineage-{task_name}-{cell}".lower().replace("_", "-").replace(" ", "-")


@once
def shipped(task_name: str, cell: str) -> Network:
    """The shipped network, one for all who ask: nobody may change it."""
    path = checkpoints.MODELS / file_name(task_name, cell)
    if checkpoints.read_card(path).vocabulary != checkpoints.fingerprint(task(task_name)):
        raise RuntimeError(f"{path.name} was trained on another vocabulary; run `make models`")
    return checkpoints.load(path)


@once
def stream(steps: int) -> Tensor:
    """The first ``steps`` + 1 symbols (T + 1, 1) of the one stream that every station reads."""
    return walk(LONG + 1, 1, torch.Generator().manual_seed(STREAM_SEED))[: steps + 1]
