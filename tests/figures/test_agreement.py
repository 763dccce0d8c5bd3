"""Marks over a diagonal: every number in its place, and a diagonal over all that are finite."""

import json

import numpy as np

from rnnviz import figures
from rnnviz.figures import Marks

ONE = Marks("<RNN>", np.array([-1.0, 0.5]), np.array([-0.9, 0.6]), "#C8324E", texts=["a", "b<"])
HOLLOW = Marks("alone", np.array([2.0, np.nan]), np.array([0.0, -np.inf]), "#C8324E", "circle-open")
TITLES = {"x_title": "predicted", "y_title": "measured"}


def test_marks_are_where_their_numbers_are_and_texts_are_shown_as_they_are():
    one, hollow, _ = figures.agreement([ONE, HOLLOW], **TITLES).data
    np.testing.assert_array_equal(one.x, ONE.x)
    np.testing.assert_array_equal(one.y, ONE.y)
    assert (one.name, list(one.text)) == ("&lt;RNN&gt;", ["a", "b&lt;"])
    assert hollow.marker.symbol == "circle-open"


def test_the_diagonal_covers_all_that_is_finite():
    *_, diagonal = figures.agreement([ONE, HOLLOW], **TITLES).data
    assert list(diagonal.x) == list(diagonal.y) == [-1.0, 2.0]


def test_without_a_mark_there_still_is_a_picture():
    nothing = Marks("none", np.array([np.nan]), np.array([np.nan]), "#C8324E")
    for series in ([], [nothing]):
        fig = figures.agreement(series, **TITLES)
        assert fig.data[-1].x[1] >= fig.data[-1].x[0]
        json.loads(fig.to_json())
