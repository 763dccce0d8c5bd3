"""The log of a watched loop: its records in order, as a table, and in a file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, overload

import numpy as np
import torch
from torch import nn

from rnnviz.trace import Signal
from rnnviz.watching.records import Record, WatchedCall, WatchedLayer

if TYPE_CHECKING:
    import pandas

_FORM = "rnnviz log 1"


class Log(Sequence[Record]):
    """The records of the steps that were looked at. ``model``: the one that was watched; None of a log from a file.
    ``updates``: how many the loop has made until now; of a log from a file, until the last record at least."""

    def __init__(
        self,
        records: Iterable[Record] = (),
        model: nn.Module | None = None,
        step: Callable[[], None] | None = None,
    ) -> None:
        self._records, self.model, self._step = list(records), model, step
        self.updates = self._records[-1].step + 1 if self._records else 0

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index):
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Record) -> None:
        self._records.append(record)

    def step(self) -> None:
        """Tell, between the last backward pass of a step and its update, that the update is made by hand."""
        if self._step is None:
            raise ValueError("this log is that of no running loop")
        self._step()

    def to_frame(self) -> pandas.DataFrame:
        """A row for each time step of each layer of each call, index (step, call, module, layer, direction, time).

        Columns: "log10 dL/dh" (and c), of all sequences together; each gate's mean by its letter; "gradient_norm" and
        "clipped" of the whole training step.
        """
        import pandas

        parts = {}
        for record in self:
            for number, call in enumerate(record.calls):
                for layer in call.layers:
                    columns = {f"log10 dL/d{name}": layer.together(name).values for name in layer.norms}
                    columns |= {name: gate.values for name, gate in layer.gates.items()}
                    columns |= {"gradient_norm": record.gradient_norm, "clipped": record.clipped}
                    place = record.step, number, call.module, layer.layer, layer.direction
                    parts[place] = pandas.DataFrame(columns)
        names = ["step", "call", "module", "layer", "direction", "time"]
        if not parts:
            return pandas.DataFrame(index=pandas.MultiIndex.from_tuples([], names=names))
        return pandas.concat(parts, names=names)

    def of_module(self, name: str) -> Log:
        """What a module did: of each record its last call, if there is one, and no weights."""
        own = []
        for record in self:
            calls = [call for call in record.calls if call.module == name]
            if calls:
                own.append(replace(record, calls=(calls[-1],), weights=None))
        return Log(own)

    def save(self, path: str | Path | IO[bytes]) -> None:
        """Write everything, snapshots too, to one ``.npz`` file, which ``Log.load`` and any numpy read."""
        arrays: dict[str, np.ndarray] = {}

        def told(signal: Signal, key: str) -> dict:
            arrays[key] = signal.values
            return {field.name: getattr(signal, field.name) for field in fields(Signal) if field.name != "values"}

        def layer(each: WatchedLayer, place: str) -> dict:
            plain = {name: getattr(each, name) for name in ("cell", "layer", "direction", "shut", "open", "lengths")}
            signals = {
                kind: {name: told(s, f"{place}/{kind}/{name}") for name, s in getattr(each, kind).items()}
                for kind in ("norms", "gates")
            }
            return plain | signals

        def record(each: Record, place: str) -> dict:
            for name, value in (each.weights or {}).items():
                arrays[f"{place}/weights/{name}"] = value.cpu().numpy()
            calls = [
                {"module": call.module, "layers": [layer(one, f"{place}/{k}/{j}") for j, one in enumerate(call.layers)]}
                for k, call in enumerate(each.calls)
            ]
            plain = {name: getattr(each, name) for name in ("step", "gradient_norm", "applied_norm")}
            return plain | {"calls": calls, "weights": None if each.weights is None else list(each.weights)}

        what = {"form": _FORM, "records": [record(each, str(k)) for k, each in enumerate(self)]}
        told_whole = np.array(json.dumps(what))
        if not isinstance(path, (str, Path)):
            np.savez_compressed(path, what=told_whole, **arrays)
            return
        with Path(path).open("wb") as file:  # under the very name that was given
            np.savez_compressed(file, what=told_whole, **arrays)

    @staticmethod
    def load(path: str | Path | IO[bytes]) -> Log:
        """A log that ``save`` wrote, without the model. ValueError for any other file."""
        try:
            with np.load(path, allow_pickle=False) as file:
                what = json.loads(str(file["what"]))
                if what["form"] != _FORM:
                    raise ValueError(what["form"])
                arrays = {name: file[name] for name in file.files}
                return Log([_record(told, str(k), arrays) for k, told in enumerate(what["records"])])
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{str(path)!r} is no log that Log.save wrote ({error})") from error


def _record(told: dict, place: str, arrays: dict[str, np.ndarray]) -> Record:
    def signal(one: dict, key: str) -> Signal:
        bounds = one["bounds"] and tuple(one["bounds"])
        return Signal(**one | {"axes": tuple(one["axes"]), "bounds": bounds, "values": arrays[key]})

    def layer(one: dict, at: str) -> WatchedLayer:
        signals = {
            kind: {name: signal(each, f"{at}/{kind}/{name}") for name, each in one[kind].items()}
            for kind in ("norms", "gates")
        }
        return WatchedLayer(**one | signals | {"lengths": tuple(one["lengths"])})

    calls = tuple(
        WatchedCall(call["module"], tuple(layer(one, f"{place}/{k}/{j}") for j, one in enumerate(call["layers"])))
        for k, call in enumerate(told["calls"])
    )
    weights = told["weights"]
    if weights is not None:
        weights = {name: torch.from_numpy(arrays[f"{place}/weights/{name}"]) for name in weights}
    return Record(told["step"], calls, told["gradient_norm"], told["applied_norm"], weights)
