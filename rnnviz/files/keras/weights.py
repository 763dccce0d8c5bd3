"""One layer SimpleRNN, LSTM or GRU of a Keras file, in the words and the order of rows of our cells.

https://keras.io/api/layers/recurrent_layers/ defines what the layers compute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.files.inventory import Recurrence
from rnnviz.files.keras.layers import SHARED, Layer


class Weights(NamedTuple):
    """Of a file: its arrays by their paths, and of a group, the names of those in it in the order of Keras."""

    arrays: Mapping[str, np.ndarray]
    names: Mapping[str, Sequence[str]]


# For each of our blocks of rows, in order, which of the file's it is: ours are h; i f g o; r z n.
BLOCKS = {"SimpleRNN": (0,), "LSTM": (0, 1, 2, 3), "GRU": (1, 0, 2)}  # the file's are h; i f c o; z r h
ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "linear": "identity"}


def recurrence_of(layer: Layer, weights: Weights) -> Recurrence:
    """Raises ValueError with the layer's name for what our cells do not compute."""
    name, own = layer.name, layer.config
    other = (layer.outer.get("backward_layer") or {}).get("config", own)
    if layer.both and layer.outer.get("merge_mode") != "concat":
        raise ValueError(f"{name} merges its directions by {layer.outer.get('merge_mode')!r}; only 'concat' is read")
    if layer.both and (own.get("go_backwards") or any(own.get(key) != other.get(key) for key in SHARED)):
        raise ValueError(f"{name} has two directions that are not alike")
    if layer.calls != 1 or len(layer.reads) > 1:
        raise ValueError(f"{name} is called {layer.calls} times on {len(layer.reads)} layers; one call on one is read")
    activation, gate = own.get("activation"), own.get("recurrent_activation", "sigmoid")
    if gate != "sigmoid" or activation not in (ACTIVATIONS if layer.kind == "SimpleRNN" else ("tanh",)):
        raise ValueError(
            f"{name} has the activations {activation!r} and {gate!r}; read are 'tanh' with 'sigmoid' gates, and of a "
            f"SimpleRNN {', '.join(ACTIVATIONS)}"
        )
    arrays, sides = arrays_of(layer, weights), 1 + layer.both
    bias, units = bool(own.get("use_bias", True)), int(own["units"])
    if len(arrays) != sides * (2 + bias):
        raise ValueError(f"{name} has {len(arrays)} arrays; with these options it must have {sides * (2 + bias)}")
    dtype = torch.float64 if {array.dtype for array in arrays} == {torch.float64} else torch.float32
    rows = [arrays[side * (2 + bias) :][: 2 + bias] for side in range(sides)]
    after = layer.kind == "GRU" and bool(own.get("reset_after", False))
    structure = {"cell": {"SimpleRNN": "RNN", "GRU": "GRU" if after else "GRU 2014"}.get(layer.kind, layer.kind)}
    structure |= {"input_size": arrays[0].shape[0], "hidden_size": units, "bidirectional": layer.both, "bias": bias}
    structure |= {"backward": True} if own.get("go_backwards") else {}
    structure |= {"nonlinearity": ACTIVATIONS[activation]} if layer.kind == "SimpleRNN" else {}
    sets = tuple(_named(name, layer.kind, each, units, after, dtype) for each in rows)
    stored = {str(array.dtype).removeprefix("torch.") for array in arrays} - {str(dtype).removeprefix("torch.")}
    notes = (f"stored as {', '.join(sorted(stored))}, computed in float32",) if stored else ()
    return Recurrence(name, structure, sets, notes=notes)


def _named(
    name: str, kind: str, arrays: list[Tensor], units: int, after: bool, dtype: torch.dtype
) -> dict[str, nn.Parameter | None]:
    """One direction's weights in our order of rows, under our names."""
    kernel, recurrent, *bias = (array.to(dtype) for array in arrays)
    rows = len(BLOCKS[kind]) * units
    wanted = [(kernel.shape[0], rows), (units, rows), *[(2, rows) if after else (rows,)] * len(bias)]
    if [tuple(array.shape) for array in arrays] != wanted or not kernel.numel():
        shapes = ", ".join(str(tuple(array.shape)) for array in arrays)
        raise ValueError(f"{name} has arrays of shapes {shapes}; with {units} units they must be {wanted}")
    if not all(bool(torch.isfinite(array).all()) for array in arrays):
        raise ValueError(f"{name} has numbers that are not finite")

    def ours(columns: Tensor) -> nn.Parameter:
        blocks = columns.t().split(units) if columns.ndim == 2 else columns.split(units)
        return nn.Parameter(torch.cat([blocks[block] for block in BLOCKS[kind]]).contiguous())

    both = (None, None) if not bias else (bias[0] if after else (bias[0], torch.zeros_like(bias[0])))
    biases = dict(zip(("bias_ih", "bias_hh"), (None if each is None else ours(each) for each in both), strict=True))
    return {"weight_ih": ours(kernel), "weight_hh": ours(recurrent), **biases}


def arrays_of(layer: Layer, weights: Weights) -> list[Tensor]:
    """The weights of a layer in the order of Keras, those of a forward direction before those of a backward one."""
    place = f"layers/{layer.place}/"
    if any(name.startswith("layers/") for name in weights.arrays):  # .keras
        paths = [name for name in weights.arrays if name.startswith(place)]
        paths.sort(key=lambda path: ("backward_layer" in path, [part.zfill(6) for part in path.split("/")]))
    else:
        group = next((name for name in (f"model_weights/{layer.name}", layer.name) if name in weights.names), "")
        paths = [f"{group}/{name}" for name in weights.names.get(group, ()) if "seed" not in name]
    missing = [path for path in paths if path not in weights.arrays]
    if missing or not paths:
        raise ValueError(f"the weights of {layer.name} are not there as plain arrays of numbers")
    arrays = [torch.from_numpy(weights.arrays[path]) for path in paths]
    return [array if array.dtype == torch.float64 else array.float() for array in arrays]
