"""Columns of numbers over time from a table as text (CSV), as they are found: with names, dates, gaps and words.

A gap within a column is filled along the straight line between its neighbours, one at an end is left out, a column of
words is not offered: what was done is said.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.files.content import Content, content_of
from rnnviz.files.sequences import text_of
from rnnviz.refusals import Refused

LARGEST = 1e100  # so that squares and their sums stay within float64
MOST_ROWS, MOST_COLUMNS = 20_000, 64
GAPS = {"", "na", "n/a", "nan", "null", "none", "-", "?"}
MOST_GAPS = 0.2  # of a column: more would be drawn by us, not measured
LONGEST_NAME = 24


class Table(NamedTuple):
    """The columns of numbers of a file, and the names of those ``words`` that are none. ``file``: its name."""

    file: str
    columns: dict[str, tuple[float, ...]]
    words: tuple[str, ...]


class Picked(NamedTuple):
    """Some columns of a table side by side. ``values``: (T, C), float64, without a gap. ``filled``: how many numbers
    were filled in; ``dropped``: how many rows at both ends were left out."""

    values: Tensor
    names: tuple[str, ...]
    filled: int
    dropped: int


def read_table(file: str | Path | bytes, *, name: str = "the file", limit: int | None = None) -> Table:
    """A table with a row per step and a column per variable, between commas, semicolons, tabs or spaces.

    A first row without a number gives the columns' names. Raises Refused for what is no table, for one without a column
    of numbers, and for one row.
    """
    content = content_of(file, limit, name)
    rows = _rows(content)
    names = _names(rows)
    body = rows[1:] if names else rows
    width = max((len(row) for row in body), default=0)
    names = names or [f"column {k + 1}" for k in range(width)]
    if len(body) > MOST_ROWS or width > MOST_COLUMNS:
        raise Refused(
            "{file} has {rows} rows and {columns} columns; the limit is {most} rows and {across} columns. Shorten it.",
            file=content.name,
            rows=f"{len(body):,}",
            columns=width,
            most=f"{MOST_ROWS:,}",
            across=MOST_COLUMNS,
        )
    names = _apart([*names, *(f"column {k + 1}" for k in range(len(names), width))][:width])
    columns: dict[str, tuple[float, ...]] = {}
    words = []
    for k, title in enumerate(names):
        values = [_value(row[k] if k < len(row) else "") for row in body]
        if None in values or all(math.isnan(value) for value in values):
            words.append(title)
        else:
            columns[title] = tuple(values)
    if not columns:
        raise Refused(
            "{file} has no column of numbers. A series is a column with a number in each row.", file=content.name
        )
    if len(body) == 1:
        raise Refused("{file} has one row of numbers. A series needs a row for each step.", file=content.name)
    return Table(content.name, columns, tuple(words))


def pick(table: Table, names: tuple[str, ...]) -> Picked:
    """Columns by name as a series without gaps. Raises Refused for a name that is not there, for too many gaps, and for
    numbers that nothing can be computed with."""
    if unknown := [name for name in names if name not in table.columns]:
        raise Refused("{file} has no column of numbers {name}.", file=table.file, name=unknown[0][:40])
    values = torch.tensor([table.columns[name] for name in names], dtype=torch.float64).T
    there = values.isnan().logical_not()
    whole = there.all(1).nonzero()[:, 0].tolist()
    if not whole:
        raise Refused("No row of {file} has a number in each chosen column.", file=table.file)
    kept = slice(whole[0], whole[-1] + 1)
    dropped, values, there = len(values) - (kept.stop - kept.start), values[kept].clone(), there[kept]
    for k, name in enumerate(names):
        column = values[:, k]
        if (largest := column[there[:, k]].abs().max().item()) > LARGEST:
            raise Refused(
                "{name} has a number of size {size}; numbers up to {most} can be computed with.",
                name=name,
                size=f"{largest:.0e}",
                most=f"{LARGEST:.0e}",
            )
        gaps = int((~there[:, k]).sum())
        if gaps > MOST_GAPS * len(column):
            raise Refused(
                "{name} has {gaps} gaps in {rows} rows; at most {most} of its rows can be filled in.",
                name=name,
                gaps=f"{gaps:,}",
                rows=f"{len(column):,}",
                most=f"{MOST_GAPS:.0%}",
            )
        values[:, k] = _filled(column, there[:, k])
    return Picked(values, tuple(names), int((~there).sum()), dropped)


def _filled(column: Tensor, there: Tensor) -> Tensor:
    """Gaps along the straight line between what stands before and after them."""
    places = np.arange(len(column))
    return torch.from_numpy(np.interp(places, places[there.numpy()], column[there].numpy()))


def _rows(content: Content) -> list[list[str]]:
    text = text_of(content)
    if "\0" in text:
        raise Refused("{file} is no text. A series is a table as text (CSV).", file=content.name)
    lines = [line for line in text.splitlines() if line.strip(" \t,;")]
    if not lines:
        raise Refused("{file} holds no numbers.", file=content.name)
    count = {mark: sum(mark in line for line in lines) for mark in ("\t", ";", ",")}
    between = max(count, key=lambda mark: count[mark])
    if count[between] < len(lines) / 2:
        return [line.split() for line in lines]
    try:
        read = csv.reader(io.StringIO("\n".join(lines)), delimiter=between)
        return [[cell.strip() for cell in row] for row in read]
    except csv.Error as wrong:
        raise Refused("{file} is no table that can be read.", file=content.name) from wrong


def _names(rows: list[list[str]]) -> list[str]:
    """The cells of a first row in which no cell is a number, where a later one has some; else []."""
    first = rows[0]
    if all(_value(cell) is None or cell.lower() in GAPS for cell in first):
        return [cell[:LONGEST_NAME] or f"column {k + 1}" for k, cell in enumerate(first)]
    return []


def _apart(names: list[str]) -> list[str]:
    """Each name once: one that comes again has its place behind it."""
    return [name if names.index(name) == k else f"{name} ({k + 1})" for k, name in enumerate(names)]


def _value(cell: str) -> float | None:
    """A number, NaN for a gap, None for words."""
    if cell.lower() in GAPS:
        return math.nan
    try:
        value = float(cell) if cell.isascii() and "_" not in cell and len(cell) < 40 else None
    except ValueError:
        return None
    if value is not None and math.isinf(value):
        return None
    return value
