"""What was recorded is held against what the module itself returns, which it is run for once."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from rnnviz.recording import record
from rnnviz.verifying import refuse_other_ends, refuse_other_step
from tests.cells.variants import build, normal


@pytest.mark.parametrize("layers", [1, 2])
def test_a_module_that_returns_something_else_than_its_weights_say_is_found_out_at_run_time(layers, rng):
    module = build(nn.LSTM, rng, 3, 4, num_layers=layers)
    x = normal(rng, 7, 2, 3)
    handle = torch.nn.modules.module.register_module_forward_hook(
        lambda part, given, returned: (1.1 * returned[0], returned[1]) if part is module else None
    )
    try:
        with pytest.raises(RuntimeError, match=r"LSTM differ.* by 0\.0\d.*rounding explains"):
            record(module, x)
    finally:
        handle.remove()
    assert np.array_equal(record(module, x).y.values, module(x)[0].detach().numpy())


def test_last_states_that_differ_are_found_out(rng):
    module = build(nn.GRU, rng, 3, 4)
    x = normal(rng, 7, 2, 3)
    layers, (_, last) = record(module, x).layers, module(x)
    refuse_other_ends("GRU", layers, (last,))
    with pytest.raises(RuntimeError, match="the last h recorded of this GRU differs from what the module itself"):
        refuse_other_ends("GRU", layers, (last + 1e-6,))


def test_layers_that_differ_from_the_module_as_a_whole_are_found_out(rng):
    module = build(nn.LSTM, rng, 3, 4, num_layers=2, bidirectional=True)
    output, (h, c) = module(normal(rng, 1, 2, 3))
    returned = [value.detach() for value in (output, h, c)]
    refuse_other_step("LSTM", returned, returned)
    with pytest.raises(RuntimeError, match="the first step of the layers of this LSTM differs from what the module"):
        refuse_other_step("LSTM", [*returned[:2], c.detach().flip(0)], returned)


@pytest.mark.parametrize("layers", [1, 3])
def test_a_module_is_run_once(layers, rng):
    module = build(nn.GRU, rng, 3, 4, num_layers=layers)
    x, steps = normal(rng, 7, 2, 3), []

    class Counting(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            if function is torch.gru:
                steps.append(len(args[0]) * args[4])
            return function(*args, **(kwargs or {}))

    with Counting():
        record(module, x)
    first = 0 if layers == 1 else 2 * layers  # one step by layers and as a whole
    assert sum(steps) == 7 * layers + first
