"""The product of keep gates: of cells whose gates hear the input alone all of the gradient, of others by hand."""

import copy

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.network import Network
from rnnviz.studies.gate_product import KEEPERS, chained, measure, subject_of
from tests.gradients.unrolled import derivative, unroll


@pytest.mark.parametrize("cell", ["minGRU", "RG-LRU"])
def test_where_gates_hear_the_input_alone_the_product_is_the_gradient(cell):
    found = measure(subject_of(cell, 3, 30))
    assert found.exact.shape == (31,)
    np.testing.assert_allclose(found.product, found.exact, atol=1e-10)


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_both_are_what_autograd_and_a_plain_product_give(cell):
    subject = subject_of(cell, 1, 12)
    steps = unroll(subject.network(), subject.input()).steps[0, "forward"]
    state, kept = ("c", "f") if cell == "LSTM" else ("h", "z")
    reaching = derivative(steps[-1]["h"].sum() / 4, [step[state] for step in steps])[:, 0].numpy()
    product = reaching[-1] * np.prod([step[kept][0].detach().numpy() for step in steps[1:]], 0)
    found = measure(subject)
    np.testing.assert_allclose(found.exact, np.log10(np.linalg.norm(reaching, axis=1)), atol=1e-10)
    assert found.product[0] == pytest.approx(np.log10(np.linalg.norm(product)), abs=1e-10)
    assert found.ratio[-1] == pytest.approx(0, abs=1e-10)
    assert found.ratio[0] < -0.1


@pytest.mark.parametrize(("layers", "layer"), [(1, 0), (2, 0)])
def test_of_a_network_that_was_brought_it_is_the_loss_of_its_own_answer_in_the_layer_that_is_asked_for(layers, layer):
    network = Network("GRU", 3, 5, output_size=4, num_layers=layers, generator=torch.Generator().manual_seed(2))
    subject = rnnviz.subject(network, torch.randn(7, 1, 3, generator=torch.Generator().manual_seed(3)))
    run = unroll(copy.deepcopy(network).double(), subject.input().double())
    steps = run.steps[layer, "forward"]
    reaching = derivative(subject.objective(run.y), [step["h"] for step in steps])[:, 0].numpy()
    gates = np.stack([step["z"][0].detach().numpy() for step in steps])
    product = [np.linalg.norm(reaching[-1] * np.prod(gates[t + 1 :], 0)) for t in range(7)]
    found = measure(subject, layer)
    np.testing.assert_allclose(found.exact, np.log10(np.linalg.norm(reaching, axis=1)), atol=1e-9)
    np.testing.assert_allclose(found.product, np.log10(product), atol=1e-9)


def test_a_network_that_reads_from_the_end_gives_the_mirror_image():
    x = torch.randn(7, 1, 3, generator=torch.Generator().manual_seed(3))
    ahead, back = (
        measure(rnnviz.subject(Network("GRU", 3, 5, generator=torch.Generator().manual_seed(2), backward=side), words))
        for side, words in ((False, x), (True, x.flip(0)))
    )
    np.testing.assert_allclose(back.product[::-1], ahead.product, atol=1e-9)
    np.testing.assert_allclose(back.exact[::-1], ahead.exact, atol=1e-9)


def test_a_product_beyond_the_smallest_float_is_a_number():
    found = chained(np.ones(2), np.full((2001, 2), 0.5))
    np.testing.assert_allclose(found, np.log10(2**0.5) - np.log10(2) * np.arange(2000, -1, -1), rtol=1e-12)


def test_a_cell_without_a_gate_that_keeps_is_refused_by_name():
    with pytest.raises(ValueError, match="RNN has no gate that keeps its state; take one of LSTM"):
        measure(subject_of("RNN", 0, 5))
    assert {"LSTM", "GRU", "minGRU", "RG-LRU", "sLSTM"} <= set(KEEPERS)
