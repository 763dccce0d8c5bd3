"""from_torch(module) is the module: the same outputs, final states and gradients, fused and step by step."""

import gc
import itertools
import operator
import weakref

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnviz.cells import CELLS
from rnnviz.network import unroll
from rnnviz.recording import record
from rnnviz.sharing import from_torch
from rnnviz.torch_modules import as_network
from tests.cells.variants import as_torch_takes_it, build, close, every_module, normal, start

SHAPES = [
    {"num_layers": layers, "bidirectional": bidirectional, "bias": bias}
    for layers, bidirectional, bias in itertools.product((1, 2, 3), (False, True), (True, False))
]


def fused(network, x, state):
    """The output, and the final h of every layer and direction, from torch's fused kernels."""
    h, size = [], network.hidden_size
    for _, output in network.run(x, state):
        h.append(output[-1, :, :size])
        if network.bidirectional:
            h.append(output[0, :, size:])
    return output, (torch.stack(h),)


def unrolled(network, x, state):
    """The output and all final states, step by step."""
    finals = []
    for index, cells in enumerate(network.layers):
        outputs = []
        for d, cell in enumerate(cells):
            steps = unroll(cell, x, network.initial_state(state, index, d, x), backward=d == 1)
            finals.append({name: steps[name][0 if d else -1] for name in cell.state})
            outputs.append(steps["h"])
        x = torch.cat(outputs, -1)
    return x, tuple(torch.stack([final[name] for final in finals]) for name in finals[0])


def as_tuple(state):
    return state if isinstance(state, tuple) else (state,)


def compare(kind, options, path, rng, steps=9, batch=3, dtype=torch.float64, tolerance=1e-12):
    """Outputs, final states and the gradients of all of them by every parameter, the input and the initial state."""
    module = build(kind, rng, 5, 6, dtype=dtype, **options)
    x = normal(rng, steps, batch, 5, dtype=dtype).requires_grad_()
    state = tuple(value.requires_grad_() for value in start(module, batch, rng))
    network = from_torch(module)

    output, finals = path(network, x, dict(zip(CELLS[network.cell].state, state, strict=True)))
    expected, last = module(x, as_torch_takes_it(state))
    last = as_tuple(last)[: len(finals)]
    close(output, expected, tolerance)
    for ours, theirs in zip(finals, last, strict=True):
        close(ours, theirs, tolerance)

    probes = [normal(rng, *value.shape, dtype=dtype) for value in (expected, *last)]
    leaves = [*module.parameters(), x, *state]
    gradients = [
        torch.autograd.grad(sum((value * probe).sum() for value, probe in zip(values, probes, strict=True)), leaves)
        for values in ((output, *finals), (expected, *last))
    ]
    for ours, theirs in zip(*gradients, strict=True):
        assert theirs.abs().max() > 0
        close(ours, theirs, tolerance)


@every_module
@pytest.mark.parametrize("path", [fused, unrolled])
def test_outputs_states_and_gradients_are_those_of_torch(kind, options, path, rng):
    for shape in SHAPES:
        compare(kind, options | shape, path, rng)


@every_module
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("path", [fused, unrolled])
def test_float32_agrees_to_its_own_precision(kind, options, bidirectional, path, rng):
    options = options | {"num_layers": 2, "bidirectional": bidirectional}
    compare(kind, options, path, rng, steps=30, dtype=torch.float32, tolerance=2e-5)


@every_module
@pytest.mark.parametrize("path", [fused, unrolled])
@pytest.mark.parametrize(("steps", "batch"), [(1, 1), (1, 4), (60, 1)])
def test_one_step_and_one_sequence_are_no_special_cases(kind, options, path, steps, batch, rng):
    compare(kind, options | {"bidirectional": True}, path, rng, steps=steps, batch=batch)


@every_module
@pytest.mark.parametrize("layout", ["batch_first", "unbatched", "unbatched, batch_first"])
def test_record_takes_x_and_state_in_every_layout_that_torch_takes(kind, options, layout, rng):
    for shape in SHAPES:
        same_in_layout(kind, options | shape, layout, rng)


def same_in_layout(kind, options, layout, rng):
    module = build(kind, rng, 5, 6, batch_first="batch_first" in layout, **options)
    state = start(module, 1 if "unbatched" in layout else 3, rng)
    x = normal(rng, 3, 9, 5)
    if "unbatched" in layout:
        x, state = x[0], tuple(value[:, 0] for value in state)
    expected, last = module(x, as_torch_takes_it(state))
    trace = record(module, x, as_torch_takes_it(state))
    close(trace.y.values, (expected.unsqueeze(1) if "unbatched" in layout else expected.transpose(0, 1)).detach())
    for row, layer in enumerate(trace.layers):
        for name, final in zip(layer.initial, as_tuple(last), strict=True):
            end = layer[name].values[0 if layer.direction == "backward" else -1]
            close(end, final[row].detach().reshape(end.shape))


@every_module
def test_a_ragged_packed_batch_is_each_sequence_by_itself(kind, options, rng):
    module = build(kind, rng, 5, 6, num_layers=2, bidirectional=True, **options)
    x, lengths = normal(rng, 7, 3, 5), [7, 4, 1]
    packed, _ = module(pack_padded_sequence(x, lengths))
    expected, _ = pad_packed_sequence(packed)
    for row, length in enumerate(lengths):
        close(record(module, x[:length, row]).y.values[:, 0], expected[:length, row].detach())


def test_a_module_is_read_anew_when_its_weights_are_others(rng):
    module, other = (build(torch.nn.LSTM, rng, 3, 4) for _ in range(2))
    x = normal(rng, 5, 2, 3)
    for change in (
        lambda: None,
        lambda: module.load_state_dict(other.state_dict()),
        lambda: setattr(module, "weight_hh_l0", torch.nn.Parameter(module.weight_hh_l0.detach() / 2)),
        module.float,
        module.double,
        module.eval,
    ):
        change()
        precise = x.to(module.weight_hh_l0.dtype)
        close(record(module, precise).y.values, module(precise)[0].detach())
        assert as_network(module).training == module.training
        assert all(map(operator.is_, as_network(module).layers[0][0].parameters(), module.parameters()))


def test_what_is_known_of_a_module_goes_with_it(rng):
    module = build(torch.nn.GRU, rng, 3, 4)
    network = weakref.ref(as_network(module))
    assert network() is as_network(module)
    del module
    gc.collect()
    assert network() is None
