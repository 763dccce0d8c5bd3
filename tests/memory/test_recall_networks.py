"""The shipped networks of delayed recall: what their cards say, and what the measures say of them."""

import numpy as np
import pytest

from rnnviz import checkpoints
from rnnviz.memory import probe, reveal
from rnnviz.recording import record
from rnnviz.tasks import DelayedRecall
from rnnviz.training import accuracy

TASK = DelayedRecall()
CARDS = checkpoints.shipped("recall")
every_card = pytest.mark.parametrize("card", CARDS, ids=[card.name for card in CARDS])


def test_four_starts_have_five_seeds_each_under_one_budget():
    names = {f"recall-{start}-seed{seed}" for start in ("rnn", "rnn-orthogonal", "lstm", "gru") for seed in range(5)}
    assert {card.name for card in CARDS} == names
    assert len({(card.updates, card.batch, card.size, card.vocabulary) for card in CARDS}) == 1
    assert all(f"-seed{card.seed}" in card.name for card in CARDS)


@every_card
def test_a_card_tells_the_error_and_the_start_of_its_network(card):
    network = checkpoints.load(checkpoints.MODELS / card.name)
    assert network.structure == card.network
    assert card.vocabulary == checkpoints.fingerprint(TASK)
    assert abs(accuracy(network, TASK.held_out()) - card.held_out_accuracy) < 1e-3
    assert card.held_out_error == round(1 - card.held_out_accuracy, 4)


@every_card
def test_the_first_letter_is_in_the_last_state_of_those_that_learnt_it_and_only_of_those(card):
    network = checkpoints.load(checkpoints.MODELS / card.name)
    x = TASK.held_out()[0].x
    share = reveal(network, x[:, :16]).shares.values[:, 0].mean(-1)
    read = probe(record(network, x).layer()["h"], x).score.values[-1, 0]
    if card.held_out_error > 0.7:  # chance is 0.75
        assert share[20] < 1e-3
        assert share[-1] < 1e-6
        assert read < 0.35
    else:
        assert card.held_out_error < 0.01
        assert share[-1] > 0.25
        assert read > 0.99


def test_within_this_budget_gated_cells_learn_it_and_a_simple_rnn_only_from_a_good_start():
    learnt = {}
    for card in CARDS:
        learnt.setdefault(card.name.rsplit("-", 1)[0], []).append(card.held_out_error < 0.01)
    assert {name: sum(seeds) for name, seeds in learnt.items()} == {
        "recall-rnn": 0,
        "recall-rnn-orthogonal": 5,
        "recall-lstm": 5,
        "recall-gru": 5,
    }


def test_the_shares_hardly_depend_on_what_stands_for_no_word():
    network = checkpoints.load(checkpoints.MODELS / "recall-lstm-seed0")
    x = TASK.held_out()[0].x[:, :16]
    zero, mean = (reveal(network, x, baseline).shares.values[-1, 0].mean() for baseline in (None, "mean"))
    assert np.abs(zero - mean) < 0.1
