"""From templates of travel sentences to labelled sentences.

A slot's name says what its words are: ``{departure}``, ``{destination}``, ``{date}`` and ``{day}``, ``{time}`` and
``{part}`` (of the day), ``{city}`` for a city that is neither left nor reached. A template may be two in one: in
``{place} is the city that I [leave from|arrive in].`` the first wording makes ``{place}`` the departure, the second
the destination. Both are made with the same fillings and frame, so that the words up to the bracket say nothing:
every beginning is followed by either wording equally often. The two are held out together.
"""

import re
from typing import NamedTuple

import torch

from rnnviz.tasks.templates import RESPELL_ONE_IN, SLOT, Grammar, checksum, split, templates_of
from rnnviz.tasks.tokens import tokenize

_CHOICE = re.compile(r"\[(.*?)\|(.*?)\]")
_ROLES = {"city": "none", "day": "date", "part": "time"}  # where a slot is not named for its role
_CITIES = ("place", "departure", "destination", "city")


class Sentence(NamedTuple):
    """A travel sentence and what each of its tokens is."""

    text: str
    roles: tuple[str, ...]  # one per token
    waiting: tuple[bool, ...]  # one per token: only a later word tells its role
    language: str
    template: str


def wordings(template: str) -> dict[str, str]:
    """A template without its brackets, by the role of ``{place}``; a template without brackets is one wording."""
    if not _CHOICE.search(template):
        return {"none": template}
    return {role: _CHOICE.sub(rf"\{group}", template) for group, role in ((1, "departure"), (2, "destination"))}


def decided_later(template: str) -> bool:
    """Whether the words that tell the role of ``{place}`` come after it."""
    return 0 <= template.find("{place}") < template.find("[")


def expand(template: str, grammar: Grammar) -> list[Sentence]:
    """As many sentences of each wording as there are cities; the same ones whatever else the grammar holds.

    Each city fills each slot for a city once, so that none tells its role.
    """
    generator = torch.Generator().manual_seed(checksum(template))
    names = SLOT.findall(template)
    cities = grammar.slots["city"]
    order = torch.randperm(len(cities), generator=generator).tolist()
    frames, first = grammar.frames[template[-1]], int(torch.randint(2**31, (), generator=generator))
    draws = torch.randint(2**31, (len(cities), len(names)), generator=generator).tolist()
    # How far apart in the shuffled list the cities of a sentence are. A template with a {place} has at most one
    # city more in each of its wordings, and it is the same one in both.
    near, far = (1 + torch.randperm(len(cities) - 1, generator=generator)[:2]).tolist()
    away = {"place": 0, "departure": near if "place" in names else 0, "destination": near, "city": far}

    later = decided_later(template)
    made = {}
    for turn, drawn in enumerate(draws):
        fillings = {
            name: cities[order[(turn + away[name]) % len(cities)]]
            if name in _CITIES
            else grammar.slots[name][draw % len(grammar.slots[name])]
            for name, draw in zip(names, drawn, strict=True)
        }
        frame = frames[(first + turn) % len(frames)]
        respelling = grammar.respelling if turn % RESPELL_ONE_IN == RESPELL_ONE_IN - 1 else {}
        for role, wording in wordings(template[:-1]).items():
            pieces = _pieces(frame.replace("{}", wording), fillings, role)
            text = "".join(words for words, _, _ in pieces).translate(respelling)
            tokens = [(said, place) for words, said, place in pieces for _ in tokenize(words)]
            waiting = tuple(place and later for _, place in tokens)
            made[text] = Sentence(text, tuple(said for said, _ in tokens), waiting, grammar.language, template)
    return list(made.values())


def sentences(grammar: Grammar) -> tuple[list[Sentence], list[Sentence]]:
    """All sentences of a grammar: those to train on, and those of the development templates, which are held out."""
    parts: tuple[list[Sentence], list[Sentence]] = ([], [])
    for block in grammar.templates.values():
        for part, templates in zip(parts, split(templates_of(block)), strict=True):
            part.extend(sentence for template in templates for sentence in expand(template, grammar))
    return parts


def test_sentences(grammar: Grammar) -> list[Sentence]:
    """All sentences of a test grammar, of which nothing is trained on."""
    return [s for block in grammar.templates.values() for t in templates_of(block) for s in expand(t, grammar)]


def _pieces(wording: str, fillings: dict[str, str], place_role: str) -> list[tuple[str, str, bool]]:
    """A wording as (words, their role, whether they fill ``{place}``), one after the other."""
    pieces = []
    for index, piece in enumerate(SLOT.split(wording)):  # text, slot, text, slot, ..., text
        if index % 2 == 0:
            pieces.append((piece, "none", False))
        elif piece == "place":
            pieces.append((fillings[piece], place_role, True))
        else:
            pieces.append((fillings[piece], _ROLES.get(piece, piece), False))
    return pieces
