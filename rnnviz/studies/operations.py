"""What can be done to a memory of keys and values, in words short enough for an address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rnnviz.refusals import Refused

KEYS = ("A", "B", "C")
VALUES = ("1", "2", "3", "4")
MOST = 12
USUAL = "A1.B2.C3.A4.B0"
_WORD = re.compile(r"([ABC])([0-4]?)")


class Operation(NamedTuple):
    """``value``: what is written under the key, by its name; "0" erases, "" only asks."""

    key: str
    value: str


def read_operations(text: str) -> tuple[Operation, ...]:
    """Operations by their words, "A1.B2.A0.A": write 1 under A, 2 under B, erase A, ask A.

    Refused for another word, and for none or more than ``MOST`` of them.
    """
    found = [_WORD.fullmatch(word) for word in text.split(".")]
    if not all(found) or len(found) > MOST:
        raise Refused(
            "Operations are 1 to {most} words with dots between them: A1 writes 1 under the key A, A0 erases A, A asks "
            "for A. Keys are A, B and C, values 1 to 4.",
            most=MOST,
        )
    return tuple(Operation(*match.groups()) for match in found)


def overwritten(operations: Sequence[Operation]) -> int | None:
    """The last operation that writes another value where one stands; None without any."""
    held, last = {}, None
    for k, (key, name) in enumerate(operations):
        if name not in ("", "0") and held.get(key, name) not in (name, "0"):
            last = k
        if name:
            held[key] = name
    return last


def erased(operations: Sequence[Operation]) -> int | None:
    """The last operation that erases a value; None without any."""
    held, last = {}, None
    for k, (key, name) in enumerate(operations):
        if name == "0" and held.get(key, "0") != "0":
            last = k
        if name:
            held[key] = name
    return last
