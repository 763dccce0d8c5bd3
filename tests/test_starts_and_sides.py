"""Networks that read only backward, and networks that start from a state of their own."""

import numpy as np
import pytest
import torch

from rnnviz.gradients import backpropagate
from rnnviz.memory import reveal
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import as_torch_takes_it, close, every_cell, every_cell_with, normal, start


@every_cell_with("readout", [{}, {"output_size": 2}, {"output_size": 2, "readout": "every"}])
def test_a_backward_network_is_a_forward_one_on_the_flipped_sequence(name, readout, rng):
    forward = Network(name, 3, 4, num_layers=2, generator=rng, dtype=torch.float64, **readout)
    backward = Network(name, 3, 4, num_layers=2, generator=rng, dtype=torch.float64, backward=True, **readout)
    backward.load_state_dict(forward.state_dict())
    x, given = normal(rng, 5, 2, 3), as_torch_takes_it(start(forward, 2, rng))
    turned = (lambda y: y.flip(0)) if readout.get("readout") == "every" or not readout else (lambda y: y)
    close(backward(x), turned(forward(x.flip(0))))
    ours, theirs = record(backward, x, given), record(forward, x.flip(0), given)
    for layer in (0, 1):
        for signal in theirs.layer(layer).signals:
            close(ours.layer(layer, "backward")[signal.name].values, signal.values[::-1].copy())
    with pytest.raises(KeyError, match=r"it has \(0, 'backward'\), \(1, 'backward'\)"):
        ours.layer(0)


@every_cell
def test_a_backward_network_reveals_and_differentiates_what_the_flipped_one_does(name, rng):
    forward = Network(name, 3, 4, generator=rng, dtype=torch.float64)
    backward = Network(name, 3, 4, dtype=torch.float64, backward=True)
    backward.load_state_dict(forward.state_dict())
    x = normal(rng, 5, 1, 3)
    ours, theirs = reveal(backward, x, direction="backward"), reveal(forward, x.flip(0))
    np.testing.assert_allclose(ours.shares.values, theirs.shares.values[::-1, ::-1], atol=1e-12)
    ours, theirs = (
        backpropagate(network, one, lambda y, last=last: y[last].sum())
        for network, one, last in ((backward, x, 0), (forward, x.flip(0), -1))
    )
    gradient = ours.layer(0, "backward")["h"].values
    np.testing.assert_allclose(gradient, theirs.layer(0)["h"].values[::-1], rtol=1e-12, atol=1e-15)


def test_a_network_cannot_read_both_ways_and_only_backward():
    with pytest.raises(ValueError, match="backward is for networks of one direction"):
        Network("GRU", bidirectional=True, backward=True)


@every_cell_with("sides", [{}, {"bidirectional": True}, {"backward": True}])
def test_a_start_of_its_own_is_that_of_every_sequence_unless_another_is_given(name, sides, rng, tmp_path):
    network = Network(name, 3, 4, num_layers=2, generator=rng, own_start=True, **sides)
    x = normal(rng, 5, 2, 3, dtype=torch.float32)
    rows = start(network, 1, rng)
    both = tuple(torch.cat([row, row], 1) for row in rows)
    zeros = as_torch_takes_it(tuple(torch.zeros_like(row) for row in both))
    with torch.no_grad():
        from_zeros = network(x)
        for state, row in zip(network.layers[0][0].state, rows, strict=True):
            getattr(network, f"start_{state}").copy_(row[:, 0])
        given = record(network, x, as_torch_takes_it(both))
        close(given.y.values, network(x), 1e-6)
        assert (network(x) - from_zeros).abs().max() > 1e-3
        close(record(network, x, zeros).y.values, from_zeros, 1e-6)
    again = Network(**network.structure)
    again.load_state_dict(network.state_dict())
    with torch.no_grad():
        close(again(x), network(x), 1e-6)
