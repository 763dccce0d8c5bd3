"""record(lengths=...): a sequence of a padded batch is what it is alone and what torch's packed run makes of it."""

import itertools
import pickle

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnviz.answers import answer_parts, answers
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.summands import summands
from tests.cells.variants import as_torch_takes_it, build, close, every_module, every_variant_with, normal, start

LENGTHS = (3, 7, 1, 7, 4)
STEPS, BATCH = 8, len(LENGTHS)  # a step more than the longest sequence has
both_directions = pytest.mark.parametrize("bidirectional", [False, True], ids=["one direction", "two"])


def same(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12, equal_nan=True)


def padded(x: torch.Tensor) -> torch.Tensor:
    """``x`` (T, B, I) with a padding that would be seen wherever it is read."""
    x = x.clone()
    for b, length in enumerate(LENGTHS):
        x[length:, b] = 1e6
    return x


@every_module
@both_directions
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("batch_first", [False, True])
def test_a_padded_batch_gives_what_torch_gives_for_a_packed_one(kind, options, bidirectional, layers, batch_first, rng):
    options = options | {"num_layers": layers, "bidirectional": bidirectional, "batch_first": batch_first}
    module = build(kind, rng, 3, 4, **options)
    x, state = padded(normal(rng, STEPS, BATCH, 3)), as_torch_takes_it(start(module, BATCH, rng))
    x = x.transpose(0, 1) if batch_first else x
    packed = pack_padded_sequence(x, torch.tensor(LENGTHS), batch_first=batch_first, enforce_sorted=False)
    output, final = module(packed, state)
    final = [value.detach() for value in (final if isinstance(final, tuple) else (final,))]
    expected = pad_packed_sequence(output, padding_value=torch.nan)[0].detach()
    by_lengths, by_packing = record(module, x, state, lengths=LENGTHS), record(module, packed, state)
    assert (by_lengths.steps, by_packing.steps) == (STEPS, 7)
    for trace in (by_lengths, by_packing):
        assert trace.lengths == LENGTHS
        same(trace.y.values[:7], expected)
        assert np.isnan(trace.y.values[7:]).all()
        same(trace.merged(layers - 1).values, trace.y.values)
        for row, layer in enumerate(trace.layers):
            for name, value in zip(layer.initial, final, strict=True):
                for b, length in enumerate(LENGTHS):
                    end = 0 if layer.direction == "backward" else length - 1
                    same(layer[name].values[end, b], value[row, b])


@every_variant_with("bidirectional readout", list(itertools.product([False, True], ["last", "every"])))
def test_every_sequence_is_what_it_is_alone_and_nothing_past_its_end(name, options, bidirectional, readout, rng):
    sizes = {"num_layers": 2, "bidirectional": bidirectional, "output_size": 3, "readout": readout}
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, **sizes, **options)
    x, state = padded(normal(rng, STEPS, BATCH, 3)), start(network, BATCH, rng)
    trace = record(network, x, as_torch_takes_it(state), lengths=LENGTHS)
    for b, length in enumerate(LENGTHS):
        first = as_torch_takes_it(tuple(value[:, b : b + 1] for value in state))
        alone = record(network, x[:length, b : b + 1], first)
        pairs = [(trace.x, alone.x)]
        for whole, one in zip(trace.layers, alone.layers, strict=True):
            pairs += [(whole[name], one[name]) for name in one.names]
            pairs += [(whole.previous(name), one.previous(name)) for name in one.initial]
            for name, initial in one.initial.items():
                same(whole.initial[name].values[b], initial.values[0])
        if readout == "every":
            pairs.append((trace.y, alone.y))
            pairs.append((answers(network, trace), answers(network, alone)))
            pairs += zip(answer_parts(network, trace).terms[:-1], answer_parts(network, alone).terms[:-1], strict=True)
        else:
            same(trace.y.values[b], alone.y.values[0])
        for whole, one in pairs:
            assert whole.axes == one.axes
            same(whole.values[:length, b], one.values[:, 0])
            assert np.isnan(whole.values[length:, b]).all(), whole


@both_directions
def test_the_summands_of_a_state_add_up_in_every_sequence(bidirectional, rng):
    network = Network("LSTM", 3, 4, num_layers=2, bidirectional=bidirectional, generator=rng, dtype=torch.float64)
    trace = record(network, padded(normal(rng, STEPS, BATCH, 3)), lengths=LENGTHS)
    for layer in trace.layers:
        parts = summands(network, trace, layer.layer, layer.direction)["c"]
        same(sum(term.values for term in parts.terms), layer["c"].values)


def test_the_padding_of_token_ids_is_never_looked_up(rng):
    network = Network("GRU", 3, 4, vocabulary_size=5, output_size=2, readout="every", generator=rng)
    ids = torch.tensor([[1, 4], [2, -1], [3, -1]])
    trace = record(network, ids, lengths=[3, 1], tokens=["a", "b", "c"])
    same(trace.y.values[0, 1], record(network, torch.tensor([4])).y.values[0, 0])
    packed = pack_padded_sequence(ids, [3, 1])
    same(record(network, packed, tokens=["a", "b", "c"]).y.values, trace.y.values)
    assert trace.tokens == ("a", "b", "c")


@pytest.mark.parametrize("lengths", [[2, 5], (2, 5), np.array([2, 5]), torch.tensor([2, 5]), torch.tensor([2.0, 5.0])])
def test_lengths_come_in_any_kind_of_row(lengths, rng):
    trace = record(build(nn.GRU, rng, 3, 4), normal(rng, 5, 2, 3), lengths=lengths)
    assert trace.lengths == (2, 5)
    assert all(type(length) is int for length in trace.lengths)
    assert all(layer.lengths == (2, 5) for layer in trace.layers)


@pytest.mark.parametrize("lengths", [[4], 4, torch.tensor(4)])
def test_a_single_sequence_may_be_padded_too(lengths, rng):
    module, x = build(nn.LSTM, rng, 3, 4, bidirectional=True), normal(rng, 6, 3)
    trace = record(module, x, lengths=lengths)
    same(trace.y.values[:4, 0], module(x[:4])[0].detach())
    assert np.isnan(trace.y.values[4:]).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_batch_without_padding_is_recorded_as_without_lengths(dtype, rng):
    module = build(nn.LSTM, rng, 3, 4, num_layers=2, bidirectional=True, dtype=dtype)
    x = normal(rng, 6, 2, 3, dtype=dtype)
    plain, trace = record(module, x), record(module, x, lengths=[6, 6])
    assert (plain.lengths, trace.lengths) == ((), (6, 6))
    tolerance = 1e-6 if dtype == torch.float32 else 1e-12
    close(trace.y.values, plain.y.values, tolerance)
    for one, other in zip(trace.layers, plain.layers, strict=True):
        for name in one.names:
            close(one[name].values, other[name].values, tolerance)


def test_a_padded_trace_survives_pickling_read_only(rng):
    trace = record(build(nn.GRU, rng, 3, 4), normal(rng, 5, 2, 3), lengths=[2, 5])
    again = pickle.loads(pickle.dumps(trace))
    assert again.lengths == again.layers[0].lengths == (2, 5)
    assert np.isnan(again.layer().previous().values[2:, 0]).all()
    assert not again.y.values.flags.writeable


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([0, 3], "sequence 0 has length 0; with x of 5 steps it must be 1 to 5"),
        ([5, -1], "sequence 1 has length -1; with x of 5 steps it must be 1 to 5"),
        ([5, 6], "sequence 1 has length 6; with x of 5 steps it must be 1 to 5"),
        ([5], "lengths are given for 1 of 2 sequences; give one length per sequence"),
        ([], "given for 0 of 2 sequences"),
        ([5, 5, 5], "given for 3 of 2 sequences"),
        ([2.5, 5], r"lengths are \[2.5, 5\]; give one whole number of steps per sequence"),
        ([float("nan"), 5], "give one whole number of steps"),
        ([float("inf"), 5], "sequence 0 has length inf; with x of 5 steps it must be 1 to 5"),
        ([True, True], "give one whole number of steps"),
        (["2", "5"], "give one whole number of steps"),
        ([[2], [5]], "give one whole number of steps"),
        ([[2], 5], "give one whole number of steps"),
        ([None, 5], "give one whole number of steps"),
    ],
)
def test_wrong_lengths_are_refused_with_a_sentence(lengths, message, rng):
    with pytest.raises(ValueError, match=message):
        record(build(nn.GRU, rng, 3, 4), normal(rng, 5, 2, 3), lengths=lengths)


def test_a_packed_sequence_brings_its_own_lengths(rng):
    packed = pack_padded_sequence(normal(rng, 5, 2, 3), [5, 2])
    with pytest.raises(ValueError, match="a packed sequence brings its own lengths; leave lengths out"):
        record(build(nn.GRU, rng, 3, 4), packed, lengths=[5, 2])
