"""Which line of a TOML file a key stands in: ``tomllib`` says it of what is no TOML, and of nothing else."""

from __future__ import annotations

import re

# A part of a file by the names on the way to it; of several tables of a name, each also by its place, from 0.
Path = tuple[str | int, ...]
_HEADER = re.compile(r"\s*\[(\[?)\s*([\w.\-]+)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*([\w.\-]+)\s*=\s*(.*)")
_LONG = re.compile(r'"""|' + "'''")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table and of every key that begins one."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    inside = None  # the quotes of a text over several lines, in which nothing is a key
    for number, line in enumerate(text.splitlines(), 1):
        rest = line
        if inside is None:
            if header := _HEADER.fullmatch(line):
                table = _table(header[2].split("."), counts, bool(header[1]))
                found.setdefault(table, number)
                if header[1]:
                    found.setdefault(table[:-1], number)  # of all tables of that name: the first
            elif key := _KEY.match(line):
                names = key[1].split(".")
                for end in range(1, len(names) + 1):
                    found.setdefault((*table, *names[:end]), number)
                rest = key[2]
        for quotes in _LONG.findall(rest):
            if inside is None:
                inside = quotes
            elif inside == quotes:
                inside = None
    return found


def _table(names: list[str], counts: dict[Path, int], another: bool) -> Path:
    """The path of a header; in front of its last name stand the latest of each list of tables."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if another and place == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def line_of(lines: dict[Path, int], path: Path) -> int:
    """Of what stands at ``path``, or of the nearest around it that begins a line."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
