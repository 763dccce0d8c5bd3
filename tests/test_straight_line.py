"""The best straight line: right about as many points as any line can be, counted by hand."""

import numpy as np
import pytest

from rnnviz.straight_line import best_line

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
DIFFER = np.array([False, True, True, False])


def right(points: np.ndarray, second: np.ndarray, line) -> int:
    return int((((points @ line.normal) > line.offset) == second).sum())


def by_hand(points: np.ndarray, second: np.ndarray) -> int:
    """Of all lines through two points, moved and turned a little so that neither lies on it, the best."""
    most, by = max(second.sum(), (~second).sum()), 1e-7
    for a in points:
        for b in points:
            if (a != b).any():
                for angle in (-by, 0, by):
                    x, y = a - b
                    normal = np.array([-y - angle * x, x - angle * y]) / np.hypot(x, y)
                    for origin in ((a + b) / 2, a, b):
                        for shift in (-by, by):
                            says = points @ normal > origin @ normal + shift
                            most = max(most, (says == second).sum(), (says != second).sum())
    return most


def test_no_line_parts_the_corners_of_exclusive_or():
    line = best_line(CORNERS, DIFFER)
    assert line.right == right(CORNERS, DIFFER, line) == 3


def test_points_on_two_sides_are_parted_with_room_on_both():
    points, second = np.array([[0, 0], [0, 2], [4, 0], [4, 2]], float), np.array([False, False, True, True])
    line = best_line(points, second)
    assert line.right == 4
    assert np.abs(points @ line.normal - line.offset).min() > 1


@pytest.mark.parametrize("seed", range(6))
def test_no_line_by_hand_is_right_about_more(seed):
    draw = np.random.default_rng(seed)
    points = draw.normal(size=(14, 2)).round(1 if seed % 2 else 8)  # rounded, some lie on one line or are the same
    second = draw.random(14) < 0.5
    line = best_line(points, second)
    assert line.right == right(points, second, line) == by_hand(points, second)
    np.testing.assert_allclose(np.linalg.norm(line.normal), 1)


def test_one_class_alone_and_points_that_are_the_same_are_all_right():
    assert best_line(CORNERS, np.zeros(4, bool)).right == 4
    assert best_line(np.ones((3, 2)), np.array([True, False, True])).right == 2


@pytest.mark.parametrize("points", [np.zeros((1, 2)), np.array([[0, 0], [np.nan, 1]])])
def test_too_few_or_infinite_points_are_refused(points):
    with pytest.raises(ValueError, match="at least two finite"):
        best_line(points, np.zeros(len(points), bool))
