"""What a lesson is: a list of steps, each a link into the app with a question before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# A text by language, "en" and "zh"; who writes a lesson may write one of them.
Words = Mapping[str, str]


def said(words: Words, language: str) -> str:
    """In this language, or in the one that there is."""
    return words.get(language) or next(iter(words.values()), "")


class Band(NamedTuple):
    """From ``least`` up to, and without, ``below``; without an end, infinity is in it too."""

    least: float = float("-inf")
    below: float = float("inf")

    def holds(self, value: float) -> bool:
        return self.least <= value and (value < self.below or self.below == float("inf"))


class Choice(NamedTuple):
    """It is right if what is measured is in its ``band``, or is the text that it ``names``; or as ``right`` says.

    ``says``: what is told to who chose it.
    """

    text: Words
    says: Words
    band: Band | None
    names: str | None
    right: bool | None


class Choices(NamedTuple):
    """One of some is right."""

    options: tuple[Choice, ...]


class Mistake(NamedTuple):
    """What is said of a wrong number in a ``band``; of a wrong curve by how far it lies too high on average."""

    band: Band
    says: Words


class Number(NamedTuple):
    """A number is right ``within`` so much of the one that is measured, or else of ``right``."""

    unit: Words
    within: float
    right: float | None
    mistakes: tuple[Mistake, ...]


class Curve(NamedTuple):
    """A curve over the time steps, drawn between ``low`` and ``high``; right if on average it is off by no more than
    ``within``. ``axis``: what stands at its numbers, where the unit does not say it."""

    low: float
    high: float
    unit: Words
    axis: Words
    within: float
    mistakes: tuple[Mistake, ...]


class Step(NamedTuple):
    """``links``: where it leads, by language as ``Words`` are: a page's address with its query. ``measure``: a name in
    MEASURES, or "" where the right answer is typed; ``of``: what is changed of the page's subject to measure it."""

    links: Words
    question: Words
    measure: str
    of: Mapping[str, object]
    asks: Choices | Number | Curve
    look: Words


class Lesson(NamedTuple):
    """``word``: what stands for it in an address. ``audience``: who it is for, and how long it takes them."""

    word: str
    title: Words
    about: Words
    audience: Words
    steps: tuple[Step, ...]
