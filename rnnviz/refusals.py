"""Input that cannot be used, and the sentences that say so; and what is said of input that can."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import NamedTuple


class Refused(ValueError):
    """Input that cannot be used. The message says what is wrong and what is allowed; ``values`` fill its places.

    Kept apart so that a page can translate the message before it fills the places.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message, self.values = message, values


class Note(NamedTuple):
    """What a reader should know of a network that was brought. ``part``, the name of one of the model's, and ``apart``,
    a difference, fill the places of ``message``, which is translated before."""

    message: str
    part: str = ""
    apart: str = ""

    def __str__(self) -> str:
        return self.message.format(part=self.part, apart=self.apart)


def refuse_unknown(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise Refused for a value that is none of the ``allowed`` ones."""
    allowed = list(allowed)
    if value not in allowed:
        raise Refused(
            "There is no {field} {value}. Choose one of: {choices}.",
            field=name,
            value=str(value)[:40],
            choices=", ".join(map(str, allowed)),
        )


def refuse_outside(name: str, value: object, least: float, most: float) -> None:
    """Raise Refused for a number outside of its limits; a whole ``least`` asks for a whole number."""
    kind = numbers.Integral if isinstance(least, int) else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:  # refuses NaN too
        raise Refused("{field} must be from {least} to {most}.", field=name, least=least, most=most)
