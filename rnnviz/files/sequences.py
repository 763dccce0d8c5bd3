"""A sequence from a file: a table of numbers as text (CSV), or .npy; and the words of a vocabulary."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from rnnviz.files.content import Content, content_of
from rnnviz.files.tensors import array_of
from rnnviz.refusals import Refused

NPY = b"\x93NUMPY"
BETWEEN = re.compile(r"\s*[,;\t]\s*|\s+")


def read_sequence(file: str | Path | bytes, *, name: str = "the file", limit: int | None = None) -> Tensor:
    """Whole numbers (T,) for token ids, or numbers (T, I): a row for each step. A first row of names is left out.

    Raises Refused for what is no table, and for numbers that are not finite.
    """
    content = content_of(file, limit, name)
    values = _npy(content) if content.data[:6] == NPY else _table(content)
    if values.is_floating_point() and not torch.isfinite(values).all():
        raise Refused("{file} has numbers that are not finite. Leave those steps out.", file=content.name)
    return values


def read_vocabulary(
    file: str | Path | bytes, *, name: str = "the file", limit: int | None = None
) -> Sequence[str] | dict[str, int]:
    """The tokens in the order of their ids, one on each line or as a JSON list; or the id of each, a JSON object, also
    that of a tokenizer.json. Raises Refused for anything else."""
    content = content_of(file, limit, name)
    text = text_of(content)
    if text.lstrip()[:1] not in ("{", "["):
        return text.removesuffix("\n").split("\n")
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as wrong:
        if text.lstrip()[:1] == "[":  # a list of words may begin with "[PAD]"
            return text.removesuffix("\n").split("\n")
        raise _unreadable(content) from wrong
    for inner in ("model", "vocab"):
        value = value[inner] if isinstance(value, dict) and isinstance(value.get(inner), (dict, list)) else value
    ids = value.values() if isinstance(value, dict) else ()
    if not value or not all(isinstance(each, int) and not isinstance(each, bool) for each in ids):
        raise _unreadable(content)
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        raise _unreadable(content)
    return value


def _unreadable(content: Content) -> Refused:
    return Refused(
        "{file} is no vocabulary. Read are a token on each line, or JSON: a list, or an object that gives each token "
        "its id.",
        file=content.name,
    )


def text_of(content: Content) -> str:
    """What stands in a file. Raises Refused for what is no text."""
    try:
        return content.data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as wrong:
        raise Refused(
            "{file} is no text. Read are numbers as text in UTF-8, a row for each step, or .npy.", file=content.name
        ) from wrong


def _npy(content: Content) -> Tensor:
    try:
        array = array_of(content.data)
    except Exception as wrong:  # numpy raises whatever a broken file makes it meet
        raise Refused("{file} is a broken .npy file. Save it anew with numpy.save.", file=content.name) from wrong
    if array.dtype.kind not in "fiub" or not array.size:
        raise Refused("{file} holds no numbers.", file=content.name)
    values = torch.from_numpy(array)
    values = values.double() if values.is_floating_point() else values.long()
    if values.ndim == 3 and 1 in values.shape[:2]:  # a batch of one, first or second
        values = values.squeeze(0 if values.shape[0] == 1 else 1)
    if values.ndim not in (1, 2):
        raise Refused(
            "{file} has the shape {shape}; a sequence has (steps,) of token ids or (steps, numbers).",
            file=content.name,
            shape=tuple(values.shape),
        )
    return values


def _table(content: Content) -> Tensor:
    rows = [BETWEEN.split(line.strip(" \t,;")) for line in text_of(content).splitlines() if line.strip(" \t,;")]
    numbers = [[_number(cell) for cell in row] for row in rows]
    if numbers and None in numbers[0]:
        rows, numbers = rows[1:], numbers[1:]
    if not numbers:
        raise Refused("{file} holds no numbers.", file=content.name)
    for at, row in enumerate(numbers):
        if None in row or len(row) != len(numbers[0]):
            raise Refused(
                "{file}: row {row} of the numbers is {what}; each row has as many numbers as the first, {count}.",
                file=content.name,
                row=at + 1,
                what=" ".join(rows[at])[:40],
                count=len(numbers[0]),
            )
    if len(numbers) == 1 or len(numbers[0]) == 1:  # one row or one column
        flat = [value for row in numbers for value in row]
        if all(value == int(value) for value in flat if math.isfinite(value)) and all(map(math.isfinite, flat)):
            return torch.tensor([int(value) for value in flat])
    return torch.tensor(numbers, dtype=torch.float64)


def _number(text: str) -> float | None:
    try:
        return float(text) if text.isascii() and "_" not in text and len(text) < 40 else None
    except ValueError:
        return None
