"""What is drawn above a gradient over time: bounds that hold, and a prediction with the slope of the exponent."""

import math

import numpy as np
import pytest

from rnnviz import gradients
from rnnviz.app.gradient_runs import reaching
from rnnviz.app.panels import gradient_lines
from rnnviz.cells import TRIO
from rnnviz.dynamics import lyapunov_exponents
from tests.app.fresh_networks import linear, on_noise
from tests.app.sent import lines
from tests.intents import intents

PASCANU = "Pascanu's bound"
TRUE, PREDICTED, WORST = "true gradient", "slope of the Lyapunov exponent", "product of largest singular values"
every_cell = pytest.mark.parametrize("cell", TRIO)


@every_cell
@pytest.mark.parametrize("seed", [0, 1, 7])
@pytest.mark.parametrize("radius", [0.3, 1.0, 2.5])
def test_no_gradient_is_above_its_bound(cell, seed, radius):
    subject = on_noise(cell, 60, radius, seed=seed, start=("default", "orthogonal", "identity")[seed % 3])
    drawn = lines(gradient_lines.bounds(subject, span=6))
    assert (drawn[WORST] >= drawn[TRUE] - 1e-9).all()
    assert drawn[WORST][-1] == drawn[TRUE][-1] == 0
    if cell == "RNN":
        assert (drawn[PASCANU] >= drawn[WORST] - 1e-9).all()
    else:
        assert PASCANU not in drawn


@every_cell
def test_the_bound_holds_for_trained_networks_too(cell):
    answer = intents(cell, text="what is the weather in Taipei tomorrow ?")
    drawn = lines(gradient_lines.bounds(answer, span=6))
    own = reaching(answer).values
    np.testing.assert_allclose(drawn[TRUE], own - own[-1], atol=1e-9)
    assert drawn[WORST][-1] == drawn[PREDICTED][-1] == 0
    assert (drawn[WORST] >= drawn[TRUE] - 1e-9).all()


@pytest.mark.parametrize("nonlinearity", ["relu", "sigmoid", "identity"])
def test_the_bound_holds_for_every_nonlinearity(nonlinearity):
    drawn = lines(gradient_lines.bounds(on_noise(length=60, radius=1.2, nonlinearity=nonlinearity), span=6))
    assert (drawn[WORST] >= drawn[TRUE] - 1e-9).all()
    assert (drawn[PASCANU] >= drawn[WORST] - 1e-9).all()


@every_cell
def test_the_predicted_line_has_the_slope_of_the_lyapunov_exponent(cell):
    subject = on_noise(cell, 80, 1.4, seed=5)
    drawn = lines(gradient_lines.bounds(subject, span=6))
    exponent = lyapunov_exponents(gradients.step_jacobians(subject.network(), subject.input())).values[0] / math.log(10)
    np.testing.assert_allclose(np.diff(drawn[PREDICTED]), -exponent, atol=1e-9)
    assert drawn[PREDICTED][-1] == drawn[TRUE][-1] == 0


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_in_a_linear_orthogonal_rnn_truth_prediction_and_bounds_are_one_line(radius):
    drawn = lines(gradient_lines.bounds(linear(radius, length=100), span=6))
    exact = math.log10(radius) * np.arange(99, -1, -1)
    for name in (TRUE, PREDICTED, WORST, PASCANU):
        np.testing.assert_allclose(drawn[name], exact, atol=1e-8, err_msg=name)


@every_cell
@pytest.mark.parametrize("radius", [0.5, 2.5])
def test_the_title_says_by_how_much_the_bound_is_above_the_gradient(cell, radius):
    panel = gradient_lines.bounds(on_noise(cell, 60, radius, seed=2), span=6)
    drawn = lines(panel)
    decades = drawn[WORST][0] - drawn[TRUE][0]
    assert panel["title"] == f"{cell}: at step 1 the bound is {decades:.1f} decades above the gradient"
    assert decades > 0


def test_where_nothing_reaches_the_first_step_the_title_says_so_and_nothing_is_drawn_there():
    panel = gradient_lines.bounds(on_noise(length=20, radius=0.0), span=6)
    assert panel["title"] == "RNN: nothing reaches step 1"
    for name, line in lines(panel).items():
        assert np.isnan(line[:-1]).all(), name
        assert line[-1] == 0 or name == PREDICTED  # which has no slope to be drawn with
