"""A hold on the pages about a run: in the link, in the claim, on the board and in the code, and refused by name."""

import html

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.app.panels import quantity_shapes
from rnnviz.app.panels.hold_claims import in_words
from rnnviz.cells import CELLS
from tests.pages.test_first_pages import shown_code
from tests.pages.visit import FIRST_PAGES, board, chips, claim, land, panels, sentence, shown, whole

every_page = pytest.mark.parametrize("page", FIRST_PAGES)
STEP, STATES, BESIDE = FIRST_PAGES


def numbers(at, name: str) -> np.ndarray:
    """An array of the stage as (steps, numbers of a step)."""
    header, arrays = board(at)
    return arrays[name].reshape(header["steps"], -1)


@pytest.mark.parametrize("page", [STEP, STATES])
def test_a_forget_gate_of_one_and_an_input_gate_of_zero_keep_the_cell_state(page):
    at = land(page, hold="f_1.0_u3_s2-4~~i_0.0_u3_s2-4")
    c, first = numbers(at, "c"), numbers(at, "first:c")
    assert (c[2:, 3] == c[1, 3]).all()
    assert (first[2:, 3] != first[1, 3]).all()
    assert (np.argwhere(numbers(at, "held:f")) == [[2, 3], [3, 3], [4, 3]]).all()
    assert not at.warning


@pytest.mark.parametrize("cell", CELLS)
def test_every_quantity_of_every_cell_can_be_held(cell):
    subject = rnnviz.subject("untrained", cell=cell, size="8", text="what time is it ?", task="intents")
    for name in subject.network().layers[0][0].quantities:
        at = land(STEP, **subject.query(), hold=f"{name}_0.5_s1")
        usual = subject.trace().layer()[name].values[:, 0]
        assert (numbers(at, name)[1] == quantity_shapes.numbers(np.full_like(usual[:1], 0.5))).all()
        assert (numbers(at, f"held:{name}")[1] == 1).all()
        np.testing.assert_allclose(numbers(at, f"first:{name}"), quantity_shapes.numbers(usual), rtol=0, atol=1e-6)


@every_page
def test_without_a_hold_nothing_is_sent_of_one(page):
    header, arrays = board(land(page))
    assert not any(name.startswith(("first:", "held:")) for name in arrays)
    assert not {"held", "instead", "differing"} & {key for row in header["rows"] for panel in row for key in panel}


@every_page
def test_a_hold_is_made_by_hand_stands_in_the_link_and_is_taken_away(page):
    at = land(page)
    before = board(at)[0]["id"]
    at = whole(at.button(key="button-hold").click().run())
    assert at.query_params["hold"] in (["f_0.0"], "f_0.0")
    assert board(at)[0]["id"] != before
    assert at.multiselect(key="hold").value == ["f_0.0"]
    assert board(land(page, hold="f_0.0"))[0]["id"] == board(at)[0]["id"]
    at.multiselect(key="hold").set_value([])
    at = whole(at.run())
    assert "hold" not in at.query_params
    assert board(at)[0]["id"] == before


def test_a_hold_goes_along_to_the_other_pages_about_a_run():
    at = land(STEP, hold="f_0.0")
    for page in (STATES, BESIDE):
        at = whole(at.switch_page(page).run())
        assert at.query_params["hold"] in (["f_0.0"], "f_0.0")


def test_the_claim_says_what_is_held_and_what_becomes_of_the_answer():
    plain, held = rnnviz.subject(text="what time is it ?"), {"f": rnnviz.Hold(0.0), "i": rnnviz.Hold(0.0)}
    y = rnnviz.record(plain.network(), plain.input(), hold=held).y.values[0]
    shares = torch.tensor(y).softmax(-1)
    at = land(STEP, hold="f_0.0~~i_0.0")
    told = html.unescape(claim(at))
    assert told.startswith("With f = 0 and i = 0 held: the LSTM's answer")
    assert plain.labels[int(shares.argmax())] in told
    assert chips(at).startswith("LSTM: ask the time 99% → ")
    assert chips(at).endswith(f" {shares.max():.0%}")
    assert "'s answer stays" in claim(land(STEP, hold="f_0.0_u0_s0"))


@every_page
def test_what_a_network_never_learnt_is_called_a_guess(page):
    at = land(page, cell="LSTM", weights="fresh", hold="f_0.0")
    assert "never trained" in sentence(at) + claim(at) or "Never trained" in sentence(at)


def test_the_strip_marks_the_steps_whose_state_differs():
    (strip,) = panels(board(land(STEP, hold="f_0.0_s3"))[0], "strip")
    assert strip["differing"]["steps"] == [False, False, False, True, True]


def test_what_would_have_made_a_held_state_is_not_shown_as_if_it_had():
    (diagram,) = panels(board(land(STEP, cell="RNN", hold="h_previous"))[0], "diagram")
    by_name = {box["array"]: box for box in diagram["boxes"]}
    assert by_name["h"]["held"]["where"] == "held:h"
    assert by_name["h:sum"]["instead"]["where"] == "held:h"


def test_beside_others_what_a_cell_has_not_is_not_held():
    at = land(BESIDE, hold="f_0.0")
    assert "Nothing to hold in RNN and GRU" in sentence(at)
    assert "LSTM" in claim(at)
    assert not at.warning


@every_page
@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("f", "is no hold; one is written as"),
        ("<b>_1", "has no"),
        ("f_nan", "is no hold"),
        ("f_1e99", "at finite numbers only"),
        ("f_0.0_u99", "cannot be held at unit"),
        ("f_0.0_s99", "cannot be held at step"),
        ("f_0.0_l3", "cannot be held; layers are"),
        ("f_previous", "cannot be held at"),
        ("q_1", "has no"),
    ],
)
def test_a_hold_that_cannot_be_is_left_out_with_a_sentence(page, word, said):
    usual = {"compared": "LSTM"} if page == BESIDE else {}
    at = land(page, **usual, hold=word)
    assert "is left out" in at.warning[0].value
    assert said in at.warning[0].value
    (left, arrays), (usual, usual_arrays) = board(at), board(land(page, **usual))
    assert {**left, "query": None, "id": None} == {**usual, "query": None, "id": None}
    for name, values in arrays.items():  # each was computed by itself: equal but for rounding
        np.testing.assert_allclose(values, usual_arrays[name], rtol=1e-5, atol=1e-6, err_msg=name)


def test_more_holds_than_a_page_takes_are_refused():
    at = land(STEP, hold="~~".join(f"f_0.0_u{k}" for k in range(9)))
    assert "Choose at most ` 8 `." in at.warning[0].value


@every_page
def test_the_code_of_a_held_run_runs_and_gives_what_the_page_shows(page, monkeypatch, capsys):
    at = land(page, hold="f_0.0~~c_previous_u1_s2-3")
    names = shown_code(at, monkeypatch, capsys)
    trace = shown(at).trace(("f_0.0", "c_previous_u1_s2-3"))
    if page == STEP:
        np.testing.assert_array_equal(names["trace"].y.values, trace.y.values)
    if page == STATES:
        np.testing.assert_array_equal(names["layer"]["h"].values, trace.layer()["h"].values)
    if page == BESIDE:
        assert f"LSTM {trace.y.values.argmax()}" in names["printed"]


@pytest.mark.parametrize(
    ("word", "says", "whole"),
    [
        ("f_1.0_s1-3", "f = 1, steps 2–4", "f = 1, all units, steps 2–4"),
        ("c_previous_u3", "c as it was before, unit 3", "c as it was before, unit 3, all steps"),
        ("h_-0.5_u1-2.5_s0_l1_b", "h = −0.5, units 1–2, 5, step 1, layer 2, h←", None),
    ],
)
def test_a_hold_in_words(word, says, whole):
    assert in_words(word) == says
    assert in_words(word, whole=True) == (whole or says)


def test_a_hold_in_a_window_counts_the_steps_of_the_whole_sequence():
    assert in_words("f_1.0_s1-3", first=100) == "f = 1, steps 102–104"
