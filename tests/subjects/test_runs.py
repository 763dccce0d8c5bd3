"""A run of training as a source of subjects: each snapshot is a network that every analysis takes."""

import pytest
import torch

import rnnviz
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject, Text, Trained, given
from rnnviz.subjects.given import keep_run, run_of
from rnnviz.training import Recipe, Training

RECIPE = Recipe(10, 4, seed=0)


def run(recipe: Recipe = RECIPE, most: int = 10, seed: int = 0, per_decade: int = 2) -> Training:
    subject = rnnviz.subject("untrained", cell="GRU", size="5", task="xor_stream", seed=seed)
    training = rnnviz.train(subject, recipe, per_decade=per_decade)
    for progress in training:
        if progress.update == most:
            break
    return training


def test_a_subject_of_a_run_is_the_network_as_it_was_at_an_update():
    training = run()
    subject = rnnviz.subject(training)
    assert subject.model.updates == (0, 1, 3, 10)
    assert (subject.model.update, subject.cell, subject.trained) == (10, "GRU", True)
    assert subject.load().task is training.task
    assert subject.sequence == Text(training.task.examples[0])
    for update, other in subject.vary(update=subject.model.updates).items():
        (snapshot,) = (one for one in training.snapshots if one.update == int(update))
        assert other.sequence == subject.sequence
        weights = other.network().state_dict()
        assert all(torch.equal(value, weights[name]) for name, value in snapshot.weights.items())
    assert rnnviz.subject(training, update=3, example=2) == subject.with_(update=3, example=2)


def test_a_run_that_is_made_again_is_the_same_and_another_is_another():
    word = keep_run(run())
    assert keep_run(run()) == word
    assert keep_run(run(most=7)) == word
    assert {
        keep_run(run(seed=1)),
        keep_run(run(Recipe(11, 4, seed=0))),
        keep_run(run(Recipe(10, 4, seed=1))),
    }.isdisjoint({word})


def test_what_was_left_and_what_went_on_are_one_run_of_all_their_snapshots():
    left = run(Recipe(10, 4, seed=3), most=6)
    left.take()
    word = keep_run(left)
    assert tuple(run_of(word).snapshots) == (0, 1, 3, 6)
    for _ in left:
        pass
    assert keep_run(left) == word
    assert Trained(word, 6).updates == (0, 1, 3, 6, 10)


def test_it_comes_back_from_its_address_and_its_code_makes_it():
    training = run()
    subject = rnnviz.subject(training, update=3)
    assert Subject.from_query(subject.query()) == (subject, [])
    assert subject.query()["model"] == f"trained~{subject.model.run}~3"
    assert eval(subject.code(), {"rnnviz": rnnviz, "run": training}) == subject


def test_a_run_without_snapshots_keeps_the_network_as_it_is():
    training = run(per_decade=0)
    assert rnnviz.subject(training).model.updates == (10,)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("trained~0123456789abcdef~3", "Train it again"),
        ("trained", "Train it again"),
        ("trained~{run}~4", "no update 4. Choose one of: 0, 1, 3, 10"),
        ("trained~{run}~x", "no update -1"),
    ],
)
def test_what_is_not_there_is_refused_with_the_way_out(word, said):
    _subject, (refusal,) = Subject.from_query({"model": word.format(run=keep_run(run()))})
    assert said in str(refusal)


def test_a_visitors_run_is_there_for_nobody_else_and_goes_with_them(monkeypatch):
    word = keep_run(run(Recipe(10, 4, seed=5)), owner="one")
    monkeypatch.setattr("rnnviz.subjects.kept._who", lambda: "one")
    subject = Subject(Trained(word, 3))
    assert subject.load().network.cell == "GRU"
    monkeypatch.setattr("rnnviz.subjects.kept._who", lambda: "another")
    with pytest.raises(Refused, match="Train it again"):
        Trained(word, 3)
    given.release("one")
    with pytest.raises(Refused, match="Train it again"):
        run_of(word)


def test_a_part_of_a_trained_network_cannot_be_chosen_anew():
    subject = rnnviz.subject(run())
    with pytest.raises(Refused, match="nothing in it can be chosen anew"):
        subject.with_(cell="LSTM")
