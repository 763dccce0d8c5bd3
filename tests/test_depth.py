"""What each layer can tell, against what is known to be there, and how a loss reaches every layer and step."""

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS, CLASSIC
from rnnviz.depth import chance, layer_gradients, layer_readouts, linear_readouts
from rnnviz.gradients import backpropagate
from rnnviz.network import Network
from rnnviz.tasks import UNASKED, Batch
from tests.cells.variants import every_cell, normal
from tests.gradients.unrolled import derivative, unroll

both_directions = pytest.mark.parametrize("bidirectional", [False, True], ids=["one direction", "two"])


def batches(rng, count=3, length=9, size=40, tokens=4):
    drawn = [torch.randint(tokens, (length + k, size), generator=rng) for k in range(count)]
    return [Batch(x, x) for x in drawn]


def network_of(name, rng, layers=2, bidirectional=True, tokens=4, hidden=12):
    sizes = {"num_layers": layers, "bidirectional": bidirectional, "vocabulary_size": tokens, "output_size": 3}
    return Network(name, 6, hidden, readout="every", generator=rng, **sizes)


def this(batch):
    return batch.x


def before(batch):
    """The token of the step before; no answer at the first step."""
    return torch.cat([torch.full_like(batch.x[:1], UNASKED), batch.x[:-1]])


def after(batch):
    return torch.cat([batch.x[1:], torch.full_like(batch.x[:1], UNASKED)])


@every_cell
def test_the_embedding_tells_the_word_itself_and_nothing_of_its_neighbours(name, rng):
    network, fit, score = network_of(name, rng), batches(rng, size=200), batches(rng)
    assert layer_readouts(network, fit, score, this).values[0] == 1
    for neighbour in (before, after):
        assert abs(layer_readouts(network, fit, score, neighbour).values[0] - 0.25) < 0.06


NEWER = set(CELLS) - set(CLASSIC)


@every_cell
def test_a_layer_tells_what_its_directions_have_read(name, rng):
    fit, score = batches(rng, size=200), batches(rng)
    forward, both = (network_of(name, rng, 1, bidirectional, hidden=24) for bidirectional in (False, True))
    least = 0.2 if name in NEWER else 0.6  # before training some of them tell hardly more than by chance
    assert layer_readouts(forward, fit, score, before).values[1] > least
    assert layer_readouts(both, fit, score, before).values[1] > least
    assert abs(layer_readouts(forward, fit, score, after).values[1] - 0.25) < 0.06
    assert layer_readouts(both, fit, score, after).values[1] > least


@both_directions
@pytest.mark.parametrize("layers", [1, 3])
def test_there_is_an_accuracy_for_the_input_and_for_each_layer(layers, bidirectional, rng):
    network, data = network_of("GRU", rng, layers, bidirectional), batches(rng)
    found = layer_readouts(network, data, data, this)
    assert (found.axes, found.values.shape, found.bounds) == (("layer",), (layers + 1,), (0.0, 1.0))
    assert ((found.values >= 0) & (found.values <= 1)).all()
    assert (found.values == layer_readouts(network, data, data, this).values).all()


def test_a_readout_is_the_ridge_regression_that_least_squares_gives(rng):
    known, held = normal(rng, 60, 5), normal(rng, 40, 5)
    labels, held_labels = torch.randint(3, (60,), generator=rng), torch.randint(3, (40,), generator=rng)
    centred = known - known.mean(0)
    ridge = 0.3 * (centred**2).sum() / 5
    one_hot = torch.eye(3, dtype=torch.float64)[labels]
    stacked = torch.cat([centred, ridge.sqrt() * torch.eye(5, dtype=torch.float64)])
    wanted = torch.cat([one_hot - one_hot.mean(0), torch.zeros(5, 3, dtype=torch.float64)])
    weights = torch.linalg.lstsq(stacked, wanted).solution
    told = ((held - known.mean(0)) @ weights + one_hot.mean(0)).argmax(-1)
    found = linear_readouts([known], labels, [held], held_labels, 0.3)
    assert found.tolist() == [float((told == held_labels).double().mean())]
    arrays = [value.numpy() for value in (known, labels, held, held_labels)]
    for array in arrays:
        array.setflags(write=False)
    known, labels, held, held_labels = arrays
    assert linear_readouts([known], labels, [held], held_labels, 0.3).tolist() == found.tolist()


def test_only_steps_that_are_asked_are_fitted_and_scored(rng):
    network, data = network_of("GRU", rng), batches(rng)

    def sometimes(batch):
        return torch.where(batch.x < 2, batch.x, UNASKED)

    assert (layer_readouts(network, data, data, sometimes).values == 1).all()
    assert chance(data, data, sometimes) < 0.6


def test_a_label_that_was_never_fitted_is_always_missed(rng):
    fit, score = batches(rng, tokens=3), batches(rng, tokens=4)
    found = layer_readouts(network_of("GRU", rng), fit, score, this).values[0]
    tokens = torch.cat([batch.x.flatten() for batch in score])
    assert found <= (tokens < 3).double().mean()


def test_a_state_that_never_varies_tells_what_is_usual():
    labels = torch.tensor([0, 2, 2, 1, 2])
    found = linear_readouts([torch.ones(5, 3)], labels, [torch.ones(4, 3)], torch.tensor([2, 2, 0, 2]))
    assert found.tolist() == [0.75]


def test_a_state_that_is_not_finite_tells_nothing_and_the_others_still_do(rng):
    labels = torch.tensor([0, 1, 0, 1])
    good = labels[:, None].double()
    bad = good.clone()
    bad[1] = torch.inf
    found = linear_readouts([bad, good, good], labels, [good, good, bad], labels)
    np.testing.assert_array_equal(found, [np.nan, 1, np.nan])


def test_chance_is_the_usual_answer_of_what_was_fitted():
    fit = [Batch(torch.tensor([[1, 1, 0]]), None), Batch(torch.tensor([[2], [1]]), None)]
    score = [Batch(torch.tensor([[1, 0, 0, 2]]), None)]
    assert chance(fit, score, this) == 0.25
    even = [Batch(torch.tensor([[3, 0, 0, 3]]), None)]
    assert chance(even, score, this) == 0.5


@pytest.mark.parametrize("ask", [lambda *given: layer_readouts(network_of("GRU", given[0]), *given[1:]), None])
def test_targets_of_another_shape_and_empty_ones_are_refused(ask, rng):
    ask = ask or (lambda _, *given: chance(*given))
    data = batches(rng, 1)
    with pytest.raises(ValueError, match=r"target has shape \(40,\) beside x \(9, 40\); it gives one number per step"):
        ask(rng, data, data, lambda batch: batch.x[0])
    with pytest.raises(ValueError, match="nothing is asked in these batches"):
        ask(rng, data, data, lambda batch: torch.full_like(batch.x, UNASKED))
    with pytest.raises(ValueError, match="nothing is asked in these batches"):
        ask(rng, data, [], this)


@pytest.mark.parametrize("ridge", [-1.0, float("nan")])
def test_a_negative_ridge_is_refused(ridge, rng):
    data = batches(rng, 1)
    with pytest.raises(ValueError, match=r"ridge is .*; it must be at least 0"):
        layer_readouts(network_of("GRU", rng), data, data, this, ridge=ridge)


@every_cell
@both_directions
def test_a_loss_reaches_every_layer_and_step_as_autograd_says(name, bidirectional, rng):
    sizes = {"num_layers": 3, "bidirectional": bidirectional, "output_size": 2, "readout": "every"}
    network = Network(name, 3, 4, generator=rng, dtype=torch.float64, **sizes)
    x = normal(rng, 7, 2, 3)

    def loss(y):
        return y[3].log_softmax(-1)[..., 1].sum()

    run, found = unroll(network, x), layer_gradients(network, x, loss)
    assert tuple(found) == (("forward", "backward") if bidirectional else ("forward",))
    for side, sizes in found.items():
        assert (sizes.axes, sizes.values.shape, sizes.kind) == (("layer", "time"), (3, 7), "gradient")
        for layer in range(3):
            states = [step[CELLS[name].output] for step in run.steps[layer, side]]
            with np.errstate(divide="ignore"):
                expected = np.log10(derivative(loss(run.y), states)[:, 0].norm(dim=-1).numpy())
            np.testing.assert_allclose(sizes.values[layer], expected, atol=1e-10)


def test_nothing_of_a_loss_reaches_the_future_of_one_direction(rng):
    network = network_of("LSTM", rng, 3, bidirectional=False)
    x = torch.randint(4, (7, 1), generator=rng)
    sizes = layer_gradients(network, x, lambda y: y[3].sum())["forward"].values
    assert (sizes[:, 4:] == -np.inf).all()
    assert np.isfinite(sizes[:, :4]).all()
    assert (backpropagate(network, x, lambda y: y[3].sum()).x.values[4:] == 0).all()
