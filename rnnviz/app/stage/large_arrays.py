"""Arrays of figures, taken out of their JSON: they travel as raw float32, once, however many charts draw them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import numpy as np

LARGE = 2**10  # numbers; below that base64 within the figure costs less than it would save


def move_out(rows: Sequence[Sequence[dict]], arrays: Mapping[str, np.ndarray]) -> tuple[list, dict[str, np.ndarray]]:
    """``rows`` of panels whose figures name their large float32 arrays, and those arrays by name.

    In place of such an array a trace has {"array": name, "columns": width of its rows}; assets/stage.js puts it back.
    What is equal to one of the ``arrays`` that the board holds already, or to another figure's, takes that one's name;
    {"transposed": True} where the figure draws its columns as rows, as a picture of units over time does. Nothing is
    changed in place.
    """
    names: dict[bytes, tuple[str, bool]] = {}
    for name, values in arrays.items():
        if values.size >= LARGE:
            names.setdefault(values.T.tobytes(), (name, True))
            names[values.tobytes()] = name, False
    moved: dict[str, np.ndarray] = {}

    def attribute(sent: object) -> object:
        if not (isinstance(sent, dict) and sent.get("dtype") == "f4" and "," in sent.get("shape", "")):
            return sent
        count, columns = map(int, sent["shape"].split(","))
        if count * columns < LARGE:
            return sent
        raw = base64.b64decode(sent["bdata"])
        if raw not in names:
            names[raw] = f"figure:{len(moved)}", False
            moved[names[raw][0]] = np.frombuffer(raw, "<f4")
        name, transposed = names[raw]
        return {"array": name, "columns": columns} | ({"transposed": True} if transposed else {})

    def panel(one: dict) -> dict:
        if "figure" not in one:
            return one
        data = [{key: attribute(sent) for key, sent in trace.items()} for trace in one["figure"]["data"]]
        return one | {"figure": one["figure"] | {"data": data}}

    return [[panel(one) for one in row] for row in rows], moved
