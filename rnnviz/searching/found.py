"""What an index answers with: places, words, and patterns of units that are on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Place(NamedTuple):
    """A range of steps of a sentence, from 0. ``value``: of one step the unit's activation, of a pattern how alike it
    is. ``line``: where the sentence stands in the corpus. ``labels``: what the labels say there, () without."""

    sentence: int
    start: int
    stop: int
    value: float
    tokens: tuple[str, ...]
    line: str
    labels: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return self.tokens[self.start : self.stop]


class Word(NamedTuple):
    """A word of the corpus, how often it stands there, and the mean, the largest and the smallest of a unit's
    activations at it."""

    word: str
    count: int
    mean: float
    largest: float
    smallest: float


class Pattern(NamedTuple):
    """``units`` that are on, above ``threshold``, at every one of the steps ``start`` to ``stop`` of a ``sentence``;
    None for one that is not in the corpus."""

    sentence: int | None
    start: int
    stop: int
    units: tuple[int, ...]
    threshold: float


def pattern_of(states: np.ndarray, start: int, stop: int, threshold: float = 0.3) -> Pattern:
    """As ``Index.pattern``, in a sentence that need not be in a corpus: its ``states`` (time, units)."""
    if not 0 <= start < stop <= len(states):
        raise ValueError(f"the sentence has steps 0 to {len(states)}; {start} to {stop} is no range of them")
    on = (states[start:stop] > threshold).all(0)
    if not on.any():
        raise ValueError(f"no unit is above {threshold:g} from step {start} to {stop}; lower the threshold")
    return Pattern(None, start, stop, tuple(np.flatnonzero(on).tolist()), threshold)
