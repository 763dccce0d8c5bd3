"""A trace goes into a file and comes back in every bit; a slice of it keeps its axes' names."""

from dataclasses import fields

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.trace import LayerTrace, Signal, Trace
from tests.test_trace import signal


def same(one: object, other: object) -> bool:
    """Whether two parts of traces hold the same, arrays bit by bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (Trace, LayerTrace, Signal)):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, dict):
        return [*one] == [*other] and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def traces() -> dict[str, Trace]:
    model, x = torch.nn.LSTM(4, 5, num_layers=2, bidirectional=True), torch.randn(7, 2, 4)
    return {
        "both ways, padded": rnnviz.record(model, x, lengths=[7, 4]),
        "float64": rnnviz.record(torch.nn.GRU(4, 3).double(), x.double()),
        "held": rnnviz.record(torch.nn.LSTM(4, 5), x, hold={"f": rnnviz.Hold(1.0, units=[1])}),
        "gradient": rnnviz.backpropagate(torch.nn.GRU(4, 3), x, lambda y: y[-1].sum()),
        "some kept": rnnviz.record(model, x, keep=["h"]),
        "words": rnnviz.subject("intents-rnn-small", text="what 时间 ?").trace(),
    }


@pytest.mark.parametrize("kind", traces())
def test_a_trace_comes_back_from_its_file_in_every_bit(kind, tmp_path):
    trace = traces()[kind]
    trace.save(tmp_path / "trace.of.mine")
    again = rnnviz.Trace.load(tmp_path / "trace.of.mine")
    assert same(trace, again)
    assert not again.layers[0].signals[0].values.flags.writeable


def test_numpy_alone_reads_the_arrays_by_name(tmp_path):
    trace = traces()["both ways, padded"]
    trace.save(str(tmp_path / "trace.npz"))
    with np.load(tmp_path / "trace.npz") as file:
        assert np.array_equal(file["1/backward/f"], trace.layer(1, "backward")["f"], equal_nan=True)
        assert np.array_equal(file["0/forward/initial/c"], trace.layer().initial["c"])


def test_other_files_are_refused_and_nothing_in_them_is_run(tmp_path):
    path = tmp_path / "other.npz"
    for write in (
        lambda: path.write_bytes(b""),
        lambda: path.write_bytes(b"PK not a zip"),
        lambda: np.savez(path, x=np.zeros(3)),
        lambda: np.savez(path, what=np.array('{"form": "rnnviz trace 9"}')),
        lambda: np.savez(path, what=np.array('{"form": "rnnviz trace 1"}')),
        lambda: np.savez(path, what=np.array("[]")),
        lambda: np.savez(path, what=np.array([print], dtype=object)),
    ):
        write()
        with pytest.raises(ValueError, match=r"is no trace that Trace\.save wrote"):
            rnnviz.Trace.load(path)
    with pytest.raises(FileNotFoundError):
        rnnviz.Trace.load(tmp_path / "nothing.npz")


def test_a_signal_has_the_shape_type_and_length_of_its_array():
    one = signal(shape=(3, 2, 4))
    assert (one.shape, one.dtype, len(one)) == ((3, 2, 4), np.float32, 3)


def test_a_slice_keeps_its_axis_and_a_position_does_not():
    one = signal(shape=(3, 2, 4))
    cut = one.at(time=slice(1, None), batch=0)
    assert cut.axes == ("time", "unit")
    assert np.array_equal(cut, one.values[1:, 0])
