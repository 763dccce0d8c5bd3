"""A board's payload: strict JSON, numbers where the header says they are, and an id that stands for the content."""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rnnviz import figures
from rnnviz.app.panels import network_views
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.trace import Signal
from tests.intents import intents

UNPACKING = (Path(__file__).resolve().parents[2] / "assets" / "stage" / "payload.js").read_text("utf-8")


def unpack(payload: bytes) -> tuple[dict, dict[str, np.ndarray], int]:
    """The header, the arrays and the offset of the first number, read as assets/stage.js reads them."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"the header holds {constant}, which is not JSON")

    (length,) = struct.unpack_from("<I", payload)
    header = json.loads(payload[4 : 4 + length].decode("utf-8"), parse_constant=refuse)
    start = 4 + length + ((4 - ((4 + length) % 4)) % 4)
    body = np.frombuffer(payload, "<f4", offset=start)
    assert start % 4 == 0
    assert payload[4 + length : start] == b"\0" * (start - 4 - length)
    found = {name: body[at["offset"] : at["offset"] + at["size"]] for name, at in header["arrays"].items()}
    assert sum(len(values) for values in found.values()) == len(body)
    return header, found, start


def board(tokens: tuple[str, ...] = ("a", "b"), units: int = 3) -> Board:
    made = Board(tokens, [True] * len(tokens), units)
    made.array("h", np.arange(len(tokens) * units, dtype=np.float64).reshape(len(tokens), units))
    made.row({"kind": "strip", "array": "h", "span": 12})
    return made


def identity(made: Board) -> str:
    return unpack(made.payload().message())[0]["id"]


@given(
    st.lists(arrays(np.float32, array_shapes(max_dims=3, max_side=5), elements=st.floats(width=32)), max_size=5),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=6),
)
def test_what_is_registered_is_unpacked_bit_by_bit_whatever_the_tokens(values, tokens):
    made = Board(tokens, [True] * len(tokens), 1)
    for k, one in enumerate(values):
        assert made.array(f"a{k}", one) == f"a{k}"
    header, found, _start = unpack(made.payload().message())
    assert header["tokens"] == tokens
    assert header["steps"] == len(tokens)
    for k, one in enumerate(values):
        assert found[f"a{k}"].tobytes() == one.astype("<f4").tobytes()
        assert header["arrays"][f"a{k}"]["width"] == int(np.prod(one.shape[1:]))


@pytest.mark.parametrize("extra", range(8))
def test_numbers_start_at_a_multiple_of_four_however_long_the_header_is(extra):
    header, found, start = unpack(board(("x" * extra, "雨")).payload().message())
    assert start % 4 == 0
    np.testing.assert_array_equal(found["h"], np.arange(6))
    assert header["tokens"][0] == "x" * extra


def test_arrays_of_any_layout_and_type_are_sent_row_by_row_as_float32():
    made = board()
    turned = np.arange(12, dtype=np.int64).reshape(3, 4).T
    made.array("turned", turned)
    made.array("every other", np.arange(10.0)[::2])
    made.array("doubles", np.full(3, np.pi))
    _header, found, _start = unpack(made.payload().message())
    np.testing.assert_array_equal(found["turned"].reshape(4, 3), turned)
    np.testing.assert_array_equal(found["every other"], [0, 2, 4, 6, 8])
    assert (found["doubles"] == np.float32(np.pi)).all()


def test_numbers_that_are_none_travel_in_arrays_and_are_refused_in_the_header():
    made = board()
    made.array("broken", np.array([np.nan, np.inf, -np.inf]))
    _header, found, _start = unpack(made.payload().message())
    np.testing.assert_array_equal(found["broken"], [np.nan, np.inf, -np.inf])
    made.row({"kind": "strip", "range": [float("nan"), 1.0], "span": 12})
    with pytest.raises(ValueError, match="not JSON compliant"):
        made.payload().message()


def test_the_same_board_has_the_same_id_and_payload():
    assert board().payload() == board().payload()
    assert len(identity(board())) == len(hashlib.sha256().hexdigest())


def changed(how: str) -> Board:
    if how == "token":
        return board(("a", "c"))
    made = board()
    if how == "known":
        made.known = (True, False)
    elif how == "units":
        made.units = 2
    elif how == "row":
        made.row({"kind": "strip", "array": "h", "span": 6})
    elif how == "span":
        made.rows[0][0]["span"] = 11
    elif how == "number":
        made.array("h", np.nextafter(np.arange(6, dtype=np.float32), 9).reshape(2, 3))
    elif how == "shape":
        made.array("h", np.arange(6.0))
    elif how == "name":
        made.array("c", np.arange(0.0))
    return made


HOWS = ["token", "known", "units", "row", "span", "number", "shape", "name"]


@pytest.mark.parametrize("how", HOWS)
def test_any_change_of_what_is_shown_changes_the_id(how):
    assert identity(changed(how)) != identity(board())


def test_all_changes_have_ids_of_their_own():
    assert len({identity(changed(how)) for how in HOWS}) == len(HOWS)


def test_a_board_in_another_language_has_another_id_because_its_words_differ(monkeypatch):
    english = identity(board())
    monkeypatch.setattr("rnnviz.app.i18n.language", lambda: "zh")
    assert identity(board()) != english
    monkeypatch.undo()
    assert identity(board()) == english


def test_arrays_by_snapshot_lie_one_snapshot_after_another():
    labels = ("after 0 updates", "after 200 updates", "after 400 updates")
    made = Board(("a", "b"), (True, True), units=4, snapshots=labels)
    values = np.arange(24.0).reshape(3, 2, 4)
    made.array("h", values, by_snapshot=True)
    made.array("loss", np.arange(3.0), by_snapshot=True)
    made.array("x", np.arange(2.0))
    made.row({"kind": "strip", "array": "h"})
    header, found, _start = unpack(made.payload().message())
    assert header["snapshots"] == list(labels)
    assert header["arrays"]["h"] == {"offset": 0, "size": 24, "width": 4, "snapshots": 3}
    assert header["arrays"]["loss"] == {"offset": 24, "size": 3, "width": 1, "snapshots": 3}
    assert "snapshots" not in header["arrays"]["x"]
    np.testing.assert_array_equal(found["h"].reshape(3, 2, 4), values)
    told = header["rows"][0][0]["alternative"]
    assert told == "after 400 updates: 8 values from 16 to 23, the first 16, the last 23."


def test_a_board_without_snapshots_says_that_it_has_none():
    header, _found, _start = unpack(board().payload().message())
    assert header["snapshots"] == []


@pytest.mark.parametrize("labels", [(), ("a", "b")])
@pytest.mark.parametrize("values", [np.zeros((3, 2)), np.zeros(())])
def test_rejects_an_array_whose_first_axis_is_not_the_snapshots(labels, values):
    made = Board(("a",), (True,), units=1, snapshots=labels)
    with pytest.raises(ValueError, match=f"its first axis must be the board's {len(labels)} snapshots"):
        made.array("h", values, by_snapshot=True)


def test_the_header_carries_all_that_every_panel_needs():
    header, _found, _start = unpack(board().payload().message())
    assert header["sentence"] == "a b"
    assert header["scales"].keys() == style.SCALES.keys()
    assert all(header["strings"].values())
    told = "6 values from 0 to 5, the first 0, the last 5."
    assert header["rows"] == [[{"kind": "strip", "array": "h", "span": 12, "alternative": told}]]
    assert header["language"] == "en"


def test_the_stage_reads_the_payload_in_the_order_in_which_it_is_packed():
    assert "getUint32(0, true)" in UNPACKING
    assert "4 + length + ((4 - ((4 + length) % 4)) % 4)" in UNPACKING


def test_a_figure_becomes_plain_json_in_which_what_is_no_number_is_null():
    values = np.array([[1.0, np.nan], [np.inf, 0.5]])
    spec = figures.heatmap.draft(Signal("h", ("time", "unit"), values)).spec()
    json.dumps(spec, allow_nan=False)
    assert {"data", "layout"} <= set(spec)


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("text", ["what time is it ?", "雨", "<script>alert(1)</script>", "\u202eabc", "👩‍👩‍👧 é"])
def test_the_board_of_an_experiment_holds_every_signal_of_its_layer(cell, text):
    subject = intents(cell, text=text)
    header, found, _start = unpack(network_views.board(subject).payload().message())
    trace = subject.trace()
    layer = trace.layer()
    assert header["tokens"] == list(subject.tokens)
    assert header["known"] == list(subject.known)
    assert header["units"] == subject.units
    for name in layer.names:
        np.testing.assert_array_equal(found[name], layer[name].values.ravel())
        assert header["arrays"][name]["width"] == subject.units
    for name in layer.initial:
        np.testing.assert_array_equal(found[f"previous:{name}"], layer.previous(name).values.ravel())
    np.testing.assert_array_equal(found["x"], trace.x.values.ravel())
    assert header["arrays"]["p"]["size"] == len(subject.tokens) * 8
