"""How far equations are from torch's module: of every structure that torch.nn has, rounding alone."""

import pytest
import torch

from rnnviz.matching import match
from rnnviz.network import Network


@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "num_layers": 3}, {"backward": True}, {"bias": False}])
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_the_equations_are_those_of_the_module(cell, options):
    generator = torch.Generator().manual_seed(0)
    network = Network(cell, 4, 6, generator=generator, dtype=torch.float64, **options)
    found = match(network, torch.randn(9, 1, 4, generator=generator, dtype=torch.float64))
    assert found.module == f"torch.nn.{cell}"
    assert found.apart < 1e-14


def test_a_start_of_its_own_and_tokens_are_taken_along():
    network = Network("LSTM", 4, 6, own_start=True, vocabulary_size=9, generator=torch.Generator().manual_seed(0))
    network.start_h += 0.5
    assert match(network, torch.tensor([[1], [8]])).apart < 1e-6


@pytest.mark.parametrize(("cell", "options"), [("GRU 2014", {}), ("ESN", {}), ("RNN", {"nonlinearity": "sigmoid"})])
def test_a_cell_that_torch_does_not_have_has_nothing_to_match(cell, options):
    assert (
        match(Network(cell, 4, 6, generator=torch.Generator().manual_seed(0), **options), torch.zeros(3, 1, 4)) is None
    )


def test_another_computation_is_seen(monkeypatch):
    network = Network("GRU", 4, 6, generator=torch.Generator().manual_seed(0))
    forward = type(network.layers[0][0]).forward

    def other(self, *arguments):
        quantities = forward(self, *arguments)
        return quantities | {"h": quantities["h"] * 1.01}

    monkeypatch.setattr(type(network.layers[0][0]), "forward", other)
    assert match(network, torch.ones(5, 1, 4)).apart > 1e-4
