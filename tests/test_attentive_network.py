"""The network whose readout attends to all states: against loops written by hand in float64, and the one that ships."""

import pytest
import torch
from torch import nn

from rnnviz.attentive_network import AttentiveNetwork
from rnnviz.checkpoints import ATTENTIVE, fingerprint, load_attentive, save
from rnnviz.subjects import attentive
from rnnviz.subjects.sizes import task
from rnnviz.training import accuracy
from tools import attentive as recipes

SENTENCES = {
    "Taipei is the city that I leave from": ("Taipei", "leave", "departure"),
    "Taipei is the city that I arrive in": ("Taipei", "arrive", "destination"),
}


@pytest.mark.parametrize("bidirectional", [False, True])
@torch.no_grad()
def test_weights_contexts_and_answers_are_those_of_loops_by_hand(bidirectional):
    drawn = torch.Generator().manual_seed(0)
    sizes = {"vocabulary_size": 9, "output_size": 4, "bidirectional": bidirectional}
    network = AttentiveNetwork("GRU", 3, 5, **sizes, generator=drawn, dtype=torch.float64)
    x = torch.randint(9, (6, 2), generator=drawn)
    weights, reading = network.state_dict(), nn.GRU(3, 5, bidirectional=bidirectional, dtype=torch.float64)
    for d, end in enumerate(("", "_reverse")[: 1 + bidirectional]):
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(reading, f"{part}_l0{end}").copy_(weights[f"network.layers.0.{d}.{part}"])
    h, _last = reading(weights["network.embedding.weight"][x])
    found = network.attend(x)
    for b in range(2):
        for t in range(6):
            scores = []
            for j in range(6):
                asked = weights["attention.query.weight"] @ h[t, b]
                offered = weights["attention.key.weight"] @ h[j, b] + weights["attention.key.bias"]
                scores.append(weights["attention.score.weight"][0] @ torch.tanh(asked + offered))
            shares = torch.stack(scores).softmax(0)
            context = sum(share * h[j, b] for j, share in enumerate(shares))
            answer = weights["readout.weight"] @ torch.cat([h[t, b], context]) + weights["readout.bias"]
            assert torch.allclose(found.looked.weights[t, :, b], shares, atol=1e-12)
            assert torch.allclose(found.looked.context[t, b], context, atol=1e-12)
            assert torch.allclose(found.output[t, b], answer, atol=1e-12)


@pytest.mark.parametrize("text", SENTENCES)
def test_at_the_city_it_looks_at_the_later_word_that_decides(text):
    word, other, label = SENTENCES[text]
    learnt, found = task(attentive.TASK), attentive.attended(text)
    t, j = text.split().index(word), text.split().index(other)
    assert found.weights.values[t].argmax() == j
    assert found.weights.values.sum(1) == pytest.approx(1, abs=1e-6)
    assert learnt.labels[found.output.values[t].argmax()] == label


def test_the_card_says_what_the_weights_are_and_how_often_they_are_right(tmp_path):
    card, network, learnt = attentive.card(), attentive.load(), task(attentive.TASK)
    assert network.structure == card.network == recipes.network().structure
    assert (card.updates, card.batch) == (recipes.recipe().updates, recipes.recipe().batch)
    assert card.vocabulary == fingerprint(learnt)
    quoted = card.test_subsets["later"]
    asked = learnt.test_subsets()["later"]
    assert accuracy(network, asked) == pytest.approx(quoted["accuracy"], abs=5e-5 + 2 / quoted["count"])
    assert {path.name for path in ATTENTIVE.iterdir()} == {f"{card.name}.{kind}" for kind in ("json", "safetensors")}
    x = learnt.encode("I love Taipei")
    assert torch.equal(load_attentive(save(network, card, tmp_path))(x), network(x))
