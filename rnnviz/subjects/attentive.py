"""The shipped network that answers at every word with attention to all words, and what it looks at in a sentence."""

from __future__ import annotations

from typing import NamedTuple

import torch

from rnnviz import checkpoints
from rnnviz.attentive_network import AttentiveNetwork
from rnnviz.checkpoints import Card, read_card
from rnnviz.compute import computed, once
from rnnviz.layer_traces import signal_of
from rnnviz.subjects.sizes import task
from rnnviz.trace import Signal

NAME, TASK = "slots-lstm-attention", "slots"


class Attention(NamedTuple):
    """``weights`` α: ("time", "position"), how much each step looks at the state of each. ``output``: the chance of
    each label, ("time", "output")."""

    weights: Signal
    output: Signal


@once
def load() -> AttentiveNetwork:
    """One for all who ask, so that it must not be changed."""
    return checkpoints.load_attentive(checkpoints.ATTENTIVE / NAME)


@once
def card() -> Card:
    return read_card(checkpoints.ATTENTIVE / NAME)


@computed
@torch.no_grad()
def attended(text: str) -> Attention:
    """What it looks at, and what it answers, at every word of a text. ValueError for a text without a word."""
    found = load().attend(task(TASK).encode(text))
    weights, output = found.looked.weights[..., 0], found.output[:, 0].softmax(-1)
    return Attention(
        signal_of("alpha", r"\alpha_{tj}", ("time", "position"), weights, (0.0, 1.0)),
        signal_of("p", "p_t", ("time", "output"), output, (0.0, 1.0)),
    )
