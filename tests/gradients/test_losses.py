"""A loss takes the output; one for torch's pair (output, state) is told so, and no other loss is."""

import warnings

import pytest
import torch
from torch import nn

from rnnviz.depth import layer_gradients
from rnnviz.gradients import LossWarning, backpropagate, gradient_curves, gradient_matrix, weight_gradients_by_step
from rnnviz.network import Network

X = torch.linspace(-1, 1, 5 * 2 * 3).reshape(5, 2, 3)
TAKERS = {
    "backpropagate": backpropagate,
    "gradient_curves": gradient_curves,
    "weight_gradients_by_step": weight_gradients_by_step,
    "layer_gradients": layer_gradients,
}


@pytest.mark.parametrize("taker", TAKERS)
def test_a_loss_written_for_the_pair_is_warned_of(taker):
    with pytest.warns(LossWarning, match=r"time step 0 of 5 alone.*\(5, 2, 4\).*not torch's pair.*y\[-1\].sum\(\)"):
        TAKERS[taker](nn.LSTM(3, 4), X, lambda out: out[0].sum())


def test_a_loss_that_takes_the_state_out_of_the_pair_is_warned_of():
    with pytest.warns(LossWarning, match="time step 1 of 5 alone"):
        backpropagate(nn.GRU(3, 4), X, lambda out: out[1].sum())


def test_a_loss_that_unpacks_the_pair_is_told_what_it_was_given():
    def unpacking(pair):
        y, _state = pair
        return y.sum()

    with pytest.raises(ValueError, match="too many values to unpack") as raised:
        backpropagate(nn.GRU(3, 4), X, unpacking)
    assert "the output alone, (5, 2, 4), not (output, state)" in raised.value.__notes__[0]


ORDINARY = {
    "last step": (lambda: nn.LSTM(3, 4), X, lambda y: y[-1].sum()),
    "all steps": (lambda: nn.LSTM(3, 4), X, lambda y: y.sum()),
    "first two steps": (lambda: nn.LSTM(3, 4), X, lambda y: y[:2].sum()),
    "third step": (lambda: nn.LSTM(3, 4), X, lambda y: y[2].sum()),
    "one step": (lambda: nn.LSTM(3, 4), X[:1], lambda y: y[0].sum()),
    "second of two": (lambda: nn.LSTM(3, 4), X[:2], lambda y: y[1].sum()),
    "first sequence": (lambda: nn.LSTM(3, 4, batch_first=True), X.transpose(0, 1), lambda y: y[0].sum()),
    "both directions": (lambda: nn.LSTM(3, 4, bidirectional=True), X, lambda y: y[0].sum()),
    "no pair": (lambda: Network("LSTM", 3, 4), X, lambda y: y[0].sum()),
    "backward": (lambda: Network("LSTM", 3, 4, backward=True), X, lambda y: y[0].sum()),
    "last answer": (lambda: Network("LSTM", 3, 4, output_size=2), X, lambda y: y[0].sum()),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_an_ordinary_loss_is_not_warned_of(case):
    model, x, loss = ORDINARY[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        backpropagate(model(), x, loss)


@pytest.mark.parametrize("loss", [torch.ones(5, 2, 4), torch.tensor(1.0), None, "last", 3])
@pytest.mark.parametrize("taker", TAKERS)
def test_what_is_no_function_is_refused_as_a_loss(taker, loss):
    with pytest.raises(TypeError, match=r"the loss is .*; give a function of the output.*y\[-1\].sum\(\)"):
        TAKERS[taker](nn.GRU(3, 4), X, loss)
    if loss is not None and not isinstance(loss, torch.Tensor):
        with pytest.raises(TypeError, match=r"the loss is .*; give a function of the output"):
            gradient_matrix(nn.GRU(3, 4), X, loss=loss)
