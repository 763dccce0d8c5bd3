"""How well a unit alone tells a label, or a word, from all others: the area under its ROC curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.searching.index import Index


class Telling(NamedTuple):
    """``names``: of labels or words. ``counts``: (names,) places that have each. ``areas``: (units, names), of each
    against all other places; NaN where all or none have it."""

    names: tuple[str, ...]
    counts: np.ndarray
    areas: np.ndarray

    def area(self, unit: int, name: str) -> float:
        """NaN for a name that is not there."""
        return float(self.areas[unit, self.names.index(name)]) if name in self.names else np.nan


def tells(index: Index, by: str = "label", sentences: slice = slice(None), names: Sequence[str] = ()) -> Telling:
    """Of each unit, the area under the ROC curve for each label, or each ``word``: the chance that the unit is higher
    at a place that has it than at one that has not, ties counted half; 1/2 says nothing, 0 that it is always lower.

    ``sentences``: those that are looked at, as a slice of them all. ``names``: the labels or words that are asked
    for, all of those sentences unless given. A label of a whole sentence is read where the reading of it ends.

    Source: Hanley and McNeil 1982 (Radiology 143:29), by ranks as Mann and Whitney 1947 have it.
    """
    steps, told = index.places(by)
    chosen = np.isin(index.sentence_of(steps), np.arange(len(index))[sentences])
    steps, told = steps[chosen], [name for name, is_in in zip(told, chosen, strict=True) if is_in]
    known = tuple(names) or tuple(sorted(set(told)))
    place = {name: k for k, name in enumerate(known)}
    groups = np.array([place.get(name, len(known)) for name in told], np.int64)  # the last for all that is not asked
    counts = np.bincount(groups, minlength=len(known) + 1)[: len(known)]
    found = [areas(index.values(unit)[steps], groups, len(known)) for unit in range(index.units)]
    return Telling(known, counts, np.array(found).reshape(index.units, len(known)))


def areas(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """(count,): for each of the first ``count`` groups the chance that one of its ``values`` is larger than one of all
    the others, ties half; NaN for a group of none or of all."""
    _sorted, order, times = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[order]  # of equals the mean
    sizes = np.bincount(groups, minlength=count)[:count]
    sums = np.bincount(groups, ranks, minlength=count)[:count]
    with np.errstate(invalid="ignore", divide="ignore"):
        return (sums - sizes * (sizes + 1) / 2) / (sizes * (len(values) - sizes))
