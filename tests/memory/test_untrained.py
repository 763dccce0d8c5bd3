"""Fresh networks: memory is a matter of the start, not of the name of the cell."""

import numpy as np
import pytest
import torch

from rnnviz.memory import STARTS, fading, total_effect, untrained
from rnnviz.network import Network


@pytest.fixture(scope="module")
def rows() -> dict[str, np.ndarray]:
    found = untrained()
    assert all(signal.axes == ("age",) for signal in found.values())
    return {label: signal.values for label, signal in found.items()}


def test_every_start_has_its_row_and_hardly_anything_hangs_on_words_acting_together(rows):
    assert tuple(rows) == tuple(STARTS)
    for row in rows.values():
        assert row.shape == (30,)
        assert 0.9 < row.sum() < 1.2


@pytest.mark.parametrize("label", ["RNN", "GRU", "LSTM"])
def test_with_default_biases_all_three_cells_forget_alike(rows, label):
    row = rows[label]
    assert row[0] > 0.6
    assert 0.001 < row[5] < 0.005
    assert row[10] < 1e-4
    assert row[20] < 1e-6


def test_a_forget_gate_that_starts_open_flattens_the_decay(rows):
    for age in (10, 20, 29):
        assert 5 * rows["LSTM"][age] < rows["LSTM, forget bias 1"][age] < rows["LSTM, forget bias 3"][age]
    assert rows["LSTM, forget bias 3"].max() < 0.12
    assert rows["LSTM, forget bias 3"].min() > 0.015


def test_an_orthogonal_rnn_can_remember(rows):
    assert rows["orthogonal RNN"][29] > 1000 * rows["RNN"][29]
    assert rows["orthogonal RNN"][29] > 3e-4


def test_the_rows_are_the_same_every_time_and_leave_the_global_generator_alone():
    before = torch.get_rng_state()
    one, other = (untrained(8, 6, seeds=(4,)) for _ in range(2))
    assert (torch.get_rng_state() == before).all()
    for label in STARTS:
        assert (one[label].values == other[label].values).all()


def test_fading_reads_the_effects_on_the_last_state_from_the_last_word_back(rng):
    network = Network("GRU", 3, 4, generator=rng)
    a, b = torch.randn(2, 6, 5, 3, generator=rng)
    last = total_effect(network, a, b).effect.values[-1]
    np.testing.assert_array_equal(fading(network, a, b).values, last[::-1])
