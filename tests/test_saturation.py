"""Saturation: shares of steps below 0.1 and above 0.9, counted by hand, and only of what is a gate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.cells import TRIO
from rnnviz.saturation import OPEN, SHUT, saturation
from rnnviz.trace import Signal
from tests.intents import intents


def gate(values: object, **options: object) -> Signal:
    return Signal("f", ("time", "unit"), np.asarray(values, dtype=np.float64), bounds=(0.0, 1.0), **options)


def test_shares_are_counted_per_unit_over_the_steps():
    found = saturation(
        gate([[0.0, 0.5, 1.0, 0.05], [0.05, 0.5, 0.95, 0.95], [0.5, 0.5, 1.0, 0.5], [0.9, 0.1, 1.0, 0.5]])
    )
    np.testing.assert_array_equal(found.shut.values, [0.5, 0, 0, 0.25])
    np.testing.assert_array_equal(found.open.values, [0, 0, 1, 0.25])


def test_the_thresholds_themselves_are_neither_shut_nor_open():
    found = saturation(gate([[SHUT, OPEN, np.nextafter(SHUT, 0), np.nextafter(OPEN, 1)]]))
    assert found.shut.values.tolist() == [0, 0, 1, 0]
    assert found.open.values.tolist() == [0, 0, 0, 1]
    assert (SHUT, OPEN) == (0.1, 0.9)


def test_the_two_shares_are_signals_that_say_whose_they_are():
    found = saturation(gate(np.full((3, 2), 0.5)))
    assert [signal.name for signal in found] == ["f shut", "f open"]
    assert all(signal.axes == ("unit",) and signal.bounds == (0.0, 1.0) for signal in found)


@given(arrays(np.float32, st.tuples(st.integers(1, 12), st.integers(1, 5)), elements=st.floats(0, 1, width=32)))
def test_shares_are_whole_steps_and_no_unit_is_shut_and_open_at_once(values):
    found = saturation(gate(values))
    steps = len(values)
    for signal in found:
        np.testing.assert_allclose(signal.values * steps, np.rint(signal.values * steps), atol=1e-9)
        assert signal.values.min() >= 0
    assert (found.shut.values + found.open.values <= 1 + 1e-12).all()


@given(arrays(np.float64, (7, 4), elements=st.sampled_from([0.02, 0.3, 0.77, 0.98])))
def test_a_mirrored_gate_is_open_where_it_was_shut(values):
    one, mirrored = saturation(gate(values)), saturation(gate(1 - values))
    np.testing.assert_array_equal(one.shut.values, mirrored.open.values)
    np.testing.assert_array_equal(one.open.values, mirrored.shut.values)


def test_a_gate_that_is_not_a_number_is_neither_shut_nor_open():
    found = saturation(gate([[np.nan, 0.0], [np.nan, 1.0]]))
    assert found.shut.values.tolist() == [0, 0.5]
    assert found.open.values.tolist() == [0, 0.5]


@pytest.mark.parametrize(
    "signal",
    [
        Signal("h", ("time", "unit"), np.zeros((2, 2)), bounds=(-1.0, 1.0)),
        Signal("c", ("time", "unit"), np.zeros((2, 2))),
        Signal("f", ("time", "batch", "unit"), np.zeros((2, 1, 2)), bounds=(0.0, 1.0)),
        Signal("f", ("unit",), np.zeros(2), bounds=(0.0, 1.0)),
    ],
)
def test_what_is_not_a_gate_over_time_and_unit_is_refused_by_name(signal):
    with pytest.raises(ValueError, match=rf"saturation is of a gate over time and unit; '{signal.name}' has \("):
        saturation(signal)


@pytest.mark.parametrize("name", TRIO)
def test_every_gate_of_a_shipped_network_can_be_counted_and_no_state_can(name):
    layer = intents(name).trace().layer()
    gates = [layer[signal].at(batch=0) for signal in layer.names if layer[signal].bounds == (0.0, 1.0)]
    assert [signal.name for signal in gates] == {"RNN": [], "LSTM": ["i", "f", "o"], "GRU": ["r", "z"]}[name]
    for signal in gates:
        found = saturation(signal)
        np.testing.assert_array_equal(found.shut.values * len(signal.values), (signal.values < 0.1).sum(0))
    with pytest.raises(ValueError, match="'h' has"):
        saturation(layer["h"].at(batch=0))
