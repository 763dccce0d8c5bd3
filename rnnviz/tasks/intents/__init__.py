"""Intent detection: read a sentence, say what the speaker wants. Eight intents, in English and Chinese."""

from functools import cached_property
from typing import NamedTuple

import torch

from rnnviz.tasks.base import Batch, Task
from rnnviz.tasks.buckets import by_length, draw
from rnnviz.tasks.intents.chinese import CHINESE
from rnnviz.tasks.intents.chinese_for_test import CHINESE_TEST
from rnnviz.tasks.intents.english import ENGLISH
from rnnviz.tasks.intents.english_for_test import ENGLISH_TEST
from rnnviz.tasks.intents.grammar import Sentence, sentences, test_sentences
from rnnviz.tasks.tokens import Vocabulary, normalize, tokenize

# A sentence as a network reads it. Texts of one reading ("Hi!", "hi !") are one sentence.
Reading = tuple[str, ...]


class Intent(NamedTuple):
    """A class of sentences: the identifier that is stored, and the words that are shown."""

    identifier: str
    text: str


INTENTS = (
    Intent("ask_time", "ask the time"),
    Intent("ask_weather", "ask the weather"),
    Intent("set_alarm", "set an alarm"),
    Intent("play_music", "play music"),
    Intent("ask_directions", "ask the way"),
    Intent("send_message", "send a message"),
    Intent("translate", "translate"),
    Intent("small_talk", "small talk"),
)

EXAMPLES = (
    "what time is it ?",
    "明天台北会下雨吗",
    "play some quiet music for me",
    "帮我播放Yellow",
    "what is the weather like in Taipei ?",
    "what is the time in Taipei ?",
    "今天天气真好",
    "今天天气怎么样",
    "could you please tell me how to get to the train station from here ?",
    "請問去火車站怎麼走",
    "tell Anna the zeppelin is late",
    "七点叫我起床",
    "how do you say good morning in Japanese ?",
    "你好",
)


class Intents(Task):
    """Which of eight things does a sentence ask for? Read out at the last step.

    Held out are *templates*, not just fillings: no wording of that part was ever trained on. The vocabulary
    is that of the training sentences alone, and in training each token is made unknown with a chance of
    ``buckets.UNKNOWN_SHARE``, so that the network has met the unknown token when a visitor types a word that it does
    not know.

    But it is a *development* part: the training wordings were widened until small networks read it, so an accuracy
    there only says that the task can be learned from this grammar. ``test`` asks for sentences of another grammar
    (``english_for_test``, ``chinese_for_test``), to which nobody tuned anything.
    """

    name = "intents"
    title = "What does the speaker want?"
    develops = True
    readout = "last"
    labels = tuple(intent.identifier for intent in INTENTS)
    examples = EXAMPLES

    def label_text(self, label: str) -> str:
        return dict(INTENTS)[label]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self._training)

    @property
    def training_sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the training templates."""
        return tuple(self._training.values())

    @property
    def development_sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the development templates, without any that a training template makes as well."""
        return tuple(self._development.values())

    @property
    def test_sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the test grammar, without any that another part has as well."""
        return tuple(self._test.values())

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A training batch (T, size) of one length, drawn as often as sentences have that length."""
        return draw(self._buckets, size, generator)

    def held_out(self) -> list[Batch]:
        """The development part."""
        return self._by_length(self._development)

    def test(self) -> list[Batch]:
        return self._by_length(self._test)

    @cached_property
    def _sentences(self) -> tuple[dict[Reading, Sentence], dict[Reading, Sentence]]:
        parts: tuple[dict[Reading, Sentence], dict[Reading, Sentence]] = ({}, {})
        for grammar in (ENGLISH, CHINESE):
            for part, made in zip(parts, sentences(grammar), strict=True):
                part.update((_reading(sentence), sentence) for sentence in made)
        training, development = parts
        return training, {reading: s for reading, s in development.items() if reading not in training}

    @property
    def _training(self) -> dict[Reading, Sentence]:
        return self._sentences[0]

    @property
    def _development(self) -> dict[Reading, Sentence]:
        return self._sentences[1]

    @cached_property
    def _test(self) -> dict[Reading, Sentence]:
        made = (sentence for grammar in (ENGLISH_TEST, CHINESE_TEST) for sentence in test_sentences(grammar))
        met = self._training.keys() | self._development.keys()
        return {reading: s for s in made if (reading := _reading(s)) not in met}

    @cached_property
    def _buckets(self) -> list[Batch]:
        return self._by_length(self._training)

    def _by_length(self, part: dict[Reading, Sentence]) -> list[Batch]:
        encode, labels = self.vocabulary.encode, self.labels
        return by_length((encode(reading), labels.index(sentence.label)) for reading, sentence in part.items())


def _reading(sentence: Sentence) -> Reading:
    return tuple(map(normalize, tokenize(sentence.text)))
