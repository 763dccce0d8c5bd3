"""Writing: each token against a loop by hand and against torch.nn; what temperature, top-k and the seed do."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz.generating import Drawing, pick, write
from rnnviz.network import Network
from rnnviz.refusals import Refused

KINDS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
PROMPT = [3, 1, 4, 1, 5]


def network(cell: str = "LSTM", seed: int = 0, **more: object) -> Network:
    sizes = {"vocabulary_size": 9, "output_size": 9, "readout": "every"} | more
    rng = torch.Generator().manual_seed(seed)
    own = Network(cell, 4, 6, generator=rng, dtype=torch.float64, **sizes)
    for weight in own.parameters():  # so that the shares differ clearly
        weight.data *= 4
    return own.eval()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", KINDS)
@torch.no_grad()
def test_what_is_written_is_what_torch_alone_writes(cell, layers):
    own = network(cell, num_layers=layers)
    recurrent = KINDS[cell](4, 6, layers, dtype=torch.float64)
    for index, ((ours,), suffix) in enumerate(zip(own.layers, ("l0", "l1"), strict=False)):
        for name, value in ours.state_dict().items():
            recurrent.state_dict()[f"{name}_l{index}"].copy_(value)
        assert suffix == f"l{index}"
    luck = torch.rand(20, generator=torch.Generator().manual_seed(7), dtype=torch.float64).tolist()
    ids = list(PROMPT)
    for number in luck:  # the whole text anew for each token, its end by hand
        scores = own.readout(recurrent(own.embedding(torch.tensor(ids)[:, None]))[0])[-1, 0] / 0.7
        largest = sorted(scores.tolist())[-4]
        weights = [math.exp(score) if score >= largest else 0.0 for score in scores.tolist()]
        so_far = 0.0
        for token, weight in enumerate(weights):
            so_far += weight / sum(weights)
            if number < so_far:
                ids.append(token)
                break
    written = write(own, PROMPT, 20, Drawing(0.7, top_k=4, seed=7))
    assert written.ids.tolist() == ids
    whole = torch.softmax(own.readout(recurrent(own.embedding(torch.tensor(ids)[:, None]))[0])[:, 0], -1)
    assert np.abs(written.before.values - whole.numpy()).max() < 1e-12
    surprise = [-math.log2(whole[t - 1, ids[t]]) for t in range(1, len(ids))]
    assert np.isnan(written.bits.values[0])
    assert np.abs(written.bits.values[1:] - surprise).max() < 1e-10
    assert written.drawn.values[len(PROMPT) :].tolist() == luck


@pytest.mark.parametrize("drawing", [Drawing(), Drawing(0.3), Drawing(2.0, 3), Drawing(greedy=True), Drawing(1e-9)])
def test_shares_sum_to_one_and_what_came_was_possible(drawing):
    written = write(network(), PROMPT, 30, drawing, never=[0])
    for shares in (written.before.values, written.after.values):
        assert np.allclose(shares.sum(1), 1, atol=1e-12)
    assert not written.after.values[:, 0].any()
    came = written.after.values[np.arange(len(PROMPT) - 1, len(written.ids) - 1), written.ids[len(PROMPT) :]]
    assert (came > 0).all()


@pytest.mark.parametrize("drawing", [Drawing(0.0), Drawing(1e-12), Drawing(top_k=1), Drawing(3.0, 5, greedy=True)])
def test_the_coldest_the_single_likeliest_and_greedy_are_the_same(drawing):
    own = network()
    written = write(own, PROMPT, 25, drawing)
    likeliest = written.before.values.argmax(1)
    assert written.ids[len(PROMPT) :].tolist() == likeliest[len(PROMPT) - 1 : -1].tolist()
    assert np.allclose(written.after.values.max(1), 1)


def test_of_equal_scores_as_many_are_left_as_were_asked_for_the_first_ones():
    shares = Drawing(top_k=2).shares(torch.tensor([1.0, 2.0, 2.0, 2.0]))
    assert shares.tolist() == [0, 0.5, 0.5, 0]
    assert Drawing(greedy=True).shares(torch.zeros(3)).tolist() == [1, 0, 0]


def test_temperature_divides_the_scores():
    scores = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64)
    for temperature in (0.5, 1.0, 4.0):
        weights = [math.exp(score / temperature) for score in scores.tolist()]
        expected = [weight / sum(weights) for weight in weights]
        assert Drawing(temperature).shares(scores).tolist() == pytest.approx(expected, abs=1e-15)


def test_each_output_is_drawn_as_often_as_its_share():
    shares = torch.tensor([0.2, 0.0, 0.5, 0.3], dtype=torch.float64)
    assert [pick(shares, luck) for luck in (0.0, 0.199, 0.2, 0.699, 0.7, 0.9999999)] == [0, 0, 2, 2, 3, 3]
    assert pick(torch.tensor([0.5, 0.5, 0.0]), 1.0) == 1  # never one that cannot come


def test_the_same_seed_writes_the_same_and_another_one_something_else():
    before = torch.get_rng_state()
    texts = [write(network(), PROMPT, 40, Drawing(seed=seed)).ids.tolist() for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    assert torch.equal(torch.get_rng_state(), before)
    shorter = write(network(), PROMPT, 10, Drawing(seed=1)).ids.tolist()
    assert shorter == texts[0][: len(shorter)]


def test_a_subject_writes_text_and_a_network_token_ids():
    subject = rnnviz.subject("untrained", cell="GRU", size="8", task="characters")
    written = rnnviz.generate(subject, "def ", 12, seed=3)
    assert written.text.startswith("def ")
    assert (len(written.tokens), len(written.text), written.begins) == (16, 16, 4)
    assert written.tokens[3] == "␣"
    assert written.before.values.shape == (16, len(written.labels))
    assert not written.after.values[:, 0].any()  # the unknown character cannot be written
    again = rnnviz.generate(subject.network(), subject.with_(text="def ").input(), 0)
    assert np.allclose(again.before.values, written.before.values[:4], atol=1e-6)


def test_a_network_of_the_reber_grammar_writes_strings_of_it():
    subject = rnnviz.subject("lineage-continual-reber-lstm", text="B T B")
    written = rnnviz.generate(subject, length=60, greedy=False, top_k=2)
    assert set(written.text.split()) <= set("BTPSXVE".lower()) | set("BTPSXVE")
    legal = subject.load().task.legal(torch.tensor(subject.load().task.vocabulary.encode(written.tokens))[:, None])
    rows = torch.tensor(subject.load().task.vocabulary.encode(written.tokens))[1:] - 1
    assert legal[:-1, 0].gather(1, rows[:, None]).double().mean() > 0.95


def refuse(why: str, *args: object, **more: object) -> None:
    with pytest.raises(Refused, match=why):
        rnnviz.generate(*args, **more)


def test_what_cannot_write_or_be_written_is_refused():
    subject = rnnviz.subject("untrained", cell="RNN", size="4", task="characters")
    refuse("temperature must be from 0.0 to", subject, "a", temperature=-0.1)
    refuse("temperature must be", subject, "a", temperature=math.nan)
    refuse("top_k must be from 1 to 98", subject, "a", top_k=0)
    refuse("length must be", subject, "a", -1)
    refuse("nothing to read", subject, "")
    refuse("does not answer with the token that comes next", rnnviz.subject("intents-rnn-small"), "hello")
    refuse("does not answer with the token", rnnviz.subject("neighbour-xor-rnn-one-1-seed0"))
    refuse("has no vocabulary", network(), "abc")
    refuse("does not answer", network(output_size=4), torch.tensor([1]))
    refuse("answers at every step", network(readout="last"), torch.tensor([1]))
    refuse("answers at every step", network(bidirectional=True), torch.tensor([1]))
    refuse("beginning of at least one token", network(), torch.tensor([], dtype=torch.long))
    refuse("beginning of at least one token", network(), torch.tensor([9]))
    broken = network()
    broken.readout.bias.data[2] = math.nan
    refuse("scores after step 1 are not finite", broken, torch.tensor([1]))
