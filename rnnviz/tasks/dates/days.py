"""The days of one part and the form that each is written in, by the length of its text, which is not written yet."""

from __future__ import annotations

import string
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import torch

from rnnviz.tasks.dates.forms import DAYS, FORMS, MONTH_NAMES, WEEKDAY_NAMES, YEARS, written
from rnnviz.tasks.dates.reading import FIRST, LAST, Day

DRAWS_SEED = 60  # of which forms
HELD_OUT_SHARE = 0.05
EXAMPLE = date(2025, 5, 3)


class Days(NamedTuple):
    """Days whose texts are equally long: ``places``, in the order of the calendar from FIRST on, and ``forms``, (N,)
    each."""

    length: int
    places: np.ndarray
    forms: np.ndarray

    def text(self, k: int) -> tuple[str, Day]:
        """The text of the k-th of them, and what it says."""
        day = FIRST + timedelta(int(self.places[k]))
        return written(day, FORMS[self.forms[k]]), Day(day.year, day.month, day.day)


@cache
def by_length(held_out: bool) -> tuple[Days, ...]:
    """All days of one part, the shortest texts first; each day is in a form that is drawn once for all."""
    every = np.arange((LAST - FIRST).days + 1)
    forms = torch.randint(len(FORMS), (len(every),), generator=torch.Generator().manual_seed(DRAWS_SEED)).numpy()
    places = every[_held_out(every - (EXAMPLE - FIRST).days) == held_out]
    forms = forms[places]
    sizes = lengths(places, forms)
    return tuple(Days(int(size), places[sizes == size], forms[sizes == size]) for size in np.unique(sizes))


def is_held_out(day: date) -> bool:
    """One day in twenty, without an order that a calendar has; that of the examples is one of them."""
    return bool(_held_out((day - EXAMPLE).days))


def _held_out(since: int | np.ndarray) -> bool | np.ndarray:
    """Of days since that of the examples."""
    return (since * 0x9E3779B1) % 2**32 < HELD_OUT_SHARE * 2**32


def lengths(places: np.ndarray, forms: np.ndarray) -> np.ndarray:
    """How many characters the texts of days have that are so far behind FIRST: the sum of their fields and of what a
    form has between them."""
    days = np.datetime64(FIRST) + places
    months = days.astype("datetime64[M]")
    parts = (
        (YEARS, days.astype("datetime64[Y]").astype(int) + 1970),
        (MONTH_NAMES, months.astype(int) % 12 + 1),
        (DAYS, (days - months).astype(int) + 1),
        (WEEKDAY_NAMES, (days.astype(int) + 3) % 7),  # the day that numpy counts from was a Thursday
    )
    sizes = np.zeros(len(places), dtype=int)
    for number, form in enumerate(FORMS):
        chosen = forms == number
        for between, name, *_rest in string.Formatter().parse(form):
            sizes[chosen] += len(between)
            for kinds, values in parts:
                if name in kinds:
                    different, where = np.unique(values[chosen], return_inverse=True)
                    sizes[chosen] += np.array([len(kinds[name](value)) for value in different.tolist()], int)[where]
    return sizes
