"""Traces for those who go on with tables: pandas, which comes with the app, and xarray, an extra of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnviz.trace import Signal, Trace

if TYPE_CHECKING:
    import pandas
    import xarray

PER_STEP = ("time", "batch", "unit")  # the axes of what every cell of real vectors computes


def frame_of(signal: Signal) -> pandas.DataFrame:
    """See ``Signal.to_frame``. A signal of one axis has one column, called as it is."""
    import pandas

    rows = len(signal.axes) - 1 or 1
    index = pandas.MultiIndex.from_product(map(range, signal.shape[:rows]), names=signal.axes[:rows])
    index = index if rows > 1 else index.get_level_values(0)
    values = signal.values.reshape(len(index), -1)
    if len(signal.axes) == 1:
        return pandas.DataFrame(values, index, [signal.name])
    return pandas.DataFrame(values, index, pandas.RangeIndex(values.shape[1], name=signal.axes[-1]))


def frame_of_all(trace: Trace) -> pandas.DataFrame:
    """See ``Trace.to_frame``."""
    import pandas

    parts = {
        (layer.layer, layer.direction, signal.name): frame_of(signal)
        for layer in trace.layers
        for signal in layer.signals
        if signal.axes == PER_STEP
    }
    return pandas.concat(parts, axis=1, names=["layer", "direction", "quantity"]).sort_index(axis=1)


def array_of(signal: Signal) -> xarray.DataArray:
    """See ``Signal.to_xarray``."""
    told = {"symbol": signal.symbol, "kind": signal.kind}
    return _xarray().DataArray(signal.values, dims=signal.axes, name=signal.name, attrs=told)


def dataset_of(trace: Trace) -> xarray.Dataset:
    """See ``Trace.to_xarray``."""
    kept: dict[str, object] = {"x": array_of(trace.x), "y": array_of(trace.y)}
    for signal in trace.layers[0].signals:
        sides = [[trace.layer(k, side)[signal.name].values for side in trace.directions] for k in range(trace.depth)]
        kept[signal.name] = (("layer", "direction", *signal.axes), np.array(sides), array_of(signal).attrs)
    along = {"layer": range(trace.depth), "direction": list(trace.directions)}
    if trace.tokens:
        along["token"] = ("time", list(trace.tokens))
    return _xarray().Dataset(kept, along)


def _xarray():
    try:
        import xarray
    except ImportError as missing:
        raise ImportError("to_xarray needs xarray: pip install 'rnnviz[xarray]'") from missing
    return xarray
