"""Answers and their summands: at the last step they are the network's own, and when an answer settles."""

import dataclasses

import numpy as np
import pytest
import torch

from rnnviz.answers import answer_parts, answers, settling
from rnnviz.cells import TRIO
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.subjects.sizes import SIZES
from rnnviz.summands import summands
from rnnviz.trace import Signal
from tests.cells.variants import every_cell, every_cell_with
from tests.intents import intents

SENTENCES = ["what time is it ?", "明天台北会下雨吗", "hi", "xyzzy 🦓 plugh"]
every_shipped = pytest.mark.parametrize("subject", [intents(c, s) for c in TRIO for s in SIZES], ids=repr)


@every_shipped
@pytest.mark.parametrize("text", SENTENCES)
def test_the_last_answer_of_a_shipped_network_is_softmax_of_its_own_output(subject, text):
    subject = subject.with_(text=text)
    network = subject.network()
    trace = subject.trace()
    expected = torch.softmax(network(subject.input()), -1).detach().numpy()
    np.testing.assert_allclose(answers(network, trace).values[-1], expected, atol=1e-6)


@every_shipped
def test_the_summands_of_an_answer_add_up_to_the_scores_and_their_softmax_is_the_answer(subject):
    network = subject.network()
    trace = subject.trace()
    parts = answer_parts(network, trace)
    scores = sum(term.values.astype(np.float64) for term in parts.terms)
    np.testing.assert_allclose(scores[-1], trace.y.values, atol=1e-5)
    np.testing.assert_allclose(
        torch.softmax(torch.from_numpy(scores), -1).numpy(), answers(network, trace).values, atol=1e-6
    )
    assert parts.activation == r"\operatorname{softmax}"
    assert [term.name for term in parts.terms] == ["p:0", "p:1"]
    assert [term.axes for term in parts.terms] == [("time", "batch", "output")] * 2
    assert (parts.terms[1].values == network.readout.bias.detach().numpy()).all()


@every_shipped
def test_answers_are_shares_of_one_at_every_step(subject):
    network = subject.network()
    shares = answers(network, subject.trace())
    assert shares.axes == ("time", "batch", "output")
    assert shares.bounds == (0.0, 1.0)
    assert ((shares.values >= 0) & (shares.values <= 1)).all()
    np.testing.assert_allclose(shares.values.sum(-1), 1, atol=1e-6)


@every_cell
def test_an_answer_at_a_step_is_that_of_the_sentence_ended_there(name):
    subject = intents(name, text="play some quiet music for me")
    network, ids = subject.network(), subject.input()
    shares = answers(network, subject.trace()).values
    for t in range(len(ids)):
        np.testing.assert_allclose(shares[t], torch.softmax(network(ids[: t + 1]), -1).detach().numpy(), atol=1e-6)


@every_cell_with("bidirectional", [False, True])
def test_a_network_that_is_read_at_every_step_is_answered_for_at_every_step(name, bidirectional, rng):
    options = {"num_layers": 2, "output_size": 3, "readout": "every", "bidirectional": bidirectional}
    network = Network(name, 4, 5, generator=rng, dtype=torch.float64, **options)
    x = torch.randn(6, 2, 4, generator=rng, dtype=torch.float64)
    trace = record(network, x)
    np.testing.assert_allclose(
        answers(network, trace).values, torch.softmax(network(x), -1).detach().numpy(), atol=1e-12
    )
    np.testing.assert_allclose(
        sum(term.values for term in answer_parts(network, trace).terms), trace.y.values, atol=1e-12
    )


@every_cell_with("layers", [1, 3])
def test_each_direction_adds_its_own_part_to_the_score(name, layers, rng):
    options = {"num_layers": layers, "output_size": 3, "readout": "every", "bidirectional": True}
    network = Network(name, 4, 5, generator=rng, dtype=torch.float64, **options)
    trace = record(network, torch.randn(6, 2, 4, generator=rng, dtype=torch.float64))
    parts = answer_parts(network, trace)
    assert [term.name for term in parts.terms] == ["p:0", "p:1", "p:2"]
    assert [term.symbol for term in parts.terms] == [
        r"\overrightarrow{V}\,\overrightarrow{h}_t",
        r"\overleftarrow{V}\,\overleftarrow{h}_t",
        "b",
    ]
    weight = network.readout.weight.detach().numpy()
    for term, direction, columns in zip(parts.terms, trace.directions, (slice(5), slice(5, 10)), strict=False):
        alone = np.einsum(
            "tbh,oh->tbo", trace.layer(layers - 1, direction)[network.layers[-1][0].output].values, weight[:, columns]
        )
        np.testing.assert_allclose(term.values, alone, atol=1e-12)
    assert (parts.terms[2].values == network.readout.bias.detach().numpy()).all()
    np.testing.assert_allclose(sum(term.values for term in parts.terms), trace.y.values, atol=1e-12)


@pytest.mark.parametrize("ask", [answers, answer_parts])
def test_networks_that_have_no_answer_per_step_are_refused(ask, rng):
    bare = Network("GRU", 3, 4, generator=rng)
    with pytest.raises(ValueError, match="this network has no readout, so it gives no answers"):
        ask(bare, record(bare, torch.zeros(2, 1, 3)))
    both = Network("GRU", 3, 4, output_size=2, bidirectional=True, generator=rng)
    with pytest.raises(ValueError, match="has one answer, not one per step"):
        ask(both, record(both, torch.zeros(2, 1, 3)))


def test_an_answer_that_is_not_a_number_stays_none(rng):
    network = Network("RNN", 1, 2, nonlinearity="identity", output_size=2, generator=rng)
    trace = record(network, torch.tensor([[[1.0]], [[float("nan")]], [[1.0]]]))
    assert np.isnan(answers(network, trace).values).any(-1)[:, 0].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("leads", "first"),
    [
        ([0], 0),
        ([1, 1, 1], 0),
        ([0, 1, 1], 1),
        ([1, 0, 1], 2),
        ([0, 0, 0, 1], 3),
        ([2, 1, 0, 0], 2),
        ([0, 1, 0, 1, 1], 3),
    ],
)
def test_an_answer_settles_at_the_first_step_from_which_on_it_leads(leads, first):
    assert settling(Signal("p", ("time", "output"), np.eye(3)[leads])) == first


@every_cell
def test_before_it_settles_the_final_answer_has_no_majority_and_from_then_on_it_has(name):
    subject = intents(name, text="could you please tell me how to get to the train station from here ?")
    network = subject.network()
    shares = answers(network, subject.trace()).at(batch=0)
    final, first = shares.values[:, shares.values[-1].argmax()], settling(shares)
    if first is None:
        assert final[-1] <= 0.5
    else:
        assert (final[first:] > 0.5).all()
        assert first == 0 or final[first - 1] <= 0.5


@every_shipped
def test_the_parts_of_a_shipped_network_are_named_for_their_quantity_and_laid_out_like_it(subject):
    network = subject.network()
    trace = subject.trace()
    layer = trace.layer()
    taken = summands(network, trace)
    assert set(taken) == set(layer.names)
    for name, parts in taken.items():
        assert [term.name for term in parts.terms] == [f"{name}:{k}" for k in range(len(parts.terms))]
        assert all(term.values.shape == layer[name].values.shape for term in parts.terms)
        assert all(term.symbol for term in parts.terms)


def test_a_trace_is_not_changed_by_being_taken_apart():
    subject = intents("LSTM")
    network = subject.network()
    trace = subject.trace()
    before = {name: trace.layer()[name].values.copy() for name in trace.layer().names}
    for parts in [*summands(network, trace).values(), answer_parts(network, trace)]:
        assert dataclasses.is_dataclass(parts.terms[0])
    assert all((trace.layer()[name].values == values).all() for name, values in before.items())
