"""The shipped sweep of delayed recall: its networks are those that the protocol says, and it comes out as published."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

import rnnviz
from rnnviz.studies import how_far_back as study
from rnnviz.subjects import shipped_runs
from rnnviz.training import last_weights, mean_loss


@pytest.mark.parametrize("delay", study.DELAYS)
def test_every_kind_is_there_from_every_seed_on_one_budget(delay):
    for kind, built in study.KINDS.items():
        for seed in study.SEEDS:
            run = shipped_runs.run(study.name_of(kind, delay, seed))
            (snapshot,) = run.snapshots.values()
            assert (snapshot.update, run.seed, run.task.delay) == (study.UPDATES, seed, delay)
            assert snapshot.recipe == study.recipe(kind, seed=seed)
            assert (run.network.cell, run.network.hidden_size) == (built.cell, study.UNITS)
            assert run.network.structure == study.fresh(kind, delay, seed).network().structure


@pytest.mark.parametrize("delay", study.DELAYS)
def test_what_was_told_of_a_network_when_it_was_made_is_what_it_does_now(delay):
    for kind in ("orthogonal", "chrono"):
        subject = study.shipped(kind, delay, 1)
        run = shipped_runs.run(subject.model.run)
        (snapshot,) = run.snapshots.values()
        network = subject.network()
        assert study.right(network, delay) == pytest.approx(snapshot.accuracy, abs=0.005)
        assert mean_loss(network, run.task, run.task.held_out()) == pytest.approx(snapshot.loss, abs=1e-4)


@pytest.mark.parametrize("delay", study.DELAYS)
def test_the_forget_bias_decides_as_published(delay):
    solved = {
        kind: sum(
            study.right(study.shipped(kind, delay, seed).network(), delay) >= study.SOLVED for seed in study.SEEDS
        )
        for kind in ("lstm-0", "lstm-1", "lstm-5", "chrono")
    }
    assert solved == {"lstm-0": 0, "lstm-1": 0, "lstm-5": 5, "chrono": 5}


def test_a_network_starts_with_the_bias_that_its_kind_names():
    for kind, bias in (("lstm-0", 0.0), ("lstm-5", 5.0)):
        cell = study.fresh(kind, 20, 2).network().layers[0][0]
        forget = dict(zip(cell.blocks, cell.split(cell.bias_ih + cell.bias_hh), strict=True))["f"]
        assert torch.allclose(forget, torch.full((study.UNITS,), bias), atol=1e-6)
    span = study.fresh("chrono", 20, 2).network().layers[0][0]
    forget = dict(zip(span.blocks, span.split(span.bias_ih + span.bias_hh), strict=True))["f"]
    assert 0 <= float(forget.detach().min()) < float(forget.detach().max()) <= torch.tensor(19.0).log()


def test_last_weights_come_back_bit_by_bit(tmp_path):
    sweep = rnnviz.sweep(
        {"a": study.fresh("rnn", 20, 0)}, rnnviz.Recipe(2, 4), ThreadPoolExecutor(1), task=study.learnt(20)
    )
    (job,), (outcome,) = sweep.jobs, sweep.outcomes
    last = last_weights.Last(job.structure, job.recipe, outcome.snapshots[-1], 2)
    last_weights.save({"a-seed0": last}, job.task, {"delay": 20}, tmp_path / "some")
    assert last_weights.rows(tmp_path / "some.json")["a-seed0"]["solved_at"] == 2
    run = last_weights.load(tmp_path / "some.json", "a-seed0", lambda name, delay: study.learnt(delay))
    assert tuple(run.snapshots) == (2,)
    assert all(torch.equal(run.network.state_dict()[name], value) for name, value in outcome.weights.items())
