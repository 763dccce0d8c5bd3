"""Cells whose states are no vectors of real numbers: what can work does, and what cannot says so."""

import numpy as np
import pytest
import torch

from rnnviz import figures
from rnnviz.cells import CELLS, coordinates
from rnnviz.dynamics import visited_states
from rnnviz.dynamics.stepping import Step
from rnnviz.memory import divergence, half_life, reveal
from rnnviz.recording import record
from rnnviz.summands import summands
from tests.cells.odd_cells import ODD, initial, network
from tests.cells.variants import close, normal

both = pytest.mark.parametrize("name", ODD)


@pytest.fixture(autouse=True)
def known(monkeypatch):
    for name, cell in ODD.items():
        monkeypatch.setitem(CELLS, name, cell)


@both
def test_every_state_is_recorded_in_its_own_shape_and_dtype_and_each_step_replays(name, rng):
    model, x = network(name, rng, num_layers=2, bidirectional=True), normal(rng, 6, 2, 3)
    trace = record(model, x, initial(model, 2))
    for layer in trace.layers:
        cell = model.layers[layer.layer][layer.direction == "backward"]
        (state,) = cell.state
        assert layer[state].values.shape == (6, 2, *cell.shape(state))
        assert layer[state].axes[2:] == (("row", "column") if name == "outer" else ("unit",))
        assert np.iscomplexobj(layer[state].values) == cell.quantities[state].complex
        below = torch.tensor(trace.x.values if layer.layer == 0 else trace.merged(0).values)
        step = cell(below, {state: torch.tensor(layer.previous(state).values)})
        for signal in layer.signals:
            close(step[signal.name].detach(), torch.tensor(signal.values))
    np.testing.assert_array_equal(trace.merged(1).values, trace.y.values)


@both
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_every_quantity_is_the_sum_of_its_summands(name, direction, rng):
    model, x = network(name, rng, num_layers=2, bidirectional=True), normal(rng, 6, 2, 3)
    trace = record(model, x, initial(model, 2))
    for quantity, parts in summands(model, trace, 1, direction).items():
        whole = trace.layer(1, direction)[quantity]
        assert {term.axes for term in parts.terms} == {whole.axes}
        np.testing.assert_allclose(sum(term.values for term in parts.terms), whole.values, atol=1e-12)


@both
def test_sequences_of_unequal_length_are_what_they_are_alone(name, rng):
    model, x = network(name, rng), normal(rng, 6, 2, 3)
    layer = record(model, x, lengths=[4, 6]).layer()
    for b, length in enumerate((4, 6)):
        alone = record(model, x[:length, b : b + 1]).layer()
        for signal in alone.signals:
            np.testing.assert_allclose(layer[signal.name].values[:length, b], signal.values[:, 0], atol=1e-12)
        assert np.isnan(layer["C" if name == "outer" else "s"].values[length:, b]).all()


def test_a_diagonal_cell_gives_the_sum_of_its_inputs_through_powers_of_its_numbers(rng):
    model, x = network("rotating", rng), normal(rng, 9, 1, 3)
    cell = model.layers[0][0]
    factor = 0.9 * torch.exp(1j * cell.angle.detach())
    expected = sum(factor ** (8 - k) * (cell.weight_in.detach() @ x[k, 0]) for k in range(9))
    close(record(model, x).layer()["s"].values[-1, 0], expected)


@both
def test_the_parts_of_a_state_add_up_to_it_number_by_number(name, rng):
    model, x = network(name, rng, num_layers=2, bidirectional=True), normal(rng, 6, 2, 3)
    state = initial(model, 2)
    traced, cell = record(model, x, state), model.layers[0][0]
    for layer, of in [(0, *cell.state), (1, *cell.state), (1, cell.output)]:
        parts = reveal(model, x, state=state, of=of, layer=layer, direction="backward")
        whole = coordinates.flat(cell, of, torch.tensor(traced.layer(layer, "backward")[of].values))
        np.testing.assert_allclose(parts.base.values + parts.contributions.values.sum(1), whole, atol=1e-12)
    assert reveal(model, x).base.values.shape == (6, 2, 4)  # of the output


@both
def test_runs_that_differ_are_as_far_apart_as_all_numbers_of_their_states(name, rng):
    model, x = network(name, rng), normal(rng, 6, 2, 3)
    other = x.clone()
    other[3] += 1
    apart = divergence(model, x, other)
    own, changed = (record(model, given).layer() for given in (x, other))
    for of, signal in apart.items():
        difference = (own[of].values - changed[of].values).reshape(6, 2, -1)
        np.testing.assert_allclose(signal.values, np.linalg.norm(difference, axis=-1), atol=1e-12)
    assert half_life(model, x).values.shape == (4,)


@both
def test_the_state_that_moves_is_a_row_of_all_its_numbers(name, rng):
    model, x = network(name, rng, num_layers=2), normal(rng, 6, 1, 3)
    step, path = Step(model), torch.tensor(visited_states(model, x).values)
    traced = record(model, x)
    (of,) = model.layers[0][0].state
    rows = [coordinates.flat(step.cells[k], of, torch.tensor(traced.layer(k)[of].values)) for k in range(2)]
    close(path, torch.cat(rows, -1))
    jacobian = step.jacobian(x[3, 0], path[2])
    close(jacobian, torch.func.jacrev(lambda s: step(x[3], s[None])[0])(path[2, 0])[None])


def test_a_state_of_another_shape_or_kind_is_refused_with_what_is_wanted(rng):
    x = normal(rng, 5, 2, 3)
    with pytest.raises(ValueError, match=r"must be \(C\), each of shape \(1, 2, 4, 4\); got \(1, 2, 4\)"):
        record(network("outer", rng), x, torch.zeros(1, 2, 4, dtype=torch.float64))
    with pytest.raises(TypeError, match=r"is torch.float64 but its s is torch.complex128"):
        record(network("rotating", rng), x, torch.zeros(1, 2, 4, dtype=torch.float64))


def test_a_picture_of_units_takes_no_matrix_and_no_complex_number(rng):
    x = normal(rng, 5, 1, 3)
    with pytest.raises(ValueError, match=r"heatmap draws axes \('time', 'unit'\), not \('time', 'row', 'column'\)"):
        figures.heatmap(record(network("outer", rng), x).layer()["C"].at(batch=0))
    with pytest.raises(ValueError, match="heatmap draws real numbers; s is complex"):
        figures.heatmap(record(network("rotating", rng), x).layer()["s"].at(batch=0))
