"""ledger: exact for every cell that keeps, and not an attribution."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import checkpoints
from rnnviz.cells import CELLS
from rnnviz.memory import keeping, ledger, reveal
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.tasks import DelayedRecall
from tests.cells.variants import as_torch_takes_it, normal, start

KEEPING = [name for name, cell in CELLS.items() if cell.keeps is not None]


@pytest.mark.parametrize("name", KEEPING)
@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("layer", [0, 1])
def test_entries_and_opening_add_up_to_the_state_that_is_kept(name, direction, layer, rng):
    network = Network(name, 3, 4, num_layers=2, bidirectional=True, generator=rng, dtype=torch.float64)
    trace = record(network, normal(rng, 9, 2, 3), as_torch_takes_it(start(network, 2, rng)))
    entries, opening, state = ledger(trace, layer, direction)
    assert state == CELLS[name].keeps.state
    assert entries.axes == ("time", "source", "batch", "unit")
    expected = trace.layer(layer, direction)[state].values
    np.testing.assert_allclose(opening.values + entries.values.sum(1), expected, atol=1e-13)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_an_entry_is_what_was_written_times_every_forget_gate_since(direction, rng):
    module = nn.LSTM(3, 4, bidirectional=True)
    trace = record(module, torch.randn(6, 1, 3, generator=rng))
    layer = trace.layer(0, direction)
    f, written, entries = (
        layer["f"].values,
        layer["i"].values * layer["g"].values,
        ledger(trace, 0, direction)[0].values,
    )
    for t in range(6):
        for k in range(6):
            since = f[k + 1 : t + 1] if direction == "forward" else f[t:k]
            read = k <= t if direction == "forward" else k >= t
            expected = written[k] * since.prod(0) if read else np.zeros_like(written[k])
            np.testing.assert_allclose(entries[t, k], expected, rtol=1e-5)


def test_the_update_gate_of_a_gru_keeps_and_its_complement_writes(rng):
    trace = record(nn.GRU(3, 4), torch.randn(3, 1, 3, generator=rng))
    z, n = trace.layer()["z"].values, trace.layer()["n"].values
    np.testing.assert_allclose(ledger(trace).entries.values[2, 0], z[2] * z[1] * (1 - z[0]) * n[0], rtol=1e-5)


def test_a_cell_that_keeps_nothing_has_no_ledger(rng):
    with pytest.raises(ValueError, match=r"RNN has no gate that keeps its state.*use LSTM, .*GRU"):
        ledger(record(nn.RNN(3, 4), torch.zeros(5, 1, 3)))


def test_a_ledger_too_large_is_refused(monkeypatch):
    trace = record(nn.GRU(3, 4), torch.zeros(5, 2, 3))
    monkeypatch.setattr(keeping, "LARGEST", 5 * 5 * 2 * 4)
    ledger(trace)
    monkeypatch.setattr(keeping, "LARGEST", 5 * 5 * 2 * 4 - 1)
    with pytest.raises(ValueError, match="fewer steps"):
        ledger(trace)


def test_the_ledger_does_not_say_whose_word_it_is():
    """A trained LSTM answers from the first letter, and has long since written that letter anew."""
    network = checkpoints.load(checkpoints.MODELS / "recall-lstm-seed0")
    x = DelayedRecall().held_out()[0].x[:, :8]
    entries = np.abs(ledger(record(network, x)).entries.values[-1]).sum(-1)
    assert (entries[0] / entries.sum(0)).mean() < 0.05
    assert reveal(network, x, of="c").shares.values[-1, 0].mean() > 0.3
