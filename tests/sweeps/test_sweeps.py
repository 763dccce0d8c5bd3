"""Many runs at once: the same weights wherever they run, nothing done twice, and a failure is its own run's alone."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import warnings
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest
import torch

import rnnviz
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject
from rnnviz.sweeps import Goal, Outcome, Processes, Sweep
from rnnviz.tasks import DelayedRecall
from rnnviz.training import Recipe, Training, accuracy

RECIPE = Recipe(6, 4)
TASK = DelayedRecall(5)


class Here(Executor):
    """Calls at once, and counts."""

    def __init__(self, spoil: int | None = None) -> None:
        self.calls, self.spoil = 0, spoil

    def submit(self, function, /, *args, **kwargs) -> Future:
        self.calls += 1
        future = Future()
        if self.calls == self.spoil:
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            future.set_result(function(*args, **kwargs))
        return future


class Ends(DelayedRecall):
    """Ends the process that reads it."""

    def __reduce__(self):
        return os._exit, (3,)


def subject(cell: str = "LSTM", **structure: object) -> Subject:
    return rnnviz.subject("untrained", cell=cell, size="5", task="recall", **structure)


def trained(executor: Executor | None = None, **options: object) -> Sweep:
    both = subject().vary(cell=("RNN", "LSTM"))
    return rnnviz.sweep(both, RECIPE, executor, **{"seeds": (0, 1), "task": TASK, **options})


def alone(cell: str, seed: int) -> Training:
    training = rnnviz.train(subject(cell, seed=seed), RECIPE, task=TASK)
    for _ in training:
        pass
    return training


def same(one: Outcome, weights: dict[str, torch.Tensor]) -> bool:
    return one.weights.keys() == weights.keys() and all(torch.equal(one.weights[k], weights[k]) for k in weights)


@pytest.fixture(scope="module")
def here() -> Sweep:
    return trained(Here())


def test_each_run_is_the_one_that_train_makes(here):
    assert [(outcome.name, outcome.seed) for outcome in here.outcomes] == [
        ("RNN", 0), ("RNN", 1), ("LSTM", 0), ("LSTM", 1)
    ]  # fmt: skip
    for outcome in here.outcomes:
        other = alone(outcome.name, outcome.seed)
        assert same(outcome, other.network.state_dict())
        assert outcome.updates == 6
        assert outcome.accuracy == accuracy(other.network, TASK.held_out())
        assert outcome.loss == other.snapshots[-1].loss


def test_threads_give_the_same_weights_to_the_last_bit(here):
    with ThreadPoolExecutor(2) as threads:
        other = trained(threads)
        assert len(list(other)) == 4
    assert all(same(one, two.weights) for one, two in zip(here.outcomes, other.outcomes, strict=True))


def test_processes_do_too_and_one_that_ends_takes_only_its_own_run_with_it(here):
    with Processes(1) as processes:
        ended = rnnviz.sweep({"ends": subject()}, RECIPE, processes, task=Ends(5))
        other = trained(processes)
        assert all(same(one, two.weights) for one, two in zip(here.outcomes, other.outcomes, strict=True))
        assert ended.outcomes[0].error == (
            "ChildProcessError: the process of this run ended before it was done (exit code 3)"
        )


def test_a_cluster_of_two_workers_gives_the_same_weights_too(here):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        distributed = pytest.importorskip("distributed")
        options = {"processes": False, "protocol": "tcp", "dashboard_address": None, "threads_per_worker": 1}
        with distributed.LocalCluster(n_workers=2, **options) as cluster, distributed.Client(cluster) as client:
            other = trained(client.get_executor()).outcomes
            assert len(client.scheduler_info()["workers"]) == 2
    for one, two in zip(here.outcomes, other, strict=True):
        assert same(one, two.weights)


def test_what_is_done_is_not_done_again(here, tmp_path):
    first, second = Here(spoil=3), Here()
    trained(first, resume=tmp_path)
    resumed = trained(second, resume=str(tmp_path))
    assert (first.calls, second.calls) == (4, 1)
    for one, two in zip(here.outcomes, resumed.outcomes, strict=True):
        assert same(one, two.weights)
        assert one.row() | {"seconds": 0} == two.row() | {"seconds": 0}
    again = Here()
    assert trained(again, resume=here).done[0].weights is here.outcomes[0].weights
    trained(again, resume=here, seeds=(1, 2))
    assert again.calls == 2


@pytest.mark.parametrize(
    "change",
    [{"task": DelayedRecall(6)}, {"goal": Goal(accuracy=0.9)}, {"per_decade": 1}, {"seeds": (2, 3)}],
    ids=lambda change: next(iter(change)),
)
def test_a_run_that_differs_in_anything_is_another_run(here, change):
    other = Here()
    trained(other, resume=here, **change)
    assert other.calls == 4


def test_a_damaged_file_is_a_run_that_was_not_done(tmp_path):
    trained(Here(), resume=tmp_path)
    for path, content in zip(sorted(tmp_path.glob("*.json")), ("", "{}", "[1, 2]"), strict=False):
        path.write_text(content)
    again = Here()
    assert len(trained(again, resume=tmp_path).outcomes) == 4
    assert again.calls == 3


def test_a_worker_that_is_lost_leaves_its_error_and_all_else_is_there(here):
    sweep = trained(Here(spoil=2))
    assert [bool(outcome.error) for outcome in sweep.outcomes] == [False, True, False, False]
    assert sweep.rows[1]["error"] == "ConnectionError: the worker is gone"
    assert "RNN, seed 1: ConnectionError: the worker is gone" in str(sweep)
    with pytest.raises(Refused, match="the worker is gone"):
        sweep.subject(sweep.outcomes[1])
    resumed = trained(Here(), resume=sweep)
    assert all(same(one, two.weights) for one, two in zip(here.outcomes, resumed.outcomes, strict=True))


def test_an_exception_in_a_run_is_its_own_outcome():
    spoiled = DelayedRecall(5)
    spoiled.delay = "five"
    sweep = trained(Here(), task=spoiled)
    assert all(outcome.error.startswith("TypeError") for outcome in sweep.outcomes)
    assert [group.errors for group in sweep.groups] == [2, 2]


def test_a_goal_ends_a_run_and_tells_when_it_was_reached():
    long = Recipe(60, 16)
    options = {"task": TASK, "seeds": (0,)}
    easy = subject("GRU", forget_bias=3.0)
    ends = rnnviz.sweep({"GRU": easy}, long, Here(), goal=Goal(accuracy=0.6, every=5), **options).outcomes[0]
    goes_on = Goal(accuracy=0.6, every=5, ends=False)
    whole = rnnviz.sweep({"GRU": easy}, long, Here(), goal=goes_on, **options).outcomes[0]
    never = rnnviz.sweep({"GRU": easy}, long, Here(), goal=Goal(loss=0.0), **options)
    assert ends.solved
    assert ends.solved_at == ends.updates == whole.solved_at < 60 == whole.updates
    assert ends.solved_at % 5 == 0
    assert ends.accuracy == ends.score >= 0.6
    assert (never.outcomes[0].solved, never.outcomes[0].solved_at) == (False, None)
    assert [(group.solved, group.runs, group.updates) for group in never.groups] == [(0, 1, None)]
    assert "0 of 1" in str(never)
    training = rnnviz.train(easy, long, task=TASK)
    for progress in training:
        reached = progress.update % 5 == 0 and accuracy(training.network, TASK.held_out()) >= 0.6
        if reached:
            break
    assert progress.update == ends.solved_at


def test_an_explosion_is_told_and_what_was_learnt_before_is_there():
    sweep = rnnviz.sweep(
        [subject("RNN", nonlinearity="relu")], Recipe(30, 4, "sgd", 1e12, clip="none"), Here(), task=TASK
    )
    (outcome,) = sweep.outcomes
    assert outcome.explosion is not None
    assert outcome.updates == outcome.explosion.update - 1
    assert str(outcome.explosion.reason) in str(sweep)
    assert outcome.row()["explosion"].startswith("Training stopped at update")


def test_any_run_can_be_opened_as_a_subject(here):
    sweep = trained(Here(), per_decade=1, seeds=(0,))
    opened = sweep.subject(sweep.outcomes[1])
    assert (opened.cell, opened.trained, opened.model.updates) == ("LSTM", True, (0, 1, 6))
    assert len(opened.tokens) == TASK.delay + 1
    assert same(sweep.outcomes[1], opened.network().state_dict())
    assert same(here.outcomes[2], opened.network().state_dict())
    before = opened.with_(update=0).network().state_dict()
    assert all(torch.equal(before[k], value) for k, value in subject().network().state_dict().items())


def test_a_recipe_may_be_given_for_each_name(here):
    both = subject().vary(cell=("RNN", "LSTM"))
    recipes = {"RNN": RECIPE, "LSTM": Recipe(2, 4)}
    sweep = rnnviz.sweep(both, recipes, Here(), task=TASK)
    assert [outcome.updates for outcome in sweep.outcomes] == [6, 2]
    with pytest.raises(Refused, match="no recipe for LSTM"):
        rnnviz.sweep(both, {"RNN": RECIPE}, Here(), task=TASK)


def test_what_cannot_be_trained_is_refused_before_anything_starts():
    counted = Here()
    for subjects, options in (
        ({}, {}),
        ([subject(), rnnviz.subject("untrained", task="adding")], {"task": TASK}),
        ([subject()], {"goal": Goal(accuracy=0.9, part="critical")}),
        ([rnnviz.subject("untrained", task="")], {}),
    ):
        with pytest.raises(Refused):
            rnnviz.sweep(subjects, RECIPE, counted, **options)
    assert counted.calls == 0


@pytest.mark.parametrize("wrong", [{}, {"accuracy": 0.9, "loss": 0.1}, {"accuracy": 2.0}, {"loss": -1.0}])
def test_a_goal_is_one_number_that_can_be_reached(wrong):
    with pytest.raises(Refused):
        Goal(**wrong)


def test_a_sweep_that_is_cancelled_leaves_no_process_and_keeps_what_was_done():
    sweep = rnnviz.sweep([subject()], Recipe(1_000_000, 64), seeds=range(3), task=DelayedRecall(200))
    sweep.cancel()
    assert list(sweep) == []
    assert multiprocessing.active_children() == []


def test_a_task_travels_without_what_it_can_work_out_again():
    task = rnnviz.TASKS["intents"]()
    size = len(task.vocabulary)
    packed = pickle.dumps(task)
    assert len(packed) < 500
    assert len(pickle.loads(packed).vocabulary) == size
