"""A recall: what it refuses, that every network of it is there, and that "learnt in n of m seeds" is counted right."""

import numpy as np
import pytest

from rnnviz.experiment import Refused
from rnnviz.recall import KINDS, SEEDS, Recall, solved
from rnnviz.tasks import DelayedRecall
from rnnviz.tasks.delayed_recall import DELAY, LETTERS
from rnnviz.training import accuracy

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.mark.parametrize(
    ("name", "value", "choices"),
    [
        ("kind", "rnn", tuple(KINDS)),
        ("kind", None, tuple(KINDS)),
        ("kind", "../../secret" * 20, tuple(KINDS)),
        ("seed", 5, SEEDS),
        ("seed", -1, SEEDS),
        ("seed", "0", SEEDS),
        ("seed", 0.5, SEEDS),
        ("seed", float("nan"), SEEDS),
        ("letter", "a", LETTERS),
        ("letter", "E", LETTERS),
        ("letter", "", LETTERS),
        ("letter", "AB", LETTERS),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(name, value, choices):
    with pytest.raises(Refused) as refused:
        Recall(**{name: value})
    assert f"There is no {name} {str(value)[:40]}." in str(refused.value)
    assert str(refused.value).endswith(f"Choose one of: {', '.join(map(str, choices))}.")


@every_kind
@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_and_seed_is_shipped_and_answers(kind, seed):
    recall = Recall(kind, seed, "C")
    network, card = recall.network(), recall.card
    assert (network.cell, card.seed, card.task) == (recall.cell, seed, "recall")
    assert recall.cell in kind
    assert network.structure == card.network
    assert not network.training
    assert network(recall.input()).shape == (1, len(LETTERS))
    assert network(recall.input()).isfinite().all()


@every_kind
def test_solved_agrees_with_the_networks_answers_to_held_out_sequences(kind):
    held_out = DelayedRecall().held_out()
    shares = [accuracy(Recall(kind, seed).network(), held_out) for seed in SEEDS]
    assert solved(kind) == (sum(share >= 0.95 for share in shares), len(SEEDS))


@pytest.mark.parametrize("letter", LETTERS)
def test_it_reads_its_letter_and_then_digits_that_never_change(letter):
    recall = Recall("GRU", 1, letter)
    assert recall.tokens[0] == letter
    assert len(recall.tokens) == DELAY + 1
    assert set(recall.tokens[1:]) <= {"1", "2", "3", "4"}
    assert recall.tokens == Recall("LSTM", 4, letter).tokens
    ids = recall.input()
    assert ids.shape == (DELAY + 1, 1)
    vocabulary = DelayedRecall().vocabulary
    assert all(vocabulary.knows(token) for token in recall.tokens)
    assert ids[0] == LETTERS.index(letter) + 1
    assert [int(digit) for digit in recall.tokens[1:]] == (ids[1:, 0] - len(LETTERS)).tolist()


def test_the_letters_are_followed_by_different_digits():
    assert len({Recall(letter=letter).tokens[1:] for letter in LETTERS}) == len(LETTERS)


@pytest.mark.parametrize("kind", ["RNN, orthogonal", "LSTM", "GRU"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_network_that_learnt_it_tells_the_letter_of_the_example(kind, letter):
    recall = Recall(kind, 0, letter)
    assert LETTERS[int(recall.network()(recall.input()).argmax())] == letter


@every_kind
def test_its_trace_is_that_of_its_network_with_its_tokens(kind):
    recall = Recall(kind, 2, "B")
    network = recall.network()
    trace = recall.trace()
    assert trace.tokens == recall.tokens
    assert trace.layer()["h"].values.shape == (DELAY + 1, 1, network.hidden_size)
    np.testing.assert_allclose(trace.y.values, network(recall.input()).detach().numpy(), atol=1e-6)
    other = Recall(kind, 3, "B").network()
    assert not np.array_equal(recall.trace(other).y.values, trace.y.values)
