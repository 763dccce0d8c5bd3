"""What the first page tells of memory: which networks read what, and the runs that its pictures are drawn from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz import gradients
from rnnviz.answers import answers
from rnnviz.compute import once
from rnnviz.holding import Hold
from rnnviz.recording import record
from rnnviz.studies.cell_comparison import fresh
from rnnviz.studies.delayed_recall import subject_of
from rnnviz.subjects import Shipped, Subject, Text
from rnnviz.tasks import TASKS
from rnnviz.tasks.tokens import tokenize

# By language: a sentence, and two sentences in which one name has two roles.
QUESTION = {"en": "what time is it ?", "zh": "现在几点了？"}
PAIR = {
    "en": ("I want to arrive in Taipei on Friday", "I want to leave Taipei on Friday"),
    "zh": ("我想明天到台北", "我想明天离开台北"),
}
ORDERS, ORDERS_SEED = 7, 2  # of a sentence's words, the right one among them
RADII = tuple(round(0.5 + 0.1 * k, 1) for k in range(26))
LENGTH, PULSE_SEED = 20, 1  # steps of the noise that the gradient comes back through, and the seed of network and noise
HOLDS = {"0": 0.0, "": None, "1": 1.0}  # values that the forget gate is held at, by name; None: it is let go
LETTER = "A"


def reader(language: str) -> Subject:
    """A plain RNN that tells what a sentence wants, and one to read."""
    return Subject(Shipped("intents-rnn-small"), Text(QUESTION[language]))


def traveller(text: str) -> Subject:
    """A plain RNN that tells the role of each word of a travel sentence."""
    return Subject(Shipped("slots-rnn-one-1-seed0"), Text(text))


class Orders(NamedTuple):
    """A sentence in several orders, the right one first.

    ``places`` (order, place): which word stands there. ``answers`` (order, place, label): what the network says of it.
    ``alone`` (word, label): what can be said of the word without the others.
    """

    tokens: tuple[str, ...]
    places: np.ndarray
    answers: np.ndarray
    alone: np.ndarray


@torch.no_grad()
def orders(text: str) -> Orders:
    subject, generator = traveller(text), torch.Generator().manual_seed(ORDERS_SEED)
    words = subject.input()[:, 0]
    shuffled = [torch.randperm(len(words), generator=generator) for _ in range(ORDERS - 1)]
    places = torch.stack([torch.arange(len(words)), *shuffled])
    answers = torch.softmax(subject.network()(words[places].T), -1).transpose(0, 1)
    return Orders(subject.tokens, places.numpy(), answers.numpy(), word_alone()[words].numpy())


@once
def word_alone() -> Tensor:
    """Of each word of the travel task's vocabulary, the share of each label among its occurrences in the training
    sentences, (word, label); NaN where there is none.

    That is the linear readout of the word alone with the least squared error: on a one-hot word, least squares give
    the mean of what was asked. No readout of one word can do better.
    """
    task = TASKS["slots"]()
    words, roles = [], []
    for sentence in task.training_sentences:
        words += task.vocabulary.encode(tokenize(sentence.text))
        roles += map(task.labels.index, sentence.roles)
    counts = torch.zeros(len(task.vocabulary.tokens), len(task.labels), dtype=torch.float64)
    counts.index_put_((torch.tensor(words), torch.tensor(roles)), torch.ones(len(words)).double(), accumulate=True)
    return counts / counts.sum(1, keepdim=True)


@once
def pulses() -> np.ndarray:
    """log10 of the size of dL/dS_t over its size at the last step, ("radius", "time"): a fresh RNN on noise, all else
    equal, its recurrent weights scaled to each of RADII; the loss is a push on the last state."""
    curves = []
    for radius in RADII:
        subject = fresh("RNN", LENGTH, PULSE_SEED, spectral_radius=radius)
        curve = gradients.gradient_curves(subject.network(), subject.input(), subject.objective)["h"]
        curves.append(curve.at(batch=0).values)
    return np.stack(curves) - np.stack(curves)[:, -1:]


class HeldGate(NamedTuple):
    """``c`` and ``f``: ("time", "unit"). ``p``: what is answered at the end, ("output",)."""

    c: np.ndarray
    f: np.ndarray
    p: np.ndarray


def recaller(cell: str = "LSTM") -> Subject:
    """A network that tells a letter after fifty digits."""
    return subject_of(cell, letter=LETTER)


@torch.no_grad()
def held(value: float | None) -> HeldGate:
    """The LSTM with its forget gate held at ``value`` at every step, or let go. i, g and o follow from its own h."""
    network, x = recaller().network(), recaller().input()
    trace = record(network, x, hold=None if value is None else {"f": Hold(value)})
    c, f = (trace.layer()[name].at(batch=0).values for name in ("c", "f"))
    return HeldGate(c, f, answers(network, trace).at(batch=0).values[-1])
