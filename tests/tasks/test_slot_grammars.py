"""The grammars of the travel sentences: no template gives its labels away, and no city prefers a role."""

import re
from collections import Counter, defaultdict

from rnnviz.tasks import Slots, tokenize
from rnnviz.tasks.slots.chinese import CHINESE
from rnnviz.tasks.slots.english import ENGLISH
from rnnviz.tasks.slots.grammar import decided_later, expand, wordings
from rnnviz.tasks.templates import SLOT, templates_of
from tests.tasks.travel_sentences import GRAMMARS, reading


@GRAMMARS
def test_templates_are_written_once_and_use_known_slots_and_moods(grammar):
    templates = [template for block in grammar.templates.values() for template in templates_of(block)]
    made = [wording for template in templates for wording in wordings(template).values()]
    assert len(set(made)) == len(made)
    names = {name for template in templates for name in SLOT.findall(template)}
    assert names == set(grammar.slots) | {"place", "departure", "destination"}
    assert {template[-1] for template in templates} == set(grammar.frames)
    for block in grammar.templates.values():
        assert " ".join(templates_of(block)) == " ".join(block.split())


@GRAMMARS
def test_a_template_names_a_place_only_where_two_wordings_tell_its_role(grammar):
    for kind, block in grammar.templates.items():
        for template in templates_of(block):
            assert ("{place}" in template or len(re.findall(r"departure}|destination}", template)) == 2) == (
                kind != "neither"
            )
            assert ("{place}" in template) == ("[" in template)
            assert decided_later(template) == (kind == "later")


@GRAMMARS
def test_twins_have_the_same_words_up_to_the_one_that_decides(grammar):
    for template in templates_of(grammar.templates["later"]):
        sentences = expand(template, grammar)
        for one, other in zip(sentences[::2], sentences[1::2], strict=True):
            pairs = list(zip(tokenize(one.text), tokenize(other.text), strict=False))
            deciding = next(place for place, (here, there) in enumerate(pairs) if here != there)
            assert one.waiting[:deciding] == other.waiting[:deciding]
            assert any(one.waiting)
            assert not any(one.waiting[deciding:])
            for place, waits in enumerate(one.waiting):
                if waits:
                    assert (one.roles[place], other.roles[place]) == ("departure", "destination")


@GRAMMARS
def test_every_city_is_every_role_equally_often(grammar):
    for kind in grammar.templates:
        roles = defaultdict(Counter)
        for template in templates_of(grammar.templates[kind]):
            plain = grammar._replace(respelling={})
            for sentence in expand(template, plain):
                for city in grammar.slots["city"]:
                    name = tokenize(city)
                    tokens = tokenize(sentence.text)
                    for start in range(len(tokens) - len(name) + 1):
                        if tokens[start : start + len(name)] == name:
                            roles[city][sentence.roles[start]] += 1
        assert len(roles) == len(grammar.slots["city"])
        counts = list(roles.values())
        assert all(count == counts[0] for count in counts)
        assert counts[0]["departure"] == counts[0]["destination"]


def test_no_sentence_has_two_labellings_and_none_is_trained_on_and_held_out():
    roles = {}
    for grammar in (ENGLISH, CHINESE):
        for block in grammar.templates.values():
            for template in templates_of(block):
                for sentence in expand(template, grammar):
                    assert roles.setdefault(reading(sentence.text), sentence.roles) == sentence.roles
    task = Slots()
    training, held_out = task.training_sentences, task.development_sentences
    assert not {reading(s.text) for s in training} & {reading(s.text) for s in held_out}
    assert not {s.template for s in training} & {s.template for s in held_out}
