"""Modules in other forms are read as the plain ones that they stand for, and what changes by that is said."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz.plain_modules import as_plain
from rnnviz.recording import record
from rnnviz.surroundings import taken_out
from tests.cells.variants import close
from tests.test_surroundings import IDS, Reader

KINDS = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
CELLS = pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
X = torch.randn(6, 1, 3, generator=torch.Generator().manual_seed(0))


def quietly(function, *arguments: object, **options: object):
    """For what torch itself calls deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **options)


def quantised(model: nn.Module, *kinds: type[nn.Module]) -> nn.Module:
    return quietly(torch.ao.quantization.quantize_dynamic, model, set(kinds), dtype=torch.qint8)


def seeded(kind: type[nn.Module], *sizes: int, **options: object) -> nn.Module:
    torch.manual_seed(0)
    return kind(*sizes, **options)


@KINDS
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_module_in_half_precision_is_computed_in_float32_and_this_is_said(kind, dtype):
    module = seeded(kind, 3, 4, num_layers=2, bidirectional=True).to(dtype)
    with pytest.warns(UserWarning, match="computed in float32, not in b?float16"):
        trace = record(module, X.to(dtype))
    expected = record(seeded(kind, 3, 4, num_layers=2, bidirectional=True).to(dtype).float(), X.to(dtype).float())
    assert np.array_equal(trace.y.values, expected.y.values)
    close(trace.y.values, module(X.to(dtype))[0].float(), 0.05)
    assert next(module.parameters()).dtype == dtype


def test_under_autocast_a_module_is_computed_in_float32_and_this_is_said():
    module = seeded(nn.LSTM, 3, 4)
    with torch.autocast("cpu"), pytest.warns(UserWarning, match="computed in float32, not in mixed precision"):
        trace = record(module, X)
    assert np.array_equal(trace.y.values, record(module, X).y.values)
    model = Reader()
    with torch.autocast("cpu"), pytest.warns(UserWarning, match="mixed precision"):
        trace = record(model, IDS)
    assert np.array_equal(trace.y.values, record(model, IDS).y.values)


def test_a_module_that_was_compiled_in_place_is_read_as_it_is():
    module = seeded(nn.LSTM, 3, 4)
    expected = record(module, X).y.values
    module._compiled_call_impl = module._call_impl  # all that module.compile() leaves on it
    assert np.array_equal(record(module, X).y.values, expected)
    assert module._compiled_call_impl is not None


@KINDS
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "batch_first": True, "bidirectional": True, "bias": False}])
def test_a_scripted_module_is_read_by_its_weights(kind, options):
    module = seeded(kind, 3, 4, **options)
    scripted = quietly(torch.jit.script, module)
    x = X.transpose(0, 1) if options else X
    assert np.array_equal(record(scripted, x).y.values, record(module, x).y.values)
    own, notes = as_plain(scripted)
    assert notes == ()
    assert torch.equal(own(x)[0], module(x)[0])
    assert len(rnnviz.gradients.step_jacobians(scripted, x)) == len(rnnviz.gradients.step_jacobians(module, x))


@CELLS
def test_a_scripted_cell_is_read_by_its_weights(kind):
    cell = seeded(kind, 3, 4)
    assert np.array_equal(record(quietly(torch.jit.script, cell), X).y.values, record(cell, X).y.values)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_quantised_weights_are_the_numbers_that_they_stand_for_and_this_is_said(kind):
    whole = nn.Sequential(seeded(kind, 3, 4, num_layers=2, bidirectional=True))
    module = quantised(whole, kind)[0]
    with pytest.warns(UserWarning, match="quantised weights, computed as the numbers that they stand for"):
        trace = record(module, X)
    close(trace.y.values, module(X)[0], 0.02)  # what comes in is rounded there as well
    close(trace.y.values, whole[0](X)[0], 0.02)
    own, _notes = as_plain(module)
    assert torch.equal(own.weight_hh_l1_reverse, module.get_weight()["weight_hh_l1_reverse"].dequantize())


@CELLS
def test_quantised_cells_are_read_too(kind):
    cell = seeded(kind, 3, 4)
    whole = nn.Sequential(cell)
    with pytest.warns(UserWarning, match="quantised weights"):
        trace = record(quantised(whole, kind)[0], X)
    close(trace.y.values, record(cell, X).y.values, 0.02)


def test_of_a_bigger_model_in_another_form_the_parts_are_read_and_what_changed_is_noted():
    for model, form in (
        (Reader().bfloat16(), "computed in float32, not in {part}"),
        (quantised(Reader(), nn.LSTM, nn.Linear), "quantised weights, computed as the numbers that they stand for"),
    ):
        _name, network, x, notes = taken_out(model, IDS)
        assert [note.message for note in notes] == [form, "answers checked against {part}: at most {apart} apart"]
        assert {weight.dtype for weight in network.parameters()} == {torch.float32}
        close(network(x), model.eval()(IDS).float(), 0.05)
        with pytest.warns(UserWarning, match="computed"):
            close(record(model, IDS).layer(1)["h"].values, record(network, x).layer(1)["h"].values, 0.01)


def test_what_is_brought_from_python_says_how_it_was_read():
    subject = rnnviz.subject(seeded(nn.GRU, 3, 4).half(), X)
    notes = rnnviz.subjects.given.network_of(subject.model.digest).notes
    assert list(map(str, notes)) == ["computed in float32, not in float16"]
