"""Gradients of cells whose states are matrices or complex numbers, against autograd on the loop of their steps."""

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.cells import CELLS
from rnnviz.gradients import (
    answer_gradients,
    backpropagate,
    gradient_curves,
    gradient_matrix,
    gradient_norms,
    step_jacobians,
    through_time,
    weight_gradients_by_step,
)
from rnnviz.holding import Hold
from tests.cells.odd_cells import ODD, initial, network
from tests.cells.variants import close, normal
from tests.gradients.unrolled import derivative, mixed

LENGTH = 9
every_odd_cell = pytest.mark.parametrize("name", ODD)


@pytest.fixture(autouse=True)
def known(monkeypatch):
    for name, cell in ODD.items():
        monkeypatch.setitem(CELLS, name, cell)
    monkeypatch.setattr("rnnviz.gradients.matrix.AT_ONCE", 4)  # so that a few chunks of steps meet


class Stepped:
    """One layer, stepped through by its own equations, each quantity a node of one graph."""

    def __init__(self, model, x: Tensor, state: Tensor) -> None:
        self.cell = model.layers[0][0]
        self.x = [x_t.clone().requires_grad_() for x_t in x]
        (name,) = self.cell.state
        self.start = {name: state[0].clone().requires_grad_()}
        self.steps, now = [], self.start
        for x_t in self.x:
            self.steps.append(self.cell(x_t, now))
            now = {name: self.steps[-1][name]}
        self.output = torch.stack([step[self.cell.output] for step in self.steps])


def rows(values: Tensor) -> Tensor:
    """(steps, ...) as (steps, N) real numbers."""
    return (torch.view_as_real(values) if values.is_complex() else values).flatten(1)


def sizes(values: Tensor) -> np.ndarray:
    return rows(values).norm(dim=-1).log10().numpy()


@every_odd_cell
def test_every_total_derivative_is_the_one_that_autograd_finds(name, rng):
    model, x = network(name, rng), normal(rng, LENGTH, 2, 3)
    state = initial(model, 2)
    run = Stepped(model, x, state)
    loss = mixed(run.output)
    gradient = backpropagate(model, x, mixed, state)
    for quantity, signal in ((signal.name, signal) for signal in gradient.layer().signals):
        close(torch.tensor(signal.values), derivative(loss, [step[quantity] for step in run.steps]))
        assert signal.axes == ("time", "batch", *run.cell.quantities[quantity].axes)
    close(torch.tensor(gradient.x.values), derivative(loss, run.x))
    for key, start in run.start.items():
        close(torch.tensor(gradient.layer().initial[key].values), derivative(loss, [start])[0])
    curves = gradient_curves(model, x, mixed, state)
    for key in (*run.cell.state, run.cell.output):
        expected = derivative(loss, [step[key] for step in run.steps])
        np.testing.assert_allclose(curves[key].values[:, 1], sizes(expected[:, 1]), atol=1e-10)


@every_odd_cell
def test_every_entry_of_the_matrix_is_the_gradient_that_autograd_finds(name, rng):
    model, x = network(name, rng), normal(rng, LENGTH, 1, 3)
    state, pushes = initial(model, 1), normal(rng, LENGTH, 4)
    run = Stepped(model, x, state)
    for of in (*run.cell.state, run.cell.output):
        matrix = gradient_matrix(model, x, of, pushes, state=state)
        for t in range(LENGTH):
            gradients = derivative((run.output[t, 0] * pushes[t]).sum(), [step[of] for step in run.steps[: t + 1]])
            with np.errstate(divide="ignore"):
                np.testing.assert_allclose(matrix.values[t, : t + 1], sizes(gradients[:, 0]), atol=1e-10)
    few = gradient_matrix(model, x, of, pushes, state=state, last=5, every=2)
    np.testing.assert_array_equal(few.values, matrix.values[4::2])


@every_odd_cell
def test_the_whole_state_of_the_matrix_is_what_the_curves_say(name, rng):
    model, x = network(name, rng, num_layers=2, backward=True), normal(rng, LENGTH, 1, 3)
    curves = gradient_curves(model, x, lambda y: y[0].sum() / 2, direction="backward")
    matrix = gradient_matrix(model, x, "state")
    np.testing.assert_allclose(matrix.values[0], curves["state"].values[:, 0], atol=1e-10)


@every_odd_cell
def test_a_gradient_follows_far_beyond_what_float64_holds(name, rng):
    model = network(name, rng)
    x = normal(rng, 40, 1, 3)
    pushes = torch.full((40, 4), 1e-250, dtype=torch.float64)
    (state,) = model.layers[0][0].state
    small, plain = (gradient_matrix(model, x, state, p).values for p in (pushes, 1e250 * pushes))
    np.testing.assert_allclose(small + 250, plain, atol=1e-10)


@every_odd_cell
def test_a_jacobian_has_a_row_and_a_column_for_every_real_number_of_the_state(name, rng):
    model, x = network(name, rng), normal(rng, LENGTH, 1, 3)
    state = initial(model, 1)
    jacobians, run = step_jacobians(model, x, state=state), Stepped(model, x, state)
    (of,) = run.cell.state
    numbers = rows(state).shape[1]
    assert jacobians.values.shape == (LENGTH, numbers, numbers)
    for t in (0, 5):
        before = run.start[of] if t == 0 else run.steps[t - 1][of]
        after = rows(run.steps[t][of])[0]
        expected = torch.stack([rows(derivative(after[k], [before]).squeeze(1))[0] for k in range(numbers)])
        close(torch.tensor(jacobians.values[t]), expected)


@every_odd_cell
def test_what_every_step_teaches_the_weights_adds_up_to_their_gradient(name, rng):
    model, x = network(name, rng), normal(rng, LENGTH, 1, 3)
    run = Stepped(model, x, torch.zeros_like(initial(model, 1)))
    loss = mixed(run.output)
    sums = weight_gradients_by_step(model, x, mixed).sums
    apart = through_time(model, x, mixed)
    for key, value in run.cell.named_parameters():
        expected = derivative(loss, [value])[0]
        close(torch.tensor(sums[key].values), expected)
        close(torch.tensor(apart.terms[key].values).sum(0), expected)


@every_odd_cell
def test_what_is_held_hands_no_gradient_back(name, rng):
    model, x = network(name, rng), normal(rng, LENGTH, 1, 3)
    (of,) = model.layers[0][0].state
    gradient = backpropagate(model, x, lambda y: y[-1].sum(), hold={of: Hold(0.5, steps=[4])})
    norms = gradient_norms(gradient.layer()[of]).values
    assert np.isfinite(norms[4:]).any()
    assert np.isneginf(norms[:4]).all()


@every_odd_cell
def test_every_answer_hangs_on_states_and_words_as_autograd_says(name, rng):
    model, x = network(name, rng, output_size=4, readout="every"), normal(rng, LENGTH, 1, 3)
    run = Stepped(model, x, torch.zeros_like(initial(model, 1)))
    scores = model.readout(run.output[:, 0])
    found = answer_gradients(model, x)
    for t in range(LENGTH):
        by_x = derivative(scores[t].max(), run.x)
        np.testing.assert_allclose(found.total.values[t], by_x.flatten(1).norm(dim=1), atol=1e-12)
        shown = derivative(scores[t].max(), [step[run.cell.output] for step in run.steps[: t + 1]])
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(found.states["forward"].values[t, : t + 1], sizes(shown), atol=1e-10)
