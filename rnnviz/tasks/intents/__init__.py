"""Intent detection: read a sentence, say what the speaker wants. Eight intents, in English and Chinese."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from rnnviz.tasks.base import Batch
from rnnviz.tasks.buckets import by_length
from rnnviz.tasks.intents.chinese import CHINESE
from rnnviz.tasks.intents.chinese_for_test import CHINESE_TEST
from rnnviz.tasks.intents.english import ENGLISH
from rnnviz.tasks.intents.english_for_test import ENGLISH_TEST
from rnnviz.tasks.intents.grammar import Sentence, sentences, test_sentences
from rnnviz.tasks.worded import Part, WordedTask


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
    "tell Anna that it is sunny today",
    "跟小丽说今天天气真好",
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


class Intents(WordedTask):
    """Which of eight things does a sentence ask for? Read out at the last step."""

    name = "intents"
    title = "What does the speaker want?"
    readout = "last"
    labels = tuple(intent.identifier for intent in INTENTS)
    examples = EXAMPLES

    def label_text(self, label: str) -> str:
        return dict(INTENTS)[label]

    def worded(self) -> Iterator[tuple]:
        return map(sentences, (ENGLISH, CHINESE))

    def worded_for_test(self) -> Iterator[Sentence]:
        return chain.from_iterable(map(test_sentences, (ENGLISH_TEST, CHINESE_TEST)))

    def by_length(self, part: Part) -> list[Batch]:
        encode, labels = self.vocabulary.encode, self.labels
        return by_length((encode(reading), labels.index(sentence.label)) for reading, sentence in part.items())
