"""Tables of series as they are found: columns, names and gaps; and what cannot be a series."""

import numpy as np
import pytest

from rnnviz.files.series import MOST_ROWS, pick, read_table
from rnnviz.refusals import Refused

DATED = "\ufeffdate;sales;temperature\n2025-01-01;10;3.5\n2025-01-02;;4.5\n2025-01-03;14;NA\n2025-01-04;16;7.5\n"


def test_columns_of_numbers_are_read_by_their_names_and_words_are_left_out():
    table = read_table((DATED * 1).encode())
    assert list(table.columns) == ["sales", "temperature"]
    assert table.words == ("date",)
    np.testing.assert_array_equal(table.columns["sales"], [10, np.nan, 14, 16])


@pytest.mark.parametrize("between", [",", ";", "\t", " "])
def test_columns_stand_between_commas_semicolons_tabs_or_spaces(between):
    rows = "\n".join(between.join(row) for row in (("a", "b"), ("1", "2.5"), ("3", "4e1")))
    assert read_table(rows.encode()).columns == {"a": (1, 3), "b": (2.5, 40)}


def test_without_a_row_of_names_columns_are_numbered_and_equal_names_told_apart():
    assert list(read_table(b"1,2\n3,4\n").columns) == ["column 1", "column 2"]
    assert list(read_table(b"a,a\n3,4\n5,6\n").columns) == ["a", "a (2)"]
    assert read_table(b'"a, b",c\n1,2\n3,4').columns == {"a, b": (1, 3), "c": (2, 4)}
    assert read_table(b"a,b\n1,2\n3\n").columns["b"][0] == 2  # a row that is too short has a gap


def test_gaps_are_filled_along_straight_lines_and_those_at_the_ends_left_out():
    found = pick(read_table(b"a,b\n,1\n1,1\n2,1\n,1\n,1\n5,1\n6,1\n7,1\n8,1\n9,1\n10,1\n11,1\n12,\n"), ("a", "b"))
    assert found.values[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert (found.filled, found.dropped, found.names) == (2, 2, ("a", "b"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "holds no numbers"),
        (b" \n\n", "holds no numbers"),
        (b";;;\n,,,\n", "holds no numbers"),
        (b"\xff\xfe\x00\x01", "is no text"),
        (b"a\x00b,1\n", "is no text"),
        (b"one,two\nthree,four\n", "no column of numbers"),
        (b"only,names\n", "no column of numbers"),
        (b"a,b\n1,2\n", "has one row of numbers"),
        (b"7,8,9\n", "has one row of numbers"),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), "20,001 rows and 1 columns"),
        (b",".join([b"1"] * 65) + b"\n" + b",".join([b"1"] * 65), "65 columns"),
        (b"a\ninf\ninf\n", "no column of numbers"),
    ],
)
def test_what_is_no_series_is_refused_with_a_sentence(data, says):
    with pytest.raises(Refused, match=says):
        read_table(data)


@pytest.mark.parametrize(
    ("data", "names", "says"),
    [
        (b"a\n1e308\n2\n3\n", "a", "a has a number of size 1e.308"),
        (b"a\n1\n\n,\nNA\n2\n3\n", "a", "gaps in 4 rows"),
        (b"a,b\n1,\n,2\n3,\n", "a b", "No row"),
        (b"a\n1\n2\n", "c", "no column of numbers c"),
    ],
)
def test_columns_with_which_nothing_can_be_computed_are_refused_with_a_sentence(data, names, says):
    with pytest.raises(Refused, match=says):
        pick(read_table(data), tuple(names.split()))
