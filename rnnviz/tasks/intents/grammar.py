"""From templates to sentences: a small grammar, split by template and expanded into a bounded sample.

A template is a sentence such as ``what is the time in {city}?``. Its last character is its mood: ``?`` a question,
``!`` a request, ``~`` a request that already says for whom (``wake me up~``), ``.`` a statement. Each sentence puts a
filling into every slot and the whole into a frame of that mood (``could you {}?``), so that politeness and punctuation
vary without telling anything about the intent.
"""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import torch

SENTENCES_PER_TEMPLATE = 8
HOLD_OUT_ONE_IN = 5
_RESPELL_ONE_IN = 4
_TEMPLATE = re.compile(r"[^?!~.]+[?!~.]")
_SLOT = re.compile(r"\{(\w+)\}")


class Grammar(NamedTuple):
    """How the intents are worded in one language."""

    language: str  # BCP 47: "en"
    templates: dict[str, str]  # intent -> its templates, as running text
    frames: dict[str, tuple[str, ...]]  # mood -> what may stand around a template, at {}
    slots: dict[str, tuple[str, ...]]  # slot -> its fillings
    respelling: dict[int, str]  # character -> character of the language's other spelling; may be empty


class Sentence(NamedTuple):
    """A sentence, what it asks for, and where it comes from."""

    text: str
    label: str
    language: str
    template: str


def templates_of(block: str) -> list[str]:
    """The templates of a block of text: each ends with its mood."""
    return [template.strip() for template in _TEMPLATE.findall(block)]


def split(templates: list[str]) -> tuple[list[str], list[str]]:
    """Part templates into those to train on and those held out, one in five.

    The fifth with the smallest CRC-32 is held out: a rule that knows nothing of a template's difficulty, does not
    depend on the order in which templates are written, and moves few of them when one is added.
    """
    ranked = sorted(templates, key=_checksum)
    count = max(1, len(ranked) // HOLD_OUT_ONE_IN)
    return ranked[count:], ranked[:count]


def expand(template: str, grammar: Grammar, count: int = SENTENCES_PER_TEMPLATE) -> list[str]:
    """Up to ``count`` different sentences of a template; the same ones whatever else the grammar holds."""
    generator = torch.Generator().manual_seed(_checksum(template))
    core, frames = template[:-1], grammar.frames[template[-1]]
    choices = 1 + len(_SLOT.findall(core))
    sentences = {}  # a set that remembers its order
    for draws in torch.randint(2**31, (2 * count, choices), generator=generator).tolist():
        frame = frames[draws[0] % len(frames)]
        sentence = frame.replace("{}", _fill(core, grammar.slots, iter(draws[1:])))
        if len(sentences) % _RESPELL_ONE_IN == _RESPELL_ONE_IN - 1:
            sentence = sentence.translate(grammar.respelling)
        sentences[sentence] = None
    return list(sentences)[:count]


def sentences(grammar: Grammar) -> tuple[list[Sentence], list[Sentence]]:
    """All sentences of a grammar: those to train on, and those of the held-out templates."""
    parts: tuple[list[Sentence], list[Sentence]] = ([], [])
    for label, block in grammar.templates.items():
        for part, templates in zip(parts, split(templates_of(block)), strict=True):
            for template in templates:
                texts = expand(template, grammar)
                part.extend(Sentence(text, label, grammar.language, template) for text in texts)
    return parts


def _fill(core: str, slots: dict[str, tuple[str, ...]], draws: Iterator[int]) -> str:
    used = set()  # "from the park to the park" is no journey

    def filling(slot: re.Match) -> str:
        left = [word for word in slots[slot[1]] if word not in used]
        chosen = left[next(draws) % len(left)]
        used.add(chosen)
        return chosen

    return _SLOT.sub(filling, core)


def _checksum(template: str) -> int:
    return zlib.crc32(template.encode())
