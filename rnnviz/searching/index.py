"""An index of activations, and what it can be asked: what excites a unit, its words, and places that look alike.

The last is the search of LSTMVis (Strobelt, Gehrmann, Pfister, Rush 2018, arXiv:1606.07461): units that are on over a
range of steps are a pattern, and the places are looked for where most of these, and few others, are on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np

from rnnviz.searching.corpus import Skipped
from rnnviz.searching.found import Pattern, Place, Word, pattern_of
from rnnviz.searching.store import Store
from rnnviz.trace import Direction

MOST_THRESHOLDS = 4  # of which is kept which units are on


class Index:
    """What ``search`` returns. ``words``: every word of the corpus. ``skipped``: the lines that were left out.
    ``quantity``: what was kept of each step."""

    def __init__(
        self,
        store: Store,
        words: tuple[str, ...],
        ids: np.ndarray,
        lengths: np.ndarray,
        lines: Sequence[str],
        labels: Sequence[tuple[str, ...]],
        skipped: Skipped,
        quantity: str,
        direction: Direction = "forward",
    ) -> None:
        self._store, self.words, self._ids = store, words, ids
        self._lengths, self._lines, self._labels = lengths, lines, labels
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        self.skipped, self.quantity, self.direction = skipped, quantity, direction
        self._counts = np.bincount(ids, minlength=len(words))
        self._on: dict[float, np.ndarray] = {}

    @cached_property
    def _by_word(self) -> np.ndarray:
        """All steps, in the order of their words."""
        return np.argsort(self._ids, kind="stable")

    @property
    def units(self) -> int:
        return self._store.units

    @property
    def steps(self) -> int:
        """Of all sentences together."""
        return self._store.steps

    def __len__(self) -> int:
        """How many sentences there are."""
        return len(self._lengths)

    def __repr__(self) -> str:
        told = f"{len(self)} sentences, {self.steps} steps, {self.units} units of {self.quantity}"
        return f"<index of {told}; {len(self.skipped)} lines left out>"

    def tokens(self, sentence: int) -> tuple[str, ...]:
        start, stop = self._starts[sentence : sentence + 2]
        return tuple(self.words[k] for k in self._ids[start:stop])

    def values(self, unit: int) -> np.ndarray:
        """One unit at every step of all sentences, (steps,)."""
        return self._store.row(self._unit(unit))

    def places(self, by: str = "label") -> tuple[np.ndarray, list[str]]:
        """The steps, among those of all sentences, that carry a label, and the label of each; or of all steps the
        ``word``. A label of a whole sentence stands where the reading of it ends."""
        if by == "word":
            return np.arange(self.steps), [self.words[k] for k in self._ids]
        steps, told = [], []
        for labels, first, stop in zip(self._labels, self._starts, self._starts[1:], strict=False):
            end = first if self.direction == "backward" else stop - 1
            steps += range(first, stop) if len(labels) == stop - first else [end] * len(labels)
            told += labels
        asked = [k for k, label in enumerate(told) if label]
        return np.array(steps, np.int64)[asked], [told[k] for k in asked]

    def sentence_of(self, steps: np.ndarray) -> np.ndarray:
        """In which sentence each of some steps stands, of all sentences."""
        return np.searchsorted(self._starts, steps, side="right") - 1

    def activation(self, sentence: int, unit: int) -> np.ndarray:
        """One unit at every step of a sentence, (time,)."""
        start, stop = self._starts[self._known(sentence) : sentence + 2]
        return self._store.row(self._unit(unit), start, stop)

    def top(self, unit: int, count: int = 20, *, lowest: bool = False) -> list[Place]:
        """The sentences in which a unit is highest, or ``lowest``, and the step at which it is: one place of each, the
        most extreme first; of equals the one that stands first."""
        values = self._store.row(self._unit(unit))
        if not len(self):
            return []
        signed = -values if lowest else values
        best = np.maximum.reduceat(signed, self._starts[:-1])
        places = []
        for sentence in _largest(best, count):
            start, stop = self._starts[sentence : sentence + 2]
            step = int(np.argmax(signed[start:stop]))
            places.append(self._place(int(sentence), step, step + 1, float(values[start + step])))
        return places

    def words_of(self, unit: int, count: int = 20, *, least: int = 1, lowest: bool = False) -> list[Word]:
        """The words at which a unit is highest in the mean, or ``lowest``; those that stand there ``least`` times."""
        values = self._store.row(self._unit(unit))
        if not len(self):
            return []
        means = np.bincount(self._ids, values.astype(np.float64), len(self.words)) / self._counts
        starts = np.cumsum(self._counts) - self._counts  # each word stands at least once
        own = values[self._by_word]
        largest, smallest = np.maximum.reduceat(own, starts), np.minimum.reduceat(own, starts)
        enough = np.flatnonzero(self._counts >= max(1, least))
        order = enough[_largest(-means[enough] if lowest else means[enough], count)]
        told = zip(order, self._counts[order], means[order], largest[order], smallest[order], strict=True)
        return [Word(self.words[k], int(count), *map(float, numbers)) for k, count, *numbers in told]

    def pattern(self, sentence: int, start: int, stop: int, threshold: float = 0.3) -> Pattern:
        """The units that are above ``threshold`` at every one of the steps ``start`` to ``stop``. ValueError where none
        is, or for a range that the sentence does not have."""
        first = self._starts[self._known(sentence)]
        states = self._store.part(first, self._starts[sentence + 1]).T
        return pattern_of(states, start, stop, threshold)._replace(sentence=sentence)

    def like(self, pattern: Pattern, count: int = 20) -> list[Place]:
        """The places that look most like a pattern, one in each sentence, its own left out, the most alike first.

        A place has as many steps as the pattern. At each step the units that are on are compared with the pattern's:
        those in both by those in either (Jaccard); ``Place.value`` is the mean over the steps, 1 for the same.
        """
        on = self._which_are_on(pattern.threshold)
        wanted = _bits(np.isin(np.arange(self.units), pattern.units)[:, None])
        both = np.bitwise_count(on & wanted).sum(0, dtype=np.int32)
        either = np.bitwise_count(on | wanted).sum(0, dtype=np.int32)
        length = pattern.stop - pattern.start
        sums = np.concatenate([np.zeros(1), np.cumsum(both / either)])
        values = np.full(self.steps, -np.inf)
        values[: max(0, self.steps - length + 1)] = (sums[length:] - sums[:-length]) / length
        for back in range(1, length):  # ranges that would go on into the next sentence
            ends = self._starts[1:] - back
            values[ends[ends >= self._starts[:-1]]] = -np.inf
        best = np.maximum.reduceat(values, self._starts[:-1]) if len(self) else values
        if pattern.sentence is not None:
            best[pattern.sentence] = -np.inf
        places = []
        for sentence in _largest(best, count):
            if best[sentence] == -np.inf:
                break
            first, stop = self._starts[sentence : sentence + 2]
            start = int(np.argmax(values[first:stop]))
            places.append(self._place(int(sentence), start, start + length, float(best[sentence])))
        return places

    @staticmethod
    def labels(places: Collection[Place]) -> Counter[str]:
        """How often each label stands at these places."""
        return Counter(label for place in places for label in place.labels)

    def _place(self, sentence: int, start: int, stop: int, value: float) -> Place:
        labels = self._labels[sentence]
        there = labels[start:stop] if len(labels) == self._lengths[sentence] else labels
        return Place(sentence, start, stop, value, self.tokens(sentence), self._lines[sentence], there)

    def _which_are_on(self, threshold: float) -> np.ndarray:
        """A bit for each unit, (units / 64, steps)."""
        if threshold not in self._on:
            if len(self._on) == MOST_THRESHOLDS:
                self._on.pop(next(iter(self._on)))
            bits = np.zeros((-(-self.units // 64), self.steps), np.uint64)
            for unit in range(self.units):
                bits[unit // 64] |= (self._store.row(unit) > threshold).astype(np.uint64) << np.uint64(unit % 64)
            self._on[threshold] = bits
        return self._on[threshold]

    def _unit(self, unit: int) -> int:
        if not 0 <= unit < self.units:
            raise ValueError(f"there is no unit {unit}; units are 0 to {self.units - 1}")
        return unit

    def _known(self, sentence: int) -> int:
        if not 0 <= sentence < len(self):
            raise ValueError(f"there is no sentence {sentence}; sentences are 0 to {len(self) - 1}")
        return sentence


def _bits(on: np.ndarray) -> np.ndarray:
    """(units, n) of truth as (units / 64, n) words of 64 bits."""
    bits = np.zeros((-(-len(on) // 64), on.shape[1]), np.uint64)
    for unit, row in enumerate(on):
        bits[unit // 64] |= row.astype(np.uint64) << np.uint64(unit % 64)
    return bits


def _largest(values: np.ndarray, count: int) -> np.ndarray:
    """Where the largest ones are, in order; of equals the first."""
    count = min(count, len(values))
    if count < len(values):
        cut = np.partition(values, len(values) - count)[len(values) - count]
        chosen = np.flatnonzero(values >= cut)
    else:
        chosen = np.arange(len(values))
    return chosen[np.argsort(-values[chosen], kind="stable")][:count]
