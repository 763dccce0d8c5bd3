"""What the networks of the lineage remember and weigh, measured again with nothing of the page's."""

from functools import cache

import numpy as np
import torch

from rnnviz import checkpoints, record
from rnnviz.studies.lstm_history import LENGTHS, LONG, STRINGS, stream, subject_of
from rnnviz.tasks import ContinualReber, XorStream
from rnnviz.tasks.reber import strings_of


@cache
def strings_that_end(length: int) -> torch.Tensor:
    return strings_of(length, STRINGS, torch.Generator().manual_seed(7))


@cache
def ends(name: str) -> list[int]:
    """Of the strings of either length, how many endings a network names."""
    counts = []
    for length in LENGTHS:
        strings = strings_that_end(length)
        with torch.no_grad():
            named = subject_of(name).network()(strings[: length - 2] + 1)[-1].argmax(-1)
        counts.append(int((named == strings[1]).sum()))
    return counts


@cache
def largest(name: str) -> float:
    """The largest size of any c of the station's cell along the whole stream."""
    with torch.no_grad():
        trace = record(subject_of(name).network(), stream(LONG)[:-1] + 1)
    return float(np.abs(trace.layer()["c"].values).max())


def third_bit(cell: str) -> float:
    (x, y), *_ = XorStream().held_out()
    network = checkpoints.load(checkpoints.MODELS / f"lineage-xor-stream-{cell.lower()}")
    with torch.no_grad():
        shares = torch.softmax(network(x), -1)[..., 1]
    return (shares[1:-1:3] - y[1:-1:3]).pow(2).mean(1).sqrt().mean().item()


@cache
def remembered(name: str) -> tuple[int, int]:
    """How many of the last symbols but one a network names right along the stream, and how many there are."""
    x = stream(LONG)[:-1] + 1
    asked = ContinualReber().critical(x)
    with torch.no_grad():
        right = (subject_of(name).network()(x).argmax(-1) == stream(LONG)[1:])[asked].sum()
    return int(right), int(asked.sum())


def weights_of(name: str) -> int:
    return sum(weight.numel() for weight in subject_of(name).network().layers[0].parameters())
