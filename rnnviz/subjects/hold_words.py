"""A hold as one word of an address, and as Python."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rnnviz.holding import PREVIOUS, Hold
from rnnviz.refusals import Refused
from rnnviz.subjects.limits import MAX_LENGTH

LONGEST = 2_000  # characters of a word


def to_word(name: str, hold: Hold) -> str:
    """A quantity and its hold at one value, of characters that need no escape: "f_1.0_u3_s2-4_l1_b"."""
    parts = [name, hold.value if hold.value == PREVIOUS else repr(float(hold.value))]
    parts += [letter + _runs(chosen) for letter, chosen in (("u", hold.units), ("s", hold.steps)) if chosen is not None]
    return "_".join([*parts, *([f"l{hold.layer}"] if hold.layer else []), *(["b"] * (hold.direction == "backward"))])


def from_words(words: Iterable[str]) -> dict[str, list[Hold]]:
    """What ``record`` takes, from the words of an address. Raises Refused for what is none; what a network has not is
    refused by ``record``."""
    holds: dict[str, list[Hold]] = {}
    for word in words:
        try:
            name, hold = _from_word(word)
        except ValueError as wrong:
            raise Refused("{word} is no hold; one is written as f_1.0_u3_s2-4.", word=word[:40]) from wrong
        holds.setdefault(name, []).append(hold)
    return holds


def code_of(words: Iterable[str]) -> str:
    """The argument ``hold=`` of ``record`` as Python, after ``import rnnviz``."""
    holds = from_words(words).items()
    return "{" + ", ".join(f"{name!r}: [{', '.join(map(_code, several))}]" for name, several in holds) + "}"


def _code(hold: Hold) -> str:
    changed = {"units": hold.units, "steps": hold.steps} | ({"layer": hold.layer} if hold.layer else {})
    changed |= {"direction": hold.direction} if hold.direction == "backward" else {}
    named = [f"{name}={value!r}" for name, value in changed.items() if value is not None]
    return f"rnnviz.Hold({', '.join([repr(hold.value), *named])})"


def _runs(positions: Iterable[int]) -> str:
    """Whole numbers with each run of neighbours as its ends: 2, 3, 4, 7 is "2-4.7"."""
    runs: list[list[int]] = []
    for position in sorted(set(positions)):
        if runs and position == runs[-1][-1] + 1:
            runs[-1][1:] = [position]
        else:
            runs.append([position])
    return ".".join("-".join(map(str, run)) for run in runs)


def _positions(text: str) -> tuple[int, ...]:
    positions: list[int] = []
    for run in text.split(".") if text else ():
        first, *last = map(_whole, run.split("-", 1))
        positions += range(first, (last or [first])[0] + 1)
    return tuple(positions)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MAX_LENGTH):
        raise ValueError(text)
    return int(text[:9])


def _from_word(word: str) -> tuple[str, Hold]:
    if len(word) > LONGEST:
        raise ValueError(word)
    name, value, *parts = word.split("_")
    number = PREVIOUS if value == PREVIOUS else float(value)
    if number != PREVIOUS and not (value.isascii() and math.isfinite(number)):
        raise ValueError(value)
    found: dict[str, object] = {}
    for part in parts:
        letter, text = part[:1], part[1:]
        if letter in ("u", "s"):
            found["units" if letter == "u" else "steps"] = _positions(text)
        elif letter == "l":
            found["layer"] = _whole(text)
        elif part == "b":
            found["direction"] = "backward"
        else:
            raise ValueError(part)
    return name, Hold(number, **found)
