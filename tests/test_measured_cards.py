"""What the cards say of the test sentences is what torch alone finds; cards from before are still read."""

import dataclasses
import json
import re

import pytest
import torch

from rnnviz.checkpoints import MODELS, read_card, shipped
from rnnviz.subjects.sizes import task
from rnnviz.tasks import TASKS, tokenize
from rnnviz.training import DEVELOPMENT, NEW, asked
from tests.torch_alone import torch_alone
from tools.measure_models import renew

WORDED = ("intents", "slots")
every_worded = pytest.mark.parametrize(
    "card", [card for name in WORDED for card in shipped(name)], ids=lambda c: c.name
)
ADDED = ("held_out_is", "test_answers", "test_accuracy", "test_subsets")


@pytest.mark.parametrize("name", ["intents-lstm-small", "intents-rnn-large", "intents-gru-medium"])
@torch.no_grad()
def test_torch_alone_finds_the_test_accuracy_of_an_intent_network(name):
    embedding, recurrent, readout = torch_alone(name)
    learnt, right = task("intents"), 0
    for sentence in learnt.test_sentences:
        ids = torch.tensor(learnt.vocabulary.encode(tokenize(sentence.text)))
        answer = readout(recurrent(embedding(ids))[0][-1]).argmax()
        right += learnt.labels[answer] == sentence.label
    card = read_card(MODELS / name)
    assert card.test_answers == len(learnt.test_sentences)
    assert abs(card.test_accuracy * card.test_answers - right) <= 1.1  # the card rounds; a tie may fall either way


@pytest.mark.parametrize("name", ["slots-lstm-two-1-seed0", "slots-gru-one-2-seed0", "slots-rnn-two-4-seed0"])
@torch.no_grad()
def test_torch_alone_finds_the_test_accuracy_of_a_travel_network(name):
    embedding, recurrent, readout = torch_alone(name)
    learnt = task("slots")
    counts = {"all": 0, "right": 0, "later": 0, "later right": 0}
    for sentence in learnt.test_sentences:
        ids = torch.tensor(learnt.vocabulary.encode(tokenize(sentence.text)))
        answers = readout(recurrent(embedding(ids))[0]).argmax(-1)
        for answer, role, waits in zip(answers, sentence.roles, sentence.waiting, strict=True):
            right = learnt.labels[answer] == role
            counts["all"] += 1
            counts["right"] += right
            counts["later"] += waits
            counts["later right"] += waits and right
    card = read_card(MODELS / name)
    assert (card.test_answers, card.test_subsets["later"]["count"]) == (counts["all"], counts["later"])
    assert abs(card.test_accuracy * counts["all"] - counts["right"]) <= 2.1
    assert abs(card.test_subsets["later"]["accuracy"] * counts["later"] - counts["later right"]) <= 1.1


@every_worded
def test_a_card_says_what_was_developed_on_and_what_was_tested(card):
    learnt = task(card.task)
    assert card.held_out_is == DEVELOPMENT
    assert card.test_answers == asked(learnt.test())
    assert set(card.test_subsets) == set(learnt.test_subsets())
    assert 0 < card.test_accuracy < card.held_out_accuracy  # wordings that nobody tuned to are harder


@pytest.mark.parametrize("name", [name for name in TASKS if name not in WORDED])
def test_what_is_drawn_from_a_rule_is_called_new(name):
    for card in shipped(name):
        assert (card.held_out_is, card.test_answers, card.test_accuracy, card.test_subsets) == (NEW, 0, None, {})


def test_a_card_from_before_is_read_and_brought_up_to_date(tmp_path):
    card = read_card(MODELS / "intents-rnn-small")
    old = {name: value for name, value in dataclasses.asdict(card).items() if name not in ADDED}
    path = tmp_path / f"{card.name}.json"
    path.write_text(json.dumps(old))
    (tmp_path / f"{card.name}.safetensors").write_bytes((MODELS / f"{card.name}.safetensors").read_bytes())
    before = read_card(path)
    assert (before.held_out_is, before.test_answers, before.test_accuracy, before.test_subsets) == ("", 0, None, {})
    weights = path.with_suffix(".safetensors").read_bytes()
    renewed = renew(path)
    assert renewed == read_card(path)
    assert abs(renewed.test_accuracy - card.test_accuracy) <= 2 / card.test_answers
    assert path.with_suffix(".safetensors").read_bytes() == weights


def test_the_readme_tells_the_shares_of_the_cards():
    text = (MODELS.parents[1] / "README.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| (?:intents|travel)", line)]
    ways = {way: [c for c in shipped("slots") if c.network["bidirectional"] == way] for way in (True, False)}
    later = [
        [(card.subsets["later"]["accuracy"], card.test_subsets["later"]["accuracy"]) for card in ways[way]]
        for way in (True, False)
    ]
    every = [
        [(card.held_out_accuracy, card.test_accuracy) for card in cards] for cards in (shipped("intents"), ways[True])
    ]
    assert len(rows) == 4
    for row, cards in zip(rows, every + later, strict=True):
        told = [float(share) for share in re.findall(r"\d+\.\d", row)]
        wanted = [100 * end(share) for share in zip(*cards, strict=True) for end in (min, max)]
        assert all(abs(one - other) <= 0.05 + 1e-9 for one, other in zip(told, wanted, strict=True))
