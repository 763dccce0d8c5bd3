"""Slot filling: label every word of a travel sentence. English and Chinese, and often a later word decides."""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch
from rnnviz.tasks.buckets import by_length
from rnnviz.tasks.slots.chinese import CHINESE
from rnnviz.tasks.slots.chinese_for_test import CHINESE_TEST
from rnnviz.tasks.slots.english import ENGLISH
from rnnviz.tasks.slots.english_for_test import ENGLISH_TEST
from rnnviz.tasks.slots.fillings import KINDS
from rnnviz.tasks.slots.grammar import Sentence, sentences, test_sentences
from rnnviz.tasks.tokens import tokenize
from rnnviz.tasks.worded import Part, WordedTask

CLASSES = ("other", "city", "date word", "time word")

LABELS = {
    "none": "none of these",
    "departure": "departure",
    "destination": "destination",
    "date": "date",
    "time": "time",
}

EXAMPLES = (
    "Taipei is the city that I leave from",
    "Taipei is the city that I arrive in",
    "台北是我出发的地方",
    "台北是我要去的地方",
    "我爱NLP",
    "I want to fly from Taipei to New York on Friday at half past nine",
    "我想明天早上七点从台北去东京",
    "I want to fly from New York to Taipei next Monday",
    "明天下午三点上海出发，台北到达",
    "I love Taipei",
)


class Slots(WordedTask):
    """Which words of a sentence name the departure, the destination, the date and the time of a journey? Read out at
    every step.

    A city's name does not tell its role: every city is every role equally often. In about a third of the sentences
    ("Taipei is the city that I leave from", "... arrive in") the word that tells it comes *later*. Each of them has a
    twin with the same words up to there and the other role, so before that word both roles are equally likely: a
    network that reads from left to right can only guess. ``subsets()["later"]`` asks for just those words.

    Twins are held out together.
    """

    name = "slots"
    title = "Which word is the departure, which the destination?"
    readout = "every"
    labels = tuple(LABELS)
    examples = EXAMPLES

    def label_text(self, label: str) -> str:
        return LABELS[label]

    def worded(self) -> Iterator[tuple]:
        return map(sentences, (ENGLISH, CHINESE))

    def worded_for_test(self) -> Iterator[Sentence]:
        return chain.from_iterable(map(test_sentences, (ENGLISH_TEST, CHINESE_TEST)))

    def subsets(self) -> dict[str, list[Batch]]:
        """ "later": the development sentences with words whose role a later word tells; only those words are asked."""
        return {"later": self._later(self.parts[1])}

    def test_subsets(self) -> dict[str, list[Batch]]:
        """ "later": likewise of the test sentences."""
        return {"later": self._later(self.parts[2])}

    def token_classes(self, x: Tensor) -> Tensor:
        """What kind of word each of the token ids ``x`` (T, B) is whatever its role, as places in ``CLASSES`` (T, B).

        A token belongs to the longest name, date or time that it is a part of: 上 is a city's in 上海, a time's in
        上午九点 and neither in 上面.
        """
        kinds = torch.zeros_like(x)
        longest = max(map(len, self._names))
        for column, ids in enumerate(x.T.tolist()):
            start = 0
            while start < len(ids):
                spans = (tuple(ids[start : start + length]) for length in range(longest, 0, -1))
                found = next((span for span in spans if span in self._names), None)
                if found:
                    kinds[start : start + len(found), column] = self._names[found]
                start += len(found or (0,))
        return kinds

    @cached_property
    def _names(self) -> dict[tuple[int, ...], int]:
        """Token ids of each filling -> its kind, in all spellings."""
        return {
            tuple(self.vocabulary.encode(tokenize(spelling))): CLASSES.index(KINDS[slot])
            for grammar in (ENGLISH, CHINESE)
            for slot, fillings in grammar.slots.items()
            for filling in fillings
            for spelling in (filling, filling.translate(grammar.respelling))
        }

    def _later(self, part: Part) -> list[Batch]:
        later = {reading: sentence for reading, sentence in part.items() if any(sentence.waiting)}
        return self.by_length(later, only_waiting=True)

    def by_length(self, part: Part, only_waiting: bool = False) -> list[Batch]:
        def answers(sentence: Sentence) -> list[int]:
            asked = sentence.waiting if only_waiting else [True] * len(sentence.roles)
            return [
                self.labels.index(role) if ask else UNASKED for role, ask in zip(sentence.roles, asked, strict=True)
            ]

        return by_length((self.vocabulary.encode(reading), answers(sentence)) for reading, sentence in part.items())
