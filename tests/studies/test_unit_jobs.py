"""The jobs of units: chosen on one half, measured on the other and on wordings that were never trained on."""

import numpy as np
import pytest

import rnnviz
from rnnviz.studies import unit_jobs
from rnnviz.tasks import TASKS


def read(subject, **options):
    work = unit_jobs.read(subject, **options)
    shares = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares == sorted(shares)
            assert 0 < shares[0] <= shares[-1] < 1
            return end.value


@pytest.fixture(scope="module")
def subject():
    return rnnviz.subject("intents-lstm-small", text="what time is it ?")


def test_held_out_sentences_are_of_wordings_that_were_never_trained_on(subject):
    training = {sentence.text for sentence in TASKS["intents"]().training_sentences}
    join = subject.load().reads.vocabulary.join
    trained = {join(subject.load().reads.vocabulary.split(text)) for text in training}
    shown = {join(tokens) for tokens, _label in unit_jobs.sentences(subject, 200)}
    others = {join(tokens) for tokens, _label in unit_jobs.sentences(subject, 200, held_out=True)}
    assert (len(shown), shown <= trained, others & trained) == (200, True, set())
    assert unit_jobs.sentences(subject, 20, draw=1) != unit_jobs.sentences(subject, 20, draw=0)
    assert all(text.isascii() for text in shown)  # as the subject's own sentence
    assert not any(text.isascii() for text in [unit_jobs.sentences(subject.with_(text="现在几点"), 20)[0][0][0]])


def test_drawn_sequences_have_the_answers_of_their_task():
    for model in ("recall-lstm-seed0", "neighbour-xor-gru-one-1-seed0"):
        own = rnnviz.subject(model)
        learnt = own.load().task
        for tokens, labels in unit_jobs.sentences(own, 30):
            right = learnt.solution(learnt.encode(" ".join(tokens)))
            if right is None:  # the first letter
                assert labels == [tokens[0].upper()]
            else:
                asked = [learnt.labels[each] if each >= 0 else "" for each in right.flatten().tolist()]
                assert labels == asked
    assert unit_jobs.sentences(rnnviz.subject("switches-lstm"), 3) == []  # reads no tokens


def test_the_other_half_and_the_other_draw_choose_nothing(subject, monkeypatch):
    """Of what is measured, the numbers change with the sentences; the label that was chosen does not."""
    before = read(subject, count=800)
    own = unit_jobs.sentences

    def swapped(subject, count, draw=0, held_out=False):
        drawn = own(subject, count, draw, held_out)
        wrong = {"set_alarm": "ask_time", "ask_time": "set_alarm"}
        return [
            (tokens, [wrong.get(label, label) for label in labels] if held_out or k % 2 else labels)
            for k, (tokens, labels) in enumerate(drawn)
        ]

    monkeypatch.setattr(unit_jobs, "sentences", swapped)
    after = read(subject, count=800)
    assert [job[:4] for job in after.jobs] == [job[:4] for job in before.jobs]  # unit, kind, name, where it was chosen
    assert after.clearest == before.clearest == 10
    assert (before.jobs[10].clear, after.jobs[10].clear) == (True, False)


@pytest.mark.parametrize(
    ("model", "text", "unit", "label"),
    [
        ("intents-lstm-small", "what time is it ?", 10, "set_alarm"),
        ("intents-gru-small", "what time is it ?", 7, "translate"),
        ("slots-gru-two-1-seed0", "I love Taipei", 13, "time"),
    ],
)
def test_three_shipped_networks_have_a_unit_with_a_job_that_can_be_named(model, text, unit, label):
    found = read(rnnviz.subject(model, text=text), count=1000)
    job = found.jobs[unit]
    assert (job.by, job.name, job.clear, job.high) == ("label", label, True, True)
    assert min(job.chosen, job.other, job.fresh) > 0.95
    assert found.jobs[found.clearest].clear


def test_a_label_that_says_nothing_of_the_states_is_no_clear_job(subject, monkeypatch):
    draw = np.random.default_rng(0)
    own = unit_jobs.sentences
    monkeypatch.setattr(
        unit_jobs,
        "sentences",
        lambda *given, **more: [(tokens, [str(draw.integers(2))]) for tokens, _ in own(*given, **more)],
    )
    found = read(subject, count=300)
    half = found.by["label"]
    jobs = [unit_jobs.best(half, "label", unit) for unit in range(found.index.units)]
    assert not any(job.clear for job in jobs)


def test_without_a_task_it_reads_its_own_sequence_and_names_no_job():
    network = rnnviz.Network("GRU", 4, 5, vocabulary_size=7)
    own = rnnviz.subject(network)
    found = read(own)
    assert (len(found.index), found.fresh, set(found.jobs)) == (1, None, {None})
    assert found.index.tokens(0) == tuple(unit_jobs.own_words(own))
