"""Tasks whose sequences are sentences worded by hand: a training, a development and a test part, told apart by reading.

What a task makes of a sentence, and how it words one, is its own affair.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

import torch

from rnnviz.tasks.base import Batch, Task
from rnnviz.tasks.buckets import draw
from rnnviz.tasks.tokens import Vocabulary, normalize, tokenize

# A sentence as a network reads it. Texts of one reading ("Hi!", "hi !") are one sentence.
Reading = tuple[str, ...]
Part = dict[Reading, Any]  # to sentences, which have a ``text``


class WordedTask(Task):
    """Held out are *templates*, not just fillings: no wording of that part was ever trained on. The vocabulary is that
    of the training sentences alone, and in training some tokens are made unknown (``buckets.UNKNOWN_SHARE``), so that
    the network has met the unknown token when a visitor types a word that it does not know.

    But it is a *development* part: the training wordings were widened until small networks read it, so an accuracy
    there only says that the task can be learned from this grammar. ``test`` asks for sentences of another grammar
    (``english_for_test``, ``chinese_for_test``), to which nobody tuned anything.
    """

    develops: ClassVar[bool] = True

    @abstractmethod
    def worded(self) -> Iterable[tuple[Iterable, Iterable]]:
        """The training and the development sentences of each language."""

    @abstractmethod
    def worded_for_test(self) -> Iterable:
        """The sentences of the grammars that nobody tuned to."""

    @abstractmethod
    def by_length(self, part: Part) -> list[Batch]:
        """A part as batches, one per length, shortest first."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.parts[0])

    @cached_property
    def parts(self) -> tuple[Part, Part, Part]:
        """Training, development and test; each without what one before it makes as well."""
        training, development = {}, {}
        for train, develop in self.worded():
            training |= by_reading(train)
            development |= by_reading(develop)
        development = {reading: s for reading, s in development.items() if reading not in training}
        met = training.keys() | development.keys()
        test = {reading: s for reading, s in by_reading(self.worded_for_test()).items() if reading not in met}
        return training, development, test

    @property
    def training_sentences(self) -> tuple:
        return tuple(self.parts[0].values())

    @property
    def development_sentences(self) -> tuple:
        return tuple(self.parts[1].values())

    @property
    def test_sentences(self) -> tuple:
        return tuple(self.parts[2].values())

    def sentence(self, tokens: Iterable[str]) -> Any | None:
        """The sentence of any part that reads so, with what it asks for; None of one that nobody worded here."""
        reading = tuple(map(normalize, tokens))
        return next((part[reading] for part in self.parts if reading in part), None)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A training batch of one length, drawn as often as sentences have that length."""
        return draw(self._buckets, size, generator)

    def held_out(self) -> list[Batch]:
        """The development part."""
        return self.by_length(self.parts[1])

    def test(self) -> list[Batch]:
        return self.by_length(self.parts[2])

    @cached_property
    def _buckets(self) -> list[Batch]:
        return self.by_length(self.parts[0])


def by_reading(sentences: Iterable) -> Part:
    return {tuple(map(normalize, tokenize(sentence.text))): sentence for sentence in sentences}
