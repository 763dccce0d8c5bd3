"""The product of keep gates: of cells whose gates hear the input alone all of the gradient, of others by hand."""

import numpy as np
import pytest

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


def test_a_product_beyond_the_smallest_float_is_a_number():
    found = chained(np.ones(2), np.full((2001, 2), 0.5))
    np.testing.assert_allclose(found, np.log10(2**0.5) - np.log10(2) * np.arange(2000, -1, -1), rtol=1e-12)


def test_a_cell_without_a_gate_that_keeps_is_refused_by_name():
    with pytest.raises(ValueError, match="RNN has no gate that keeps its state; take one of LSTM"):
        measure(subject_of("RNN", 0, 5))
    assert {"LSTM", "GRU", "minGRU", "RG-LRU", "sLSTM"} <= set(KEEPERS)
