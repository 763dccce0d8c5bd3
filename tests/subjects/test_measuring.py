"""What a subject's answer costs and what it is held against: its objective and its draws; and threads that share it."""

import math
import threading

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.subjects import Subject, Untrained, given, kept
from rnnviz.subjects.sizes import task


def scores(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(2))


def test_the_objective_of_classes_is_the_loss_of_the_leading_one_at_the_last_step():
    y = scores(5, 1, 8)
    p = np.exp(y[-1, 0].double().numpy())
    assert float(Subject().objective(y[-1])) == pytest.approx(-math.log(p.max() / p.sum()), rel=1e-9)


def test_the_objective_of_labels_at_every_step_is_of_the_last_one_or_of_all():
    subject, y = rnnviz.subject("slots-gru-one-1-seed0"), scores(5, 1, 12)
    losses = -y.double().log_softmax(-1).amax(-1)
    assert float(subject.objective(y)) == pytest.approx(float(losses[-1].sum()))
    assert float(subject.objective(y, "every")) == pytest.approx(float(losses.sum()))


def test_a_network_that_reads_backward_alone_answers_last_at_the_first_step():
    subject, y = rnnviz.subject("untrained", task="", directions="backward"), scores(5, 1, 4)
    assert float(subject.objective(y)) == pytest.approx(float(y[0].sum()) / 2)


def test_without_answers_the_objective_is_a_push_of_length_one_along_all_outputs():
    subject, y = rnnviz.subject(torch.nn.GRU(4, 9), torch.zeros(5, 4)), scores(5, 1, 9).requires_grad_()
    subject.objective(y).backward()
    assert float(y.grad.norm()) == pytest.approx(1.0)
    assert float(y.grad[:-1].abs().max()) == 0


def test_the_objective_at_each_step_holds_each_to_the_final_answer():
    y = scores(5, 8)
    final = int(y[-1].argmax())
    losses = Subject().objective_at_each_step(y)
    expected = [-float(torch.log_softmax(row.double(), 0)[final]) for row in y]
    np.testing.assert_allclose(losses.numpy(), expected, rtol=1e-9)


def test_draws_are_known_words_two_independent_batches_and_always_the_same():
    subject = rnnviz.subject("intents-gru-small", text="what zorgle is it ?")
    one, other = subject.draws()
    assert one.shape == other.shape == (5, 128)
    assert int(one.min()) >= 1
    assert int(one.max()) < task("intents").input_size
    assert not torch.equal(one, other)
    assert all(torch.equal(a, b) for a, b in zip((one, other), subject.draws(), strict=True))


def test_draws_of_a_longer_text_are_fewer_and_never_less_than_eight():
    counts = [rnnviz.subject("intents-rnn-large", text="a " * count).draws()[0].shape[1] for count in (5, 100, 200)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= 8


def test_draws_of_a_tasks_own_example_are_its_own_sequences():
    subject = rnnviz.subject("recall-gru-seed0", example=3)
    one, other = subject.draws()
    generator = torch.Generator().manual_seed(51)
    assert torch.equal(one, subject.load().task.batch(256, generator).x)
    assert torch.equal(other, subject.load().task.batch(256, generator).x)


def test_draws_of_vectors_have_each_channels_mean_and_spread():
    x = torch.randn(60, 1, 3, generator=torch.Generator().manual_seed(3)) * torch.tensor([1.0, 5.0, 0.1]) + 2
    one, _other = rnnviz.subject(torch.nn.GRU(3, 4), x).draws()
    torch.testing.assert_close(one.mean((0, 1)), x.mean((0, 1)), atol=0.2, rtol=0.1)
    torch.testing.assert_close(one.std((0, 1)), x.std((0, 1), correction=0), atol=0, rtol=0.1)


def test_threads_that_bring_networks_at_once_each_get_their_own():
    failed: list[object] = []

    def bring(seed: int) -> None:
        module = torch.nn.GRU(2, 3)
        torch.nn.init.constant_(module.weight_hh_l0, float(seed))
        subject = rnnviz.subject(module, torch.full((4, 2), float(seed)))
        if float(subject.network().layers[0][0].weight_hh[0, 0].detach()) != seed or subject.read().steps != 4:
            failed.append(seed)

    threads = [threading.Thread(target=bring, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_only_so_many_networks_are_kept_and_the_oldest_is_refused(monkeypatch):
    for name in ("_NETWORKS", "_VECTORS"):
        monkeypatch.setattr(given, name, kept.Kept(getattr(given, name).refusal))
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    first = rnnviz.subject(torch.nn.GRU(2, 3), torch.ones(4, 2))
    for k in range(kept.MOST_KEPT):
        given.keep_vectors(torch.full((1, 1, 1), float(k)))
    rnnviz.subjects.given.keep_network(torch.nn.GRU(1, 1))
    with pytest.raises(rnnviz.refusals.Refused, match="Bring it again"):
        given.vectors_of(first.sequence.digest)
    assert given.network_of(first.model.digest).network.hidden_size == 3


def test_a_network_is_loaded_once_for_all_who_ask():
    assert Subject(Untrained(seed=31)).load() is Subject(Untrained(seed=31)).load()
