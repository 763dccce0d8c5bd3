"""The networks of subjects against networks built by hand: the same weights, and the same numbers at every step."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import rnnviz
from rnnviz import compute
from rnnviz.cells import CELLS, TRIO
from rnnviz.checkpoints import MODELS
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects import Given, Shipped, Subject, Untrained, catalogue
from rnnviz.subjects.models import load
from rnnviz.subjects.sizes import SIZES, task
from rnnviz.tasks import TASKS, tokenize

INTENTS = TASKS["intents"]()


def same_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    mine, its = one.state_dict(), other.state_dict()
    return mine.keys() == its.keys() and all(torch.equal(mine[name], its[name]) for name in mine)


@pytest.mark.parametrize(
    "name", ["intents-rnn-small", "intents-lstm-large", "slots-gru-two-2-seed0", "recall-gru-seed3"]
)
def test_a_shipped_network_has_the_weights_of_its_file(name):
    subject = rnnviz.subject(name)
    weights = load_file(MODELS / f"{name}.safetensors")
    own = subject.network().state_dict()
    assert own.keys() == weights.keys()
    assert all(torch.equal(own[key], weights[key]) for key in weights)
    card = json.loads((MODELS / f"{name}.json").read_text())
    assert subject.load().provenance.card.parameters == card["parameters"]
    assert not subject.network().training


@pytest.mark.parametrize("name", sorted(catalogue.cards()))
def test_every_shipped_network_is_a_subject_that_reads_what_is_usual_for_it(name):
    subject = rnnviz.subject(name)
    assert subject.cell == subject.network().cell
    assert Subject.from_query(subject.query()) == (subject, [])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("seed", [0, 7])
def test_an_untrained_network_is_the_one_that_its_seed_draws(cell, seed):
    subject = rnnviz.subject("untrained", cell=cell, seed=seed, text="play some music")
    by_hand = Network(
        cell,
        16,
        subject.units,
        vocabulary_size=INTENTS.input_size,
        output_size=INTENTS.output_size,
        readout=INTENTS.readout,
        generator=torch.Generator().manual_seed(seed),
    ).eval()
    assert same_weights(subject.network(), by_hand)
    ids = torch.tensor(INTENTS.vocabulary.encode(tokenize("play some music")))[:, None]
    expected = rnnviz.record(by_hand, ids)
    trace = subject.trace()
    assert trace.tokens == ("play", "some", "music")
    for name in trace.layer().names:
        np.testing.assert_allclose(trace.layer()[name].values, expected.layer()[name].values, atol=1e-6)
    np.testing.assert_allclose(trace.y.values, expected.y.values, atol=1e-6)


@pytest.mark.parametrize(("directions", "layers"), [("one", 2), ("two", 1), ("two", 3), ("backward", 1)])
def test_layers_and_directions_are_those_that_were_asked_for(directions, layers):
    subject = rnnviz.subject("untrained", task="slots", cell="GRU", directions=directions, layers=layers, seed=3)
    learnt = TASKS["slots"]()
    by_hand = Network(
        "GRU",
        16,
        subject.units,
        num_layers=layers,
        bidirectional=directions == "two",
        backward=directions == "backward",
        vocabulary_size=learnt.input_size,
        output_size=learnt.output_size,
        readout=learnt.readout,
        generator=torch.Generator().manual_seed(3),
    ).eval()
    assert same_weights(subject.network(), by_hand)


def test_a_network_without_a_task_reads_numbers_in_float64_and_answers_nothing():
    subject = rnnviz.subject("untrained", cell="RNN", task="", size="20", channels=3, length=30)
    by_hand = Network("RNN", 3, 20, generator=torch.Generator().manual_seed(0), dtype=torch.float64).eval()
    assert same_weights(subject.network(), by_hand)
    assert subject.load().answers is None
    assert subject.read().input.shape == (30, 1, 3)
    assert subject.trace().layer()["h"].values.dtype == np.float64


@pytest.mark.parametrize(
    ("cell", "option", "value"),
    [
        ("RNN", "nonlinearity", "relu"),
        ("RNN", "recurrent", "orthogonal"),
        ("LSTM", "forget_bias", 3.0),
        ("ESN", "leak", 0.25),
        ("ESN", "spectral_radius", 1.5),
        ("LRU", "ring", (0.9, 0.99)),
        ("LRU", "turn", 0.5),
        ("RG-LRU", "decay_start", "released"),
        ("selective SSM", "numbers", 3),
        ("mLSTM", "keys", 3),
        ("DeltaNet", "negative_eigenvalues", True),
    ],
)
def test_how_weights_start_is_what_the_cell_is_made_with(cell, option, value):
    subject = rnnviz.subject("untrained", cell=cell, task="", size="12", **{option: value})
    draw = torch.Generator().manual_seed(0)
    by_hand = Network(cell, 8, 12, generator=draw, dtype=torch.float64, **{option: value}).eval()
    assert same_weights(subject.network(), by_hand)
    usual = rnnviz.subject("untrained", cell=cell, task="", size="12")
    numbers, others = (each.trace().layer()[each.trace().layer().output].values for each in (subject, usual))
    assert not np.allclose(numbers, others)


def test_an_option_that_a_cell_does_not_take_makes_no_other_model():
    assert Untrained("RNN", options=(("leak", 0.5),)) == Untrained("RNN")


@pytest.mark.parametrize("kind", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU])
def test_a_module_of_torch_gives_its_own_numbers(kind):
    module, x = kind(4, 8), torch.randn(20, 1, 4, generator=torch.Generator().manual_seed(1))
    trace = rnnviz.subject(model=module, x=x).trace()
    with torch.no_grad():
        np.testing.assert_allclose(trace.layer()["h"].values, module(x)[0].numpy(), atol=1e-6)


def test_a_network_that_was_given_is_a_copy():
    module, x = torch.nn.GRU(4, 8), torch.randn(20, 1, 4, generator=torch.Generator().manual_seed(1))
    subject = rnnviz.subject(module, x)
    before = subject.trace().layer()["h"].values
    with torch.no_grad():
        module.weight_hh_l0.zero_()
        x.zero_()
    np.testing.assert_array_equal(subject.trace().layer()["h"].values, before)
    assert rnnviz.subject(module, x) != subject


def test_equal_networks_and_inputs_are_equal_subjects():
    module, x = torch.nn.LSTM(2, 3), torch.ones(5, 2)
    one, same = rnnviz.subject(module, x), rnnviz.subject(module, x[:, None])
    assert one == same
    assert isinstance(one.model, Given)
    assert one.load() is same.load()


def test_the_global_source_of_randomness_is_left_alone():
    before = torch.get_rng_state()
    Untrained(seed=81).load()
    rnnviz.subject("untrained", task="", noise=4).draws()
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cell", TRIO)
def test_a_size_has_as_many_weights_in_every_cell(cell, size):
    def weights(cell: str) -> int:
        named = load(Untrained(cell, size)).network.named_parameters()
        return sum(weight.numel() for name, weight in named if not name.startswith("embedding"))

    assert weights(cell) == pytest.approx(weights("LSTM"), rel=0.03)
    assert load(Untrained("LSTM", size)).network.hidden_size == SIZES[size]


def test_a_network_of_another_vocabulary_is_no_network_of_ours(monkeypatch):
    monkeypatch.setattr("rnnviz.checkpoints.fingerprint", lambda task: "0123456789abcdef")
    with pytest.raises(RuntimeError, match="intents-gru-small was trained on another vocabulary; run `make models`"):
        Shipped("intents-gru-small").load()


def test_what_is_known_of_a_network_comes_with_it():
    loaded = rnnviz.subject("intents-gru-small").load()
    assert (loaded.answers.kind, loaded.answers.at) == ("classes", task("intents").readout)
    assert loaded.answers.labels == tuple(task("intents").labels)
    assert loaded.reads.vocabulary is task("intents").vocabulary
    assert (loaded.provenance.trained, loaded.provenance.card.name) == (True, "intents-gru-small")
    given = rnnviz.subject(torch.nn.GRU(2, 3), torch.ones(4, 2)).load()
    assert (given.answers, given.task, given.reads.names) == (None, None, ("x1", "x2"))


def test_a_network_that_was_first_loaded_while_only_answers_were_wanted_has_gradients(monkeypatch):
    monkeypatch.setattr(compute, "STORE", compute.Store())
    with torch.inference_mode():
        load(Shipped("recall-lstm-seed0"))
    assert not any(weight.is_inference() for weight in load(Shipped("recall-lstm-seed0")).network.parameters())


def test_an_encoder_decoder_reads_a_text_by_its_characters_and_says_how_all_of_it_is_seen():
    parts = {"size": "4", "task": "dates", "directions": "two", "attention": True}
    subject = rnnviz.subject("untrained", cell="GRU", text="3 May 2025", **parts)
    assert subject.tokens == tuple("3 May 2025")
    assert task("dates").written(subject.read().solution[:, 0]) == "2025-05-03"
    assert Subject.from_query(subject.query()) == (subject, [])
    with pytest.raises(Refused, match="An encoder-decoder is two networks"):
        subject.trace()
    assert "attention" not in subject.with_(task="recall").query()["model"]
