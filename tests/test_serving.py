"""What ``rnnviz.open`` sends to the server, and what it refuses; the server itself is in tests/browser."""

import dataclasses
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz import piping, serving
from rnnviz.subjects import given
from rnnviz.watching import Log
from tests.files.models import tagger


@pytest.fixture
def sent(monkeypatch) -> list[bytes]:
    """What would go through the pipe."""
    contents = []

    def keep(content: bytes, browser: bool, page: str) -> serving.Opened:
        contents.append(content)
        return serving.Opened(None, "http://localhost:1")

    monkeypatch.setattr(serving, "serve", keep)
    return contents


@pytest.mark.parametrize(
    "network",
    [
        rnnviz.Network("LSTM", 4, 5, num_layers=2, bidirectional=True, output_size=3, readout="every"),
        rnnviz.Network("minGRU", 4, 5, dtype=torch.float64),
        rnnviz.Network("RNN", 4, 5, nonlinearity="relu", backward=True),
        nn.GRU(4, 5, bias=False),
    ],
    ids=lambda network: type(network).__name__,
)
def test_what_is_sent_is_the_same_subject(sent, network):
    x = torch.randn(6, 1, 4, dtype=next(network.parameters()).dtype)
    rnnviz.open(network, x, tokens="abcdef", block=False)
    own = rnnviz.subject(network, x, tokens="abcdef")
    assert piping.unpacked(sent[0]) == own
    assert own.tokens == tuple("abcdef")


def test_without_input_it_reads_random_tokens_by_their_words(sent):
    network = rnnviz.Network("GRU", 4, 5, vocabulary_size=3)
    rnnviz.open(network, vocabulary=["<unk>", "so", "it goes"], block=False)
    subject = piping.unpacked(sent[0])
    assert set(subject.tokens) <= {"<unk>", "so", "it goes"}
    assert subject.with_(text="so it").input()[:, 0].tolist() == [1, 0]


@pytest.mark.parametrize("batch_first", [False, True])
def test_of_a_bigger_model_the_module_inside_is_sent_with_what_stands_around_it(sent, batch_first):
    model = tagger(nn.LSTM, batch_first=batch_first)
    ids = torch.tensor([[1], [5], [3]])
    rnnviz.open(model, ids.T if batch_first else ids, at="rnn", block=False)
    subject = piping.unpacked(sent[0])
    assert torch.equal(subject.input(), ids)
    own = given.network_of(subject.model.digest)
    assert (own.title, *map(str, own.notes)) == ("rnn · Tagger", "answers checked against Tagger: at most 0 apart")
    scores = model(ids.T if batch_first else ids).reshape(3, -1)
    torch.testing.assert_close(own.network(ids)[:, 0], scores, atol=1e-12, rtol=0)


@pytest.mark.parametrize("shell", [None, SimpleNamespace(), SimpleNamespace(kernel=object())])
def test_in_a_notebook_the_stage_stands_in_the_cell_and_elsewhere_in_the_browser(sent, monkeypatch, shell):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    model, ids = tagger(nn.LSTM, batch_first=True), torch.tensor([[1, 5, 3]])
    opened = rnnviz.open(model, ids, at="rnn", block=False)
    if hasattr(shell, "kernel"):
        assert opened.html == rnnviz.show(model, ids, at="rnn").html
        assert sent == []
        opened = rnnviz.open(model, ids, browser=True)  # and does not wait
    assert isinstance(opened, serving.Opened)
    assert len(sent) == 1


def test_what_cannot_be_opened_is_refused_before_a_server_starts(sent):
    with pytest.raises(ValueError, match="give an x"):
        rnnviz.open(tagger(nn.GRU), block=False)
    with pytest.raises(ValueError, match="is shown itself"):
        rnnviz.open(nn.GRU(4, 5), at="rnn", block=False)
    with pytest.raises(ValueError, match="2 sequences"):
        rnnviz.open(nn.GRU(4, 5), torch.zeros(3, 2, 4), block=False)
    with pytest.raises(ValueError, match="5 tokens for 3"):
        rnnviz.open(nn.GRU(4, 5), torch.zeros(3, 1, 4), tokens="abcde", block=False)
    assert sent == []


def test_the_server_answers_on_this_machine_and_ends_when_the_pipe_does():
    network = rnnviz.Network("GRU", 4, 5, generator=torch.Generator().manual_seed(0))
    opened = serving.serve(piping.packed(rnnviz.subject(network, torch.zeros(3, 1, 4))), browser=False)
    try:
        assert opened.url.startswith("http://localhost:")
        assert serving._answers(opened.url.replace(serving.PAGE, "_stcore/health"))
        opened.process.stdin.close()
        assert opened.process.wait(60) == 0
    finally:
        opened.close()


def test_a_run_of_training_goes_along_with_all_its_snapshots_and_its_task(sent):
    fresh = rnnviz.subject("untrained", cell="GRU", size="8", task="recall")
    run = rnnviz.train(fresh, rnnviz.Recipe(updates=3))
    for _progress in run:
        pass
    rnnviz.open(run, block=False)
    subject = piping.unpacked(sent[0])
    assert subject.sequence == rnnviz.subject(run).sequence
    assert subject.model.updates == tuple(shot.update for shot in run.snapshots)
    assert subject.load().task.name == "recall"
    first = subject.with_(update=0).load().network.state_dict()
    assert all(torch.equal(value, run.snapshots[0].weights[name]) for name, value in first.items())


def test_a_watched_loop_opens_with_the_weights_it_had_at_each_step_that_was_looked_at(sent):
    torch.manual_seed(0)
    model, ids = tagger(nn.LSTM), torch.tensor([[1], [5], [3]])
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with rnnviz.watch(model, every=2, snapshots=True) as log:
        for _ in range(5):
            answers = model(ids)
            optimizer.zero_grad()
            answers.pow(2).sum().backward()
            optimizer.step()
    rnnviz.open(log, ids, tokens="abc", block=False)
    subject = piping.unpacked(sent[0])
    assert (subject.model.updates, subject.model.update) == ((0, 2, 4), 4)
    assert subject.model.title == "rnn · Tagger"
    assert subject.tokens == ("a", "b", "c")
    for record in log:
        model.load_state_dict(record.weights)
        network = subject.with_(update=record.step).load().network
        torch.testing.assert_close(network(ids).reshape(-1), model(ids).reshape(-1), atol=1e-6, rtol=0)
    seen, stages = given.log_of(subject.model.run), [record.calls[0].layers[0] for record in log]
    assert [record.step for record in seen] == [0, 2, 4]
    assert [record.gradient_norm for record in seen] == [record.gradient_norm for record in log]
    for own, stage in zip((record.layers[0] for record in seen), stages, strict=True):
        np.testing.assert_array_equal(own.norms["c"].values, stage.norms["c"].values)
    with rnnviz.watch(model) as bare:
        model(ids).sum().backward()
        bare.step()
    rnnviz.open(bare, ids, block=False)  # without snapshots the model as it is now
    assert piping.unpacked(sent[1]).model.updates == (1,)
    with pytest.raises(ValueError, match="no record to open"):
        rnnviz.open(Log((), model), ids, block=False)


class Recalls(nn.Module):
    """One that learns a task of the project's own, in a loop of its own."""

    def __init__(self, answers: int = 4) -> None:
        super().__init__()
        self.embedding, self.rnn = nn.Embedding(9, 3), nn.LSTM(3, 4, batch_first=True)
        self.head = nn.Linear(4, answers)

    def forward(self, ids):
        return self.head(self.rnn(self.embedding(ids))[0][:, -1])


def test_a_watched_loop_of_a_task_is_scored_on_what_it_holds_out_and_reads_an_example_of_it(sent):
    torch.manual_seed(0)
    task, model = rnnviz.TASKS["recall"](delay=5), Recalls()
    x, y = task.batch(8, torch.Generator().manual_seed(1))
    with rnnviz.watch(model, snapshots=True) as log:
        task.loss(model(x.T), y).backward()
        log.step()
    rnnviz.open(log, task=task, block=False)
    subject = piping.unpacked(sent[0])
    (held_out,) = task.held_out()
    answers = model(held_out.x.T).argmax(-1)
    shot = given.run_of(subject.model.run).snapshots[0]
    assert shot.accuracy == (answers == held_out.y).double().mean()
    assert subject.load().answers.labels == ("A", "B", "C", "D")
    torch.testing.assert_close(subject.network()(held_out.x), model(held_out.x.T), atol=1e-6, rtol=0)
    with pytest.raises(
        ValueError, match="has 9 inputs and asks for 4 outputs at last step; this model has 9 inputs and 5"
    ):
        rnnviz.open(Log([dataclasses.replace(log[0], weights=None)], Recalls(5)), task=task, block=False)
    with pytest.raises(ValueError, match="with a log of"):
        rnnviz.open(model, x[:, :1], task=task, block=False)
