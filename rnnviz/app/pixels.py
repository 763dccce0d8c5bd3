"""What a network reads of ink or of sound, as a small image of one place per number."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from torch import Tensor

from rnnviz.figures import style

READ_AS_PICTURE = ("strokes", "sounds")  # tasks whose input is seen at a glance
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_as_picture(task: str, x: Tensor) -> str:
    """What a network of the ``task`` reads, (T, 1, channels), as HTML: ink row by row; sound from left to right, the
    low frequencies below."""
    values = x[:, 0].numpy()
    if task == "sounds":
        values = (values.T[::-1] - values.min()) / max(float(np.ptp(values)), 1e-6)
    return f'<img class="pixels" alt="" src="{source(values)}">'


def source(values: np.ndarray) -> str:
    """Numbers from 0 to 1, (rows, columns), as the source of an image: the more, the less the page shines through."""
    rows, columns = values.shape
    dots = np.empty((rows, columns, 4), np.uint8)
    dots[..., :3] = [int(style.INK[k : k + 2], 16) for k in (1, 3, 5)]
    dots[..., 3] = np.rint(255 * np.clip(np.nan_to_num(values), 0, 1))
    lines = np.concatenate([np.zeros((rows, 1), np.uint8), dots.reshape(rows, -1)], 1)  # each begins with its filter
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0),
        b"IDAT": zlib.compress(lines.tobytes()),
        b"IEND": b"",
    }
    chunks = (struct.pack(">I", len(data)) + kind + data + _check(kind + data) for kind, data in parts.items())
    return "data:image/png;base64," + base64.b64encode(_SIGNATURE + b"".join(chunks)).decode()


def _check(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))
