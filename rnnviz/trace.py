"""The nouns: a Signal is one array with named axes, a Trace is everything that happened in one run.

Numpy only. Nothing here knows about torch, figures or pages, so a Trace can be pickled, cached and sent anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

Direction = Literal["forward", "backward"]


@dataclass(frozen=True, eq=False)
class Signal:
    """One named quantity with named axes.

    ``name``: the code's name ("f"). ``axes``: one name per dimension, for instance ("time", "batch", "unit").
    ``values``: read-only array. ``symbol``: LaTeX. ``bounds``: the interval that the quantity can never leave,
    or None. ``kind``: "value" for what the network computed, "gradient" for dL/d(it).
    """

    name: str
    axes: tuple[str, ...]
    values: np.ndarray
    symbol: str = ""
    bounds: tuple[float, float] | None = None
    kind: Literal["value", "gradient"] = "value"

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

    def at(self, **index: int) -> Signal:
        """Fix one or more axes at a position: ``signal.at(batch=0)`` has no axis "batch" any more."""
        unknown = [axis for axis in index if axis not in self.axes]
        if unknown:
            raise KeyError(f"signal {self.name!r} has no axis {unknown[0]!r}; it has {', '.join(self.axes)}")
        where = tuple(index.get(axis, slice(None)) for axis in self.axes)
        axes = tuple(axis for axis in self.axes if axis not in index)
        return replace(self, values=self.values[where], axes=axes)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{axis}={size}" for axis, size in zip(self.axes, self.values.shape, strict=True))
        return f"Signal({self.name!r}, {sizes}, {self.values.dtype}, {self.kind})"


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """All signals of one layer in one direction, in the order in which the cell computes them.

    The time axis is in sequence order for both directions: index t is position t of the sentence. ``initial`` holds
    the state before the first step that this direction reads ("h", and "c" where the cell has one), axes
    ("batch", "unit").
    """

    cell: str
    layer: int
    direction: Direction
    signals: tuple[Signal, ...]
    initial: dict[str, Signal] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Signal:
        for signal in self.signals:
            if signal.name == name:
                return signal
        raise KeyError(f"{self.cell} has no signal {name!r}; it has {', '.join(self.names)}")

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(signal.name for signal in self.signals)

    def previous(self, name: str = "h") -> Signal:
        """The state that each step started from: "h" or "c" shifted by one step in this direction's reading order."""
        state, first = self[name], self.initial[name].values[None]
        if self.direction == "forward":
            values = np.concatenate([first, state.values[:-1]])
        else:
            values = np.concatenate([state.values[1:], first])
        return replace(state, values=values, symbol=rf"{name}_{{t-1}}")


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that happened in one run: the input, every layer and direction, the output.

    ``x``: ("time", "batch", "input"), what the first layer saw (embedded, if the network has an embedding).
    ``y``: the output. For a bare torch module the last layer's states, ("time", "batch", "output"); for a
    Network its readout, with or without the time axis. ``tokens``: the text under the time axis, or ().
    """

    x: Signal
    layers: tuple[LayerTrace, ...]
    y: Signal
    tokens: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        return self.x.values.shape[0]

    def layer(self, index: int = 0, direction: Direction = "forward") -> LayerTrace:
        for layer in self.layers:
            if layer.layer == index and layer.direction == direction:
                return layer
        there = ", ".join(f"({layer.layer}, {layer.direction!r})" for layer in self.layers)
        raise KeyError(f"this trace has no layer ({index}, {direction!r}); it has {there}")
