"""The embedding before and the head after a recurrent module of a live model: it answers what the model does."""

import pytest
import torch
from torch import nn

import rnnviz
from rnnviz.refusals import Refused
from rnnviz.sharing import from_torch
from rnnviz.surroundings import taken_out
from tests.cells.variants import close
from tests.test_inside import Loop, Translator

IDS = torch.tensor([[1], [7], [3], [10], [0]])


def transposed(scores):
    return scores.transpose(-1, -2)


class Reader(nn.Module):
    """Embedding, dropout, a recurrent module, what is named, and a head."""

    def __init__(self, kind=nn.LSTM, between=None, reads="last", after=None, answers=4, **options):
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.drop = nn.Embedding(11, 6), nn.Dropout(0.5)
        self.rnn = kind(6, 8, num_layers=2, dropout=0.3, **options)
        width = 8 * (1 + self.rnn.bidirectional)
        self.between, self.head, self.after = between, nn.Linear(width, answers), after
        self.reads = reads

    def forward(self, ids):
        states, ends = self.rnn(self.drop(self.embed(ids)))
        ends = ends[0] if isinstance(ends, tuple) else ends
        if self.reads == "last":
            states = torch.cat([ends[-2], ends[-1]], -1) if self.rnn.bidirectional else ends[-1]
        elif self.reads == "ends":
            states = states[:, -1] if self.rnn.batch_first else states[-1]
        elif self.reads == "mean":
            states = states.mean(0)
        states = self.drop(states if self.between is None else self.between(states))
        scores = self.head(states)
        return scores if self.after is None else self.after(scores)


def trained(norm: nn.BatchNorm1d) -> nn.BatchNorm1d:
    """As it is after it has seen data."""
    norm.running_mean += torch.linspace(-1, 1, 8)
    norm.running_var *= 3
    return norm


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize(
    ("options", "at"),
    [
        ({}, "last"),
        ({"reads": "ends"}, "last"),
        ({"reads": "ends", "batch_first": True}, "last"),
        ({"bidirectional": True}, "last"),
        ({"reads": "every"}, "every"),
        ({"reads": "every", "batch_first": True, "bidirectional": True}, "every"),
        ({"between": nn.Linear(8, 8)}, "last"),
        ({"between": trained(nn.BatchNorm1d(8))}, "last"),
        ({"answers": 1}, "last"),
        ({"reads": "every", "batch_first": True, "after": transposed}, "every"),
    ],
)
def test_what_is_taken_answers_as_the_model_does(kind, options, at):
    model = Reader(kind, **options).double().train()
    ids = IDS.T if model.rnn.batch_first else IDS
    name, network, x, notes = taken_out(model, ids)
    assert name == "rnn"
    assert torch.equal(x, IDS)
    assert network.read_at == at
    assert [note.message for note in notes] == ["answers checked against {part}: at most {apart} apart"]
    model.eval()
    other = torch.tensor([[5], [5], [2]])
    for read in (IDS, other):  # also of a sequence that was not compared
        scores = model(read.T if model.rnn.batch_first else read)
        scores = transposed(scores) if options.get("after") else scores
        close(network(read).reshape(-1), scores.reshape(-1), 1e-12)


@pytest.mark.parametrize("after", [nn.LogSoftmax(-1), nn.Softmax(-1)], ids=repr)
def test_scores_that_the_model_makes_probabilities_of_are_its_answers(after):
    model = Reader(after=after).eval()
    _name, network, x, _notes = taken_out(model, IDS)
    shares = model(IDS).exp() if isinstance(after, nn.LogSoftmax) else model(IDS)
    close(network(x).softmax(-1), shares, 1e-6)


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"between": nn.Softplus()}, "answers left off, this part of the head is not known: between (Softplus)"),
        ({"after": nn.Tanh()}, "answers left off, this part of the head is not known: after (Tanh)"),
        ({"between": torch.relu}, "answers left off: no known head alone makes those of Reader"),
        ({"after": torch.relu}, "answers left off: no known head alone makes those of Reader"),
        ({"reads": "mean"}, "answers left off: no known head alone makes those of Reader"),
        ({"reads": "ends", "bidirectional": True}, "answers left off: no known head alone makes those of Reader"),
    ],
)
def test_answers_that_a_readout_cannot_give_are_left_off_and_this_is_said(options, note):
    _name, network, x, notes = taken_out(Reader(**options), IDS)
    assert list(map(str, notes)) == [note]
    assert network.readout is None
    assert torch.equal(x, IDS)


def test_a_function_between_the_norm_and_the_head_leaves_the_answers_off():
    class Rectified(Reader):
        def forward(self, ids):
            return self.head(torch.relu(self.between(self.rnn(self.embed(ids))[0])))

    _name, network, _x, notes = taken_out(Rectified(between=nn.LayerNorm(8)), IDS)
    assert list(map(str, notes)) == ["answers left off: no known head alone makes those of Rectified"]
    assert network.readout is None


def test_an_embedding_that_something_changes_is_left_off_and_this_is_said():
    class Shifted(Reader):
        def forward(self, ids):
            return self.head(self.rnn(self.embed(ids) + 1)[0])

    _name, network, x, notes = taken_out(Shifted(), IDS)
    assert network.embedding is None
    assert x.shape == (5, 1, 6)
    assert str(notes[0]).startswith("shown from the vectors that come in")


def test_a_decoder_starts_from_the_states_that_its_model_gives_it():
    torch.manual_seed(0)
    model = Translator(nn.LSTM).eval()
    _name, network, x, _notes = taken_out(model, IDS, "decoder.rnn")
    assert network.own_start
    trace = rnnviz.record(model, IDS, at="decoder.rnn")
    close(rnnviz.record(network, x).layer(1)["c"].values, trace.layer(1)["c"].values, 1e-6)


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_a_cell_in_a_loop_is_taken_with_its_embedding(kind):
    torch.manual_seed(0)
    model = Loop(kind).eval()
    _name, network, x, notes = taken_out(model, IDS)
    assert torch.equal(x, IDS)
    assert notes == ()  # it returns its states
    close(network(x), model(IDS), 1e-6)


def test_one_sequence_is_taken_and_several_are_refused():
    with pytest.raises(ValueError, match="rnn reads 2 sequences; a subject is about one"):
        taken_out(Reader(), IDS.expand(5, 2))


def test_a_head_of_linear_modules_is_multiplied_into_one():
    torch.manual_seed(0)
    rnn = nn.GRU(6, 8)
    head = nn.Sequential(nn.Linear(8, 5), nn.Dropout(), nn.Linear(5, 3))
    x = torch.randn(4, 2, 6)
    close(from_torch(rnn, head=head, readout="every")(x), head.eval()(rnn(x)[0]), 1e-6)
    with pytest.raises(Refused, match="A head of Linear, Tanh cannot be shown: it may have linear layers"):
        from_torch(rnn, head=nn.Sequential(nn.Linear(8, 5), nn.Tanh()))


def test_a_notebook_shows_the_module_of_a_bigger_model():
    assert "rnn · Reader" not in rnnviz.show(Reader(), IDS, tokens="abcde").html  # the title is the sequence's
    subject = rnnviz.subject(Reader(between=nn.LayerNorm(8)), IDS, tokens="abcde")
    own = Reader().eval()
    close(subject.trace().layer(1)["h"].values, own.rnn(own.embed(IDS))[0], 1e-6)
