"""What must hold whatever the weights are: bounds, limits of the gates, symmetries, causality, and infinity."""

import numpy as np
import pytest
import torch
from hypothesis import given
from torch import Tensor

from rnnviz.cells import CELLS, NONLINEARITIES
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import (
    as_torch_takes_it,
    close,
    every_cell,
    every_variant,
    every_variant_with,
    normal,
    run,
    runs,
    start,
)

OPEN, SHUT = 1000.0, -1000.0  # the sigmoid of these is exactly 1 and 0, also in float64


def with_gates(name, rng, *, hidden=4, **gates):
    """A cell whose named gates see only a constant, so that they stand open or shut whatever comes in."""
    network = Network(name, 3, hidden, generator=rng, dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        for gate, level in gates.items():
            k = cell.blocks.index(gate)
            rows = slice(k * hidden, (k + 1) * hidden)
            for parameter in (cell.weight_ih, cell.weight_hh, cell.bias_ih):
                parameter[rows] = 0
            cell.bias_hh[rows] = level
    return network


@given(runs(scales=(0.1, 1.0, 10.0, 1e3)))
def test_no_quantity_leaves_its_bounds(drawn):
    for trace in drawn.trace.layers:
        for signal in trace.signals:
            finite = signal.values[np.isfinite(signal.values)]
            if signal.bounds is not None:
                assert finite.size == signal.values.size
                low, high = signal.bounds
                # A fused kernel may round o * tanh(c) a last bit past the bound; the mathematics cannot.
                assert (finite >= low - 1e-15).all()
                assert (finite <= high + 1e-15).all()


@every_variant
def test_bounds_are_reached_so_they_are_tight(name, options, rng):
    scales = [(30.0, True), (-30.0, True), (30.0, False)]
    runs = [run(name, rng, 100, 2, 3, 16, scale=s, constants=c, **options).trace.layers[0] for s, c in scales]
    for signal in runs[0].signals:
        if signal.bounds is not None:
            values = np.concatenate([layer[signal.name].values for layer in runs])
            for bound in np.array(signal.bounds)[np.isfinite(signal.bounds)]:
                assert np.abs(values - bound).min() < 0.05


def test_the_gru_state_never_leaves_the_hull_of_the_candidate_and_the_first_state(rng):
    drawn = run("GRU", rng, steps=50, scale=20.0)
    h, first = drawn.trace.layer()["h"].values, np.abs(drawn.state[0].numpy()).max()
    assert np.abs(h).max() <= max(1.0, first) + 1e-12


def test_forget_gate_of_one_and_input_gate_of_zero_keep_the_cell_state_for_ever(rng):
    network = with_gates("LSTM", rng, f=OPEN, i=SHUT)
    state = start(network, 2, rng)
    c = record(network, normal(rng, 1000, 2, 3), state).layer()["c"].values
    close(c, np.broadcast_to(state[1].numpy(), c.shape).copy())


def test_forget_gate_of_zero_erases_the_cell_state(rng):
    network = with_gates("LSTM", rng, f=SHUT)
    trace = record(network, normal(rng, 20, 2, 3), start(network, 2, rng)).layer()
    close(trace["c"].values, trace["i"].values * trace["g"].values)


def test_output_gate_of_zero_hides_a_cell_state_that_lives_on(rng):
    network = with_gates("LSTM", rng, o=SHUT)
    trace = record(network, normal(rng, 20, 2, 3), start(network, 2, rng)).layer()
    assert (trace["h"].values == 0).all()
    assert (trace["c"].values != 0).all()


def test_forget_and_input_gates_of_one_add_up_every_candidate(rng):
    network = with_gates("LSTM", rng, f=OPEN, i=OPEN)
    trace = record(network, normal(rng, 50, 2, 3)).layer()
    close(trace["c"].values, trace["g"].values.cumsum(0))


def test_update_gate_of_one_keeps_the_state_for_ever(rng):
    network = with_gates("GRU", rng, z=OPEN)
    state = start(network, 2, rng)
    h = record(network, normal(rng, 1000, 2, 3), state[0]).layer()["h"].values
    close(h, np.broadcast_to(state[0].numpy(), h.shape).copy())


def test_update_gate_of_zero_overwrites_the_state_with_the_candidate(rng):
    network = with_gates("GRU", rng, z=SHUT)
    trace = record(network, normal(rng, 20, 2, 3), start(network, 2, rng)[0]).layer()
    close(trace["h"].values, trace["n"].values)


def test_reset_gate_of_zero_makes_the_candidate_ignore_the_state(rng):
    network = with_gates("GRU", rng, r=SHUT)
    x = normal(rng, 20, 2, 3)
    one, other = (record(network, x, start(network, 2, rng)[0]).layer() for _ in range(2))
    close(one["n"].values, other["n"].values)
    assert (one["h"].values != other["h"].values).all()


def test_reset_gate_of_zero_also_silences_the_recurrent_bias_of_the_candidate(rng):
    network = with_gates("GRU", rng, r=SHUT)
    x = normal(rng, 20, 2, 3)
    before = record(network, x).layer()["n"].values
    with torch.no_grad():
        network.layers[0][0].bias_hh[8:] += 1
    close(record(network, x).layer()["n"].values, before)


def test_a_linear_network_is_the_sum_of_its_inputs_through_powers_of_the_recurrent_weights(rng):
    network = Network("RNN", 3, 5, generator=rng, dtype=torch.float64, nonlinearity="identity")
    x, state = normal(rng, 12, 2, 3), normal(rng, 1, 2, 5)
    cell = network.layers[0][0]
    u, w, bias = cell.weight_ih.detach(), cell.weight_hh.detach(), (cell.bias_ih + cell.bias_hh).detach()
    power = torch.linalg.matrix_power
    expected = power(w, 12) @ state[0].T
    for k in range(12):
        expected = expected + power(w, 11 - k) @ (u @ x[k].T + bias[:, None])
    close(record(network, x, state).layer()["h"].values[-1], expected.T.contiguous())


@every_variant_with("bidirectional", [False, True])
def test_renaming_the_units_renames_every_quantity_and_changes_no_number(name, options, bidirectional, rng):
    drawn = run(name, rng, hidden=5, bidirectional=bidirectional, **options)
    order = torch.randperm(5, generator=rng)

    def renamed(values: Tensor, first: int = 0) -> Tensor:
        """With a new order of units on every axis that has blocks of 5; no other size is a multiple of it."""
        for axis in range(first, values.ndim):
            if values.shape[axis] % 5 == 0:
                values = values.index_select(axis, torch.cat([order + 5 * k for k in range(values.shape[axis] // 5)]))
        return values

    with torch.no_grad():
        for parameter in drawn.network.parameters():
            parameter.copy_(renamed(parameter))
    state = as_torch_takes_it(tuple(renamed(value, 2) for value in drawn.state))
    for before, after in zip(drawn.trace.layers, record(drawn.network, drawn.x, state).layers, strict=True):
        for signal in before.signals:
            close(after[signal.name].values, renamed(torch.tensor(signal.values), 2).numpy())


@every_variant
def test_sequences_of_a_batch_do_not_see_each_other(name, options, rng):
    drawn = run(name, rng, batch=4, num_layers=2, bidirectional=True, **options)
    for row in range(4):
        state = as_torch_takes_it(tuple(value[:, row : row + 1] for value in drawn.state))
        alone = record(drawn.network, drawn.x[:, row : row + 1], state)
        for one, among in zip(alone.layers, drawn.trace.layers, strict=True):
            for signal in one.signals:
                close(signal.values, among[signal.name].values[:, row : row + 1])


@every_variant_with("changed", [0, 3, 6])
def test_the_future_never_changes_the_past(name, options, changed, rng):
    drawn = run(name, rng, steps=7, bidirectional=True, **options)
    x = drawn.x.clone()
    x[changed] += 1
    for before, after in zip(
        drawn.trace.layers, record(drawn.network, x, as_torch_takes_it(drawn.state)).layers, strict=True
    ):
        unread = slice(0, changed) if before.direction == "forward" else slice(changed + 1, None)
        for signal in before.signals:
            other = after[signal.name].values
            assert (other[unread] == signal.values[unread]).all()
            if NONLINEARITIES.get(options.get("nonlinearity"), (None,))[0] is not torch.relu:
                at_its_bound = np.isin(other[changed], signal.bounds or ()).all()
                assert (other[changed] != signal.values[changed]).any() or at_its_bound


@every_variant
def test_a_sequence_read_in_two_parts_is_the_sequence_read_at_once(name, options, rng):
    drawn = run(name, rng, steps=9, num_layers=2, **options)
    first = record(drawn.network, drawn.x[:4], as_torch_takes_it(drawn.state))
    carried = tuple(
        torch.stack([torch.tensor(layer[state].values[-1]) for layer in first.layers])
        for state in first.layers[0].initial
    )
    second = record(drawn.network, drawn.x[4:], as_torch_takes_it(carried))
    for one, two, whole in zip(first.layers, second.layers, drawn.trace.layers, strict=True):
        for signal in whole.signals:
            close(np.concatenate([one[signal.name].values, two[signal.name].values]), signal.values)


@every_cell
def test_a_cell_works_on_any_leading_axes(name, rng):
    cell = CELLS[name](3, 4, generator=rng, dtype=torch.float64)
    x, state = (
        normal(rng, 2, 5, 3),
        {key: normal(rng, 2, *zero.shape, dtype=zero.dtype) for key, zero in cell.initial_state(5).items()},
    )
    together = cell(x, state)
    assert list(together) == list(cell.quantities)
    for a, b in np.ndindex(2, 5):
        alone = cell(x[a, b], {key: value[a, b] for key, value in state.items()})
        for key, value in alone.items():
            close(value, together[key][a, b])


@pytest.mark.parametrize("nonlinearity", ["identity", "relu"])
def test_an_exploding_network_is_recorded_up_to_infinity_and_beyond(nonlinearity, rng):
    network = Network("RNN", 2, 3, generator=rng, nonlinearity=nonlinearity)
    with torch.no_grad():
        network.layers[0][0].weight_hh.copy_(torch.tensor([[4.0, -4, 0], [0, 4, 0], [4, 0, 4]]))
    trace = record(network, torch.ones(300, 1, 2), torch.ones(1, 1, 3))
    h = trace.layer()["h"].values
    assert np.isfinite(h[0]).all()
    assert np.isinf(h).any()
    assert not np.isfinite(h[-1]).all()
    assert np.array_equal(trace.y.values, h, equal_nan=True)


# Any three that follow one another have each size and each place.
HUGE = [(1e30, float("inf"), float("nan"))[(place + k) % 3] for k in range(3) for place in range(3)]


@every_variant_with("size where", list(zip(HUGE, ("weights", "state", "input") * 3, strict=True)), 3)
def test_huge_infinite_and_missing_numbers_are_recorded_and_not_refused(name, options, size, where, rng):
    network = Network(name, 3, 4, generator=rng, bidirectional=True, **options)
    x, state = normal(rng, 6, 2, 3).float(), start(network, 2, rng)
    with torch.no_grad():
        for cell in network.layers[0]:
            cell.weights()[-1].value[0] *= size if where == "weights" else 1
    if where == "state":
        state = tuple(value * size for value in state)
    if where == "input":
        x[2] *= size
    expected = network(x).detach() if where != "state" else None
    trace = record(network, x, as_torch_takes_it(state) if where == "state" else None)
    assert trace.steps == 6
    if expected is not None:
        assert np.array_equal(trace.y.values, expected.numpy(), equal_nan=True)


def test_an_infinite_cell_state_stays_infinite_or_is_undefined_once_erased_and_warns_of_neither(rng):
    state = (torch.zeros(1, 1, 4), torch.full((1, 1, 4), torch.inf))
    kept, erased = (
        record(with_gates("LSTM", rng, f=level, i=OPEN).float(), torch.zeros(5, 1, 3), state).layer()
        for level in (OPEN, SHUT)
    )
    assert np.isposinf(kept["c"].values).all()
    assert (kept["h"].values <= 1).all()
    assert np.isnan(erased["c"].values[0]).all()  # 0 times infinity
