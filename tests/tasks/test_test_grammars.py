"""The test sentences: of wordings that are in no other part, many enough, balanced, and always the same."""

import re

import pytest

from rnnviz.tasks import TASKS, UNASKED, Intents, Slots, tokenize
from rnnviz.tasks.intents.chinese_for_test import CHINESE_TEST as CHINESE_INTENTS
from rnnviz.tasks.intents.english_for_test import ENGLISH_TEST as ENGLISH_INTENTS
from rnnviz.tasks.slots.chinese_for_test import CHINESE_TEST as CHINESE_SLOTS
from rnnviz.tasks.slots.english_for_test import ENGLISH_TEST as ENGLISH_SLOTS
from rnnviz.tasks.templates import templates_of
from rnnviz.tasks.tokens import normalize

GRAMMARS = {
    "intents": (ENGLISH_INTENTS, CHINESE_INTENTS),
    "slots": (ENGLISH_SLOTS, CHINESE_SLOTS),
}
every_grammar = pytest.mark.parametrize(
    "grammar", [g for pair in GRAMMARS.values() for g in pair], ids=lambda grammar: f"{grammar.language}"
)
every_task = pytest.mark.parametrize("task", [Intents(), Slots()], ids=lambda task: task.name)


def reading(text: str) -> tuple[str, ...]:
    return tuple(map(normalize, tokenize(text)))


def wording(template: str) -> str:
    """A template's words alone: no slot's name, no mood, no spelling."""
    return re.sub(r"\{\w+\}", "_", template[:-1]).casefold()


@every_task
def test_no_wording_and_no_sentence_is_in_another_part(task):
    others = task.training_sentences + task.development_sentences
    assert not {wording(s.template) for s in task.test_sentences} & {wording(s.template) for s in others}
    assert not {reading(s.text) for s in task.test_sentences} & {reading(s.text) for s in others}


@every_task
def test_every_template_gives_sentences_and_none_is_written_twice(task):
    written = [
        t for grammar in GRAMMARS[task.name] for block in grammar.templates.values() for t in templates_of(block)
    ]
    assert len(set(written)) == len(written)
    assert {s.template for s in task.test_sentences} == set(written)


@every_grammar
def test_the_templates_are_well_formed(grammar):
    for block in grammar.templates.values():
        assert " ".join(templates_of(block)) == " ".join(block.split())
    text = " ".join(grammar.templates.values())
    assert set(re.findall(r"\{(\w+)\}", text)) <= set(grammar.slots) | {"place", "departure", "destination"}
    assert {template[-1] for block in grammar.templates.values() for template in templates_of(block)} <= set(
        grammar.frames
    )


@every_task
def test_there_are_hundreds_in_each_language_and_most_words_are_known(task):
    for language in ("en", "zh"):
        texts = [s.text for s in task.test_sentences if s.language == language]
        assert len(texts) >= 400
        known = [task.vocabulary.knows(token) for text in texts for token in tokenize(text)]
        assert sum(known) / len(known) > 0.85
        assert not any(mark in text for text in texts for mark in "{}[]|~")


def test_every_intent_is_asked_for_about_equally_often():
    sentences = Intents().test_sentences
    for language in ("en", "zh"):
        counts = [sum(s.label == label and s.language == language for s in sentences) for label in Intents.labels]
        assert max(counts) <= 1.25 * min(counts)


def test_before_the_deciding_word_both_roles_of_a_city_are_equally_likely():
    """Each sentence whose role a later word tells has a twin, alike up to there, with the other role."""
    begun: dict[tuple[str, ...], list[str]] = {}
    for sentence in Slots().test_sentences:
        if any(sentence.waiting):
            last = max(k for k, waits in enumerate(sentence.waiting) if waits)
            begun.setdefault(reading(sentence.text)[: last + 1], []).append(sentence.roles[last])
    assert len(begun) > 100
    for roles in begun.values():
        assert roles.count("departure") == roles.count("destination")


@every_task
def test_the_batches_hold_every_test_sentence_once(task):
    found = []
    for x, y in task.test():
        answers = [(answer,) for answer in y.tolist()] if y.dim() == 1 else y.T.tolist()
        found += [(*ids, *answer) for ids, answer in zip(x.T.tolist(), answers, strict=True)]
    roles = [(s.label,) if task.name == "intents" else s.roles for s in task.test_sentences]
    wanted = [
        (*task.vocabulary.encode(tokenize(s.text)), *map(task.labels.index, said))
        for s, said in zip(task.test_sentences, roles, strict=True)
    ]
    assert sorted(found) == sorted(wanted)


def test_the_part_that_later_words_decide_asks_for_those_words_alone():
    task = Slots()
    asked = sum(int((y != UNASKED).sum()) for _, y in task.test_subsets()["later"])
    assert asked == sum(sum(s.waiting) for s in task.test_sentences) > 1000


@pytest.mark.parametrize("name", [name for name in TASKS if name not in GRAMMARS])
def test_a_task_that_is_drawn_from_a_rule_has_no_part_of_this_kind(name):
    task = TASKS[name]()
    assert (task.test(), task.test_subsets(), task.develops) == ([], {}, False)
