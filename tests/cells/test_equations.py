"""Every equation that a page shows is read from its LaTeX, evaluated, and must give the traced numbers."""

import re

import pytest
import torch
from hypothesis import given

from rnnviz.cells import CELLS
from tests.cells.latex import SIGNS, evaluate, interval, read_equation, read_expression, symbols, values_of
from tests.cells.variants import GATE_ORDER, close, every_variant, run, runs

FIXED = re.compile(r"b_|p_|\\alpha|\\mu|\\Lambda|\\lambda|\\gamma|A$|D$")  # what does not change from step to step


def traced_values(drawn, trace):
    """Everything a displayed equation may mention, at all steps at once: weights, biases, x_t, h_t, h_{t-1}, ..."""
    cell = drawn.network.layers[trace.layer][trace.direction == "backward"]
    known = {"x_t": drawn.layer_input(trace.layer)}
    known |= {f"{signal.name}_t": torch.tensor(signal.values) for signal in trace.signals}
    known |= {f"{name}_{{t-1}}": torch.tensor(trace.previous(name).values) for name in cell.state}
    return cell, values_of(cell, GATE_ORDER[trace.cell], known)


@given(runs())
def test_every_displayed_equation_gives_the_traced_value(drawn):
    for trace in drawn.trace.layers:
        cell, values = traced_values(drawn, trace)
        for name, quantity in cell.quantities.items():
            _, right = read_equation(quantity.equation)
            close(trace[name].values, evaluate(right, values))


@every_variant
def test_every_displayed_equation_gives_the_traced_value_of_a_wide_cell(name, options, rng):
    drawn = run(name, rng, steps=40, batch=3, width=12, hidden=16, bidirectional=True, num_layers=2, **options)
    for trace in drawn.trace.layers:
        cell, values = traced_values(drawn, trace)
        for quantity in cell.quantities.values():
            left, right = read_equation(quantity.equation)
            close(values[left], evaluate(right, values))


@every_variant
def test_every_equation_defines_its_own_symbol_from_what_is_already_known(name, options):
    cell = CELLS[name](2, 3, **options)
    known = {"x_t"} | {f"{state}_{{t-1}}" for state in cell.state}
    for key, quantity in cell.quantities.items():
        left, right = read_equation(quantity.equation)
        assert left == quantity.symbol == f"{key}_t"
        assert {symbol for symbol in symbols(right) if not FIXED.match(symbol)} <= known
        known.add(left)
    assert set(cell.state) <= set(cell.quantities)


@every_variant
def test_bounds_are_the_range_of_the_displayed_equation(name, options):
    cell, known, largest = CELLS[name](2, 3, **options), {"A": SIGNS.get(name)}, {}
    for quantity in cell.quantities.values():
        left, right = read_equation(quantity.equation)
        known[left] = interval(right, known, largest)
        largest |= {left: right} if right[0] == "max" else {}
        unbounded = known[left] == (-float("inf"), float("inf"))
        assert quantity.bounds == (None if unbounded else known[left])


@every_variant
def test_every_quantity_is_explained_in_a_sentence(name, options):
    for quantity in CELLS[name](2, 3, **options).quantities.values():
        assert quantity.meaning.endswith(".")
        assert len(quantity.meaning) > 20


def test_the_class_table_of_quantities_is_the_one_of_the_default_instance():
    for cell in CELLS.values():
        assert cell.quantities == cell(2, 3).quantities


@pytest.mark.parametrize(
    "latex",
    [r"h_t = \cos(x_t)", "h_t = x_t 2", "h_t = x_t y_t", "h_t = (x_t", r"h_t = \odot x_t", "h_t", r"h_t = \tanh x_t"],
)
def test_the_reader_refuses_what_it_does_not_know(latex):
    with pytest.raises(ValueError, match=r"cannot read|expected"):
        read_equation(latex)


def test_the_reader_keeps_to_the_rules_of_arithmetic():
    values = {"x_t": torch.tensor([2.0]), "z_t": torch.tensor([3.0]), "W_{ih}": torch.tensor([[5.0]])}
    values = {name: value.double() for name, value in values.items()}
    for latex, expected in {
        r"1 - z_t \odot x_t": -5,
        r"(1 - z_t) \odot x_t": -4,
        "z_t - x_t - 1": 0,
        r"W_{ih} x_t \odot z_t + 1": 31,
        r"\operatorname{relu}(x_t - z_t)": 0,
        "2 x_t - 1": 3,
        "(1 - 3) x_t + 4": 0,
    }.items():
        assert evaluate(read_expression(latex), values).item() == expected
    close(evaluate(read_expression(r"\sigma(x_t)"), values), torch.tensor([2.0]).double().sigmoid())
    close(evaluate(read_expression(r"\tanh(x_t)"), values), torch.tensor([2.0]).double().tanh())
