"""Titles on the pages themselves, for inputs that once made a page claim what its networks do not show."""

import re

import pytest

from rnnviz.cells import TRIO
from tests.intents import intents
from tests.pages.visit import board, claim, land
from tests.pages.visit import sentence as below
from tests.torch_alone import shares


@pytest.mark.parametrize("cell", TRIO)
def test_two_directions_does_not_call_a_travellers_date_nothing(cell):
    said = claim(
        land("two_directions.py", task="slots", cell=cell, text="I would like to leave Taipei on November 2nd")
    )
    assert not re.search(r"both ways it is <b>none of these|: <b>none of these", said)


@pytest.mark.parametrize("text", ["我爱NLP", "hello", "I love Taipei"])
def test_two_directions_says_that_both_agree_where_nothing_changes(text):
    said = claim(land("two_directions.py", task="slots", text=text))
    assert said == "Reading one way and both ways agree: no word has a label"


def test_the_deep_page_makes_no_claim_about_what_the_task_does_not_ask():
    at = land("deep_network.py", task="neighbour_xor", text="0 1 2 hello")
    assert "%" not in claim(at)
    assert claim(at) == "Nothing is asked: no bit stands between two known bits"
    assert re.findall("<bdi>(.*?)</bdi>", below(at)) == ["2", "hello"]
    at = land("deep_network.py", task="neighbour_xor", text="0 1 1 0 zz 1")
    assert "One layer says “alike” every time" in below(at)


@pytest.mark.parametrize("cell", ["LSTM", "ESN", "Jordan"])
def test_an_untrained_cell_finds_no_intent(cell):
    said = claim(land("step_through.py", cell=cell, weights="fresh"))
    assert "guess" in said
    assert "and answers" not in said


def test_side_by_side_keeps_trained_cells_trained_beside_one_that_never_was():
    at = land("side_by_side.py", text="what time is it ?")
    at.pills(key="compared").set_value([*TRIO, "Jordan"])
    at.run()
    said = claim(at)
    assert said.startswith("RNN, LSTM and GRU agree on ")
    assert below(at).startswith("Never trained, so only a guess: Jordan. ")
    _, arrays = board(at)
    for cell in TRIO:
        alone = shares(intents(cell))
        assert abs(arrays[f"p:{cell}"].reshape(alone.shape) - alone).max() < 1e-5
