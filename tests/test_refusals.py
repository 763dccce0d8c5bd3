"""What record() and Network refuse, each with a sentence that shows what came, what was expected and the way out."""

import pytest
import torch
from torch import nn

from rnnviz.cells import CELLS
from rnnviz.gradients import gradient_matrix
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import every_cell


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((7, 2, 4), r"x has shape \(7, 2, 4\); this network reads \(T, B, 3\)"),
        ((7, 4), r"\(7, 1, 4\); this network reads \(T, B, 3\)"),
        ((0, 2, 3), r"\(0, 2, 3\).* at least one step"),
        ((7, 0, 3), r"\(7, 0, 3\)"),
        ((3,), r"\(3,\)"),
        ((1, 2, 3, 3), r"\(1, 2, 3, 3\)"),
    ],
)
@every_cell
def test_a_wrong_input_shape_is_shown_beside_the_right_one(name, shape, message, rng):
    with pytest.raises(ValueError, match=message):
        record(Network(name, 3, 4, generator=rng), torch.zeros(shape))


def test_wrong_token_ids_are_shown_beside_the_right_shape(rng):
    network = Network("GRU", 3, 4, vocabulary_size=5, generator=rng)
    with pytest.raises(ValueError, match=r"\(7, 2, 3\); this network reads \(T, B\) token ids"):
        record(network, torch.zeros(7, 2, 3, dtype=torch.long))


def test_a_wrong_dtype_is_named_beside_that_of_the_weights(rng):
    with pytest.raises(TypeError, match=r"x is torch.float64 but the network's weights are torch.float32"):
        record(nn.GRU(3, 4), torch.zeros(7, 2, 3, dtype=torch.float64))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (torch.zeros(2, 2, 4), r"\(h, c\), each of shape \(2, 2, 4\); got \(2, 2, 4\)"),
        ((torch.zeros(1, 2, 4), torch.zeros(1, 2, 4)), r"of shape \(2, 2, 4\); got \(1, 2, 4\), \(1, 2, 4\)"),
        ((torch.zeros(2, 2, 4), torch.zeros(2, 2, 5)), r"got \(2, 2, 4\), \(2, 2, 5\)"),
    ],
)
def test_a_wrong_initial_state_is_shown_beside_the_right_one(state, message):
    with pytest.raises(ValueError, match=message):
        record(nn.LSTM(3, 4, num_layers=2), torch.zeros(7, 2, 3), state)


def test_an_initial_state_of_another_dtype_is_named_too(rng):
    network = Network("RNN", 3, 4, generator=rng, nonlinearity="sigmoid")
    with pytest.raises(TypeError, match=r"initial state is torch.float64 but the network's weights are torch.float32"):
        record(network, torch.zeros(7, 2, 3), torch.zeros(1, 2, 4, dtype=torch.float64))


def test_too_few_tokens_are_counted():
    with pytest.raises(ValueError, match="2 tokens for 3 time steps"):
        record(nn.GRU(3, 4), torch.zeros(3, 1, 3), tokens=["a", "b"])


@pytest.mark.parametrize("model", [nn.Linear(3, 4), nn.LSTMCell(3, 4), nn.Sequential(nn.GRU(3, 4))])
def test_another_kind_of_module_is_refused_by_name(model):
    with pytest.raises(TypeError, match=rf"RNN, LSTM or GRU, not {type(model).__name__}"):
        gradient_matrix(model, torch.zeros(3, 1, 3))


def test_a_model_without_a_recurrent_module_is_not_recorded():
    with pytest.raises(TypeError, match="RNN, LSTM or GRU, not Linear"):
        record(nn.Linear(3, 4), torch.zeros(3, 1, 3))


def test_an_unknown_cell_is_answered_with_those_that_exist():
    with pytest.raises(ValueError, match=f"unknown cell 'lstm'; the cells are {', '.join(CELLS)}$"):
        Network("lstm")


def test_an_unknown_readout_or_nonlinearity_is_answered_with_the_choices():
    with pytest.raises(ValueError, match=r"'first' is neither 'last' nor 'every'"):
        Network("GRU", readout="first")
    with pytest.raises(ValueError, match=r"'sine' is not one of tanh, relu, sigmoid, identity"):
        Network("RNN", nonlinearity="sine")


@pytest.mark.parametrize("size", ["input_size", "hidden_size", "num_layers"])
def test_a_size_below_one_is_refused_by_name(size):
    with pytest.raises(ValueError, match=f"{size} is 0; it must be at least 1"):
        Network("GRU", **{size: 0})


def test_an_unknown_signal_layer_or_axis_is_answered_with_those_that_exist(rng):
    trace = record(Network("GRU", 3, 4, bidirectional=True, generator=rng), torch.zeros(2, 1, 3))
    with pytest.raises(KeyError, match="GRU has no signal 'f'; it has r, z, n, h"):
        trace.layer()["f"]
    with pytest.raises(KeyError, match=r"no layer \(1, 'forward'\); it has \(0, 'forward'\), \(0, 'backward'\)"):
        trace.layer(1)
    with pytest.raises(KeyError, match="'h' has no axis 'neuron'; it has time, batch, unit"):
        trace.layer()["h"].at(neuron=0)
