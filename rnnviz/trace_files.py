"""A trace as one ``.npz`` file: its arrays by name, and beside them, as JSON text, what they are.

Nothing in such a file is code: it is read without pickle.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from rnnviz.trace import LayerTrace, Signal, Trace

_FORM = "rnnviz trace 1"


def save(trace: Trace, path: str | Path) -> None:
    """Write a trace to a file, which any numpy reads: "x", "y", of each layer "0/forward/h", "0/forward/initial/h"."""
    arrays: dict[str, np.ndarray] = {}

    def told(signal: Signal, key: str) -> dict:
        arrays[key] = signal.values
        return {field.name: getattr(signal, field.name) for field in fields(Signal) if field.name != "values"}

    def layer(one: LayerTrace) -> dict:
        place = f"{one.layer}/{one.direction}"
        plain = {name: getattr(one, name) for name in ("cell", "layer", "direction", "lengths", "output", "left_out")}
        named = {
            kind: {name: told(signal, f"{place}/{kind}/{name}") for name, signal in getattr(one, kind).items()}
            for kind in ("initial", "held")
        }
        return plain | named | {"signals": {s.name: told(s, f"{place}/{s.name}") for s in one.signals}}

    what = {"form": _FORM, "tokens": trace.tokens, "lengths": trace.lengths}
    what |= {"layers": [layer(one) for one in trace.layers], "x": told(trace.x, "x"), "y": told(trace.y, "y")}
    with Path(path).open("wb") as file:  # under the very name that was given
        np.savez_compressed(file, what=np.array(json.dumps(what)), **arrays)


def load(path: str | Path) -> Trace:
    """A trace that ``save`` wrote. ValueError for any other file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            what = json.loads(str(file["what"]))
            if what["form"] != _FORM:
                raise ValueError(what["form"])
            return _trace(what, {name: file[name] for name in file.files})
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{str(path)!r} is no trace that Trace.save wrote ({error})") from error


def _trace(what: dict, arrays: dict[str, np.ndarray]) -> Trace:
    def signal(told: dict, key: str) -> Signal:
        bounds = told["bounds"] and tuple(told["bounds"])
        return Signal(**told | {"axes": tuple(told["axes"]), "bounds": bounds, "values": arrays[key]})

    def layer(told: dict) -> LayerTrace:
        place = f"{told['layer']}/{told['direction']}"
        named = {
            kind: {name: signal(one, f"{place}/{kind}/{name}") for name, one in told[kind].items()}
            for kind in ("initial", "held")
        }
        signals = tuple(signal(one, f"{place}/{name}") for name, one in told["signals"].items())
        tuples = {name: tuple(told.get(name, ())) for name in ("lengths", "left_out")}
        return LayerTrace(**told | named | tuples | {"signals": signals})

    layers = tuple(map(layer, what["layers"]))
    x, y = signal(what["x"], "x"), signal(what["y"], "y")
    return Trace(x, layers, y, tuple(what["tokens"]), tuple(what["lengths"]))
