"""Runs of training in files: they come back as they were, and the shipped ones are what training makes."""

from pathlib import Path

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz import checkpoints
from rnnviz.refusals import Refused
from rnnviz.subjects import Shipped, Subject, Trained, shipped_runs
from rnnviz.subjects.given import run_of
from rnnviz.subjects.sizes import task
from rnnviz.training import Recipe, Training, accuracy
from rnnviz.training.run_files import RUNS, load, save
from tools.make_models import RECIPES
from tools.make_models import RUNS as MADE

RECALLS = ["recall-rnn-seed0", "recall-lstm-seed0", "recall-gru-seed0"]


def small_run() -> tuple[Training, list]:
    subject = rnnviz.subject("untrained", cell="GRU", size="5", task="xor_stream", directions="two")
    training = rnnviz.train(subject, Recipe(10, 4, seed=3, clip="value", limit=0.01, schedule="cosine"), per_decade=2)
    return training, list(training)


def test_a_run_comes_back_from_its_files_as_it_was(tmp_path):
    training, progress = small_run()
    run = load(save(training, progress, "one", {}, tmp_path), task)
    assert list(run.progress) == progress
    assert (run.seed, run.task, list(run.snapshots)) == (3, training.task, [0, 1, 3, 10])
    for before, after in zip(training.snapshots, run.snapshots.values(), strict=True):
        for name in ("update", "loss", "accuracy", "clipped", "recipe"):
            assert getattr(after, name) == getattr(before, name)
        assert all(torch.equal(value, after.weights[name]) for name, value in before.weights.items())
        for own, other in zip(before.layers, after.layers, strict=True):
            assert (own.layer, own.direction, own.shut, own.open) == (
                other.layer,
                other.direction,
                other.shut,
                other.open,
            )
            for mine, its in zip(
                [own.gradient, *own.gates.values()], [other.gradient, *other.gates.values()], strict=True
            ):
                assert np.array_equal(mine.values, its.values)
                assert (mine.name, mine.symbol, mine.axes, mine.direction) == (
                    its.name,
                    its.symbol,
                    its.axes,
                    its.direction,
                )


def test_what_comes_from_a_file_cannot_be_gone_on_with(tmp_path):
    training, progress = small_run()
    run = load(save(training, progress, "one", {}, tmp_path), task)
    with pytest.raises(Refused, match="Train the network from its start"):
        Training(run.network, run.task, training.recipe, start=run.snapshots[3])


def test_a_run_of_another_vocabulary_is_not_read(tmp_path, monkeypatch):
    training, progress = small_run()
    path = save(training, progress, "one", {}, tmp_path)
    with pytest.raises(RuntimeError, match="another vocabulary"):
        load(path, lambda name: task("recall"))


def test_the_shipped_runs_are_those_that_are_made_and_small():
    assert set(shipped_runs.names()) == set(MADE)
    assert sum(path.stat().st_size for path in Path(RUNS).iterdir()) < 2 * 2**20


@pytest.mark.parametrize("name", RECALLS)
def test_the_last_snapshot_of_a_run_is_the_shipped_network(name):
    last = Trained(name, shipped_runs.updates(name)[-1])
    ours, shipped = last.load(), Shipped(name).load()
    assert ours.network.structure == shipped.network.structure
    theirs = shipped.network.state_dict()
    assert all(torch.equal(value, theirs[key]) for key, value in ours.network.state_dict().items())
    assert (
        round(run_of(name).snapshots[last.update].accuracy, 4)
        == checkpoints.read_card(checkpoints.MODELS / name).held_out_accuracy
    )


@pytest.mark.parametrize("name", MADE)
def test_a_shipped_snapshot_is_as_good_as_it_says(name):
    run = run_of(name)
    for update in [0, sorted(run.snapshots)[-3]]:
        network = Subject(Trained(name, update)).network()
        assert accuracy(network, run.task.held_out()) == pytest.approx(run.snapshots[update].accuracy, abs=2e-3)


def test_a_shipped_run_is_what_training_gives():
    """Its first updates: on another processor sums round otherwise, and later that has grown."""
    name = "recall-rnn-seed0"
    recipe = next(recipe for recipe in RECIPES if recipe.name == name)
    shipped, fresh = run_of(name), Training(recipe.network(), task(recipe.task), recipe.training)
    for progress in fresh:
        assert progress == pytest.approx(shipped.progress[progress.update - 1], rel=1e-3)
        if progress.update == 6:
            break
    for mine in fresh.snapshots:
        its = shipped.snapshots[mine.update]
        assert mine.recipe == its.recipe
        assert all(torch.allclose(value, its.weights[key], atol=1e-4) for key, value in mine.weights.items())
        assert np.allclose(mine.layers[0].gradient.values, its.layers[0].gradient.values, atol=1e-2)


def test_a_shipped_run_is_a_source_of_subjects_with_an_address_and_code():
    subject = rnnviz.subject("trained~recall-lstm-seed0~0")
    assert Subject.from_query(subject.query()) == (subject, [])
    assert eval(subject.code(), {"rnnviz": rnnviz}) == subject
    with pytest.raises(Refused, match="no update 5"):
        subject.with_(update=5)
