"""What the browser makes of a board and of the charts on it."""

import base64
import json
import math
import struct

import numpy as np

from rnnviz.app.stage.board import Board


def unpack(board: Board) -> tuple[dict, dict[str, np.ndarray]]:
    """The header of a payload, as strict JSON, and its arrays with a row per step."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"the header holds {constant}, which is not JSON")

    raw = board.payload().message()
    (size,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + size].decode(), parse_constant=refuse)
    body = np.frombuffer(raw[4 + size + -(4 + size) % 4 :], "<f4")
    arrays = {
        name: body[place["offset"] : place["offset"] + place["size"]].reshape(-1, place["width"])
        for name, place in header["arrays"].items()
    }
    assert sum(array.size for array in arrays.values()) == len(body)
    return header, arrays


def numbers(sent: object) -> np.ndarray:
    """The numbers of a trace, however Plotly wrote them; NaN where there is a gap."""
    if isinstance(sent, dict):
        values = np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])
        return values.reshape([int(n) for n in sent["shape"].split(",")]) if "shape" in sent else values
    return np.array([[_or_nan(v) for v in row] if isinstance(row, list) else _or_nan(row) for row in sent])


def _or_nan(value: object) -> object:
    return math.nan if value is None else value


def lines(panel: dict) -> dict[str, np.ndarray]:
    """The named lines of a chart as it is sent."""
    return {trace["name"]: numbers(trace["y"]) for trace in panel["figure"]["data"] if "name" in trace}
