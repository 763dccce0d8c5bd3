"""What a worker and its server tell each other of a run, a JSON object on each line: nothing of a snapshot is lost.

Numbers travel as JSON writes them, which Python reads back to the last bit, NaN and infinity too; arrays as the bytes
of a safetensors file, which cannot carry code.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from rnnviz.refusals import Refused
from rnnviz.tasks import OwnSeries
from rnnviz.trace import Signal
from rnnviz.training.recipe import Recipe
from rnnviz.training.snapshots import LayerMeasures, Snapshot

Message = dict[str, Any]
_PLAIN = ("update", "loss", "accuracy", "clipped")


def line(message: Message) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode() + b"\n"


def snapshot_told(snapshot: Snapshot) -> Message:
    """All of a snapshot, as ``snapshot_of`` takes it."""
    tensors: dict[str, Tensor] = {f"weights/{name}": value for name, value in snapshot.weights.items()}
    tensors["generator"] = snapshot.generator
    kept: dict[str, Message] = {}  # of the optimizer what is no tensor
    for number, values in snapshot.optimizer.items():
        kept[str(number)] = {name: value for name, value in values.items() if not isinstance(value, Tensor)}
        tensors |= {f"optimizer/{number}/{name}": value for name, value in values.items() if isinstance(value, Tensor)}
    layers = []
    for place, layer in enumerate(snapshot.layers):
        signals = {f"gate/{name}": signal for name, signal in layer.gates.items()}
        if layer.gradient is not None:
            signals["gradient"] = layer.gradient
        tensors |= {f"layers/{place}/{key}": torch.from_numpy(signal.values.copy()) for key, signal in signals.items()}
        told = {key: _without_values(signal) for key, signal in signals.items()}
        layers.append({**layer._asdict(), "gradient": None, "gates": None, "signals": told})
    return {
        **{name: getattr(snapshot, name) for name in _PLAIN},
        "layers": layers,
        "optimizer": kept,
        "recipe": asdict(snapshot.recipe),
        "tensors": base64.b64encode(save({name: value.contiguous() for name, value in tensors.items()})).decode(),
    }


def _without_values(signal: Signal) -> Message:
    told = {name: getattr(signal, name) for name in ("name", "axes", "symbol", "bounds", "kind", "direction")}
    return told | {"bounds": signal.bounds and list(signal.bounds)}


def snapshot_of(told: Mapping[str, Any]) -> Snapshot:
    """The snapshot that ``snapshot_told`` told of. Raises what safetensors raises for bytes that it did not write."""
    tensors = load(base64.b64decode(told["tensors"]))
    layers = []
    for place, each in enumerate(told["layers"]):
        signals = {key: _signal(one, tensors[f"layers/{place}/{key}"]) for key, one in each["signals"].items()}
        gates = {key.removeprefix("gate/"): signal for key, signal in signals.items() if key.startswith("gate/")}
        measures = each | {"gradient": signals.get("gradient"), "gates": gates}
        layers.append(LayerMeasures(**{name: measures[name] for name in LayerMeasures._fields}))
    optimizer = {int(number): dict(values) for number, values in told["optimizer"].items()}
    for name, value in tensors.items():
        if name.startswith("optimizer/"):
            _kind, number, own = name.split("/", 2)
            optimizer[int(number)][own] = value
    return Snapshot(
        **{name: told[name] for name in _PLAIN},
        layers=tuple(layers),
        weights={
            name.removeprefix("weights/"): value for name, value in tensors.items() if name.startswith("weights/")
        },
        optimizer=optimizer,
        generator=tensors["generator"],
        recipe=Recipe(**told["recipe"]),
    )


def _signal(told: Mapping[str, Any], values: Tensor) -> Signal:
    bounds = told["bounds"] and tuple(told["bounds"])
    return Signal(**(dict(told) | {"axes": tuple(told["axes"]), "values": values.numpy(), "bounds": bounds}))


def series_told(series: OwnSeries) -> Message:
    """All of a series that was brought, as ``series_from`` takes it."""
    values = base64.b64encode(save({"values": series.values.contiguous()})).decode()
    return {"values": values, "names": series.channels, "file": series.file}


def series_from(told: Mapping[str, Any]) -> OwnSeries:
    return OwnSeries(load(base64.b64decode(told["values"]))["values"], tuple(told["names"]), told["file"])


def refusal_told(refusal: Refused) -> Message:
    return {"message": refusal.message, "values": {name: str(value) for name, value in refusal.values.items()}}


def refusal_of(told: Mapping[str, Any]) -> Refused:
    message = told["message"]
    return Refused(message, **told["values"])
