"""The sentence for a picture holds the numbers that the picture draws, and nothing that a visitor typed as markup."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.app.stage import alternatives
from rnnviz.app.stage.board import Board
from rnnviz.trace import Signal
from tests.app.test_board import unpack


def told_of(figure: figures.Draft, **options: bool) -> str:
    return alternatives.of_figure(figure.spec(), **options)


def lines(*series: figures.Line, **titles: str) -> figures.Draft:
    return figures.lines.draft(
        list(series), ("a", "b", "c"), value_title="probability", time_title="time step", **titles
    )


def test_a_chart_of_lines_tells_each_by_name_with_its_range_and_its_ends():
    figure = lines(
        figures.Line("RNN", np.array([0.25, -1.0, 0.5]), "#000000"),
        figures.Line("GRU", np.array([3.0, 2.0, 1.0]), "#111"),
    )
    assert told_of(figure) == (
        "Chart of probability over time step. RNN: 3 values from −1 to 0.5, the first 0.25, the last 0.5; "
        "GRU: 3 values from 1 to 3, the first 3, the last 1."
    )


def test_a_heatmap_tells_its_values_and_what_is_not_finite_is_not_among_them():
    signal = Signal("h", ("time", "unit"), np.array([[0.1, np.nan], [np.inf, -0.75]]))
    told = told_of(figures.heatmap.draft(signal, time_title="time step", unit_title="unit"))
    assert told == "Picture, unit by time step. 2 values from −0.75 to 0.1, the first 0.1, the last −0.75."


def test_marks_that_stand_in_named_rows_tell_their_values_and_not_their_places():
    steps = Signal("half-life", ("unit",), np.array([3.0, 0.5, np.nan, np.inf]))
    told = told_of(figures.half_lives.draft([figures.Row("LSTM", steps, "#000000")], longest=100.0))
    assert "LSTM: 2 values from 0.5 to 3, the first 0.5, the last 3." in told


def test_a_chart_for_one_unit_says_of_which():
    figure = lines(figures.Line("h", np.array([1.0, 2.0, 3.0]), "#000000"))
    assert "Of unit 0: h: 3 values" in told_of(figure, unit=0)


def test_many_series_are_counted_and_what_looks_like_markup_in_a_name_is_text():
    some = [figures.Line(f"<b>{k}</b> &lt;", np.arange(3.0) + k, "#000000") for k in range(8)]
    told = told_of(lines(*some))
    assert told.endswith("; 2 more series.")
    assert "<b>0</b> &lt;: 3 values from 0 to 2" in told


def test_a_chart_without_a_finite_number_says_no_number():
    figure = lines(figures.Line("RNN", np.full(3, np.nan), "#000000"))
    assert told_of(figure) == "Chart of probability over time step."


@pytest.mark.parametrize(
    ("panel", "told"),
    [
        ({"kind": "shares", "array": "parts"}, "4 values from −2 to 4, the first 1, the last −2."),
        (
            {"kind": "matrices", "matrices": [{"name": "weight_ih", "array": "parts"}, {"name": "V", "array": "one"}]},
            "weight_ih: 4 values from −2 to 4, the first 1, the last −2; V: one value, 0.125.",
        ),
        (
            {"kind": "grid", "rows": [{"name": "1", "array": "none", "quantities": [{"name": "f", "array": "one"}]}]},
            "1: 2 values, none of them finite.",
        ),
        ({"kind": "datapath", "forward": {"array": "one", "name": "h→"}}, "h→: one value, 0.125."),
        ({"kind": "equations", "rows": [{"array": "parts"}]}, None),
    ],
)
def test_a_panel_tells_the_arrays_that_it_names(panel, told):
    board = Board(("a", "b"), (True, True), 2)
    board.array("parts", np.array([[1.0, 3.0], [4.0, -2.0]]))
    board.array("one", np.array([0.125]))
    board.array("none", np.array([np.nan, np.inf]))
    board.row(panel)
    header, _found, _start = unpack(board.payload().message())
    assert header["rows"][0][0].get("alternative") == told


def test_the_sentence_is_in_the_visitors_language(monkeypatch):
    monkeypatch.setattr("rnnviz.app.i18n.language", lambda: "zh")
    told = told_of(lines(figures.Line("RNN", np.array([0.25, -1.0, 0.5]), "#000000")))
    assert "RNN：3 个数值，最小 −1，最大 0.5，第一个 0.25，最后一个 0.5。" in told
