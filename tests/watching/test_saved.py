"""What torch's kernels have saved is what is computed again."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.watching import watch


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU, partial(nn.RNN, nonlinearity="relu")])
def test_a_whole_batch_is_read_from_what_the_kernel_has_saved_and_is_what_is_computed_again(kind, monkeypatch):
    torch.manual_seed(0)
    module = kind(3, 6, num_layers=2, bidirectional=True)
    x, start = 3 * torch.randn(90, 4, 3), torch.randn(4, 4, 6)
    start = (start, torch.randn(4, 4, 6)) if module.mode == "LSTM" else start

    def seen(sequences):
        with watch(module, sequences=sequences) as log:
            out, last = module(x, start)
            last = last if isinstance(last, tuple) else (last,)
            (1e-9 * out[40].sin().sum() + sum((value**2).sum() for value in last)).backward()
            log.step()
        return log[0].layers

    again = seen(4)
    monkeypatch.delattr("rnnviz.watching.recurrence._again")
    for own, expected in zip(seen(None), again, strict=True):
        assert own.norms["h"].values.min() < -7  # beyond what one scale of float32 takes
        for name, norms in expected.norms.items():
            np.testing.assert_allclose(own.norms[name].values, norms.values, atol=2e-4)
        assert list(own.gates) == list(expected.gates)
        for name, gate in expected.gates.items():
            np.testing.assert_allclose(own.gates[name].values, gate.values, atol=1e-5)
            assert own.shut[name] == pytest.approx(expected.shut[name], abs=1e-3)
            assert own.open[name] == pytest.approx(expected.open[name], abs=1e-3)
