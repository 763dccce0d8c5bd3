"""The wordings: well formed, parted by template, and expanded the same way each time."""

import re

import pytest

from rnnviz.tasks import Intents, tokenize
from rnnviz.tasks.intents.chinese import CHINESE
from rnnviz.tasks.intents.english import ENGLISH
from rnnviz.tasks.intents.grammar import SENTENCES_PER_TEMPLATE, expand
from rnnviz.tasks.templates import split, templates_of

GRAMMARS = pytest.mark.parametrize("grammar", [ENGLISH, CHINESE], ids=lambda grammar: grammar.language)


def _templates(grammar):
    return {label: templates_of(block) for label, block in grammar.templates.items()}


@GRAMMARS
def test_every_intent_has_many_wordings(grammar):
    templates = _templates(grammar)
    assert tuple(templates) == Intents.labels
    assert min(map(len, templates.values())) >= 25


@GRAMMARS
def test_every_template_is_written_once_and_uses_known_slots_and_moods(grammar):
    every = [template for templates in _templates(grammar).values() for template in templates]
    assert len(set(every)) == len(every)
    assert {slot for template in every for slot in re.findall(r"\{(\w+)\}", template)} == set(grammar.slots)
    assert {template[-1] for template in every} == set(grammar.frames)


@GRAMMARS
def test_running_text_is_read_without_a_rest(grammar):
    for block in grammar.templates.values():
        assert " ".join(templates_of(block)) == " ".join(block.split())


@GRAMMARS
def test_one_template_in_five_is_held_out_and_none_is_in_both_parts(grammar):
    for templates in _templates(grammar).values():
        training, held_out = split(templates)
        assert not set(training) & set(held_out)
        assert sorted(training + held_out) == sorted(templates)
        assert len(held_out) == len(templates) // 5


def test_the_split_does_not_depend_on_the_order_of_the_templates():
    templates = templates_of(ENGLISH.templates["ask_time"])
    assert split(templates) == split(templates[::-1])


def test_even_a_lone_pair_of_templates_has_one_held_out():
    training, held_out = split(["is it late?", "is it early?"])
    assert len(training) == len(held_out) == 1


@GRAMMARS
def test_an_expansion_is_bounded_different_and_repeatable(grammar):
    for templates in _templates(grammar).values():
        for template in templates[:5]:
            texts = expand(template, grammar)
            assert texts == expand(template, grammar)
            assert 1 <= len(texts) <= SENTENCES_PER_TEMPLATE
            assert len(set(texts)) == len(texts)
            assert not any(mark in text for text in texts for mark in "{}~")


def test_a_slot_named_twice_gets_two_fillings():
    texts = expand("how do I get to {place} from {place}?", ENGLISH, count=50)
    journeys = [re.search(r"get to (the [a-z ]+) from (the [a-z ]+)", text).groups() for text in texts]
    assert all(there.strip() != here.strip() for there, here in journeys)


def test_some_chinese_sentences_are_written_in_traditional_characters():
    texts = expand("现在几点了?", CHINESE)
    assert any("現在幾點了" in text for text in texts)
    assert any("现在几点了" in text for text in texts)


def test_the_other_spelling_replaces_one_character_by_one():
    assert all(isinstance(other, int) and other != one for one, other in CHINESE.respelling.items())
    used = set("".join(CHINESE.templates.values()) + "".join(sum(CHINESE.frames.values(), ())))
    used |= set("".join(sum(CHINESE.slots.values(), ())))
    assert set(map(chr, CHINESE.respelling)) <= used


def test_sentences_are_long_and_short_in_both_languages():
    task = Intents()
    for language in ("en", "zh"):
        lengths = {len(tokenize(s.text)) for s in task.training_sentences if s.language == language}
        assert min(lengths) <= 2
        assert 16 <= max(lengths) <= 24
