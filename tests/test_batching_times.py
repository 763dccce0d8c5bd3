"""What is timed: every network in every size, one batch in three ways, bit by bit. How long it takes is not tested."""

import math
from collections.abc import Generator

import torch

from rnnviz import batching, batching_times
from rnnviz.network import Network


def result(work: Generator, shares: list[float] | None = None) -> batching_times.Times:
    """What the work returns at its end; its shares are added to ``shares``."""
    while True:
        try:
            share = next(work)
        except StopIteration as end:
            return end.value
        if shares is not None:
            shares.append(share)


def test_every_network_is_timed_in_every_size_and_the_first_in_three_ways(rng, monkeypatch):
    monkeypatch.setattr(batching_times, "LEAST", 1)
    monkeypatch.setattr(batching_times, "ENOUGH", 0.0)
    options = {"output_size": 2, "generator": rng}
    networks = {cell: Network(cell, 3, 4, **options) for cell in ("GRU", "LSTM")}
    batch = batching.pad([torch.randn(length, 3, generator=rng) for length in (2, 5, 3)])
    for learning in (False, True):
        shares: list[float] = []
        found = result(batching_times.measure(networks, batch, learning=learning, sizes=(1, 4)), shares)
        assert shares == sorted(shares)
        assert math.isclose(shares[-1], 1)
        assert len(shares) == 2 * 2 + 3
        assert found.steps == 5
        assert {name: len(values) for name, values in found.by_size.items()} == {"GRU": 2, "LSTM": 2}
        assert set(found.ways) == {"single", "padded", "packed"}
        assert found.weights == {"GRU": 3 * 4 * (3 + 4 + 2) + 10, "LSTM": 4 * 4 * (3 + 4 + 2) + 10}
    assert all(parameter.grad is None for network in networks.values() for parameter in network.parameters())


def test_what_would_take_too_long_in_a_larger_batch_is_left_out(rng, monkeypatch):
    monkeypatch.setattr(batching_times, "SLOW", -1.0)
    network = Network("RNN", 3, 4, output_size=2, generator=rng)
    batch = batching.pad([torch.randn(2, 3, generator=rng)])
    found = result(batching_times.measure({"RNN": network}, batch, learning=False, sizes=(1, 2, 4)))
    assert [math.isnan(value) for value in found.by_size["RNN"]] == [False, True, True]
