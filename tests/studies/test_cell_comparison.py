"""Cells compared on one sequence: that every option turns what it names, and whose gradient a sentence's is."""

import copy

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS, NONLINEARITIES, RECURRENT, TRIO
from rnnviz.cells.coordinates import flat, told
from rnnviz.gradients import backpropagate, gradient_curves
from rnnviz.studies.cell_comparison import UNITS, family, fresh, is_plain
from rnnviz.subjects.models import CHANNELS
from tests.cells.variants import every_recurrent_cell
from tests.gradients.unrolled import derivative, unroll
from tests.intents import intents

every_cell = pytest.mark.parametrize("cell", CELLS)


@every_recurrent_cell
@pytest.mark.parametrize("start", RECURRENT)
def test_each_recurrent_block_has_the_radius_that_was_asked_for(name, start):
    for radius in (0.0, 0.05, 1.0, 3.0):
        network = fresh(name, seed=3, spectral_radius=radius, recurrent=start).network()
        for block in network.layers[0][0].weight_hh.detach().numpy().reshape(-1, UNITS, UNITS):
            assert abs(np.linalg.eigvals(block)).max() == pytest.approx(radius, rel=1e-9)
            if start == "identity":
                np.testing.assert_allclose(block, radius * np.eye(UNITS), atol=1e-12)
            if start == "orthogonal":
                np.testing.assert_allclose(block @ block.T, radius**2 * np.eye(UNITS), atol=1e-9)


@pytest.mark.parametrize(("cell", "gate", "place"), [("LSTM", "f", 1), ("GRU", "z", 1)])
def test_the_bias_sits_on_the_gate_that_keeps_and_nowhere_else(cell, gate, place):
    low, high = (fresh(cell, forget_bias=bias).network().layers[0][0] for bias in (-2.0, 6.0))
    assert low.blocks[place] == gate
    for bias, drawn in ((-2.0, low), (6.0, high)):
        total = (drawn.bias_ih + drawn.bias_hh).detach().reshape(-1, UNITS)
        np.testing.assert_allclose(total[place], bias, atol=1e-12)
    for name, weight in low.named_parameters():
        differs = (weight != dict(high.named_parameters())[name]).flatten()
        rows = slice(place * UNITS, (place + 1) * UNITS)
        assert differs.sum() == (UNITS if name == "bias_ih" else 0), name
        assert differs[rows].all() or name != "bias_ih"


def test_an_rnn_takes_its_nonlinearity_and_no_bias_of_a_gate_and_no_other_cell_takes_it():
    subjects = [fresh("RNN", 6, nonlinearity=name) for name in NONLINEARITIES]
    assert [subject.network().layers[0][0].nonlinearity for subject in subjects] == list(NONLINEARITIES)
    assert fresh("RNN", 6, forget_bias=-5.0) == subjects[0]
    assert all(fresh(cell, nonlinearity="relu") == fresh(cell) for cell in CELLS if cell != "RNN")


@every_cell
def test_the_same_seed_gives_the_same_network_and_input_and_another_seed_others(cell):
    one, same, other = (fresh(cell, seed=seed) for seed in (5, 5, 6))
    assert one == same
    assert torch.equal(one.input(), same.input())
    assert not torch.equal(one.input(), other.input())
    mine, again, its = (subject.network().state_dict() for subject in (one, same, other))
    assert all(torch.equal(value, again[name]) for name, value in mine.items())
    drawn = [weight.name for weight in one.network().layers[0][0].weights()]
    assert drawn
    assert not any(torch.equal(mine[f"layers.0.0.{name}"], its[f"layers.0.0.{name}"]) for name in drawn)


def test_all_cells_read_the_same_white_noise():
    inputs = [fresh(cell, 500, seed=2).input() for cell in CELLS]
    assert inputs[0].shape == (500, 1, CHANNELS)
    assert all(torch.equal(inputs[0], other) for other in inputs)
    assert abs(float(inputs[0].mean())) < 0.05
    assert float(inputs[0].std()) == pytest.approx(1, abs=0.05)


def test_a_longer_run_reads_on_from_the_same_beginning():
    assert torch.equal(fresh("RNN", 50).input(), fresh("RNN", 90).input()[:50])


@every_cell
def test_everything_is_in_float64_and_in_eval_mode(cell):
    subject = fresh(cell, 5)
    network = subject.network()
    assert subject.input().dtype is torch.float64
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float64}
    assert network(subject.input()).dtype is torch.float64
    assert not network.training


def test_the_objective_pushes_the_last_step_or_every_one_with_length_one():
    y = torch.randn(7, 1, UNITS, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    for at, pushed in (("last", [0] * 6 + [1]), ("every", [1] * 7)):
        (gradient,) = torch.autograd.grad(fresh("RNN").objective(y, at), y)
        np.testing.assert_allclose(gradient[:, 0].norm(dim=-1), pushed, rtol=1e-12)
        assert (gradient >= 0).all()


@every_cell
@pytest.mark.parametrize("at", ["last", "every"])
def test_its_curves_are_what_autograd_finds_on_the_network_unrolled(cell, at):
    subject = fresh(cell, 12, spectral_radius=1.3, recurrent="orthogonal")
    network = subject.network()
    unrolled = unroll(network, subject.input())
    found = gradient_curves(network, subject.input(), lambda y: subject.objective(y, at))
    whole = found.pop("state").values  # of the cut state, which this graph does not have
    for state, curve in found.items():
        steps = [step[state] for step in unrolled.steps[0, "forward"]]
        check(network, state, curve.values, derivative(subject.objective(unrolled.y, at), steps), whole, 1e-9)


@every_cell
@pytest.mark.parametrize("text", ["what time is it ?", "play", "明天台北会下雨吗"])
def test_the_gradient_of_an_answer_is_autograds_on_the_trained_network_unrolled(cell, text):
    subject = intents(cell, text=text)
    network = subject.network()
    exact = copy.deepcopy(network).double()
    unrolled = unroll(exact, exact.embedding(subject.input()).detach())
    best = unrolled.y[0].argmax()
    loss = -torch.log(torch.softmax(unrolled.y, -1)[0, best])  # minus the log of the chance of the answer it gives
    trace = backpropagate(exact, subject.input(), subject.objective)
    curves = gradient_curves(network, subject.input(), subject.objective)
    for state in told(exact.layers[0][0]):
        expected = derivative(loss, [step[state] for step in unrolled.steps[0, "forward"]])
        np.testing.assert_allclose(trace.layer()[state].values, expected.numpy(), rtol=1e-8, atol=1e-14)
        check(network, state, curves[state].values, expected, curves["state"].values, 1e-3)  # float32 weights


def check(network, state, curve, expected, whole, tolerance):
    """A curve (T, B) of log10 sizes against autograd's gradients (T, B, *shape); ``whole``: that of the whole state."""
    cell = network.layers[0][0]
    with np.errstate(divide="ignore"):
        sizes = np.log10(flat(cell, state, expected).norm(dim=-1).numpy())
    if cell.quantities[state].role == "stabilizer":  # it cancels out of the output, and autograd's is its rounding
        assert np.isneginf(curve).all()
        assert (sizes < whole - 14).all()
    else:
        np.testing.assert_allclose(curve, sizes, atol=tolerance)


# Which others a subject is compared with


@pytest.mark.parametrize("cell", CELLS)
def test_a_sentence_is_read_by_the_three_cells_and_by_the_chosen_one_all_trained_or_none(cell):
    compared = family(intents(cell, text="play some music"))
    assert set(compared) == {*TRIO, cell}
    for name, subject in compared.items():
        assert subject == intents(name, text="play some music", weights="trained" if cell in TRIO else "fresh")


def test_other_tasks_have_their_own_networks_compared():
    compared = family(rnnviz.subject("slots-gru-one-1-seed1", text="from Paris to Rome"))
    assert [subject.model.name for subject in compared.values()] == [
        f"slots-{cell}-one-1-seed1" for cell in ("rnn", "lstm", "gru")
    ]


def test_beside_a_station_of_history_stand_the_cells_that_were_trained_like_it():
    compared = family(rnnviz.subject("lineage-continual-reber-lstm-1997"))
    assert list(compared) == ["RNN", "LSTM", "LSTM 1997"]  # no GRU was trained on it
    assert all(other.trained for other in compared.values())


@pytest.mark.parametrize("name", ["neighbour-xor-gru-two-4-seed0", "slots-rnn-one-3-seed0"])
def test_networks_of_a_family_have_the_same_layers_and_directions(name):
    compared = family(rnnviz.subject(name))
    assert len(compared) > 1
    assert len({(each.network().num_layers, each.network().directions) for each in compared.values()}) == 1


def test_what_was_given_has_no_family():
    subject = rnnviz.subject(torch.nn.GRU(4, 8), torch.randn(9, 1, 4))
    assert family(subject) == {"GRU": subject}


@pytest.mark.parametrize(
    "subject",
    [
        lambda: rnnviz.subject(torch.nn.GRU(4, 8), torch.randn(9, 1, 4)),
        lambda: rnnviz.subject("switches-rnn"),
        lambda: rnnviz.subject("untrained", task="", noise=1),
        lambda: rnnviz.subject("slots-gru-two-1-seed0"),
        lambda: rnnviz.subject("slots-gru-one-3-seed0"),
        lambda: rnnviz.subject("untrained", directions="backward"),
    ],
)
def test_fresh_networks_on_noise_stand_for_those_that_read_words_one_way_in_one_layer(subject):
    assert not is_plain(subject())
    assert is_plain(intents())
