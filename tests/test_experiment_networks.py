"""The networks and traces that an experiment stands for: fair in size, the same again, and of the right vocabulary."""

import numpy as np
import pytest
import torch

from rnnviz import checkpoints
from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import MOST_UNITS, SIZES, WEIGHTS, Experiment, fresh_network, task, units_of

every_cell = pytest.mark.parametrize("cell", CELLS)
every_size = pytest.mark.parametrize("size", SIZES)
TEXTS = ["what time is it ?", "明天台北会下雨吗", "a", "?", "🙂🙂", "مرحبا", "<b>&amp;</b>", "I ❤️ café 24/7"]


@every_cell
@every_size
@pytest.mark.parametrize("weights", WEIGHTS)
def test_units_and_structure_are_those_of_the_network_that_is_built(cell, size, weights):
    experiment = Experiment(cell, size, weights=weights)
    network = experiment.network()
    assert experiment.units == network.hidden_size
    assert network.structure == fresh_network(cell, size, "intents", 0).structure
    assert not network.training
    assert network.read_at == task("intents").readout
    assert experiment.checkpoint.is_file() == (cell in TRIO)


def weights_of(cell: str, size: str, *, embedding: bool) -> int:
    named = fresh_network(cell, size, "intents", 0).named_parameters()
    return sum(p.numel() for name, p in named if embedding or not name.startswith(("embedding", "readout.bias")))


def below_the_most(cell: str, size: str) -> bool:
    return units_of(cell, size, "intents") < MOST_UNITS


@every_size
def test_networks_of_one_size_have_as_many_weights_to_within_three_per_cent(size):
    counts = {cell: weights_of(cell, size, embedding=True) for cell in CELLS if below_the_most(cell, size)}
    assert max(counts.values()) <= 1.03 * min(counts.values())
    assert units_of("LSTM", size, "intents") == SIZES[size]


@every_cell
@every_size
def test_a_cell_and_its_readout_come_within_three_per_cent_of_the_lstms(cell, size):
    lstm = weights_of("LSTM", size, embedding=False)
    if below_the_most(cell, size):
        assert weights_of(cell, size, embedding=False) == pytest.approx(lstm, rel=0.03)
    else:
        assert weights_of(cell, size, embedding=False) < lstm


@every_cell
@every_size
def test_no_other_number_of_units_comes_nearer_to_the_lstm(cell, size):
    wanted, units = weights_of("LSTM", size, embedding=False), units_of(cell, size, "intents")
    answers = task("intents").output_size

    def off(units: int) -> int:
        made = CELLS[cell](16, units, generator=torch.Generator())
        return abs(sum(p.numel() for p in made.parameters()) + units * answers - wanted)

    more = [off(units + 1)] if below_the_most(cell, size) else []
    assert off(units) == min(off(units - 1), off(units), *more)


@every_cell
def test_fresh_weights_hang_on_the_seed_alone_and_leave_the_global_generator_alone(cell):
    before = torch.get_rng_state()
    one, same, other = (Experiment(cell, weights="fresh", seed=seed).network().state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)
    assert torch.equal(torch.get_rng_state(), before)


def test_trained_weights_do_not_hang_on_the_seed():
    one, other = (Experiment(seed=seed).network().state_dict() for seed in (0, 9))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_network_that_was_trained_on_another_vocabulary_is_refused_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr(checkpoints, "fingerprint", lambda task: "0123456789abcdef")
    with pytest.raises(
        RuntimeError, match=r"intents-gru-small\.safetensors was trained on another .* run `make models`"
    ):
        Experiment("GRU").network()
    assert Experiment("GRU", weights="fresh").network().cell == "GRU"


@pytest.mark.parametrize("text", TEXTS)
def test_a_trace_has_one_step_for_each_token_of_the_text(text):
    experiment = Experiment("GRU", text=text)
    trace = experiment.trace()
    assert trace.tokens == experiment.tokens
    assert trace.steps == len(experiment.tokens) == len(experiment.known) == len(experiment.input())
    assert trace.layer()["h"].values.shape == (trace.steps, 1, experiment.units)
    np.testing.assert_array_equal(trace.y.values, experiment.network()(experiment.input()).detach().numpy())


def test_a_trace_of_another_network_is_that_networks():
    experiment = Experiment("GRU")
    other = experiment.with_(weights="fresh")
    np.testing.assert_array_equal(experiment.trace(other.network()).y.values, other.trace().y.values)


def test_unknown_words_are_told_from_known_ones():
    experiment = Experiment(text="what TIME is xyzzy 🦓 ？")
    assert dict(zip(experiment.tokens, experiment.known, strict=True)) == {
        "what": True, "TIME": True, "is": True, "xyzzy": False, "🦓": False, "？": True,
    }  # fmt: skip
    assert (experiment.input()[:, 0] == 0).tolist() == [not known for known in experiment.known]
