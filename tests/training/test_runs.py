"""A run: it learns, it is the same every time, it goes on from any snapshot, and it says where it exploded."""

import math

import pytest
import torch

import rnnviz
from rnnviz.network import Network
from rnnviz.subjects import Refused, Subject, Untrained
from rnnviz.subjects.sizes import task
from rnnviz.tasks import TASKS
from rnnviz.training import OPTIMIZERS, Recipe, Training, accuracy, mean_loss, snapshot_updates
from rnnviz.training.way_back import gradient_sizes


def fresh(cell: str = "LSTM", name: str = "xor_stream", **structure: object) -> Network:
    return Untrained(cell, "8", name, **structure).network()


def run(recipe: Recipe, cell: str = "LSTM", **options: object) -> Training:
    training = Training(fresh(cell), task("xor_stream"), recipe, **options)
    for _ in training:
        pass
    return training


def same(one: Network, other: Network) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("name", TASKS)
def test_the_loss_on_what_is_held_out_falls_on_every_task(name):
    training = rnnviz.train(rnnviz.subject("untrained", cell="GRU", size="8", task=name), Recipe(20, 16), per_decade=1)
    progress = list(training)
    assert [step.update for step in progress] == list(range(1, 21))
    assert [snapshot.update for snapshot in training.snapshots] == [0, 1, 10, 20]
    assert training.snapshots[-1].loss < training.snapshots[0].loss


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_goes_on_from_a_snapshot_to_the_very_same_weights(optimizer):
    recipe = Recipe(12, 8, optimizer, schedule="cosine", dropout=0.3, truncate=10, clip="value", limit=0.05)
    whole = run(recipe, per_decade=3)
    assert same(whole.network, run(recipe, per_decade=0).network)  # watching changes nothing
    middle = whole.snapshots[2]
    assert 0 < middle.update < 12
    for start in (whole.snapshots[0], middle):
        other = run(recipe, start=start, per_decade=3)
        assert same(whole.network, other.network)
        assert other.snapshots[-1].clipped == whole.snapshots[-1].clipped > 0
    assert same(whole.network_at(middle), run(recipe, start=whole.snapshots[0]).network_at(middle))
    assert not same(whole.network_at(middle), whole.network)


def test_a_run_that_is_left_keeps_what_it_learnt():
    training = Training(fresh(), task("xor_stream"), Recipe(50, 8), per_decade=1)
    for progress in training:
        if progress.update == 3:
            break
    left = training.take()
    assert left is training.take() is training.snapshots[-1]
    assert left.update == 3
    assert same(training.network_at(left), training.network)
    assert not same(training.network_at(training.snapshots[1]), training.network)


@pytest.mark.parametrize(
    ("updates", "per_decade", "expected"),
    [(0, 8, [0]), (1, 8, [0, 1]), (100, 1, [0, 1, 10, 100]), (5, 2, [0, 1, 3, 5]), (70, 0, [])],
)
def test_snapshots_lie_evenly_on_a_logarithmic_scale(updates, per_decade, expected):
    assert snapshot_updates(updates, per_decade) == expected


def test_a_snapshot_tells_of_the_network_that_it_holds():
    training = run(Recipe(10, 8), per_decade=1)
    held_out, snapshot = task("xor_stream").held_out(), training.snapshots[1]
    network = training.network_at(snapshot)
    assert snapshot.loss == mean_loss(network, task("xor_stream"), held_out)
    assert snapshot.accuracy == accuracy(network, held_out)
    (layer,) = snapshot.layers
    trace = rnnviz.record(network, held_out[0].x[:, :8])
    assert layer.gates.keys() == layer.shut.keys() == layer.open.keys() == {"i", "f", "o"}
    for name, signal in layer.gates.items():
        gate = trace.layer(0)[name].values
        assert signal.values == pytest.approx(gate.mean((1, 2)), abs=1e-6)
        assert (layer.shut[name], layer.open[name]) == ((gate < 0.1).mean(), (gate > 0.9).mean())


@pytest.mark.parametrize("cell", ["RNN", "LSTM"])
def test_the_gradient_of_a_snapshot_is_what_autograd_says_of_the_unrolled_network(cell):
    network, learnt = fresh(cell).double(), task("xor_stream")
    x, y = batch = learnt.batch(3, torch.Generator().manual_seed(0))
    kind, state, between = network.layers[0][0], network.layers[0][0].initial_state(3), []
    for x_t in network.embed(x):
        state = {name: value.clone() for name, value in kind(x_t, state).items() if name in kind.state}
        for value in state.values():
            value.retain_grad()
        between.append(state)
        state = {
            name: value.clone() for name, value in state.items()
        }  # the cut state: c does not reach h within a step
    learnt.loss(network.read(torch.stack([state["h"] for state in between])), y).backward()
    sizes = [
        math.hypot(*(float(value.grad.norm()) for value in state.values() if value.grad is not None))
        for state in between
    ]
    (signal,) = gradient_sizes(network, batch, learnt).values()
    assert 10**signal.values == pytest.approx(sizes, rel=1e-9)


def test_a_subject_stays_as_it_is_and_a_network_is_trained_in_place():
    subject = Subject(Untrained("GRU", "8", "xor_stream", seed=3))
    before = {name: value.clone() for name, value in subject.network().state_dict().items()}
    training = rnnviz.train(subject, Recipe(3, 8))
    list(training)
    assert training.recipe.seed == 3
    assert all(torch.equal(value, before[name]) for name, value in subject.network().state_dict().items())
    own = Untrained("GRU", "8", "xor_stream", seed=3).network()
    list(rnnviz.train(own, Recipe(3, 8, seed=3), task="xor_stream", per_decade=0))
    assert same(own, training.network)
    assert not same(own, subject.network())


def test_an_explosion_names_its_update_and_time_step_and_leaves_the_weights_before_it():
    fast = Recipe(30, 8, "sgd", learning_rate=1e9, clip="none")
    network = fresh("RNN", options=(("nonlinearity", "relu"),))
    training = Training(network, task("xor_stream"), fast, per_decade=1)
    *_, last = training
    assert training.explosion.update == last.update == training.updates + 1 > 1
    assert training.explosion.part in ("state", "gradient")
    assert not math.isfinite(last.loss) or not math.isfinite(last.gradient_norm)
    assert f"update {last.update}" in str(training.explosion.reason)
    assert f"time step {training.explosion.step}" in str(training.explosion.reason)
    assert all(value.isfinite().all() for value in network.parameters())
    assert [*training] == []


def test_an_explosion_of_the_states_is_at_the_first_time_step_that_is_not_finite():
    network = fresh("RNN", options=(("nonlinearity", "relu"),))
    with torch.no_grad():
        for value in network.parameters():
            value.fill_(1e4)  # each step multiplies the states by 8 times this
    training = Training(network, task("xor_stream"), Recipe(5, 2), per_decade=0)
    (last,) = training
    states = rnnviz.record(network, task("xor_stream").held_out()[0].x[:, :1]).layer(0)["h"].values
    first = 1 + int((~torch.from_numpy(states.copy()).isfinite()).flatten(1).any(1).nonzero()[0])
    assert training.explosion == (1, first, "state")
    assert last.update == 1
    network = fresh("LSTM")
    with torch.no_grad():
        network.readout.weight.fill_(math.inf)
    training = Training(network, task("xor_stream"), Recipe(5, 2), per_decade=0)
    assert [step.update for step in training] == [1]
    assert training.explosion.part == "answer"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Recipe(optimizer="lion"), "no optimizer lion"),
        (lambda: Recipe(learning_rate=math.nan), "learning_rate must be from"),
        (lambda: Recipe(learning_rate=-1.0), "learning_rate must be from"),
        (lambda: Recipe(limit=0.0), "must be above 0"),
        (lambda: Recipe(truncate=0), "truncate must be from 1"),
        (lambda: Recipe(dropout=1.0), "dropout must be from"),
        (lambda: Recipe(updates=2.5), "updates must be from"),
        (lambda: rnnviz.train(fresh()), "give a task"),
        (lambda: rnnviz.train(fresh(), task="chess"), "no task chess"),
        (lambda: rnnviz.train(fresh(), task="adding"), "input_size=2, output_size=1, readout='last'"),
        (lambda: run(Recipe(2, 8), start=run(Recipe(2, 8), "GRU").snapshots[0]), "of another network"),
        (lambda: run(Recipe(2, 8, "sgd"), start=run(Recipe(2, 8)).snapshots[0]), "Go on with adam"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(make, said):
    with pytest.raises(Refused, match=said):
        make()


def test_a_learning_rate_that_is_far_too_large_is_allowed():
    assert Recipe(learning_rate=1e9).rate(0) == 1e9
