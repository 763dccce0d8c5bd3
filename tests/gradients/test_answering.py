"""answer_gradients(): each answer by each state and word, against autograd, and exactly nothing where nothing is."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.cells import CELLS, TRIO, Cell
from rnnviz.gradients import answer_gradients, answering, backpropagate, gradient_norms
from rnnviz.network import Network
from tests.cells.variants import (
    every_cell,
    every_cell_with,
    every_variant,
    every_variant_with,
    normal,
    scale_recurrence,
)
from tests.gradients.test_two_ways import Entangled
from tests.gradients.unrolled import derivative, unroll

STEPS = 4  # taken together in these tests, so that
LENGTH = STEPS + 3  # two chunks of steps meet, the last of them not a whole one
SIDES = ("forward", "backward")
both_directions = pytest.mark.parametrize("bidirectional", [False, True], ids=["one direction", "two"])
# Every cell is held against autograd: what is no cell's own is the business of the first three and of a matrix.
CHOSEN = [(name, 2, ways) for name in TRIO for ways in (False, True)] + [("mLSTM", 2, True)]
CHOSEN += [("LSTM", layers, ways) for layers in (1, 3) for ways in (False, True)]
chosen_cells = pytest.mark.parametrize(("name", "layers", "bidirectional"), CHOSEN)


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch):
    monkeypatch.setattr(answering, "STEPS", STEPS)


def network_of(name, rng, layers=1, bidirectional=True, dtype=torch.float64, **options):
    sizes = {"num_layers": layers, "bidirectional": bidirectional, "output_size": 4, "readout": "every"}
    return Network(name, 3, 5, generator=rng, dtype=dtype, **sizes, **options)


def future(side):
    """Which (answer_time, time) a direction has not read yet."""
    upper = np.triu(np.ones((LENGTH, LENGTH), dtype=bool), 1)
    return upper if side == "forward" else upper.T


def by_autograd(network, x, of, batch):
    """Each side's states (T, T, H) and inputs (T, T, I), one autograd pass per answer and side."""
    run, top, units = unroll(network, x), network.num_layers - 1, network.hidden_size
    states, inputs = {}, {}
    for d, side in enumerate(SIDES[: 1 + network.bidirectional]):
        steps = [step[network.layers[0][0].output] for step in run.steps[top, side]]
        weight = network.readout.weight[:, d * units : (d + 1) * units]
        scores = [(steps[t][batch] * weight[chosen]).sum() for t, chosen in enumerate(of)]
        states[side] = torch.stack([derivative(score, steps)[:, batch] for score in scores]).numpy()
        inputs[side] = torch.stack([derivative(score, run.x)[:, batch] for score in scores]).numpy()
    return states, inputs


def norms(vectors):
    return np.linalg.norm(vectors, axis=-1)


@every_variant_with("layers bidirectional", [(2, True), (1, False), (3, True), (2, False)])
def test_every_entry_is_the_gradient_that_autograd_finds(name, options, bidirectional, layers, rng):
    network = network_of(name, rng, layers, bidirectional, **options)
    x, of = normal(rng, LENGTH, 2, 3), torch.randint(4, (LENGTH,), generator=rng)
    found = answer_gradients(network, x, of, batch=1)
    states, inputs = by_autograd(network, x, of, 1)
    assert tuple(found.states) == tuple(found.inputs) == SIDES[: 1 + bidirectional]
    for side in found.states:
        with np.errstate(divide="ignore"):  # relu units that are off pass exactly nothing
            expected = np.where(future(side), np.nan, np.log10(norms(states[side])))
        np.testing.assert_allclose(found.states[side].values, expected, atol=1e-10)
        np.testing.assert_allclose(found.inputs[side].values, norms(inputs[side]), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(found.total.values, norms(sum(inputs.values())), rtol=1e-10, atol=1e-15)
    for signal in (*found.states.values(), *found.inputs.values(), found.total):
        assert (signal.axes, signal.kind) == (("answer_time", "time"), "gradient")
        assert signal.values.shape == (LENGTH, LENGTH)


@chosen_cells
def test_it_makes_no_difference_how_many_answers_are_followed_at_once(name, bidirectional, layers, monkeypatch, rng):
    network, x = network_of(name, rng, layers, bidirectional), normal(rng, LENGTH, 1, 3)
    together = answer_gradients(network, x)
    monkeypatch.setattr(answering, "NUMBERS", 1)
    few = answer_gradients(network, x)
    np.testing.assert_allclose(few.total.values, together.total.values, rtol=1e-12)
    for side, sizes in few.inputs.items():
        np.testing.assert_allclose(sizes.values, together.inputs[side].values, rtol=1e-12)


@chosen_cells
def test_the_whole_is_what_finite_differences_of_the_scores_give(name, bidirectional, layers, rng):
    network, small = network_of(name, rng, layers, bidirectional), 1e-6
    x = normal(rng, 7, 1, 3)
    of = network(x)[:, 0].argmax(-1)
    slopes = np.zeros((7, 7, 3))
    with torch.no_grad():
        for k in range(7):
            for unit in range(3):
                step = torch.zeros_like(x)
                step[k, 0, unit] = small
                difference = (network(x + step) - network(x - step))[:, 0] / (2 * small)
                slopes[:, k, unit] = difference[torch.arange(7), of]
    np.testing.assert_allclose(answer_gradients(network, x).total.values, norms(slopes), rtol=1e-6, atol=1e-9)


@every_variant
def test_one_layer_hears_of_each_word_through_the_side_that_has_read_it_and_of_nothing_else(name, options, rng):
    found = answer_gradients(network_of(name, rng, **options), normal(rng, LENGTH, 1, 3))
    for side in SIDES:
        unread = found.inputs[side].values[future(side)]
        assert unread.tobytes() == np.zeros_like(unread).tobytes()
    only = {"forward": future("backward"), "backward": future("forward")}
    for side, where in only.items():
        np.testing.assert_allclose(found.total.values[where], found.inputs[side].values[where], rtol=1e-12)


@every_variant_with("layers", [1, 2, 3])
def test_a_network_of_one_direction_hears_nothing_of_the_future(name, options, layers, rng):
    found = answer_gradients(network_of(name, rng, layers, bidirectional=False, **options), normal(rng, LENGTH, 1, 3))
    unread = found.total.values[future("forward")]
    assert unread.tobytes() == np.zeros_like(unread).tobytes()
    np.testing.assert_allclose(found.total.values, found.inputs["forward"].values, rtol=1e-12)


@every_cell_with("layers", [2, 3])
def test_either_side_of_a_deeper_layer_has_heard_of_every_word(name, layers, rng):
    found = answer_gradients(network_of(name, rng, layers), normal(rng, LENGTH, 1, 3))
    assert all((side.values > 0).all() for side in found.inputs.values())


@pytest.mark.filterwarnings("ignore::rnnviz.gradients.LossWarning")  # each step in turn, the first one too
@every_cell_with("bidirectional", [False, True])
def test_a_row_is_what_backpropagate_gives_for_the_score_of_that_step(name, bidirectional, rng):
    network, x = network_of(name, rng, 2, bidirectional), normal(rng, LENGTH, 3, 3)
    found = answer_gradients(network, x, batch=2)
    leads = network(x)[:, 2].argmax(-1)
    for t in (0, STEPS - 1, STEPS, LENGTH - 1):
        gradient = backpropagate(network, x, lambda y, t=t: y[t, 2, leads[t]])
        np.testing.assert_allclose(found.total.values[t], norms(gradient.x.values[:, 2]), rtol=1e-10, atol=1e-15)
        for side, sizes in found.states.items():
            known = ~future(side)[t]
            expected = gradient_norms(gradient.layer(1, side)[network.layers[0][0].output]).values[:, 2]
            np.testing.assert_allclose(sizes.values[t, known], expected[known], atol=1e-10)


@pytest.mark.filterwarnings("ignore::rnnviz.gradients.LossWarning")  # each step in turn, the first one too
@both_directions
def test_a_cell_without_kernel_or_closed_form_is_followed_too(bidirectional, monkeypatch, rng):
    monkeypatch.setitem(CELLS, "entangled", Entangled)
    network, x = network_of("entangled", rng, 2, bidirectional), normal(rng, 9, 1, 3)
    leads = network(x)[:, 0].argmax(-1)
    total = answer_gradients(network, x).total.values
    for t in range(9):
        gradient = backpropagate(network, x, lambda y, t=t: y[t, 0, leads[t]])
        np.testing.assert_allclose(total[t], norms(gradient.x.values[:, 0]), rtol=1e-10, atol=1e-15)


@every_variant_with("bidirectional", [False, True])
def test_autograd_over_the_step_gives_what_the_closed_form_gives(name, options, bidirectional, monkeypatch, rng):
    network, x = network_of(name, rng, 2, bidirectional, **options), normal(rng, LENGTH, 1, 3)
    fast = answer_gradients(network, x)
    for cell in CELLS.values():
        monkeypatch.setattr(cell, "slopes", Cell.slopes)
    slow = answer_gradients(network, x)
    np.testing.assert_allclose(fast.total.values, slow.total.values, rtol=1e-10, atol=1e-15)
    for side in fast.states:
        np.testing.assert_allclose(fast.states[side].values, slow.states[side].values, atol=1e-10)
        np.testing.assert_allclose(fast.inputs[side].values, slow.inputs[side].values, rtol=1e-10, atol=1e-15)


def test_states_keep_sizes_that_no_float_holds(rng):
    network = network_of("RNN", rng, nonlinearity="identity")
    with torch.no_grad():
        for cell in network.layers[0]:
            cell.weight_hh.copy_(1e-40 * torch.eye(5))
    length = 3 * STEPS
    found = answer_gradients(network, normal(rng, length, 1, 3))
    for side, (far, near) in {"forward": ((-1, 0), (-1, -1)), "backward": ((0, -1), (0, 0))}.items():
        sizes = found.states[side].values
        np.testing.assert_allclose(sizes[far], sizes[near] - 40 * (length - 1), atol=1e-8)
        assert found.inputs[side].values[far] == 0
    assert found.states["forward"].values[-1, 0] < -400


@every_variant
def test_a_network_that_explodes_is_still_exact_before_it_does(name, options, rng):
    network, x = network_of(name, rng, 2, bidirectional=False, **options), normal(rng, 9, 1, 3)
    before = answer_gradients(network, x, [1] * 9)
    x[6] = torch.nan
    after = answer_gradients(network, x, [1] * 9)
    np.testing.assert_allclose(after.total.values[:6], before.total.values[:6], rtol=1e-12)
    np.testing.assert_allclose(after.states["forward"].values[:6], before.states["forward"].values[:6], rtol=1e-12)


@every_cell
def test_a_chaotic_float32_network_is_differentiated_along_its_own_trajectory(name, rng):
    network = network_of(name, rng, dtype=torch.float32)
    scale_recurrence(network, 1.8)
    x = normal(rng, LENGTH, 1, 3, dtype=torch.float32)
    trainable = [parameter.requires_grad for parameter in network.parameters()]  # those of a reservoir are not
    found = answer_gradients(network, x)
    assert found.total.values.dtype == np.float64
    assert all(np.isfinite(side.values).all() for side in found.inputs.values())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert [parameter.requires_grad for parameter in network.parameters()] == trainable


def test_words_are_differentiated_by_their_embedding(rng):
    network = network_of("GRU", rng, vocabulary_size=7)
    ids = torch.randint(7, (LENGTH, 1), generator=rng)
    with torch.inference_mode():
        found = answer_gradients(network, ids)
    gradient = backpropagate(network, ids, lambda y: y[4, 0, y[4, 0].argmax()])
    np.testing.assert_allclose(found.total.values[4], norms(gradient.x.values[:, 0]), rtol=1e-10)


def test_one_word_alone_is_heard_by_both_sides(rng):
    found = answer_gradients(network_of("LSTM", rng), normal(rng, 1, 1, 3))
    assert all(np.isfinite(side.values).all() for side in found.states.values())
    assert all((side.values > 0).all() for side in found.inputs.values())


@pytest.mark.parametrize(
    "model",
    [nn.GRU(3, 5), Network("GRU", 3, 5), Network("GRU", 3, 5, output_size=2)],
    ids=["torch module", "no readout", "read at its last step"],
)
def test_models_without_an_answer_at_every_step_are_refused(model):
    with pytest.raises(ValueError, match="need a network with readout='every' and an output_size"):
        answer_gradients(model, torch.zeros(4, 1, 3))


@pytest.mark.parametrize("of", [[0, 1], [0, 1, 2, 4], [0, 1, 2, -1], [0.0, 1.0, 2.0, 3.0], [True] * 4, [[0, 1, 2, 3]]])
def test_answers_that_are_not_there_are_refused(of, rng):
    with pytest.raises(ValueError, match="of must name one class, 0 to 3, for each of the 4 steps; got "):
        answer_gradients(network_of("GRU", rng), normal(rng, 4, 1, 3), of)


def test_a_sequence_that_is_not_there_is_refused(rng):
    with pytest.raises(ValueError, match="there is no sequence 2 in a batch of 2"):
        answer_gradients(network_of("GRU", rng), normal(rng, 4, 2, 3), batch=2)
