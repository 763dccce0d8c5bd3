"""What a model is once it is loaded, and what a sequence is once it is read."""

from __future__ import annotations

from typing import Literal, NamedTuple

from torch import Tensor

from rnnviz.checkpoints import Card
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.tasks import Task, Vocabulary


class Tokens(NamedTuple):
    """The network reads token ids, each the row of an embedding."""

    vocabulary: Vocabulary | OwnVocabulary | None  # None for a network that came without one


class Channels(NamedTuple):
    """The network reads vectors, one number per channel."""

    names: tuple[str, ...]


class Answers(NamedTuple):
    """What the readout gives: the scores of classes, or numbers; at the last step or at every one."""

    kind: Literal["classes", "numbers"]
    at: Literal["last", "every"]
    labels: tuple[str, ...]


class Provenance(NamedTuple):
    """Where a network comes from. ``card``: that of a shipped one, or of one while a shipped
    run was training it; ``seed``: what its weights hang on, if they were
    drawn, or its batches, if it was trained here. One that was brought has neither."""

    title: str
    trained: bool
    seed: int | None = None
    card: Card | None = None


class Loaded(NamedTuple):
    """A model, ready to run. Shared by all who ask for it, so that it must not be changed. An encoder-decoder writes a
    sequence, and has no ``answers``."""

    network: Network | EncoderDecoder
    reads: Tokens | Channels
    answers: Answers | None
    task: Task | None
    provenance: Provenance


class Reading(NamedTuple):
    """A sequence as one network reads it, a batch of one."""

    input: Tensor  # token ids (T, 1) or vectors (T, 1, I)
    tokens: tuple[str, ...]  # the text under the time axis; () where there is none
    known: tuple[bool, ...]  # for each step, whether the network's vocabulary has it
    solution: Tensor | None = None  # the right answers, as a task's batch has them; None where no rule gives them
    first: int = 0  # of a window, how many steps were read before it
    of: int = 0  # and how many the whole sequence has; 0 where this is all of it

    @property
    def steps(self) -> int:
        return len(self.input)

    def number(self, step: int) -> int:
        """What a step is called: counted from 1, in a window from the beginning of the whole sequence."""
        return self.first + step + 1


def loaded(network: Network | EncoderDecoder, learnt: Task | None, provenance: Provenance) -> Loaded:
    """A network with what is known of its input and its answers; ``learnt``: its task, if it has one."""
    if isinstance(network, EncoderDecoder):
        return Loaded(network, Tokens(learnt.vocabulary), None, learnt, provenance)
    if network.embedding is not None:
        reads: Tokens | Channels = Tokens(learnt.vocabulary if learnt else None)
    else:
        names = learnt.channels if learnt else tuple(f"x{k + 1}" for k in range(network.input_size))
        reads = Channels(names)
    answers = None
    if network.readout is not None:
        count = network.readout.out_features
        labels = learnt.labels if learnt else tuple(f"#{k + 1}" for k in range(count))
        classes = count > 1 if learnt is None else learnt.answers == "classes"
        answers = Answers("classes" if classes else "numbers", network.read_at, labels)
    return Loaded(network, reads, answers, learnt, provenance)
