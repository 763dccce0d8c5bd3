"""Reading a day by rule: what a text in one of the forms says, whether or not there is such a day."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from rnnviz.tasks.dates.forms import DAYS, FORMS, MONTH_NAMES, WEEKDAY_NAMES, YEARS
from rnnviz.tasks.tokens import normalize

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)


class Day(NamedTuple):
    """What a text says, which may be a day that no calendar has."""

    year: int
    month: int
    day: int

    @property
    def text(self) -> str:
        """ "2025-05-03"."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def exists(self) -> bool:
        try:
            date(*self)
        except ValueError:
            return False
        return True


def spelled(text: str) -> str:
    """A text as a network reads it, character by character: one case, one width."""
    return "".join(map(normalize, " ".join(text.split())))


@cache
def _values() -> dict[str, dict[str, int]]:
    """Of every field {what may stand there: what it means}."""
    ranges = (
        (YEARS, range(FIRST.year, LAST.year + 1)),
        (MONTH_NAMES, range(1, 13)),
        (DAYS, range(1, 32)),
        (WEEKDAY_NAMES, range(7)),
    )
    return {
        name: {spelled(say(value)): value for value in values}
        for kinds, values in ranges
        for name, say in kinds.items()
    }


@cache
def _patterns() -> tuple[re.Pattern, ...]:
    def group(field: re.Match) -> str:
        longest_first = sorted(_values()[field[1]], key=len, reverse=True)
        return f"(?P<{field[1]}>{'|'.join(map(re.escape, longest_first))})"

    # What stands between the fields is not escaped but for full stops: no other mark of a form means anything here.
    return tuple(re.compile(re.sub(r"\{(\w+)\}", group, spelled(form).replace(".", r"\."))) for form in FORMS)


def day_of(text: str) -> Day | None:
    """What a text in one of FORMS says; None of any other. Which weekday it names is not looked at."""
    text = spelled(text)
    for pattern in _patterns():
        if (found := pattern.fullmatch(text)) is not None:
            says = {name: _values()[name][part] for name, part in found.groupdict().items()}
            return Day(*(next(says[name] for name in kinds if name in says) for kinds in (YEARS, MONTH_NAMES, DAYS)))
    return None
