"""Recurrent modules inside bigger models: what is recorded is what really came into them, and what they made of it."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import rnnviz
from rnnviz.recording import record
from tests.cells.variants import close

IDS = torch.tensor([[1, 2], [3, 10], [0, 4], [5, 5], [7, 1]])


class Encoder(nn.Module):
    def __init__(self, kind: type[nn.RNNBase], **options: object) -> None:
        super().__init__()
        self.embed = nn.Embedding(11, 6)
        self.drop = nn.Dropout(0.5)
        self.rnn = kind(6, 5, **options)

    def forward(self, ids, state=None):
        vectors = self.drop(self.embed(ids))
        return self.rnn(vectors, state)


class Translator(nn.Module):
    """An encoder, whose last states start a decoder that is called step by step."""

    def __init__(self, kind: type[nn.RNNBase] = nn.GRU, **options: object) -> None:
        super().__init__()
        self.encoder = Encoder(kind, num_layers=2, **options)
        self.decoder = Encoder(kind, num_layers=2, **options)
        self.norm = nn.LayerNorm(5)
        self.fc = nn.Linear(5, 11)

    def forward(self, ids):
        state = self.encoder(ids)[1]
        along = self.encoder.rnn.batch_first
        word = ids[:, :1] if along else ids[:1]
        said = []
        for _ in range(4):
            y, state = self.decoder(word, state)
            said.append(self.fc(self.norm(y)))
            word = said[-1].argmax(-1)
        return torch.cat(said, 1 if along else 0)


class Loop(nn.Module):
    """A cell of its own, step by step."""

    def __init__(self, kind: type[nn.RNNCellBase]) -> None:
        super().__init__()
        self.embed, self.cell = nn.Embedding(11, 6), kind(6, 5)

    def forward(self, ids):
        state, states = None, []
        for row in self.embed(ids):
            state = self.cell(row, state)
            states.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(states)


every_kind = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])


def built(kind: type[nn.Module], *arguments: object, **options: object) -> nn.Module:
    torch.manual_seed(0)
    return kind(*arguments, **options).double()


@every_kind
@pytest.mark.parametrize("batch_first", [False, True])
def test_a_module_inside_is_recorded_on_what_really_comes_into_it(kind, batch_first):
    model = built(Translator, kind, batch_first=batch_first)
    ids = IDS.T if batch_first else IDS
    trace = record(model, ids, at="encoder.rnn")
    vectors = model.encoder.embed(ids)
    expected = record(model.encoder.rnn, vectors)
    close(trace.x.values, expected.x.values, 0)
    assert all(
        np.array_equal(ours.values, theirs.values)
        for a, b in zip(trace.layers, expected.layers, strict=True)
        for ours, theirs in zip(a.signals, b.signals, strict=True)
    )


@every_kind
@pytest.mark.parametrize("batch_first", [False, True])
def test_calls_that_go_on_from_one_another_are_one_sequence(kind, batch_first):
    model = built(Translator, kind, batch_first=batch_first)
    ids = IDS.T if batch_first else IDS
    trace = record(model, ids, at="decoder.rnn")
    assert trace.x.values.shape == (4, 2, 6)
    model.eval()
    with torch.no_grad():
        state = model.encoder(ids)[1]
        for layer, h in zip(trace.layers, state[0] if kind is nn.LSTM else state, strict=True):
            close(layer.initial["h"].values, h, 1e-12)
        said = model(ids)
    scores = model.fc(model.norm(torch.tensor(trace.layer(1)["h"].values)))
    close(scores.transpose(0, 1) if batch_first else scores, said, 1e-12)


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_a_cell_in_a_loop_is_recorded_from_its_calls(kind):
    model = built(Loop, kind)
    for ids in (IDS, IDS[:, 0]):
        trace = record(model, ids, tokens="abcde")
        close(trace.y.values.reshape(model(ids).shape), model(ids), 1e-12)
        assert trace.tokens == tuple("abcde")


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_a_cell_alone_steps_through_a_sequence(kind):
    model = built(Loop, kind)
    vectors = model.embed(IDS).detach()
    close(record(model.cell, vectors).y.values, model(IDS), 1e-12)


def test_the_only_module_needs_no_name_and_one_of_several_does():
    model = built(Encoder, nn.LSTM, bidirectional=True)
    assert record(model, IDS).layer(0, "backward")["f"].values.shape == (5, 2, 5)
    with pytest.raises(
        ValueError, match=r"Translator has 2 recurrent modules; say at= one of 'encoder.rnn', 'decoder.rnn'"
    ):
        record(built(Translator), IDS)
    with pytest.raises(ValueError, match=r"Translator has no recurrent module 'fc'; say at= one of 'encoder.rnn', "):
        record(built(Translator), IDS, at="fc")
    with pytest.raises(ValueError, match="at= names a module inside of a bigger model; this LSTM is recorded itself"):
        record(model.rnn, torch.zeros(3, 1, 6).double(), at="rnn")
    with pytest.raises(TypeError, match=r"not Linear; for a larger model, .*at="):
        record(nn.Linear(3, 3), IDS)


def test_the_model_is_left_as_it_was_and_dropout_is_left_out():
    model = built(Translator).train()
    model.encoder.eval()
    first, second = (record(model, IDS, at="encoder.rnn").x.values for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert model.training
    assert not model.encoder.training
    assert not any(part._forward_hooks for part in model.modules())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_the_arguments_of_a_model_may_be_several_or_named():
    model = built(Encoder, nn.GRU)
    start = torch.full((1, 2, 5), 0.5).double()
    by_place, by_name = record(model, (IDS, start)), record(model, {"ids": IDS, "state": start})
    np.testing.assert_array_equal(by_place.layer()["h"].values, by_name.layer()["h"].values)
    assert (by_place.layer().initial["h"].values == 0.5).all()
    with pytest.raises(ValueError, match="leave state out"):
        record(model, IDS, start)


def test_what_wraps_a_model_is_taken_off():
    model = built(Encoder, nn.LSTM)
    expected = record(model, IDS).layer()["c"].values
    np.testing.assert_array_equal(record(nn.DataParallel(model), IDS).layer()["c"].values, expected)
    x = model.embed(IDS).detach()
    np.testing.assert_array_equal(record(nn.DataParallel(model.rnn), x).layer()["c"].values, expected)


class Packed(Encoder):
    def forward(self, ids):
        packed = pack_padded_sequence(self.embed(ids), [5, 3], enforce_sorted=False)
        return self.rnn(packed)


def test_packed_sequences_inside_keep_their_lengths():
    trace = record(built(Packed, nn.GRU), IDS)
    assert trace.lengths == (5, 3)


class Twice(Encoder):
    def forward(self, ids):
        return self.rnn(self.embed(ids))[0] + self.rnn(self.embed(ids.flip(0)))[0]


class Never(Encoder):
    def forward(self, ids):
        return self.embed(ids)


def test_sequences_apart_and_a_module_that_is_not_called_are_refused():
    with pytest.raises(ValueError, match=r"rnn is called 2 times, .*rnnviz.record\(model.get_submodule\('rnn'\)"):
        record(built(Twice, nn.GRU), IDS)
    with pytest.raises(ValueError, match="rnn is not called when this Never runs on x"):
        record(built(Never, nn.GRU), IDS)


class Odd(nn.GRUCell):
    def forward(self, x, state=None):
        return super().forward(x, state).clamp(-0.1, 0.1)


def test_a_cell_that_computes_otherwise_is_refused():
    with pytest.raises(TypeError, match="this Odd computes with a forward"):
        record(built(Loop, Odd), IDS)
    model = built(Loop, nn.GRUCell)
    model.cell.register_forward_hook(lambda module, given, returned: returned / 2)
    with pytest.raises(RuntimeError, match="recorded of this Loop differs"):
        record(model, IDS)


@every_kind
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("readout", ["last", "every"])
def test_a_network_between_embedding_and_head_shares_all_of_their_weights(kind, bias, readout):
    torch.manual_seed(0)
    embedding, rnn, head = nn.Embedding(11, 6), kind(6, 5, bidirectional=True), nn.Linear(10, 3, bias=bias)
    before = torch.random.get_rng_state()
    network = rnnviz.from_torch(rnn, embedding=embedding, head=head, readout=readout)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert {id(p) for p in network.parameters() if p.requires_grad} == {
        id(p) for part in (embedding, rnn, head) for p in part.parameters()
    }
    states = rnn(embedding(IDS))[0]
    if readout == "last":
        states = torch.cat([states[-1, :, :5], states[0, :, 5:]], -1)
    close(network(IDS), head(states), 1e-6)
    close(record(network, IDS).y.values, head(states), 1e-6)
    assert rnnviz.Network(**network.structure).structure == network.structure


def test_an_embedding_or_a_head_that_does_not_fit_is_refused():
    rnn = nn.GRU(6, 5)
    for parts, error, message in (
        (
            {"embedding": nn.Embedding(11, 5)},
            ValueError,
            "embedding has embedding_dim=5; with this module it must be 6",
        ),
        ({"head": nn.Linear(6, 3)}, ValueError, "head has in_features=6; with this module it must be 5"),
        (
            {"head": nn.Sequential(nn.Softplus(), nn.Linear(5, 3))},
            ValueError,
            "A head of Softplus, Linear cannot be shown: it may have linear layers, LayerNorm",
        ),
        ({"embedding": nn.Embedding(11, 6, max_norm=1.0)}, ValueError, "max_norm"),
        ({"head": nn.Linear(5, 3).double()}, TypeError, "mixed precision"),
    ):
        with pytest.raises(error, match=message):
            rnnviz.from_torch(rnn, **parts)
