"""The networks that recall a letter: every one of them is there, and "learnt in n of m seeds" is counted right."""

import numpy as np
import pytest

import rnnviz
from rnnviz.cells import TRIO
from rnnviz.studies.delayed_recall import (
    KINDS,
    SEEDS,
    SEQUENCES,
    beside,
    card_of,
    reads_letters,
    solved,
    subject_of,
    was_trained,
)
from rnnviz.subjects import Shipped, Text
from rnnviz.tasks import DelayedRecall
from rnnviz.tasks.delayed_recall import DELAY, LETTERS, example
from rnnviz.training import accuracy

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_and_seed_is_shipped_and_answers(kind, seed):
    subject, card = subject_of(kind, seed, "C"), card_of(kind, seed)
    network = subject.network()
    assert (network.cell, card.seed, card.task) == (subject.cell, seed, "recall")
    assert subject.cell in kind
    assert network.structure == card.network
    assert not network.training
    assert network(subject.input()).shape == (1, len(LETTERS))
    assert network(subject.input()).isfinite().all()


@every_kind
def test_solved_agrees_with_the_networks_answers_to_held_out_sequences(kind):
    held_out = DelayedRecall().held_out()
    shares = [accuracy(subject_of(kind, seed).network(), held_out) for seed in SEEDS]
    assert solved(kind) == (sum(share >= 0.95 for share in shares), len(SEEDS))


@pytest.mark.parametrize("letter", LETTERS)
def test_it_reads_its_letter_and_then_digits_that_never_change(letter):
    subject = subject_of("GRU", 1, letter)
    assert SEQUENCES[subject.sequence.text] == subject.tokens[0] == letter
    assert len(subject.tokens) == DELAY + 1
    assert set(subject.tokens[1:]) <= {"1", "2", "3", "4"}
    assert subject.tokens == subject_of("LSTM", 4, letter).tokens
    assert all(subject.known)
    ids = subject.input()
    assert ids.shape == (DELAY + 1, 1)
    assert ids[0] == LETTERS.index(letter) + 1
    assert [int(digit) for digit in subject.tokens[1:]] == (ids[1:, 0] - len(LETTERS)).tolist()


def test_the_letters_are_followed_by_different_digits():
    assert len({subject_of(letter=letter).tokens[1:] for letter in LETTERS}) == len(LETTERS)


@pytest.mark.parametrize("kind", ["orthogonal RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_network_that_learnt_it_tells_the_letter_of_the_example(kind, letter):
    subject = subject_of(kind, 0, letter)
    assert LETTERS[int(subject.network()(subject.input()).argmax())] == letter


@every_kind
def test_its_trace_is_that_of_its_network_with_its_tokens(kind):
    subject = subject_of(kind, 2, "B")
    network, trace = subject.network(), subject.trace()
    assert trace.tokens == subject.tokens
    assert trace.layer()["h"].values.shape == (DELAY + 1, 1, network.hidden_size)
    np.testing.assert_allclose(trace.y.values, network(subject.input()).detach().numpy(), atol=1e-6)
    assert not np.array_equal(subject_of(kind, 3, "B").trace().y.values, trace.y.values)


@every_kind
def test_beside_any_of_them_stand_the_three_cells_of_its_seed_on_its_sequence(kind):
    subject = subject_of(kind, 3, "D")
    others = beside(subject)
    assert others == {name: subject_of(name, 3, "D") for name in KINDS if name in (*TRIO, kind)}
    assert others[kind] == subject


def test_what_was_trained_on_it_is_told_from_what_only_reads_its_letters():
    text = example("B")
    untrained = rnnviz.subject("untrained", task="recall", cell="ESN", text=text)
    assert (reads_letters(untrained), was_trained(untrained)) == (True, False)
    assert was_trained(rnnviz.subject("recall-rnn-seed4", text="a 1 2"))
    assert not reads_letters(rnnviz.subject("intents-lstm-small", text=text))
    assert not reads_letters(rnnviz.subject("untrained", task=""))


def test_another_cell_of_the_orthogonal_network_is_one_that_was_trained():
    orthogonal = subject_of("orthogonal RNN", 1, "B")
    assert orthogonal.with_(cell="GRU") == subject_of("GRU", 1, "B")
    assert orthogonal.with_(seed=2) == subject_of("orthogonal RNN", 2, "B")
    assert orthogonal.with_(recurrent="default") == subject_of("RNN", 1, "B")
    assert subject_of("RNN", 1, "B").with_(recurrent="orthogonal") == orthogonal
    assert orthogonal.with_(task="intents", text="hello").model == Shipped("intents-rnn-small")
    assert subject_of("RNN").with_(task="intents", text="hello").sequence == Text("hello")
