"""What an answer loses without a word: against running the changed sentence, and where nothing can fall."""

import numpy as np
import pytest
import torch

from rnnviz.memory import answer_losses
from rnnviz.network import Network

LENGTH, CLASSES = 7, 4


def network(cell: str = "LSTM", layers: int = 1, two: bool = True, **options: object) -> Network:
    draw = torch.Generator().manual_seed(3)
    shape = {"vocabulary_size": 9, "output_size": CLASSES, "readout": "every", "dtype": torch.float64} | options
    return Network(cell, 5, 6, num_layers=layers, bidirectional=two, generator=draw, **shape)


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randint(1, 9, (LENGTH, 1), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("two", [True, False])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_the_falls_through_both_sides_add_up_to_what_the_score_loses(cell, layers, two, x):
    model = network(cell, layers, two)
    found = answer_losses(model, x)
    fall = sum(signal.values for signal in found.values())
    with torch.no_grad():
        scores = model(x)[:, 0]
        leading = scores.argmax(-1)
        for k in range(LENGTH):
            changed = x.clone()
            changed[k] = 0
            lost = (scores - model(changed)[:, 0])[torch.arange(LENGTH), leading]
            np.testing.assert_allclose(fall[:, k], lost, atol=1e-12)


def test_in_one_layer_a_side_loses_nothing_with_a_word_that_it_has_not_read(x):
    found = answer_losses(network(), x)
    assert set(found) == {"forward", "backward"}
    future = np.triu(np.ones((LENGTH, LENGTH), dtype=bool), 1)
    np.testing.assert_allclose(found["forward"].values[future], 0, atol=1e-14)
    np.testing.assert_allclose(found["backward"].values[future.T], 0, atol=1e-14)
    assert (abs(found["forward"].values[~future]) > 1e-12).all()
    assert found["forward"].axes == ("answer_time", "time")


def test_one_direction_loses_nothing_with_the_future(x):
    found = answer_losses(network(two=False, layers=2), x)
    np.testing.assert_allclose(np.triu(found["forward"].values, 1), 0, atol=1e-14)


def test_a_word_replaced_by_itself_costs_nothing(x):
    word = int(x[2])
    for signal in answer_losses(network(), x, by=word).values():
        np.testing.assert_allclose(signal.values[:, 2], 0, atol=1e-14)


def test_the_class_can_be_chosen(x):
    model, wanted = network(two=False), [0, 1, 2, 3, 0, 1, 2]
    found = answer_losses(model, x, wanted)["forward"].values
    changed = x.clone()
    changed[4] = 0
    with torch.no_grad():
        lost = (model(x) - model(changed))[:, 0]
    np.testing.assert_allclose(found[:, 4], lost[torch.arange(LENGTH), torch.tensor(wanted)], atol=1e-12)


@pytest.mark.parametrize("missing", [{"readout": "last"}, {"output_size": None}])
def test_a_network_that_gives_no_answer_at_every_step_is_refused(missing, x):
    with pytest.raises(ValueError, match="a network of tokens with a readout at every step"):
        answer_losses(network(**missing), x)


def test_a_network_that_reads_no_tokens_is_refused():
    numbers = torch.randn(LENGTH, 1, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    with pytest.raises(ValueError, match="a network of tokens"):
        answer_losses(network(vocabulary_size=None), numbers)
