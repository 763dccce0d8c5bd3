"""record(): the states are the module's own, bit by bit; everything else follows from them."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from torch import nn

from rnnviz.cells import CELLS
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import (
    as_torch_takes_it,
    build,
    close,
    every_module,
    every_variant,
    every_variant_with,
    normal,
    run,
    runs,
    scale_recurrence,
    start,
)

both_grad_modes = pytest.mark.parametrize("grad", [True, False], ids=["grad", "no_grad"])


@given(runs())
def test_every_recorded_step_follows_from_the_one_before_by_the_equations_of_the_cell(drawn):
    for trace in drawn.trace.layers:
        backward = trace.direction == "backward"
        cell = drawn.network.layers[trace.layer][backward]
        x, state = drawn.layer_input(trace.layer), {name: torch.tensor(s.values) for name, s in trace.initial.items()}
        for t in reversed(range(len(x))) if backward else range(len(x)):
            with torch.no_grad():
                step = cell(x[t], state)
            for name, value in step.items():
                close(trace[name].values[t], value)
            state = {name: torch.tensor(trace[name].values[t]) for name in cell.state}


@every_module
@both_grad_modes
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("radius", [None, 1.8, 3.0], ids=["as built", "chaotic", "wild"])
def test_the_output_is_bitwise_that_of_the_module(kind, options, grad, dtype, bidirectional, radius, rng):
    module = build(kind, rng, 8, 24, num_layers=2, bidirectional=bidirectional, dtype=dtype, **options)
    if radius is not None:
        scale_recurrence(module, radius)
    x, state = normal(rng, 300, 2, 8, dtype=dtype), as_torch_takes_it(start(module, 2, rng))
    with torch.set_grad_enabled(grad):
        expected, final = module(x, state)
        trace = record(module, x, state)
    assert np.array_equal(trace.y.values, expected.detach().numpy(), equal_nan=True)
    top = [layer["h"].values for layer in trace.layers if layer.layer == 1]
    assert np.array_equal(np.concatenate(top, -1), expected.detach().numpy(), equal_nan=True)
    for row, layer in enumerate(trace.layers):
        h = (final[0] if isinstance(final, tuple) else final)[row].detach().numpy()
        assert np.array_equal(layer["h"].values[0 if layer.direction == "backward" else -1], h, equal_nan=True)


@both_grad_modes
@pytest.mark.parametrize("layout", ["batch_first", "unbatched"])
@every_module
def test_the_output_is_bitwise_that_of_the_module_in_every_layout(kind, options, grad, layout, rng):
    module = build(kind, rng, 8, 24, num_layers=2, batch_first=layout == "batch_first", dtype=torch.float32, **options)
    scale_recurrence(module, 1.8)
    x = normal(rng, 3, 200, 8, dtype=torch.float32)
    x = x if layout == "batch_first" else x[0]
    with torch.set_grad_enabled(grad):
        expected = module(x)[0].detach()
        y = record(module, x).y.values
    assert np.array_equal(y, (expected.transpose(0, 1) if layout == "batch_first" else expected[:, None]).numpy())


@both_grad_modes
@every_module
def test_gates_of_a_chaotic_float32_network_fit_its_own_trajectory(kind, options, grad, rng):
    module = build(kind, rng, 8, 24, dtype=torch.float32, **options)
    scale_recurrence(module, 1.8 if options.get("nonlinearity") != "relu" else 1.0)
    x = normal(rng, 300, 2, 8, dtype=torch.float32)
    with torch.set_grad_enabled(grad):
        layer = record(module, x).layer()
    cell = CELLS[layer.cell](8, 24, shared=dict(zip(SHARED, module.parameters(), strict=True)), **options)
    with torch.no_grad():
        step = cell(x, {name: torch.tensor(layer.previous(name).values) for name in cell.state})
    for name, value in step.items():
        close(layer[name].values, value, 2e-5)


SHARED = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 2e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_last_cell_state_is_the_one_the_module_returns(dtype, tolerance, bidirectional, rng):
    module = build(nn.LSTM, rng, 5, 16, num_layers=3, bidirectional=bidirectional, dtype=dtype)
    state = start(module, 2, rng)
    x = normal(rng, 200, 2, 5, dtype=dtype)
    _, (_, c_n) = module(x, state)
    for row, layer in enumerate(record(module, x, state).layers):
        end = 0 if layer.direction == "backward" else -1
        close(layer["c"].values[end], c_n[row].detach(), tolerance)
        close(layer["o"].values * np.tanh(layer["c"].values), layer["h"].values, tolerance)


@every_module
def test_a_backward_direction_is_a_forward_one_over_the_flipped_sequence(kind, options, rng):
    both = build(kind, rng, 5, 6, bidirectional=True, **options)
    alone = build(kind, rng, 5, 6, **options)
    with torch.no_grad():
        for name, parameter in alone.named_parameters():
            parameter.copy_(getattr(both, f"{name}_reverse"))
    x, state = normal(rng, 9, 2, 5), start(both, 2, rng)
    backward = record(both, x, as_torch_takes_it(state)).layer(0, "backward")
    flipped = record(alone, x.flip(0), as_torch_takes_it(tuple(value[1:] for value in state))).layer()
    for signal in backward.signals:
        close(signal.values, flipped[signal.name].values[::-1].copy())
    for name in backward.initial:
        close(backward.previous(name).values, flipped.previous(name).values[::-1].copy())


@every_variant_with("dtype", [torch.float32, torch.float64])
def test_every_signal_has_its_name_axes_shape_and_dtype(name, options, dtype, rng):
    network = Network(name, 3, 4, num_layers=2, bidirectional=True, generator=rng, dtype=dtype, **options)
    trace = record(network, normal(rng, 7, 2, 3, dtype=dtype), tokens=["seven"] * 7)
    assert [(layer.layer, layer.direction) for layer in trace.layers] == [
        (index, direction) for index in (0, 1) for direction in ("forward", "backward")
    ]
    signals = [trace.x, trace.y]
    for layer in trace.layers:
        assert layer.cell == name
        assert layer.names == tuple(CELLS[name](1, 1, **options).quantities)
        for signal in layer.signals:
            quantity = network.layers[0][0].quantities[signal.name]
            shape = (7, 2, *network.layers[0][0].shape(signal.name))
            assert (signal.axes, signal.values.shape) == (("time", "batch", *quantity.axes), shape)
            assert (signal.symbol, signal.bounds) == (quantity.symbol, quantity.bounds)
        assert tuple(layer.initial) == CELLS[name].state
        for state, initial in layer.initial.items():
            shape = (2, *network.layers[0][0].shape(state))
            axes = ("batch", *network.layers[0][0].quantities[state].axes)
            assert (initial.axes, initial.values.shape, initial.symbol) == (axes, shape, f"{state}_0")
            assert not initial.values.any()
        signals += [*layer.signals, *layer.initial.values()]
    assert (trace.x.axes, trace.x.values.shape) == (("time", "batch", "input"), (7, 2, 3))
    assert (trace.y.axes, trace.y.values.shape) == (("time", "batch", "output"), (7, 2, 8))
    assert trace.steps == len(trace.tokens) == 7
    for signal in signals:
        assert type(signal.values) is np.ndarray
        assert signal.values.real.dtype == torch.empty(0, dtype=dtype).numpy().dtype
        assert signal.kind == "value"
        with pytest.raises(ValueError, match="read-only"):
            signal.values[:] = 0


@every_variant
def test_initial_states_are_those_that_were_given(name, options, rng):
    drawn = run(name, rng, num_layers=2, bidirectional=True, **options)
    for row, layer in enumerate(drawn.trace.layers):
        for state, given_state in zip(layer.initial, drawn.state, strict=True):
            assert (layer.initial[state].values == given_state[row].numpy()).all()
            begin = -1 if layer.direction == "backward" else 0
            assert (layer.previous(state).values[begin] == given_state[row].numpy()).all()


def test_dropout_is_left_out_and_the_module_stays_in_training(rng):
    module = build(nn.LSTM, rng, 5, 6, num_layers=3, dropout=0.9)
    x = normal(rng, 9, 2, 5)
    y = record(module, x).y.values
    assert module.training
    assert (y == module.eval()(x)[0].detach().numpy()).all()


def test_recording_leaves_no_gradient_and_no_change_behind(rng):
    module = build(nn.LSTM, rng, 5, 6)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    random = torch.get_rng_state()
    x = normal(rng, 9, 2, 5).requires_grad_()
    record(module, x, tuple(value.requires_grad_() for value in start(module, 2, rng)))
    assert x.grad is None
    assert all(parameter.grad is None for parameter in module.parameters())
    assert all((value == before[name]).all() for name, value in module.state_dict().items())
    assert (torch.get_rng_state() == random).all()


@pytest.mark.parametrize("nonlinearity", ["tanh", "identity"])
def test_a_trace_stays_what_it_was_when_its_input_state_or_weights_change(nonlinearity, rng):
    network = Network("RNN", 3, 4, generator=rng, nonlinearity=nonlinearity)
    x, state = normal(rng, 5, 2, 3).float(), start(network, 2, rng)[0]
    trace = record(network, x, state)
    kept = pickle.dumps(trace)
    x.zero_()
    state.zero_()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    assert pickle.dumps(trace) == kept


def test_recording_works_where_torch_builds_no_graph_at_all(rng):
    module = build(nn.LSTM, rng, 5, 6, bidirectional=True)
    x = normal(rng, 9, 2, 5)
    with torch.inference_mode():
        trace = record(module, x)
    close(trace.y.values, record(module, x).y.values)


def test_a_recorded_trace_survives_pickling(rng):
    trace = run("LSTM", rng, bidirectional=True).trace
    again = pickle.loads(pickle.dumps(trace))
    for before, after in zip(trace.layers, again.layers, strict=True):
        for signal in before.signals:
            assert (after[signal.name].values == signal.values).all()
            assert not after[signal.name].values.flags.writeable


def test_a_list_serves_as_initial_state_as_well_as_a_tuple(rng):
    module, x = build(nn.LSTM, rng, 3, 4), normal(rng, 7, 2, 3)
    state = start(module, 2, rng)
    assert (record(module, x, list(state)).y.values == record(module, x, state).y.values).all()


def test_the_promise_of_the_front_page():
    trace = record(nn.LSTM(8, 32, num_layers=2, bidirectional=True), torch.randn(50, 1, 8))
    assert trace.layer(1, "backward")["f"].values.shape == (50, 1, 32)
