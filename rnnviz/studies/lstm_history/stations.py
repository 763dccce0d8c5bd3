"""The stations on the way to the LSTM, the GRU and the newer cells: their shipped networks, the stream that all read.

Each added a part, or took one away; which, why and where it was published is said in STATIONS.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.cells.diagram import Wire
from rnnviz.compute import once
from rnnviz.network import Network
from rnnviz.subjects import Example, Shipped, Subject, Text
from rnnviz.tasks.reber import SYMBOLS, walk

TASK, XOR = "continual_reber", "xor_stream"
LONG, SHOWN, STREAM_SEED = 10_000, 40, 2


class Origin(NamedTuple):
    """Where a cell comes from. ``cell``: its name in CELLS; ``part``: what it added, in a few words in English;
    ``added``, ``dropped`` and ``lacks`` in whole sentences: that, what it gave up for it, and what was still missing;
    ``new``: what it added, as the boxes of its drawing; ``why``: a few words where its scores are a surprise."""

    cell: str
    year: int
    part: str
    paper: str
    added: str
    lacks: str
    new: tuple[str, ...] = ()
    dropped: str = ""
    why: str = ""


# In the order of history; the keys name the shipped files.
STATIONS: dict[str, Origin] = {
    "Jordan 1986": Origin(
        "Jordan",
        1986,
        "output fed back",
        "Jordan, Serial order: a parallel distributed processing approach, ICS Report 8604, UC San Diego",
        "Its past outputs come back.",
        "A memory of what it never put out.",
        ("previous:s", "h:1", "s"),
    ),
    "Elman 1990": Origin(
        "RNN",
        1990,
        "state fed back",
        "Elman, Finding structure in time, Cognitive Science 14:179–211",
        "A copy of its hidden state comes back.",
        "A memory that outlasts long strings.",
        ("previous:h", "h:1"),
    ),
    "LSTM 1997": Origin(
        "LSTM 1997",
        1997,
        "memory cell",
        "Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9(8):1735–1780",
        "A cell c that only adds, with two gates.",
        "A way to forget: c fills up.",
        ("previous:c", "i", "o", "c"),
        why="no resets: c grows",
    ),
    "LSTM 2000": Origin(
        "LSTM",
        2000,
        "forget gate",
        "Gers, Schmidhuber and Cummins, Learning to forget, Neural Computation 12(10):2451–2471",
        "A forget gate f, which multiplies the old c.",
        "Gates that see c itself.",
        ("f",),
    ),
    "Peephole 2000": Origin(
        "LSTM peephole",
        2000,
        "gates see the cell",
        "Gers and Schmidhuber, Recurrent nets that time and count, IJCNN 3:189–194",
        "Peepholes, weights from c to each gate.",
        "A cell with fewer weights.",
    ),
    "GRU 2014": Origin(
        "GRU 2014",
        2014,
        "one state, two gates",
        "Cho et al., Learning phrase representations using RNN encoder–decoder, arXiv:1406.1078",
        "One state and two gates.",
        "An output gate: all that it stores is put out.",
        ("z", "r"),
    ),
    "DeltaNet 2021": Origin(
        "DeltaNet",
        2021,
        "erase, then write",
        "Schlag, Irie and Schmidhuber, Linear transformers are secretly fast weight programmers, arXiv:2102.11174; all "
        "steps at once: Yang et al. 2024, arXiv:2406.06484, whose equations are shown",
        "A matrix S as state: what stands under a key is erased before the new value is written.",
        "Nothing fades that is not written over. With β below 1 it cannot count.",
        ("previous:S", "S", "k", "q", "u", "β"),
        "No gate forgets; keys, values and β see the input alone.",
    ),
    "RG-LRU 2024": Origin(
        "RG-LRU",
        2024,
        "no state in gates",
        "De et al., Griffin: mixing gated linear recurrences with local attention, arXiv:2402.19427",
        "A decay per unit, to a power that the input chooses.",
        "Its gates cannot ask what it holds: one layer loses the letter, and cannot count.",
        ("r", "a"),
        "Its gates no longer see the old state, and no unit hears another.",
    ),
    "sLSTM 2024": Origin(
        "sLSTM",
        2024,
        "exponential gates",
        "Beck et al., xLSTM: extended long short-term memory, arXiv:2405.04517",
        "Exponential gates, and a normalizer n that keeps them in bounds.",
        "A state of a few numbers holds few pairs, and it still runs step by step.",
        ("n", "i", "f"),
    ),
    "mLSTM 2024": Origin(
        "mLSTM",
        2024,
        "a matrix that fades",
        "Beck et al., xLSTM: extended long short-term memory, arXiv:2405.04517",
        "A matrix C as state, with a forget gate and exponential writing.",
        "It only adds: a new value does not replace the old one under its key. It cannot count.",
        ("C", "f", "i"),
        "Its gates no longer see the old state.",
    ),
    "minGRU 2024": Origin(
        "minGRU",
        2024,
        "no loop: a scan",
        "Feng et al., Were RNNs all we needed?, arXiv:2410.01201",
        "All steps at once, by a scan instead of a loop.",
        "Its gates cannot ask what it holds: one layer loses the letter, and cannot count.",
        (),
        "Gate and candidate no longer see the old state, and the reset gate is gone.",
    ),
    "gated DeltaNet 2024": Origin(
        "gated DeltaNet",
        2024,
        "forget gate again",
        "Yang, Kautz and Hatamizadeh, Gated delta networks, ICLR 2025, arXiv:2412.06464",
        "A forget gate α for the whole matrix, beside the delta rule.",
        "With β below 1 it cannot count.",
        ("Δ", "α"),
    ),
}
EARLY = tuple(STATIONS)[:6]  # those that led to the LSTM and the GRU; the others are newer


@once
def subject_of(station: str) -> Subject:
    """A row of STATIONS: its shipped network, and the first SHOWN symbols of the stream that all of them read."""
    text = " ".join(SYMBOLS[symbol] for symbol in stream(SHOWN)[:-1, 0])
    return Subject(Shipped(file_name(TASK, STATIONS[station].cell)), Text(text))


def station_of(subject: Subject) -> str:
    """The name of the station whose network a subject has; KeyError if it is none's."""
    return {subject_of(name).model: name for name in STATIONS}[subject.model]


def new_wires(station: str) -> set[Wire]:
    """What a station's drawing has beside that of the station before, where all boxes of that one stand in it too."""
    names = list(STATIONS)
    at = names.index(station)
    before, now = (subject_of(name).network().layers[0][0].diagram for name in (names[max(at - 1, 0)], station))
    if not {box.at for box in before.boxes} <= {box.at for box in now.boxes}:
        return set()
    there = {wire.points for wire in before.wires}
    return {wire for wire in now.wires if wire.points not in there}


def carried(subject: Subject) -> str:
    """The state that the network's cell is about: c where it has one, else h, what the layer above reads."""
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
