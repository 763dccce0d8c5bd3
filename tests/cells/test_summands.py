"""A quantity taken apart is the quantity: its summands, their labels and the non-linearity after them."""

import torch
from hypothesis import given

from tests.cells.latex import applied, evaluate, read_equation, read_expression, symbols, values_of
from tests.cells.variants import GATE_ORDER, close, every_variant, run, runs


def taken_apart(drawn):
    """Each layer's cell, trace, all its summands at once, and the values of everything a label may mention."""
    for trace in drawn.trace.layers:
        cell = drawn.network.layers[trace.layer][trace.direction == "backward"]
        x = drawn.layer_input(trace.layer)
        step = {signal.name: torch.tensor(signal.values) for signal in trace.signals}
        state = {name: torch.tensor(trace.previous(name).values) for name in cell.state}
        with torch.no_grad():
            parts = cell.summands(x, state, step)
        known = {f"{name}_t": value for name, value in step.items()} | {"x_t": x}
        known |= {f"{name}_{{t-1}}": value for name, value in state.items()}
        yield cell, trace, parts, values_of(cell, GATE_ORDER[cell.name], known)


@given(runs())
def test_the_terms_add_up_to_the_traced_value_after_the_activation(drawn):
    for cell, trace, parts, _ in taken_apart(drawn):
        assert list(parts) == list(cell.quantities)
        for name, (terms, activation) in parts.items():
            total = sum(term.value for term in terms)
            close(evaluate(read_expression(applied(activation, "a_t")), {"a_t": total}), trace[name].values)


@given(runs())
def test_every_term_is_worth_what_its_label_says(drawn):
    for _, trace, parts, values in taken_apart(drawn):
        for name, (terms, _) in parts.items():
            for term in terms:
                assert term.value.shape == trace[name].values.shape
                close(term.value, evaluate(read_expression(term.label), values).expand_as(term.value))


@every_variant
def test_the_labels_are_the_summands_of_the_displayed_equation(name, options, rng):
    (cell, _, parts, values), *_ = taken_apart(run(name, rng, **options))
    for key, (terms, activation) in parts.items():
        _, whole = read_equation(cell.quantities[key].equation)
        joined = read_expression(applied(activation, " + ".join(term.label for term in terms)))
        assert symbols(joined) == symbols(whole)
        close(evaluate(joined, values), evaluate(whole, values))


@every_variant
def test_one_vector_is_taken_apart_as_well_as_a_whole_run(name, options, rng):
    drawn = run(name, rng, **options)
    (cell, trace, parts, _), *_ = taken_apart(drawn)
    state = {key: torch.tensor(trace.previous(key).values[3, 1]) for key in cell.state}
    with torch.no_grad():
        step = cell(drawn.x[3, 1], state)
        alone = cell.summands(drawn.x[3, 1], state, step)
    for key, (terms, _) in alone.items():
        for term, among in zip(terms, parts[key].terms, strict=True):
            close(term.value, among.value[3, 1])
