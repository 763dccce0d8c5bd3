"""What a server may be asked for, and how a choice beyond it is refused. The one place of every limit on a subject."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping

from rnnviz.tasks import tokenize

MAX_CHARACTERS = 2_000
MAX_TOKENS = 200
MAX_SEED = 9_999
MAX_LAYERS = 4
MAX_UNITS = 400  # per layer and direction, of what is drawn for a visitor
MAX_LENGTH = 500  # steps of noise
MAX_RADIUS, MAX_BIAS, MAX_SCALING = 5.0, 6.0, 10.0


class Refused(ValueError):
    """Input that cannot be used. The message says what is wrong and what is allowed; ``values`` fill its places.

    Kept apart so that a page can translate the message before it fills the places.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message, self.values = message, values


def refuse_unknown(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise Refused for a value that is none of the ``allowed`` ones."""
    allowed = list(allowed)
    if value not in allowed:
        raise Refused(
            "There is no {name} {value}. Choose one of: {choices}.",
            name=name,
            value=str(value)[:40],
            choices=", ".join(map(str, allowed)),
        )


def refuse_outside(name: str, value: object, least: float, most: float) -> None:
    """Raise Refused for a number outside of its limits; a whole ``least`` asks for a whole number."""
    kind = numbers.Integral if isinstance(least, int) else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:  # refuses NaN too
        raise Refused("{name} must be from {least} to {most}.", name=name, least=least, most=most)


def refuse_seed(seed: object) -> None:
    if not (isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed <= MAX_SEED):
        raise Refused("The seed must be a whole number from 0 to {most}.", most=f"{MAX_SEED:,}")


def refuse_unreadable(text: object) -> None:
    """Raise Refused for a text without a token, or with more of it than a server should be asked to read."""
    if not isinstance(text, str):
        raise Refused("There is nothing to read yet. Type at least one word or character.")
    if len(text) > MAX_CHARACTERS:
        raise Refused(
            "This text has {count} characters, the limit is {most}. Shorten it.",
            count=f"{len(text):,}",
            most=f"{MAX_CHARACTERS:,}",
        )
    count = len(tokenize(text))
    if count == 0:
        raise Refused("There is nothing to read yet. Type at least one word or character.")
    if count > MAX_TOKENS:
        raise Refused(
            "This sentence has {count} tokens, the limit is {most}. Shorten it.",
            count=f"{count:,}",
            most=f"{MAX_TOKENS:,}",
        )


def refuse_named(choice: object, allowed: Mapping[str, Iterable[object]]) -> None:
    """``refuse_unknown`` for attributes of ``choice``, in order."""
    for name, values in allowed.items():
        refuse_unknown(name, getattr(choice, name), values)
