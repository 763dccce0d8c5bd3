"""What charts draw travels as raw float32, once, under a name, and comes back as the numbers that it was."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.app.panels import gradient_map
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.bindings import LARGE, Bound
from rnnviz.app.stage.board import Board
from rnnviz.subjects.limits import MAX_LENGTH
from rnnviz.trace import Signal
from tests.app.fresh_networks import cells
from tests.app.sent import numbers, unpack

SIDE = 300
VALUES = np.random.default_rng(0).normal(size=(SIDE, SIDE)).astype(np.float32)


def map_of(values: np.ndarray) -> dict:
    size = len(values)
    signal = Signal("h", ("loss_time", "time"), np.where(np.tri(size) > 0, values, np.nan), kind="gradient")
    return chart(figures.gradient_map.draft(signal, value_range=(-3, 0)))


def board_of(*panels: dict) -> Board:
    board = Board([""] * SIDE, [True] * SIDE, units=1)
    board.row(*panels)
    return board


def drawn(sent: dict, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """What the browser makes of an attribute."""
    if "array" not in sent:
        return numbers(sent)
    values, columns = arrays[sent["array"]], sent["columns"]
    return values.reshape(columns, -1).T if sent.get("transposed") else values.reshape(-1, columns)


def test_what_is_taken_out_is_what_the_figure_held():
    panel = map_of(VALUES)
    header, arrays = unpack(board_of(panel))
    for sent, was in zip(header["rows"][0][0]["figure"]["data"], panel["figure"]["data"], strict=True):
        assert sent["z"]["columns"] == SIDE
        np.testing.assert_array_equal(drawn(sent["z"], arrays), numbers(was["z"]))
        assert {key: sent[key] for key in sent if key != "z"} == {key: was[key] for key in was if key != "z"}


def test_equal_arrays_are_sent_once_even_one_that_the_board_has_itself():
    panel = map_of(VALUES)
    board = board_of(panel, panel, map_of(VALUES + 1))
    own = numbers(panel["figure"]["data"][0]["z"])
    board.array("reach", own)
    header, arrays = unpack(board)
    first, again, other = ([trace["z"]["array"] for trace in p["figure"]["data"]] for p in header["rows"][0])
    assert first == again
    assert first[0] == "reach" != other[0]
    assert first[1] == other[1]  # the steps that lie ahead are the same in every map
    assert len(arrays) == 3


def test_a_picture_of_units_over_time_is_drawn_from_the_board_s_own_array_of_steps():
    states = VALUES[:, :40].copy()
    panel = chart(figures.heatmap.draft(Signal("h", ("time", "unit"), states)))
    board = board_of(panel)
    board.array("h", states)
    header, arrays = unpack(board)
    sent = header["rows"][0][0]["figure"]["data"][-1]["z"]
    assert sent == {"array": "h", "columns": SIDE, "transposed": True}
    np.testing.assert_array_equal(drawn(sent, arrays), states.T)
    assert list(arrays) == ["h"]


def test_small_arrays_stay_in_their_figure_and_no_panel_is_changed():
    small, large = map_of(VALUES[:20, :20]), map_of(VALUES)
    before = json.dumps([small, large])
    header, arrays = unpack(board_of(small, large, {"kind": "strip"}))
    assert LARGE > 20 * 20
    assert header["rows"][0][0]["figure"] == small["figure"]
    assert header["rows"][0][2] == {"kind": "strip"}
    assert json.dumps([small, large]) == before
    assert len(arrays) == 2


def test_a_panel_says_which_numbers_follow_the_step_and_the_unit():
    states = VALUES[:, :40].copy()
    figure = figures.lines.draft([figures.Line("h", states[:, 0], "#888"), figures.Line("all", states[-1], "#888")])
    board = board_of(chart(figure, bound=[Bound(0, "y", "h", "unit"), Bound(1, "y", "h", "step")]))
    board.array("h", states)
    panel = unpack(board)[0]["rows"][0][0]
    assert [trace["y"] for trace in panel["figure"]["data"]] == [{"array": "h", "by": by} for by in ("unit", "step")]
    assert "bound" not in panel


@pytest.mark.parametrize("transposed", [False, True])
def test_a_picture_of_a_snapshot_is_bound_where_its_panel_says_so_and_nowhere_else(transposed):
    states = VALUES[:120, :40].reshape(3, 40, 40)
    z = states[-1].T if transposed else states[-1]
    figure = figures.heatmap.draft(Signal("h", ("time", "unit"), z.T.copy()))
    board = Board([""] * 40, [True] * 40, 40, snapshots=("a", "b", "c"))
    board.array("h", states, by_snapshot=True)
    board.row(chart(figure), chart(figure, bound=[Bound(-1, "z", "h", "snapshot")]))
    fixed, bound = unpack(board)[0]["rows"][0]
    assert fixed["figure"]["data"][-1]["z"]["array"] != "h"
    wanted = {"array": "h", "columns": 40} | ({"transposed": True} if transposed else {})
    assert bound["figure"]["data"][-1]["z"] == wanted


def test_rejects_a_picture_that_is_not_the_array_which_it_is_bound_to():
    figure = figures.heatmap.draft(Signal("h", ("time", "unit"), VALUES + 1))
    board = board_of(chart(figure, bound=[Bound(-1, "z", "h", "snapshot")]))
    board.array("h", VALUES)
    with pytest.raises(ValueError, match="does not draw the array 'h' as z"):
        board.payload()


def test_the_map_of_the_longest_runs_sends_each_number_once_in_four_bytes():
    compared = cells(length=MAX_LENGTH)
    board = Board([""] * MAX_LENGTH, [True] * MAX_LENGTH, units=1)
    board.row(*gradient_map.maps(compared, shared=True, log=True))
    board.row(gradient_map.reach(compared, board))
    # Three maps, whose rows at the cursor are the maps' own, and what lies ahead in all of them.
    assert len(board.payload().message()) < 4.2 * 4 * MAX_LENGTH**2
    header, arrays = unpack(board)
    for panel in header["rows"][0]:
        assert drawn(panel["figure"]["data"][0]["z"], arrays).shape == (MAX_LENGTH, MAX_LENGTH)


def test_the_same_board_has_the_same_id_and_another_map_another():
    ids = [unpack(board_of(map_of(values)))[0]["id"] for values in (VALUES, VALUES, VALUES + 1)]
    assert ids[0] == ids[1] != ids[2]
