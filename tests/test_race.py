"""A race: what it refuses, that its knobs really turn what they name, and whose gradient an Answer is."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS, NONLINEARITIES, RECURRENT
from rnnviz.experiment import Experiment, Refused
from rnnviz.gradients import backpropagate, gradient_curves
from rnnviz.race import INPUTS, LOSSES, MAX_BIAS, MAX_LENGTH, MAX_RADIUS, UNITS, Answer, Race
from tests.cells.variants import every_recurrent_cell
from tests.gradients.unrolled import derivative, unroll

every_cell = pytest.mark.parametrize("cell", CELLS)


@pytest.mark.parametrize(
    ("name", "choices"),
    [("cell", CELLS), ("nonlinearity", NONLINEARITIES), ("start", RECURRENT), ("loss", LOSSES)],
)
@pytest.mark.parametrize("value", ["sine", "", None, 3, "Rnn" * 50])
def test_an_unknown_name_is_answered_with_the_choices(name, choices, value):
    with pytest.raises(Refused) as refused:
        Race(**{name: value})
    assert f"There is no {name} {str(value)[:40]}." in str(refused.value)
    assert all(choice in str(refused.value) for choice in choices)
    assert len(str(refused.value)) < 180


LIMITS = {"length": (2, MAX_LENGTH), "radius": (0, MAX_RADIUS), "forget_bias": (-MAX_BIAS, MAX_BIAS), "seed": (0, 9999)}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e9, -1e9, "1", None])
def test_a_number_that_is_none_or_out_of_range_is_answered_with_the_range(name, value):
    with pytest.raises(Refused, match=rf"^{name} must be from -?[\d.]+ to [\d.]+\.$"):
        Race(**{name: value})


@pytest.mark.parametrize(("name", "value"), [("length", 10.5), ("seed", 1.5), ("length", math.pi)])
def test_steps_and_seeds_are_whole(name, value):
    with pytest.raises(Refused, match=f"{name} must be"):
        Race(**{name: value})


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_themselves_are_allowed_and_the_next_number_is_not(name):
    least, most = LIMITS[name]
    step = 1 if isinstance(least, int) and isinstance(most, int) else 1e-9
    for value, beyond in ((least, least - step), (most, most + step)):
        race = Race(**{name: value}).with_(length=4) if name != "length" else Race(length=value)
        assert race.network()(race.input()).isfinite().all()
        with pytest.raises(Refused):
            race.with_(**{name: beyond})


def test_a_race_is_frozen_can_be_kept_in_a_cache_and_shows_how_to_make_it():
    race = Race("GRU", 30, 1.25, start="identity", seed=7)
    assert race == Race("GRU", 30, 1.25, start="identity", seed=7)
    assert len({race, race.with_(), race.with_(seed=8)}) == 2
    assert eval(repr(race), {"Race": Race}) == race
    with pytest.raises(dataclasses.FrozenInstanceError):
        race.seed = 1


@every_recurrent_cell
@pytest.mark.parametrize("start", RECURRENT)
def test_each_recurrent_block_has_the_radius_that_was_asked_for(name, start):
    for radius in (0.0, 0.05, 1.0, 3.0):
        network = Race(name, radius=radius, start=start, seed=3).network()
        for block in network.layers[0][0].weight_hh.detach().numpy().reshape(-1, UNITS, UNITS):
            assert abs(np.linalg.eigvals(block)).max() == pytest.approx(radius, rel=1e-9)
            if start == "identity":
                np.testing.assert_allclose(block, radius * np.eye(UNITS), atol=1e-12)
            if start == "orthogonal":
                np.testing.assert_allclose(block @ block.T, radius**2 * np.eye(UNITS), atol=1e-9)


@pytest.mark.parametrize(("cell", "gate", "place"), [("LSTM", "f", 1), ("GRU", "z", 1)])
def test_the_bias_sits_on_the_gate_that_keeps_and_nowhere_else(cell, gate, place):
    low, high = (Race(cell, forget_bias=bias).network().layers[0][0] for bias in (-2.0, 6.0))
    assert low.blocks[place] == gate
    for bias, made in ((-2.0, low), (6.0, high)):
        total = (made.bias_ih + made.bias_hh).detach().reshape(-1, UNITS)
        np.testing.assert_allclose(total[place], bias, atol=1e-12)
    for name, one in low.named_parameters():
        differs = (one != dict(high.named_parameters())[name]).flatten()
        rows = slice(place * UNITS, (place + 1) * UNITS)
        assert differs.sum() == (UNITS if name == "bias_ih" else 0), name
        assert differs[rows].all() or name != "bias_ih"


def test_an_rnn_takes_its_nonlinearity_and_no_bias_of_a_gate():
    races = [Race("RNN", 6, nonlinearity=name) for name in NONLINEARITIES]
    assert [race.network().layers[0][0].nonlinearity for race in races] == list(NONLINEARITIES)
    assert torch.equal(
        races[0].network()(races[0].input()), races[0].with_(forget_bias=-5.0).network()(races[0].input())
    )


@every_cell
def test_the_same_seed_gives_the_same_network_and_input_and_leaves_the_global_generator_alone(cell):
    before = torch.get_rng_state()
    one, other, third = Race(cell, seed=5), Race(cell, seed=5), Race(cell, seed=6)
    weights = [race.network().state_dict() for race in (one, other, third)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not any(torch.equal(weights[0][name], weights[2][name]) for name in ("layers.0.0.weight_ih",))
    assert torch.equal(one.input(), other.input())
    assert not torch.equal(one.input(), third.input())
    assert torch.equal(torch.get_rng_state(), before)


def test_all_cells_of_a_race_read_the_same_white_noise():
    inputs = [Race(cell, 500, seed=2).input() for cell in CELLS]
    assert inputs[0].shape == (500, 1, INPUTS)
    assert all(torch.equal(inputs[0], other) for other in inputs)
    assert abs(float(inputs[0].mean())) < 0.05
    assert float(inputs[0].std()) == pytest.approx(1, abs=0.05)


def test_a_longer_race_reads_on_from_the_same_beginning():
    assert torch.equal(Race(length=50).input(), Race(length=90).input()[:50])


@every_cell
def test_everything_is_in_float64_and_in_eval_mode(cell):
    race = Race(cell, 5)
    network = race.network()
    assert race.input().dtype is torch.float64
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float64}
    assert network(race.input()).dtype is torch.float64
    assert not network.training


def test_the_objective_pushes_the_last_step_or_every_one_with_length_one():
    y = torch.randn(7, 1, UNITS, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    for loss, pushed in (("last", [0] * 6 + [1]), ("every", [1] * 7)):
        (gradient,) = torch.autograd.grad(Race(loss=loss).objective(y), y)
        np.testing.assert_allclose(gradient[:, 0].norm(dim=-1), pushed, rtol=1e-12)
        assert (gradient >= 0).all()


@every_cell
@pytest.mark.parametrize("loss", LOSSES)
def test_its_curves_are_what_autograd_finds_on_the_network_unrolled(cell, loss):
    race = Race(cell, 12, 1.3, loss=loss, start="orthogonal")
    network = race.network()
    unrolled = unroll(network, race.input())
    found = gradient_curves(network, race.input(), race.objective)
    del found["state"]  # of the cut state, which this graph does not have
    for state, curve in found.items():
        steps = [step[state] for step in unrolled.steps[0, "forward"]]
        expected = derivative(race.objective(unrolled.y), steps).norm(dim=-1).log10()
        np.testing.assert_allclose(curve.values, expected.numpy(), atol=1e-9)


@every_cell
@pytest.mark.parametrize("text", ["what time is it ?", "play", "明天台北会下雨吗"])
def test_the_gradient_of_an_answer_is_autograds_on_the_trained_network_unrolled(cell, text):
    answer = Answer(Experiment(cell, text=text))
    assert answer.cell == cell
    assert answer.length == len(answer.experiment.tokens) == len(answer.input())
    network = answer.network().double()
    embedded = network.embedding(answer.input()).detach()
    unrolled = unroll(network, embedded)
    best = unrolled.y[0].argmax()
    loss = -torch.log(torch.softmax(unrolled.y, -1)[0, best])  # minus the log of the chance of the answer it gives
    trace = backpropagate(network, answer.input(), answer.objective)
    for state in network.layers[0][0].state:
        expected = derivative(loss, [step[state] for step in unrolled.steps[0, "forward"]])
        np.testing.assert_allclose(trace.layer()[state].values, expected.numpy(), rtol=1e-8, atol=1e-14)
        curve = gradient_curves(answer.network(), answer.input(), answer.objective)[state].values
        np.testing.assert_allclose(curve, expected.norm(dim=-1).log10().numpy(), atol=1e-3)  # float32 weights


def test_an_answer_is_the_same_again_and_can_be_kept_in_a_cache():
    answer = Answer(Experiment("GRU", text="play"))
    assert {answer: 1}[Answer(Experiment("GRU", text="play"))] == 1
    assert eval(repr(answer), {"Answer": Answer, "Experiment": Experiment}) == answer
