"""Sentences are worded as templates, and whole templates are held out for development.

Templates are written as running text. The last character of a template is its mood: ``?`` a question, ``!`` a
request, ``~`` a request that already says for whom (``wake me up~``), ``.`` a statement. It chooses the frames that
may stand around it; ``{slots}`` in a template are filled in. What a task makes of its templates is its own affair.
"""

import re
import zlib
from typing import NamedTuple

HOLD_OUT_ONE_IN = 5
RESPELL_ONE_IN = 4
SLOT = re.compile(r"\{(\w+)\}")
_TEMPLATE = re.compile(r"[^?!~.]+[?!~.]")


class Grammar(NamedTuple):
    """How the sentences of a task are worded in one language."""

    language: str  # BCP 47: "en"
    templates: dict[str, str]  # kind of sentence -> its templates, as running text
    frames: dict[str, tuple[str, ...]]  # mood -> what may stand around a template, at {}
    slots: dict[str, tuple[str, ...]]  # slot -> its fillings
    respelling: dict[int, str]  # character -> character of the language's other spelling; may be empty


def templates_of(block: str) -> list[str]:
    """The templates of a block of text: each ends with its mood."""
    return [template.strip() for template in _TEMPLATE.findall(block)]


def split(templates: list[str]) -> tuple[list[str], list[str]]:
    """Part templates into those to train on and those held out, one in five.

    The fifth with the smallest CRC-32 is held out: a rule that knows nothing of a template's difficulty, does not
    depend on the order in which templates are written, and moves few of them when one is added.
    """
    ranked = sorted(templates, key=checksum)
    count = max(1, len(ranked) // HOLD_OUT_ONE_IN)
    return ranked[count:], ranked[:count]


def checksum(template: str) -> int:
    """A number that hangs on the template alone."""
    return zlib.crc32(template.encode())
