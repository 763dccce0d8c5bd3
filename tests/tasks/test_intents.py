"""Intent detection as a task: its data, its split, its batches."""

import pytest
import torch

from rnnviz.tasks import TASKS, Batch, Intents, Task, tokenize
from rnnviz.tasks.buckets import UNKNOWN_SHARE
from rnnviz.tasks.intents import EXAMPLES
from rnnviz.tasks.tokens import normalize


@pytest.fixture(scope="module")
def task() -> Intents:
    return Intents()


def _reading(text: str) -> tuple[str, ...]:
    return tuple(map(normalize, tokenize(text)))


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_table_of_tasks_is_keyed_by_name():
    assert all(name == task.name and issubclass(task, Task) for name, task in TASKS.items())
    assert TASKS["intents"] is Intents


def test_eight_intents_have_identifiers_and_plain_words(task):
    assert task.labels == (
        "ask_time",
        "ask_weather",
        "set_alarm",
        "play_music",
        "ask_directions",
        "send_message",
        "translate",
        "small_talk",
    )
    assert task.output_size == 8
    assert task.label_text("ask_time") == "ask the time"
    assert len({task.label_text(label) for label in task.labels}) == 8
    with pytest.raises(KeyError):
        task.label_text("sing")


def test_every_intent_is_in_both_parts_in_both_languages(task):
    wanted = {(label, language) for label in task.labels for language in ("en", "zh")}
    assert {(s.label, s.language) for s in task.training_sentences} == wanted
    assert {(s.label, s.language) for s in task.development_sentences} == wanted


def test_no_template_and_no_sentence_is_both_trained_on_and_held_out(task):
    training, held_out = task.training_sentences, task.development_sentences
    assert not {s.template for s in training} & {s.template for s in held_out}
    assert not {_reading(s.text) for s in training} & {_reading(s.text) for s in held_out}


def test_no_sentence_asks_for_two_things(task):
    intents = {}
    for sentence in task.training_sentences + task.development_sentences:
        assert intents.setdefault(_reading(sentence.text), sentence.label) == sentence.label


def test_a_few_thousand_sentences_about_a_fifth_of_them_held_out(task):
    training, held_out = len(task.training_sentences), len(task.development_sentences)
    assert 3_000 < training + held_out < 10_000
    assert 0.15 < held_out / (training + held_out) < 0.25


def test_the_vocabulary_is_that_of_the_training_sentences(task):
    words = {word for sentence in task.training_sentences for word in _reading(sentence.text)}
    assert set(task.vocabulary.tokens[1:]) == words
    assert task.input_size == len(task.vocabulary) == len(words) + 1
    assert task.vocabulary.encode(task.vocabulary.tokens) == list(range(task.input_size))


def test_a_training_batch_has_one_length_and_one_answer_per_sentence(task):
    generator = _generator()
    lengths = set()
    for _ in range(20):
        x, y = task.batch(32, generator)
        assert x.dtype == y.dtype == torch.int64
        assert x.shape[1:] == y.shape == (32,)
        assert set(x.flatten().tolist()) <= set(range(task.input_size))
        assert set(y.tolist()) <= set(range(task.output_size))
        lengths.add(x.shape[0])
    assert len(lengths) > 3


def test_the_same_generator_draws_the_same_batches_from_any_instance(task):
    one, other = _generator(3), _generator(3)
    for _ in range(5):
        first, second = task.batch(16, one), Intents().batch(16, other)
        assert torch.equal(first.x, second.x)
        assert torch.equal(first.y, second.y)
    assert not torch.equal(task.batch(64, _generator(0)).y, task.batch(64, _generator(1)).y)


def test_a_batch_leaves_the_global_generator_alone(task):
    before = torch.get_rng_state()
    task.batch(16, _generator())
    Intents().held_out()
    assert torch.equal(torch.get_rng_state(), before)


def test_lengths_are_drawn_as_often_as_sentences_have_them(task):
    generator = _generator()
    drawn = torch.tensor([float(task.batch(1, generator).x.shape[0]) for _ in range(2_000)])
    lengths = torch.tensor([float(len(tokenize(s.text))) for s in task.training_sentences])
    assert abs(drawn.mean() - lengths.mean()) < 5 * lengths.std() / 2_000**0.5


def test_a_small_share_of_training_tokens_is_made_unknown(task):
    generator = _generator()
    tokens = torch.cat([task.batch(64, generator).x.flatten() for _ in range(100)])
    assert abs((tokens == 0).double().mean() - UNKNOWN_SHARE) < 0.01


def test_training_batches_hold_training_sentences_with_their_intent(task):
    known = {tuple(task.vocabulary.encode(_reading(s.text))): s.label for s in task.training_sentences}
    x, y = task.batch(64, _generator())
    for ids, answer in zip(x.T.tolist(), y.tolist(), strict=True):
        if 0 not in ids:
            assert known[tuple(ids)] == task.labels[answer]


def test_held_out_batches_hold_every_held_out_sentence_once(task):
    batches = task.held_out()
    lengths = [batch.x.shape[0] for batch in batches]
    assert lengths == sorted(set(lengths))
    assert sum(batch.y.shape[0] for batch in batches) == len(task.development_sentences)
    rows = [(*ids, answer) for x, y in batches for ids, answer in zip(x.T.tolist(), y.tolist(), strict=True)]
    wanted = [
        (*task.vocabulary.encode(_reading(s.text)), task.labels.index(s.label)) for s in task.development_sentences
    ]
    assert sorted(rows) == sorted(wanted)


def test_held_out_batches_are_always_the_same(task):
    for one, other in zip(task.held_out(), Intents().held_out(), strict=True):
        assert isinstance(one, Batch)
        assert torch.equal(one.x, other.x)
        assert torch.equal(one.y, other.y)


def test_a_text_is_encoded_token_by_token(task):
    ids = task.encode("what TIME is it？ zeppelin")
    assert ids.shape == (6, 1)
    assert ids.dtype == torch.int64
    assert [task.vocabulary.tokens[i] for i in ids[:, 0]] == ["what", "time", "is", "it", "?", "<unknown>"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e\x00"])
def test_a_text_without_tokens_is_refused_with_the_way_out(task, text):
    with pytest.raises(ValueError, match="type at least one word"):
        task.encode(text)


def test_the_examples_are_half_chinese_mixed_and_hold_an_unknown_word(task):
    assert task.examples == EXAMPLES
    assert EXAMPLES[0] == "what time is it ?"
    chinese = [text for text in EXAMPLES if any("\u4e00" <= character <= "\u9fff" for character in text)]
    assert abs(len(chinese) - len(EXAMPLES) / 2) <= 1
    unknown = [text for text in EXAMPLES if 0 in task.encode(text)]
    assert 1 <= len(unknown) <= 3
    assert 0 not in task.encode("what time is it ?")
    assert 0 not in task.encode("明天台北会下雨吗")
