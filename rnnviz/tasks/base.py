"""What every task is: sequences with a right answer."""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.tasks.tokens import Vocabulary

# In the place of an answer: none is asked for here. Losses and accuracies leave such steps out (it is torch's own
# ``ignore_index`` for a cross-entropy).
UNASKED = -100


class Batch(NamedTuple):
    """Sequences of one length, so that none needs padding, and their answers."""

    x: Tensor  # (T, B) token ids
    y: Tensor  # (B,) class ids where the task is read out at the last step, (T, B) where at every step; or UNASKED


class Task(ABC):
    """Sequences with a right answer, some to train on and some held out; of sentences, some to test on besides.

    A task is made without arguments and has no hidden randomness: two instances hold the same data, and a batch
    depends on nothing but the generator it is drawn with.
    """

    nbytes: ClassVar[int] = 0  # of its own: there is one of it in a process, however many results hold it
    name: ClassVar[str]  # its key in TASKS
    title: ClassVar[str]
    inputs: ClassVar[Literal["tokens", "reals"]] = "tokens"  # what x holds; for reals see VectorTask
    answers: ClassVar[Literal["classes", "numbers"]] = "classes"  # what y holds; for numbers see RealTask
    develops: ClassVar[bool] = False  # whether the held-out part was used to widen what is trained on
    writes: ClassVar[bool] = False  # whether the answer is the token that comes next
    # The steps at which an answer is asked for; or a sequence of its own is, see TranslationTask.
    one_length: ClassVar[bool] = True  # whether all that a rule draws are equally long, from batch to batch
    readout: ClassVar[Literal["last", "every", "sequence"]]
    labels: ClassVar[tuple[str, ...]]  # a stable identifier per class; the class id is the place
    examples: ClassVar[tuple[str, ...]]  # texts worth looking at, the first one shown first

    def options(self) -> dict[str, object]:
        """What it was made with, where it can be made in several ways: its attributes without what it only keeps."""
        own = type(self)
        return {name: v for name, v in vars(self).items() if not isinstance(getattr(own, name, None), cached_property)}

    def __getstate__(self) -> dict[str, object]:
        """What travels to another process, where all else is worked out anew."""
        return self.options()

    @property
    @abstractmethod
    def vocabulary(self) -> Vocabulary:
        """The tokens of the training sequences."""

    @property
    def input_size(self) -> int:
        """How many token ids there are: the rows of an embedding."""
        return len(self.vocabulary)

    @property
    def output_size(self) -> int:
        """How many classes there are: the rows of a readout."""
        return len(self.labels)

    def label_text(self, label: str) -> str:
        """A label in plain English words, itself unless a task says more. Raises ``KeyError`` for a label that is not
        in ``labels``."""
        if label not in self.labels:
            raise KeyError(label)
        return label

    @abstractmethod
    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A training batch of ``size`` sequences, all of one length."""

    def example(self, generator: torch.Generator) -> Batch:
        """A sequence to look at, one that was not trained on: a batch of one."""
        return self.batch(1, generator)

    @abstractmethod
    def held_out(self) -> list[Batch]:
        """Sequences that are never trained on, one batch per length, shortest first; always the same.

        Where sequences are drawn from a rule, these are drawn from the same rule. Where they are worded by hand, this
        is the development part: the training wordings were widened until networks read it (``develops``).
        """

    def sample(self) -> list[Batch]:
        """The part of what is held out on which the snapshots of a run are measured: all of it, unless that is slow."""
        return self.held_out()

    def test(self) -> list[Batch]:
        """As ``held_out``, but sequences by which nothing of the task or of a network was chosen; often there are none
        apart from the held-out ones."""
        return []

    @property
    def source(self) -> str:
        """Whose data these are, where they are not the same everywhere; "" where they are."""
        return ""

    def baseline(self) -> float | None:
        """The loss on what is held out of who answers without looking at what was read; None where nobody says."""
        return None

    def subsets(self) -> dict[str, list[Batch]]:
        """Parts of what is held out that ask something of their own, by name; all other answers in them are UNASKED."""
        return {}

    def test_subsets(self) -> dict[str, list[Batch]]:
        """Likewise the parts of what is to test on."""
        return {}

    def solution(self, x: Tensor) -> Tensor | None:
        """The right answers to token ids ``x``, shaped as a Batch's ``y``, where a rule gives them; None where not."""
        return None

    def loss(self, output: Tensor, y: Tensor) -> Tensor:
        """What training makes small: the mean cross-entropy in nats over the answers that are asked for."""
        return F.cross_entropy(output.flatten(0, -2), y.flatten(), ignore_index=UNASKED)

    def encode(self, text: str) -> Tensor:
        """A text as token ids (T, 1), one per token of ``vocabulary.split(text)``.

        Raises ``ValueError`` for a text without a single token.
        """
        ids = self.vocabulary.encode(self.vocabulary.split(text))
        if not ids:
            raise ValueError("there is nothing to read: type at least one word, character or number")
        return torch.tensor(ids).unsqueeze(1)
