"""From templates to sentences, a bounded sample of each template.

A template is a sentence such as ``what is the time in {city}?``; the grammar's kinds of sentences are the intents.
Each sentence puts a filling into every slot and the whole into a frame of its mood (``could you {}?``), so that
politeness and punctuation vary without telling anything about the intent.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import torch

from rnnviz.tasks.templates import RESPELL_ONE_IN, SLOT, Grammar, checksum, split, templates_of

SENTENCES_PER_TEMPLATE, TESTED_PER_TEMPLATE = 8, 4


class Sentence(NamedTuple):
    """A sentence, what it asks for, and where it comes from."""

    text: str
    label: str
    language: str
    template: str


def expand(template: str, grammar: Grammar, count: int = SENTENCES_PER_TEMPLATE) -> list[str]:
    """Up to ``count`` different sentences of a template; the same ones whatever else the grammar holds."""
    generator = torch.Generator().manual_seed(checksum(template))
    core, frames = template[:-1], grammar.frames[template[-1]]
    choices = 1 + len(SLOT.findall(core))
    sentences = {}  # a set that remembers its order
    for draws in torch.randint(2**31, (2 * count, choices), generator=generator).tolist():
        frame = frames[draws[0] % len(frames)]
        sentence = frame.replace("{}", _fill(core, grammar.slots, iter(draws[1:])))
        if len(sentences) % RESPELL_ONE_IN == RESPELL_ONE_IN - 1:
            sentence = sentence.translate(grammar.respelling)
        sentences[sentence] = None
    return list(sentences)[:count]


def sentences(grammar: Grammar) -> tuple[list[Sentence], list[Sentence]]:
    """All sentences of a grammar: those to train on, and those of the development templates, which are held out."""
    parts: tuple[list[Sentence], list[Sentence]] = ([], [])
    for label, block in grammar.templates.items():
        for part, templates in zip(parts, split(templates_of(block)), strict=True):
            for template in templates:
                texts = expand(template, grammar)
                part.extend(Sentence(text, label, grammar.language, template) for text in texts)
    return parts


def test_sentences(grammar: Grammar) -> list[Sentence]:
    """All sentences of a test grammar, of which nothing is trained on: TESTED_PER_TEMPLATE of each template."""
    return [
        Sentence(text, label, grammar.language, template)
        for label, block in grammar.templates.items()
        for template in templates_of(block)
        for text in expand(template, grammar, TESTED_PER_TEMPLATE)
    ]


def _fill(core: str, slots: dict[str, tuple[str, ...]], draws: Iterator[int]) -> str:
    used = set()  # "from the park to the park" is no journey

    def filling(slot: re.Match) -> str:
        left = [word for word in slots[slot[1]] if word not in used]
        chosen = left[next(draws) % len(left)]
        used.add(chosen)
        return chosen

    return SLOT.sub(filling, core)
