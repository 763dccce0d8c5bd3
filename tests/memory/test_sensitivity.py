"""connectivity is autograd's gradient; divergence is the distance of two runs."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import checkpoints
from rnnviz.cells.coordinates import told
from rnnviz.memory import connectivity, divergence, reveal
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.tasks import DelayedRecall
from tests.cells.variants import as_row, build, every_module, every_variant_with, normal, start


@every_variant_with("bidirectional", [False, True])
def test_connectivity_of_a_class_is_the_norm_of_the_gradient_of_its_logit(name, options, bidirectional, rng):
    sizes = {"vocabulary_size": 7, "num_layers": 2, "output_size": 3, "dtype": torch.float64}
    network = Network(name, 4, 5, bidirectional=bidirectional, generator=rng, **sizes, **options)
    ids = torch.randint(7, (6, 2), generator=rng)
    found = connectivity(network, ids, of=1)
    assert found.kind == "gradient"
    embedded = network.embedding(ids).detach().requires_grad_()
    for b in range(2):
        *_, (_, output) = network.run(embedded)
        (gradient,) = torch.autograd.grad(network.read(output)[b, 1], embedded)
        np.testing.assert_allclose(found.values[:, b], gradient[:, b].norm(dim=-1).numpy(), rtol=1e-10)
    assert all(parameter.grad is None for parameter in network.parameters())


@every_module
def test_connectivity_of_a_unit_of_a_torch_module(kind, options, rng):
    module = build(kind, rng, 3, 4, **options)
    x = normal(rng, 6, 2, 3).requires_grad_()
    for at in (-1, 0, 3):
        (gradient,) = torch.autograd.grad(module(x)[0][at, :, 2].sum(), x)
        with torch.no_grad():
            found = connectivity(module, x, of=2, at=at)
        np.testing.assert_allclose(found.values, gradient.norm(dim=-1).numpy(), rtol=1e-10)


def test_by_default_each_sequence_is_asked_about_its_own_answer(rng):
    network = Network("GRU", 4, 5, vocabulary_size=7, output_size=3, generator=rng)
    with torch.no_grad():
        network.readout.weight *= 20
    ids = torch.randint(7, (6, 20), generator=rng)
    answers = network(ids).argmax(1)
    assert len(set(answers.tolist())) > 1
    found = connectivity(network, ids).values
    for b, answer in enumerate(answers):
        np.testing.assert_array_equal(found[:, b], connectivity(network, ids, of=int(answer)).values[:, b])


def test_an_output_or_a_step_that_is_not_there_is_refused(rng):
    network = Network("GRU", 3, 5, output_size=3, generator=rng)
    with pytest.raises(ValueError, match="no output 3; they are 0 to 2"):
        connectivity(network, torch.zeros(4, 1, 3), of=3)
    with pytest.raises(ValueError, match="last step only"):
        connectivity(network, torch.zeros(4, 1, 3), at=2)
    with pytest.raises(ValueError, match="no step 4"):
        connectivity(nn.GRU(3, 5), torch.zeros(4, 1, 3), at=4)


def test_connectivity_lies_on_a_saturated_lstm():
    """It answers from its first letter alone, and connectivity points at the last digit."""
    network = checkpoints.load(checkpoints.MODELS / "recall-lstm-seed1")
    x, y = DelayedRecall().held_out()[0]
    assert (network(x).argmax(1) == y).all()
    sizes = connectivity(network, x[:, :16]).values
    shares = (sizes / sizes.sum(0)).mean(1)
    assert shares[0] < 0.05
    assert shares[-1] > 0.5
    words = reveal(network, x[:, :16]).shares.values[-1].mean(1)
    assert words.argmax() == 0


@every_variant_with("dtype", [torch.float32, torch.float64])
def test_two_runs_are_bitwise_one_before_the_word_that_differs(name, options, dtype, rng):
    network = Network(name, 3, 4, num_layers=2, generator=rng, dtype=dtype, **options)
    x = normal(rng, 9, 2, 3, dtype=dtype)
    changed = x.clone()
    changed[4] += 1
    for layer in (0, 1):
        for distance in divergence(network, x, changed, layer=layer).values():
            assert (distance.values[:4] == 0).all()
            assert (distance.values[4] > 0).all()


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_a_backward_direction_differs_from_the_changed_word_to_the_start(name, rng):
    network = Network(name, 3, 4, bidirectional=True, generator=rng)
    x = torch.randn(9, 1, 3, generator=rng)
    changed = x.clone()
    changed[4] += 1
    distance = divergence(network, x, changed, direction="backward")["h"].values
    assert (distance[5:] == 0).all()
    assert (distance[:5] > 0).all()


@every_variant_with("direction", ["forward", "backward"])
def test_divergence_is_the_distance_of_two_traces(name, options, direction, rng):
    sizes = {"num_layers": 2, "bidirectional": True, "vocabulary_size": 7, "dtype": torch.float64}
    network = Network(name, 3, 4, generator=rng, **sizes, **options)
    x, changed = torch.randint(7, (2, 6, 2), generator=rng)
    state = start(network, 2, rng)
    found = divergence(network, x, changed, state=state, direction=direction)
    assert tuple(found) == told(network.layers[0][0])
    one, other = (record(network, ids, state).layer(1, direction) for ids in (x, changed))
    for key, distance in found.items():
        assert distance.axes == ("time", "batch")
        apart = as_row(network.layers[0][0], key, one[key].values - other[key].values)
        np.testing.assert_allclose(distance.values, np.linalg.norm(apart, axis=-1), atol=1e-12)


def test_inputs_of_different_shapes_cannot_be_compared(rng):
    with pytest.raises(ValueError, match="make them one"):
        divergence(nn.GRU(3, 4), torch.zeros(4, 1, 3), torch.zeros(5, 1, 3))
