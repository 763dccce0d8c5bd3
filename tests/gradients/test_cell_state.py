"""The way through c is part of an LSTM's gradient, and a product of forget gates is not that gradient."""

import numpy as np
import torch

from rnnviz import backpropagate, record
from rnnviz.network import Network
from tests.cells.variants import close, normal
from tests.gradients.unrolled import derivative, mixed, unroll


def test_the_path_through_the_cell_state_is_part_of_the_gradient(rng):
    network = Network("LSTM", 3, 6, generator=rng, dtype=torch.float64)
    x = normal(rng, 12, 1, 3)
    ours = backpropagate(network, x, mixed).layer()["h"].values
    whole, without = unroll(network, x), unroll(network, x, cut="c")
    close(ours, derivative(mixed(whole.y), [step["h"] for step in whole.steps[0, "forward"]]))
    pruned = derivative(mixed(without.y), [step["h"] for step in without.steps[0, "forward"]]).numpy()
    assert np.abs(ours[:-1] - pruned[:-1]).max() > 0.01 * np.abs(ours[:-1]).max()


def forget_gates_alone(network, x, gradient):
    """What dL/dc_k would be if the forget gates were all: dL/dc_T times their product after k."""
    f = record(network, x).layer()["f"].values[:, 0]
    after = np.cumprod(np.concatenate([f[1:], np.ones_like(f[:1])])[::-1], axis=0)[::-1]
    return after * gradient[-1]


def test_a_product_of_forget_gates_is_not_the_gradient(rng):
    network = Network("LSTM", 3, 16, generator=rng, dtype=torch.float64)
    x = normal(rng, 40, 1, 3)
    gradient = backpropagate(network, x, lambda y: y[-1].sum()).layer()["c"].values[:, 0]
    formula = forget_gates_alone(network, x, gradient)
    decades = np.log10(np.linalg.norm(gradient, axis=-1) / np.linalg.norm(formula, axis=-1))
    assert abs(decades[0]) > 1
    # Where no state feeds back into a gate, and only there, it is.
    with torch.no_grad():
        network.layers[0][0].weight_hh.zero_()
    gradient = backpropagate(network, x, lambda y: y[-1].sum()).layer()["c"].values[:, 0]
    close(gradient, forget_gates_alone(network, x, gradient), 1e-14)
