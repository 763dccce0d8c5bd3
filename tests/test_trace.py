"""The nouns: a Signal's axes and protection, a layer's previous states in both directions, a trace's layers."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from rnnviz.trace import LayerTrace, Signal, Trace

AXES = ("time", "batch", "unit")


def signal(name="h", shape=(3, 2, 4), **options) -> Signal:
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    return Signal(name, AXES[: len(shape)], values, **options)


def layer(direction="forward", index=0) -> LayerTrace:
    initial = {name: Signal(name, ("batch", "unit"), np.full((2, 4), first)) for name, first in (("h", -1), ("c", -2))}
    return LayerTrace("LSTM", index, direction, (signal("f"), signal("c"), signal("h")), initial)


def test_values_are_read_only_and_the_fields_are_frozen():
    one = signal()
    with pytest.raises(ValueError, match="read-only"):
        one.values[0, 0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        one.values = np.zeros((3, 2, 4))


def test_protecting_a_signal_does_not_lock_the_array_it_was_made_of():
    values = np.zeros(3)
    Signal("x", ("time",), values)
    values[0] = 1


def test_every_dimension_needs_a_name():
    with pytest.raises(ValueError, match=r"'h' has shape \(3, 2\) but 1 axis names \('time',\)"):
        Signal("h", ("time",), np.zeros((3, 2)))


def test_fixing_axes_leaves_the_others_in_order():
    one = signal(symbol="h_t", bounds=(-1.0, 1.0), kind="gradient")
    fixed = one.at(batch=1)
    assert (fixed.axes, fixed.symbol, fixed.bounds, fixed.kind) == (("time", "unit"), "h_t", (-1.0, 1.0), "gradient")
    assert (fixed.values == one.values[:, 1]).all()
    assert (one.at(unit=3, time=0).values == one.values[0, :, 3]).all()
    assert one.at(time=-1, batch=0, unit=2).values == one.values[-1, 0, 2]
    assert one.at(time=-1, batch=0, unit=2).axes == ()
    assert (one.at().values == one.values).all()
    assert not fixed.values.flags.writeable


def test_fixing_an_unknown_axis_names_the_known_ones():
    with pytest.raises(KeyError, match="'h' has no axis 'step'; it has time, batch, unit"):
        signal().at(step=0)
    with pytest.raises(IndexError):
        signal().at(time=3)


def test_a_signal_prints_its_axes_and_sizes_and_not_its_numbers():
    assert repr(signal()) == "Signal('h', time=3, batch=2, unit=4, float32, value)"


def test_a_layer_is_asked_by_name():
    one = layer()
    assert one.names == ("f", "c", "h")
    assert one["c"] is one.signals[1]
    assert "f" in one
    assert "z" not in one
    with pytest.raises(KeyError, match="LSTM has no signal 'z'; it has f, c, h"):
        one["z"]


@pytest.mark.parametrize(("name", "first"), [("h", -1), ("c", -2)])
def test_the_previous_state_of_a_forward_direction_is_the_step_to_the_left(name, first):
    one = layer()
    previous = one.previous(name)
    assert (previous.values[0] == first).all()
    assert (previous.values[1:] == one[name].values[:-1]).all()
    assert (previous.axes, previous.name, previous.symbol) == (AXES, name, name + "_{t-1}")


@pytest.mark.parametrize(("name", "first"), [("h", -1), ("c", -2)])
def test_the_previous_state_of_a_backward_direction_is_the_step_to_the_right(name, first):
    one = layer("backward")
    assert (one.previous(name).values[-1] == first).all()
    assert (one.previous(name).values[:-1] == one[name].values[1:]).all()


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_single_step_started_from_the_initial_state(direction):
    one = replace(layer(direction), signals=(signal("h", (1, 2, 4)),))
    assert (one.previous().values == -1).all()
    assert one.previous().values.shape == (1, 2, 4)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_sequences_of_their_own_length_start_where_their_direction_starts_to_read_them(direction):
    one = replace(layer(direction), lengths=(3, 2))
    previous, h = one.previous().values, one["h"].values
    starts = [0, 0] if direction == "forward" else [2, 1]
    for b, (start, length) in enumerate(zip(starts, one.lengths, strict=True)):
        assert (previous[start, b] == -1).all()
        others = [t for t in range(length) if t != start]
        assert (previous[others, b] == h[np.array(others) + (-1 if direction == "forward" else 1), b]).all()
        assert np.isnan(previous[length:, b]).all()


def trace() -> Trace:
    layers = tuple(layer(direction, index) for index in (0, 1) for direction in ("forward", "backward"))
    return Trace(signal("x"), layers, signal("y"), ("what", "time", "?"))


def test_a_layer_is_found_by_index_and_direction():
    one = trace()
    assert one.layer() is one.layers[0]
    assert one.layer(1, "backward") is one.layers[3]
    assert one.steps == 3
    with pytest.raises(KeyError, match=r"no layer \(2, 'forward'\); it has \(0, 'forward'\), \(0, 'backward'\), \(1"):
        one.layer(2)


@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy])
def test_a_trace_survives_pickling_and_copying_whole_and_read_only(again):
    before, after = trace(), again(trace())
    assert after.tokens == before.tokens
    pairs = [(before.x, after.x), (before.y, after.y)]
    for one, other in zip(before.layers, after.layers, strict=True):
        assert (one.cell, one.layer, one.direction, one.names) == (
            other.cell,
            other.layer,
            other.direction,
            other.names,
        )
        pairs += zip((*one.signals, *one.initial.values()), (*other.signals, *other.initial.values()), strict=True)
    for one, other in pairs:
        assert np.array_equal(one.values, other.values)
        assert not other.values.flags.writeable
        assert (one.name, one.axes, one.symbol, one.bounds, one.kind) == (
            other.name,
            other.axes,
            other.symbol,
            other.bounds,
            other.kind,
        )


def both(forward, backward, bounds=None) -> Trace:
    sides = {"forward": forward, "backward": backward}
    layers = tuple(
        LayerTrace("RNN", 0, direction, (Signal("h", AXES, np.array(values, np.float32)[None, None], bounds=bounds),))
        for direction, values in sides.items()
        if values is not None
    )
    return Trace(signal("x"), layers, signal("y"))


@pytest.mark.parametrize(
    ("how", "expected"),
    [("concat", [1, -2, 4, 3]), ("sum", [5, 1]), ("mean", [2.5, 0.5]), ("product", [4, -6])],
)
def test_two_directions_are_merged_to_one_state(how, expected):
    merged = both([1, -2], [4, 3]).merged(0, how)
    assert merged.values.tolist() == [[expected]]
    assert (merged.name, merged.axes, merged.values.dtype) == ("h", AXES, np.float32)
    assert r"\overrightarrow{h}_t" in merged.symbol
    assert r"\overleftarrow{h}_t" in merged.symbol


@pytest.mark.parametrize("how", ["concat", "sum", "mean", "product"])
def test_one_direction_is_the_same_however_it_is_merged(how):
    alone = both([1, -2], None)
    assert alone.merged(0, how) is alone.layer()["h"]


@pytest.mark.parametrize(
    ("bounds", "how", "expected"),
    [
        ((-1.0, 1.0), "concat", (-1, 1)),
        ((-1.0, 1.0), "mean", (-1, 1)),
        ((-1.0, 1.0), "sum", (-2, 2)),
        ((-1.0, 1.0), "product", (-1, 1)),
        ((0.0, 1.0), "product", (0, 1)),
        ((0.0, np.inf), "product", (0, np.inf)),
        ((0.0, np.inf), "sum", (0, np.inf)),
        (None, "sum", None),
        (None, "product", None),
    ],
)
def test_a_merged_state_cannot_leave_what_its_parts_allow(bounds, how, expected):
    assert both([0, 0], [0, 0], bounds).merged(0, how).bounds == expected


def test_a_state_is_merged_by_default_to_what_the_next_layer_sees():
    one = both([1, -2], [4, 3])
    assert (one.merged().values == one.merged(0, "concat").values).all()


@pytest.mark.parametrize("backward", [None, [4, 3]])
def test_an_unknown_way_to_merge_names_the_four(backward):
    with pytest.raises(ValueError, match="unknown way to merge 'max'; the ways are concat, sum, mean, product"):
        both([1, -2], backward).merged(0, "max")


def test_only_layers_that_are_there_can_be_merged():
    with pytest.raises(KeyError, match=r"no layer \(2, 'forward'\)"):
        trace().merged(2)


def test_a_trace_knows_its_depth_and_its_directions():
    assert (trace().depth, trace().directions) == (2, ("forward", "backward"))
    assert (both([1], None).depth, both([1], None).directions) == (1, ("forward",))


def test_an_array_of_a_signal_is_its_values_and_only_a_copy_can_be_written_to():
    signal = Signal("h", ("time", "unit"), np.arange(6.0, dtype=np.float32).reshape(3, 2))
    assert np.asarray(signal) is signal.values
    assert np.asarray(signal).shape == (3, 2)
    copied = np.array(signal)
    copied[:] = 0
    assert signal.values.any()
    assert np.asarray(signal, dtype=np.float64).dtype == np.float64
    assert np.asarray(signal, dtype=np.float64).tolist() == signal.values.tolist()
    np.testing.assert_array_equal(np.concatenate([signal, signal]), np.concatenate([signal.values] * 2))
    assert float(np.mean(signal)) == 2.5


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="numpy 1 has no copy=False that refuses")
def test_an_array_without_a_copy_is_the_signals_own_or_refused():
    signal = Signal("h", ("unit",), np.arange(6.0))
    assert np.array(signal, copy=False) is signal.values
    with pytest.raises(ValueError, match="avoid copy"):
        np.array(signal, dtype=np.float32, copy=False)
