"""Dates: write a day, given in English or Chinese words and numbers, as year, month and day in figures."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import UNASKED, Batch
from rnnviz.tasks.buckets import choose, with_unknown
from rnnviz.tasks.dates.days import Days, by_length, is_held_out
from rnnviz.tasks.dates.forms import CHINESE, ENGLISH, FORMS, written
from rnnviz.tasks.dates.reading import FIRST, LAST, Day, day_of
from rnnviz.tasks.tokens import Vocabulary
from rnnviz.tasks.translation import TranslationTask

END = "<end>"
LABELS = (*"0123456789-", END)
MOST_CHARACTERS = 80  # of a text: the longest that is trained on has 62
SAMPLED = 6  # of so many lengths one is in the sample
BANDS = (10, 20, 30, 40, MOST_CHARACTERS)
EXAMPLES = (
    "Saturday the third of May 2025",
    "2025年5月3日",
    "May 3rd, 2025",
    "二〇二五年五月三日星期六",
)


class Dates(TranslationTask):
    """One character in, one figure out: "3 May 2025" and "二〇二五年五月三日" are both 2025-05-03.

    Days from 1900 to 2099, in any of 35 forms; the weekday is always the right one, and of no use. Held out are *days*,
    one in twenty: none of their wordings was trained on. The vocabulary is that of the training texts, in which some
    characters are made unknown (``buckets.UNKNOWN_SHARE``).
    """

    name = "dates"
    title = "Which day is it, in figures?"
    labels = LABELS
    examples = EXAMPLES
    longest = len("2025-05-03") + 1

    @cached_property
    def vocabulary(self) -> Vocabulary:
        # Every form of a day in each month, and of each day of a month, has every character that there is.
        days = [date(year, month, 1) for year in (1905, 2069) for month in range(1, 13)]
        days += [date(2013, 1, 1) + timedelta(k) for k in range(31)]
        days += [date(year, 1, 1) for year in range(FIRST.year, LAST.year + 1)]
        return Vocabulary.of(characters(written(day, form)) for day in days for form in FORMS)

    def label_text(self, label: str) -> str:
        return (dict(zip(LABELS, LABELS, strict=True)) | {END: "end"})[label]

    def split(self, text: str) -> list[str]:
        return characters(text)

    def solution(self, x: Tensor) -> Tensor:
        """By the rule, (longest, B); UNASKED of a text that is none of a day."""
        tokens = self.vocabulary.tokens
        texts = ("".join(tokens[token] if token else "?" for token in column) for column in x.T.tolist())
        days = [day_of(text) for text in texts]
        unasked = [UNASKED] * self.longest
        return torch.tensor([unasked if day is None else answer(day) for day in days]).T

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A training batch of one length, drawn as often as texts have that length. No other texts are written."""
        bucket, chosen = choose([len(days.places) for days in by_length(held_out=False)], size, generator)
        x, y = self.said(by_length(held_out=False)[bucket], chosen.tolist())
        return Batch(with_unknown(x, generator), y)

    def said(self, days: Days, chosen: Iterable[int]) -> Batch:
        """The texts of some ``days`` of one length, and their answers."""
        texts, meant = zip(*map(days.text, chosen), strict=True)
        columns = (map(self.vocabulary.encode, texts), map(answer, meant))
        return Batch(*(torch.tensor(list(rows)).T.contiguous() for rows in columns))

    def held_out(self) -> list[Batch]:
        return list(self._held_out)

    def sample(self) -> list[Batch]:
        """Those of every sixth length: a step takes as long for few sequences as for many."""
        return list(self._sample)

    def subsets(self) -> dict[str, list[Batch]]:
        """The held-out texts by their length: up to 10 characters, 20, and so on as in BANDS."""
        bands: dict[str, list[Batch]] = {f"up to {most}": [] for most in BANDS}
        for batch in self.held_out():
            bands[f"up to {next(most for most in BANDS if len(batch.x) <= most)}"].append(batch)
        return bands

    @cached_property
    def _held_out(self) -> list[Batch]:
        return [self.said(days, range(len(days.places))) for days in by_length(held_out=True)]

    @cached_property
    def _sample(self) -> list[Batch]:
        sampled = by_length(held_out=True)[SAMPLED // 2 :: SAMPLED]
        return [self.said(days, range(len(days.places))) for days in sampled]


def characters(text: str) -> list[str]:
    """A text character by character, each of which is a token; white space is one space, controls are dropped."""
    kept = (character for character in " ".join(text.split()) if unicodedata.category(character)[0] != "C")
    return list("".join(kept))


def answer(day: Day) -> list[int]:
    """The class ids of a day in figures, and of the end."""
    return [LABELS.index(figure) for figure in day.text] + [LABELS.index(END)]


__all__ = [
    "BANDS",
    "CHINESE",
    "END",
    "ENGLISH",
    "FORMS",
    "LABELS",
    "MOST_CHARACTERS",
    "Dates",
    "Day",
    "characters",
    "day_of",
    "is_held_out",
    "written",
]
