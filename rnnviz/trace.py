"""The nouns: a Signal is one array with named axes, a Trace is everything that happened in one run.

Numpy only. Nothing here knows about torch, figures or pages, so a Trace can be pickled, cached and sent anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas
    import xarray

Direction = Literal["forward", "backward"]
Merge = Literal["concat", "sum", "mean", "product"]
# How two directions' states are made one, in LaTeX.
MERGED: dict[Merge, str] = {
    "concat": r"[\overrightarrow{h}_t ; \overleftarrow{h}_t]",
    "sum": r"\overrightarrow{h}_t + \overleftarrow{h}_t",
    "mean": r"\tfrac{1}{2} (\overrightarrow{h}_t + \overleftarrow{h}_t)",
    "product": r"\overrightarrow{h}_t \odot \overleftarrow{h}_t",
}


@dataclass(frozen=True, eq=False)
class Signal:
    """One named quantity with named axes.

    ``name``: the code's name ("f"). ``axes``: one name per dimension, for instance ("time", "batch", "unit").
    ``values``: read-only array. ``symbol``: LaTeX. ``bounds``: the interval that the quantity can never leave,
    or None. ``kind``: "value" for what the network computed, "gradient" for dL/d(it). ``direction``: the one whose
    steps these are; a "time" axis is in sequence order for both. ``np.asarray(signal)`` is the array.
    """

    name: str
    axes: tuple[str, ...]
    values: np.ndarray
    symbol: str = ""
    bounds: tuple[float, float] | None = None
    kind: Literal["value", "gradient"] = "value"
    direction: Direction = "forward"

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.ndim != len(self.axes):
            raise ValueError(
                f"signal {self.name!r} has shape {values.shape} but {len(self.axes)} axis names {self.axes}; "
                "give one name per dimension"
            )
        values = values.view()
        values.setflags(write=False)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "axes", tuple(self.axes))

    def __setstate__(self, state: dict) -> None:
        """Unpickle: numpy forgets that an array was read-only, so a cached signal would come back writable."""
        self.__dict__.update(state)
        self.values.setflags(write=False)

    def __array__(self, dtype: np.typing.DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        """``values`` for numpy: the read-only array itself, or a copy of it where one is asked for or needed."""
        return np.array(self.values, dtype=dtype, copy=copy)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def dtype(self) -> np.dtype:
        return self.values.dtype

    def __len__(self) -> int:
        """The size of the first axis."""
        return len(self.values)

    def at(self, **index: int | slice) -> Signal:
        """Fix axes at a position: ``signal.at(batch=0)`` has no axis "batch"; ``time=slice(2, 5)`` keeps it."""
        unknown = [axis for axis in index if axis not in self.axes]
        if unknown:
            raise KeyError(f"signal {self.name!r} has no axis {unknown[0]!r}; it has {', '.join(self.axes)}")
        where = tuple(index.get(axis, slice(None)) for axis in self.axes)
        axes = tuple(axis for axis in self.axes if isinstance(index.get(axis, slice(None)), slice))
        return replace(self, values=self.values[where], axes=axes)

    def to_frame(self) -> pandas.DataFrame:
        """The numbers as a pandas.DataFrame: the last axis along the columns, all others in the index, from 0."""
        from rnnviz import trace_tables

        return trace_tables.frame_of(self)

    def to_xarray(self) -> xarray.DataArray:
        """The numbers as an xarray.DataArray, which keeps the axes' names."""
        from rnnviz import trace_tables

        return trace_tables.array_of(self)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{axis}={size}" for axis, size in zip(self.axes, self.values.shape, strict=True))
        return f"Signal({self.name!r}, {sizes}, {self.values.dtype}, {self.kind})"


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """All signals of one layer in one direction, in the order in which the cell computes them.

    The time axis is in sequence order for both directions: index t is position t of the sentence. ``initial`` holds
    the state before the first step that this direction reads ("h", and "c" where the cell has one), axes
    ("batch", "unit"). ``lengths``: as in ``Trace``. ``output``: the signal that the layer above reads. ``held``: of
    each quantity that was held at values from outside, where it was, with the axes of its signal. ``left_out``: what
    was computed and not kept.
    """

    cell: str
    layer: int
    direction: Direction
    signals: tuple[Signal, ...]
    initial: dict[str, Signal] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    output: str = "h"
    held: dict[str, Signal] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Signal:
        for signal in self.signals:
            if signal.name == name:
                return signal
        if name in self.left_out:
            kept = ", ".join(map(repr, (*self.names, name)))
            raise KeyError(f"{name!r} of this {self.cell} was not kept; record it again with keep=({kept})")
        raise KeyError(f"{self.cell} has no signal {name!r}; it has {', '.join(self.names)}")

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(signal.name for signal in self.signals)

    def previous(self, name: str = "h") -> Signal:
        """The state that each step started from, in its reading order; of an output that is none, zeros at first."""
        state, is_output = self[name], name == self.output and name not in self.initial
        first = np.zeros_like(state.values[:1]) if is_output else self.initial[name].values[None]
        if self.direction == "forward":
            values = np.concatenate([first, state.values[:-1]])
        else:
            values = np.concatenate([state.values[1:], first])
        for b, length in enumerate(self.lengths):
            if self.direction == "backward":  # it starts to read at each sequence's own last step
                values[length - 1, b] = first[0, b]
            values[length:, b] = np.nan
        return replace(state, values=values, symbol=rf"{name}_{{t-1}}")


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that happened in one run: the input, every layer and direction, the output.

    ``x``: ("time", "batch", "input"), what the first layer saw (embedded, if the network has an embedding).
    ``y``: the output. For a bare torch module the last layer's states, ("time", "batch", "output"); for a
    Network its readout, with or without the time axis. ``tokens``: the text under the time axis, or ().
    ``lengths``: how many steps each sequence of the batch has, or () where all have as many as there are. Past its
    end a sequence is NaN in every signal: nothing happened there.
    """

    x: Signal
    layers: tuple[LayerTrace, ...]
    y: Signal
    tokens: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()

    def save(self, path: str | Path) -> None:
        """Write everything to one ``.npz`` file, which ``Trace.load`` and any numpy read."""
        from rnnviz import trace_files

        trace_files.save(self, path)

    @staticmethod
    def load(path: str | Path) -> Trace:
        """A trace that ``save`` wrote, in every bit. ValueError for any other file."""
        from rnnviz import trace_files

        return trace_files.load(path)

    def to_frame(self) -> pandas.DataFrame:
        """Every quantity as a pandas.DataFrame: a row for each step of each sequence, columns (layer, direction,
        quantity, unit): ``frame[0, "forward", "f"]`` has a column for each unit."""
        from rnnviz import trace_tables

        return trace_tables.frame_of_all(self)

    def to_xarray(self) -> xarray.Dataset:
        """Every quantity as an xarray.Dataset: ``dataset["f"].sel(layer=0, direction="forward")``."""
        from rnnviz import trace_tables

        return trace_tables.dataset_of(self)

    @property
    def steps(self) -> int:
        return self.x.values.shape[0]

    @property
    def depth(self) -> int:
        """How many layers lie above one another."""
        return len({layer.layer for layer in self.layers})

    @property
    def directions(self) -> tuple[Direction, ...]:
        """In which directions each layer reads, forward first."""
        return tuple(dict.fromkeys(layer.direction for layer in self.layers))

    def layer(self, index: int = 0, direction: Direction = "forward") -> LayerTrace:
        for layer in self.layers:
            if layer.layer == index and layer.direction == direction:
                return layer
        there = ", ".join(f"({layer.layer}, {layer.direction!r})" for layer in self.layers)
        raise KeyError(f"this trace has no layer ({index}, {direction!r}); it has {there}")

    def merged(self, layer: int = 0, how: Merge = "concat") -> Signal:
        """What the directions of one layer know together at each step, ("time", "batch", "unit"): their outputs, h.

        ``how``: "concat" puts the backward units after the forward ones, which is what the next layer and a readout
        of a torch network see; "sum", "mean" and "product" work unit by unit. With one direction, whatever ``how``, it
        is that direction's own. ValueError for an unknown ``how``, KeyError for a layer that is not there.
        """
        if how not in MERGED:
            raise ValueError(f"unknown way to merge {how!r}; the ways are {', '.join(MERGED)}")
        sides = [self.layer(layer, direction) for direction in self.directions]
        sides = [side[side.output] for side in sides]
        if len(sides) == 1:
            return sides[0]
        forward, backward = (side.values for side in sides)
        bounds = sides[0].bounds
        if how == "concat":
            values = np.concatenate([forward, backward], -1)
        elif how == "product":
            values = forward * backward
            # Infinity stands for as large as one likes, and zero times that is zero.
            corners = [a * b if a and b else 0.0 for a in bounds or () for b in bounds or ()]
            bounds = (min(corners), max(corners)) if corners else None
        else:
            values = forward + backward
            if how == "mean":
                values = values / 2
            elif bounds:
                bounds = (2 * bounds[0], 2 * bounds[1])
        return replace(sides[0], values=values, symbol=MERGED[how], bounds=bounds)
