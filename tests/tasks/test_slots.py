"""Slot filling as a task: what each word is, and that before a later word both roles are equally likely."""

from collections import Counter, defaultdict

import pytest
import torch

from rnnviz.tasks import TASKS, UNASKED, Slots, tokenize
from rnnviz.tasks.buckets import UNKNOWN_SHARE
from rnnviz.tasks.slots import CLASSES, EXAMPLES
from rnnviz.tasks.slots.chinese import CHINESE
from rnnviz.tasks.slots.english import ENGLISH
from rnnviz.tasks.slots.grammar import expand
from rnnviz.tasks.templates import split, templates_of
from tests.tasks.travel_sentences import GRAMMARS, reading

ROLES = {"departure", "destination"}


@pytest.fixture(scope="module")
def task() -> Slots:
    return Slots()


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _labelled(text: str, grammar) -> dict[str, str]:
    """The words of one template's first sentence with a role, by role."""
    sentence = expand(text, grammar)[0]
    words = defaultdict(list)
    for token, role in zip(tokenize(sentence.text), sentence.roles, strict=True):
        words[role].append(token)
    return {role: (" " if grammar.language == "en" else "").join(tokens) for role, tokens in words.items()}


def _beginnings(sentences) -> dict[tuple[str, ...], Counter]:
    """How often the last word of each beginning of a sentence has which role."""
    roles = defaultdict(Counter)
    for sentence in sentences:
        words = reading(sentence.text)
        for place, role in enumerate(sentence.roles):
            roles[words[: place + 1]][role] += 1
    return roles


def test_the_task_labels_every_step_with_one_of_five_words(task):
    assert TASKS["slots"] is Slots
    assert task.readout == "every"
    assert task.labels == ("none", "departure", "destination", "date", "time")
    assert len({task.label_text(label) for label in task.labels}) == 5
    with pytest.raises(KeyError):
        task.label_text("price")


def test_every_token_of_a_sentence_has_a_role(task):
    for sentence in task.training_sentences + task.development_sentences:
        assert len(tokenize(sentence.text)) == len(sentence.roles) == len(sentence.waiting)
        assert set(sentence.roles) <= set(task.labels)
        assert {role for role, waits in zip(sentence.roles, sentence.waiting, strict=True) if waits} <= ROLES


def test_all_words_of_a_name_a_date_or_a_time_have_its_role():
    said = _labelled("from {departure} to {destination} on {date} at {time}~", ENGLISH)
    assert said["departure"] in ENGLISH.slots["city"]
    assert said["destination"] in ENGLISH.slots["city"]
    assert said["date"] in ENGLISH.slots["date"]
    said = _labelled("{date}{time}从{departure}经过{city}去{destination}~", CHINESE)
    assert said["departure"] in CHINESE.slots["city"]
    assert said["time"] in CHINESE.slots["time"]
    assert "经过" in said["none"]


@GRAMMARS
def test_a_beginning_without_its_end_is_followed_by_either_role_equally_often(task, grammar):
    """In training, and in what is held out: no word up to the deciding one says anything, the city's name included."""
    for part in (task.training_sentences, task.development_sentences):
        sentences = [sentence for sentence in part if sentence.language == grammar.language]
        waiting = [sentence for sentence in sentences if any(sentence.waiting)]
        beginnings = {reading(s.text)[: place + 1] for s in waiting for place, waits in enumerate(s.waiting) if waits}
        assert len(beginnings) > 50
        roles = _beginnings(sentences)
        for beginning in beginnings:
            assert roles[beginning]["departure"] == roles[beginning]["destination"] > 0


@GRAMMARS
def test_there_are_many_later_words_and_one_pair_in_five_is_held_out(task, grammar):
    templates = templates_of(grammar.templates["later"])
    _, held_out = split(templates)
    assert len(templates) >= 50
    assert len(held_out) == len(templates) // 5
    made = {s.template for s in task.development_sentences if s.language == grammar.language and any(s.waiting)}
    assert made == set(held_out)
    share = [any(s.waiting) for s in task.training_sentences if s.language == grammar.language]
    assert 0.28 < sum(share) / len(share) < 0.45


def test_the_vocabulary_is_that_of_the_training_sentences(task):
    words = {word for sentence in task.training_sentences for word in reading(sentence.text)}
    assert set(task.vocabulary.tokens[1:]) == words


def test_a_short_input_and_a_city_that_is_neither_are_met_in_training(task):
    nothing = [s for s in task.training_sentences if set(s.roles) == {"none"}]
    for language in ("en", "zh"):
        lengths = {len(s.roles) for s in nothing if s.language == language}
        assert {1, 2, 3} <= lengths
    beijing = [s for s in nothing if "Beijing" in s.text or "北京" in s.text]
    assert len(beijing) > 20


def test_a_training_batch_has_one_length_and_an_answer_for_every_token(task):
    generator = _generator()
    lengths = set()
    for _ in range(30):
        x, y = task.batch(16, generator)
        assert x.shape == y.shape
        assert x.shape[1] == 16
        assert 0 <= int(y.min()) <= int(y.max()) < task.output_size
        lengths.add(x.shape[0])
    assert len(lengths) > 5


def test_the_same_generator_draws_the_same_batches_from_any_instance(task):
    one, other, twin = _generator(3), _generator(3), Slots()
    for _ in range(3):
        first, second = task.batch(16, one), twin.batch(16, other)
        assert torch.equal(first.x, second.x)
        assert torch.equal(first.y, second.y)


def test_a_small_share_of_training_tokens_is_made_unknown(task):
    generator = _generator()
    tokens = torch.cat([task.batch(64, generator).x.flatten() for _ in range(100)])
    assert abs((tokens == 0).double().mean() - UNKNOWN_SHARE) < 0.01


def test_held_out_batches_hold_every_held_out_sentence_once(task):
    batches = task.held_out()
    lengths = [batch.x.shape[0] for batch in batches]
    assert lengths == sorted(set(lengths))
    rows = sorted((*x, *y) for batch in batches for x, y in zip(batch.x.T.tolist(), batch.y.T.tolist(), strict=True))
    wanted = sorted(
        (*task.vocabulary.encode(reading(s.text)), *map(task.labels.index, s.roles)) for s in task.development_sentences
    )
    assert rows == wanted


def test_the_later_part_asks_only_for_the_words_that_wait(task):
    (later,) = task.subsets().values()
    waiting = sum(sum(sentence.waiting) for sentence in task.development_sentences)
    asked = torch.cat([batch.y.flatten() for batch in later])
    asked = asked[asked != UNASKED]
    assert len(asked) == waiting > 300
    assert (asked == task.labels.index("departure")).sum() * 2 == waiting
    assert (asked == task.labels.index("destination")).sum() * 2 == waiting


def test_whoever_reads_the_later_part_from_left_to_right_is_right_at_most_half_the_time(task):
    seen = defaultdict(Counter)
    for x, y in task.subsets()["later"]:
        for ids, answers in zip(x.T.tolist(), y.T.tolist(), strict=True):
            for place, answer in enumerate(answers):
                if answer != UNASKED:
                    seen[tuple(ids[: place + 1])][answer] += 1
    best = sum(max(answers.values()) for answers in seen.values())
    assert best * 2 == sum(sum(answers.values()) for answers in seen.values())


def test_examples_start_with_the_two_that_a_later_word_decides(task):
    assert EXAMPLES[:5] == (
        "Taipei is the city that I leave from",
        "Taipei is the city that I arrive in",
        "台北是我出发的地方",
        "台北是我要去的地方",
        "我爱NLP",
    )
    assert all(0 not in task.encode(text) for text in EXAMPLES)


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        (
            "from New York to Taipei on Friday at half past nine",
            "other city city other city other date other time time time",
        ),
        ("new trains at noon", "other other other time"),
        ("早上七点从上海去東京", "time time time time other city city other city city"),
        ("我爱NLP", "other other other"),
    ],
)
def test_the_kind_of_a_word_is_that_of_the_name_it_is_part_of(task, text, classes):
    kinds = task.token_classes(task.encode(text))
    assert kinds.shape == task.encode(text).shape
    assert [CLASSES[kind].split()[0] for kind in kinds[:, 0]] == classes.split()


def test_the_kind_of_a_word_agrees_with_its_role(task):
    for sentence in task.development_sentences:
        kinds = task.token_classes(task.encode(sentence.text))[:, 0].tolist()
        for kind, role in zip(kinds, sentence.roles, strict=True):
            wanted = {"date": "date word", "time": "time word", "none": CLASSES[kind]}
            assert CLASSES[kind] == wanted.get(role, "city")
            assert role != "none" or CLASSES[kind] in ("other", "city")
