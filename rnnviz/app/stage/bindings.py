"""What charts draw of a board's arrays, by name: numbers travel as raw float32, once, however many charts draw them.

A figure is made complete, as it looks at the last step, for unit 0 and in the last snapshot. What the board holds as an
array is then taken out of its JSON, and assets/stage/bindings.js puts the numbers in that are looked at.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

LARGE = 2**10  # numbers; below that base64 within the figure costs less than a name of its own would save
SMALL = 2**5  # and below that even the name of an array that travels anyway is no shorter


class Bound(NamedTuple):
    """An attribute of a trace that is an array of the board; a panel of a chart has any number of them as ``bound``.

    ``by``: what it goes by. "step": the numbers at the cursor; "unit": the chosen unit over all steps; "snapshot": the
    whole array, as it is or with its columns as rows, whichever the figure draws.
    """

    trace: int
    attribute: str
    array: str
    by: Literal["step", "unit", "snapshot"]


def bind(
    rows: Sequence[Sequence[dict]], arrays: Mapping[str, np.ndarray], changing: Collection[str] = ()
) -> tuple[list, dict[str, np.ndarray]]:
    """``rows`` of panels whose figures name arrays, and those arrays that the board does not hold yet, by name.

    In place of numbers a trace has {"array": name, "by": "step" or "unit"}; of a whole array no "by", but "columns",
    the width of a picture's rows, and {"transposed": True} where it draws the array's columns as rows. Besides what
    panels have ``bound``, a picture that is equal to an array, or to another figure's picture, takes that one's name.
    ``arrays``: as they are in the last snapshot; those ``changing`` with it are bound only where a panel says so.
    Nothing is changed in place. ValueError for a ``bound`` attribute that is not the array.
    """
    names: dict[bytes, tuple[str, bool]] = {}
    for name, values in arrays.items():
        if values.size >= SMALL and name not in changing:
            names.setdefault(values.T.tobytes(), (name, True))
            names[values.tobytes()] = name, False
    moved: dict[str, np.ndarray] = {}

    def picture(sent: object) -> object:
        if not (isinstance(sent, dict) and sent.get("dtype") == "f4" and "," in sent.get("shape", "")):
            return sent
        raw = base64.b64decode(sent["bdata"])
        if raw not in names:
            if len(raw) < 4 * LARGE:
                return sent
            names[raw] = f"figure:{len(moved)}", False
            moved[names[raw][0]] = np.frombuffer(raw, "<f4")
        return _whole(*names[raw], _drawn(sent))

    def named(bound: Bound, sent: object) -> dict:
        if bound.by != "snapshot":
            return {"array": bound.array, "by": bound.by}
        drawn, values = _drawn(sent), arrays[bound.array]
        for transposed in (False, True):
            if np.array_equal(drawn, values.T if transposed else values, equal_nan=True):
                return _whole(bound.array, transposed, drawn)
        raise ValueError(
            f"Trace {bound.trace} does not draw the array {bound.array!r} as {bound.attribute}, in the last snapshot."
        )

    def chart(panel: dict) -> dict:
        if "figure" not in panel:
            return panel
        figure, rest = panel["figure"], {key: part for key, part in panel.items() if key != "bound"}
        data = [dict(trace) for trace in figure["data"]]
        for bound in panel.get("bound", ()):
            data[bound.trace][bound.attribute] = named(bound, data[bound.trace].get(bound.attribute))
        data = [{key: picture(sent) for key, sent in trace.items()} for trace in data]
        return rest | {"figure": figure | {"data": data}}

    return [[chart(panel) for panel in row] for row in rows], moved


def _whole(name: str, transposed: bool, drawn: np.ndarray) -> dict:
    columns = {"columns": drawn.shape[1]} if drawn.ndim > 1 else {}
    return {"array": name} | columns | ({"transposed": True} if transposed else {})


def _drawn(sent: Mapping) -> np.ndarray:
    """An attribute of a figure's JSON as the float32 numbers that it would travel as."""
    values = np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).astype("<f4")
    return values.reshape([int(size) for size in sent["shape"].split(",")]) if "shape" in sent else values
