"""The straight line in a plane that keeps two classes of points apart as well as any can."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_AT_ONCE = 1024  # directions whose orders are sorted together


class Line(NamedTuple):
    """All p with ``normal`` · p = ``offset``; ``normal`` (2,), of length 1. Where it is more the line says "second".

    ``right``: of how many points it says so rightly.
    """

    normal: np.ndarray
    offset: float
    right: int


def best_line(points: np.ndarray, second: np.ndarray) -> Line:
    """A line that no other beats: of points (N, 2) it is right about the most.

    ``second`` (N,): which points belong to the second class. Every order in which the points can lie along a direction
    is tried, and in each every cut, so that the number is exact: O(N^3 log N). Raises ValueError for fewer than two
    points, and for some that are not finite.
    """
    points, second = np.asarray(points, np.float64), np.asarray(second, bool)
    if len(points) < 2 or not np.isfinite(points).all():
        raise ValueError(f"{len(points)} points, all finite: {np.isfinite(points).all()}; at least two finite ones")
    a, b = np.triu_indices(len(points), 1)
    across = points[a] - points[b]
    # Two points change places where the direction is at right angles to what lies between them.
    turns = np.unique(np.arctan2(across[:, 0], -across[:, 1]) % np.pi)
    between = (turns + np.append(turns[1:], turns[0] + np.pi)) / 2
    normals = np.stack([np.cos(between), np.sin(between)], 1)
    candidates = (_best_cut(points, second, normals[at : at + _AT_ONCE]) for at in range(0, len(normals), _AT_ONCE))
    _right, _gap, line = max(candidates, key=lambda candidate: candidate[:2])
    return line


def _best_cut(points: np.ndarray, second: np.ndarray, normals: np.ndarray) -> tuple[int, float, Line]:
    """The best cut along some directions (D, 2): how many are right, how wide its gap is, and the line."""
    places = normals @ points.T
    order = places.argsort(1)
    levels = np.take_along_axis(places, order, 1)
    # One more on either side: all points may be said to be of one class.
    levels = np.concatenate([levels[:, :1] - 1, levels, levels[:, -1:] + 1], 1)
    gained = np.where(second[order], -1, 1).cumsum(1)  # by every first-class point below the cut, lost by every other
    right = second.sum() + np.pad(gained, ((0, 0), (1, 0)))
    turned = right < len(points) - right  # the line that says the opposite
    right, gaps = np.maximum(right, len(points) - right), np.diff(levels, axis=1)
    most = right[gaps > 0].max()
    row, cut = np.unravel_index(np.where((gaps > 0) & (right == most), gaps, -1.0).argmax(), gaps.shape)
    sign = -1.0 if turned[row, cut] else 1.0
    offset = sign * float(levels[row, cut : cut + 2].mean())
    return int(most), float(gaps[row, cut]), Line(sign * normals[row], offset, int(most))
