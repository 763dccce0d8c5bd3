"""Of a recording only some quantities are kept, or all of it becomes a table of pandas or xarray."""

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz import layer_traces

KINDS = {
    "LSTM": lambda: nn.LSTM(3, 4, num_layers=2, bidirectional=True),
    "GRU": lambda: nn.GRU(3, 4),
    "no kernel": lambda: rnnviz.Network("LSTM peephole", 3, 4, bidirectional=True),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{}, {"lengths": [25, 11]}, {"hold": {"h": rnnviz.Hold(0.5, steps=range(8, 13))}}])
def test_what_is_kept_is_what_all_of_it_would_be(monkeypatch, kind, more):
    monkeypatch.setattr(layer_traces, "BLOCK", 10)
    torch.manual_seed(0)
    model, x = KINDS[kind](), torch.randn(25, 2, 3)
    whole, some = rnnviz.record(model, x, **more), rnnviz.record(model, x, keep=["h"], **more)
    np.testing.assert_allclose(some.y, whole.y, atol=1e-6)
    for mine, every in zip(some.layers, whole.layers, strict=True):
        assert mine.names == ("h",)
        np.testing.assert_allclose(mine["h"], every["h"], atol=1e-6)


def test_the_cell_state_goes_on_from_block_to_block(monkeypatch):
    monkeypatch.setattr(layer_traces, "BLOCK", 7)
    model, x = nn.LSTM(3, 4, bidirectional=True), torch.randn(30, 1, 3)
    whole, some = rnnviz.record(model, x), rnnviz.record(model, x, keep=("f", "c"))
    for direction in whole.directions:
        for name in ("f", "c"):
            np.testing.assert_allclose(some.layer(0, direction)[name], whole.layer(0, direction)[name], atol=1e-6)


def test_what_was_not_kept_or_never_was_is_refused_by_name():
    model, x = nn.LSTM(3, 4), torch.randn(5, 1, 3)
    layer = rnnviz.record(model, x, keep=("h",)).layer()
    with pytest.raises(KeyError, match=r"'f' of this LSTM was not kept; record it again with keep=\('h', 'f'\)"):
        layer["f"]
    with pytest.raises(KeyError, match="LSTM has no signal 'q'; it has h"):
        layer["q"]
    with pytest.raises(ValueError, match="LSTM has no 'q' to keep; it has i, f, g, o, c, h"):
        rnnviz.record(model, x, keep=("h", "q"))


def trace() -> rnnviz.Trace:
    x = torch.randn(6, 2, 3)
    return rnnviz.record(nn.LSTM(3, 4, num_layers=2, bidirectional=True), x, tokens="abcdef", lengths=[6, 4])


def test_a_frame_has_a_row_for_each_step_and_a_column_for_each_unit():
    of = trace()
    f = of.layer(1, "backward")["f"]
    frame = of.to_frame()
    assert frame.index.names == ["time", "batch"]
    assert frame.columns.names == ["layer", "direction", "quantity", "unit"]
    assert frame.shape == (12, 2 * 2 * 6 * 4)
    assert np.array_equal(frame[1, "backward", "f"].loc[(3, 1)], f.values[3, 1], equal_nan=True)
    assert np.array_equal(f.to_frame(), frame[1, "backward", "f"], equal_nan=True)
    assert f.at(batch=0, unit=2).to_frame().columns.tolist() == ["f"]
    assert f.at(batch=0).to_frame().index.name == "time"


def test_a_dataset_is_asked_by_the_names_of_its_axes():
    pytest.importorskip("xarray")
    of = trace()
    dataset = of.to_xarray()
    asked = dataset["c"].sel(layer=1, direction="backward").isel(time=2, batch=0)
    assert np.array_equal(asked, of.layer(1, "backward")["c"].values[2, 0])
    assert dataset["token"].values.tolist() == list("abcdef")
    assert dataset["y"].dims == of.y.axes
    assert of.x.to_xarray().dims == of.x.axes


def test_without_xarray_the_way_to_it_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xarray", None)
    with pytest.raises(ImportError, match=r"pip install 'rnnviz\[xarray\]'"):
        trace().to_xarray()
