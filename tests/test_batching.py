"""Padding, packing and what reading the padding changes: against torch.nn, autograd and each sequence alone."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence

from rnnviz import batching
from rnnviz.network import Network
from rnnviz.tasks.base import UNASKED
from rnnviz.torch_modules import as_network
from tests.cells.variants import build, every_module, every_variant_with, normal

LENGTHS = (3, 7, 1, 7, 4)
WAYS = [{}, {"bidirectional": True}, {"backward": True}]
every_way = pytest.mark.parametrize("way", WAYS, ids=["forward", "both", "backward"])


def close(actual, expected):
    np.testing.assert_allclose(actual.detach().numpy(), expected.detach().numpy(), rtol=1e-10, atol=1e-12)


def draws(rng: torch.Generator, width: int = 3) -> list[torch.Tensor]:
    return [normal(rng, length, width) for length in LENGTHS]


def test_padding_fills_up_with_zeros_and_its_share_is_counted(rng):
    sequences = draws(rng)
    batch = batching.pad(sequences)
    assert batch.x.shape == (7, 5, 3)
    assert batch.lengths == LENGTHS
    for b, sequence in enumerate(sequences):
        assert torch.equal(batch.x[: len(sequence), b], sequence)
        assert not batch.x[len(sequence) :, b].any()
    assert batch.share == pytest.approx(1 - 22 / 35)
    assert int(batch.own.sum()) == 22
    for wrong in ([], [sequences[0], sequences[0][:0]]):
        with pytest.raises(ValueError, match="at least one"):
            batching.pad(wrong)


def test_the_rows_left_at_each_step_are_torchs_batch_sizes(rng):
    packed = pack_sequence(draws(rng), enforce_sorted=False)
    assert batching.batch_sizes(LENGTHS) == tuple(packed.batch_sizes.tolist()) == (5, 4, 4, 3, 2, 2, 2)


@every_module
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_packed_run_is_that_of_torch(kind, options, layers, bidirectional, rng):
    module = build(kind, rng, 3, 4, num_layers=layers, bidirectional=bidirectional, **options)
    batch = batching.pad(draws(rng))
    packed = pack_padded_sequence(batch.x, torch.tensor(LENGTHS), enforce_sorted=False)
    expected = pad_packed_sequence(module(packed)[0])[0]
    close(batching.run_packed(as_network(module), batch), expected)


@every_variant_with("way readout", list(itertools.product(WAYS, ["last", "every"])))
def test_packed_every_sequence_is_what_it_is_alone(name, options, way, readout, rng):
    network = Network(
        name, 3, 4, num_layers=2, output_size=2, readout=readout, generator=rng, dtype=torch.float64, **way, **options
    )
    sequences = draws(rng)
    states = batching.run_packed(network, batching.pad(sequences))
    answers = batching.read_at_ends(network, states, LENGTHS)
    for b, sequence in enumerate(sequences):
        *_, (_, alone) = network.run(sequence[:, None])
        close(states[: len(sequence), b], alone[:, 0])
        assert not states[len(sequence) :, b].any()
        if readout == "last":
            close(answers[b], network(sequence[:, None])[0])
        else:
            close(answers[: len(sequence), b], network(sequence[:, None])[:, 0])


@every_way
@pytest.mark.parametrize("readout", ["last", "every"])
def test_the_masked_gradient_is_the_mean_over_all_answers_of_single_runs(way, readout, rng):
    network = Network(
        "LSTM", 5, 4, vocabulary_size=9, output_size=3, readout=readout, generator=rng, dtype=torch.float64, **way
    )
    sequences = [torch.randint(9, (length,), generator=rng) for length in LENGTHS]
    shape = (7, 5) if readout == "every" else (5,)
    y = torch.randint(3, shape, generator=rng)
    batch = batching.pad(sequences)
    if readout == "every":
        y = torch.where(batch.own, y, UNASKED)
    losses = []
    for b, sequence in enumerate(sequences):
        output = network(sequence[:, None])
        wanted = y[: len(sequence), b] if readout == "every" else y[b : b + 1]
        losses.append(F.cross_entropy(output.flatten(0, -2), wanted, reduction="none"))
    torch.cat(losses).mean().backward()
    found = batching.gradients(network, batch, y, masked=True)
    for name, weight in network.named_parameters():
        close(found[name], weight.grad)


@pytest.mark.parametrize("readout", ["last", "every"])
def test_the_unmasked_gradient_reads_and_counts_the_padding(readout, rng):
    network = Network("GRU", 3, 4, output_size=3, readout=readout, generator=rng, dtype=torch.float64)
    batch = batching.pad(draws(rng))
    y = torch.randint(3, (7, 5) if readout == "every" else (5,), generator=rng)
    y = torch.where(batch.own, y, UNASKED) if readout == "every" else y
    module = nn.GRU(3, 4, dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(module, f"{name}_l0").copy_(getattr(cell, name))
    states = module(batch.x)[0]
    scores = network.readout(states if readout == "every" else states[-1])
    F.cross_entropy(scores.flatten(0, -2), y.clamp(min=0).flatten()).backward()
    found = batching.gradients(network, batch, y, masked=False)
    close(found["layers.0.0.weight_hh"], module.weight_hh_l0.grad)
    close(found["readout.weight"], network.readout.weight.grad)
    masked = batching.gradients(network, batch, y, masked=True)
    parts = [((found[name] - masked[name]) ** 2).sum() / 1 for name in found]
    whole = sum((value**2).sum() for value in masked.values())
    assert batching.change(masked, found) == pytest.approx(float((sum(parts) / whole) ** 0.5), rel=1e-9)
    assert batching.change(masked, masked) == 0


def test_without_padding_masking_changes_nothing(rng):
    network = Network("RNN", 3, 4, output_size=3, generator=rng, dtype=torch.float64)
    batch = batching.pad([normal(rng, 5, 3) for _ in range(3)])
    y = torch.tensor([0, 1, 2])
    both = [batching.gradients(network, batch, y, masked=masked) for masked in (True, False)]
    assert batching.change(*both) < 1e-12
