"""Words that were changed, on the pages that show a run beside the one before: link, claim, board, code, refusals."""

import html
import re

import numpy as np
import pytest

import rnnviz
from tests.pages.test_first_pages import shown_code
from tests.pages.test_holds import numbers
from tests.pages.visit import FIRST_PAGES, board, chips, claim, follow, land, panels, sentence, whole

every_page = pytest.mark.parametrize("page", FIRST_PAGES)
STEP, STATES, BESIDE = FIRST_PAGES
BEFORE, NOW = "what time is it ?", "what weather is it ?"


def first(text: str = BEFORE, **changes: object) -> np.ndarray:
    return rnnviz.subject(text=text, **changes).trace().layer()["h"].values[:, 0]


@pytest.mark.parametrize("page", [STEP, STATES])
def test_as_many_words_stand_beside_each_other_by_their_places(page):
    at = land(page, text=NOW, before=BEFORE)
    np.testing.assert_allclose(numbers(at, "h"), first(NOW), rtol=0, atol=1e-6)
    np.testing.assert_allclose(numbers(at, "first:h"), first(), rtol=0, atol=1e-6)
    assert not at.warning


@pytest.mark.parametrize(
    ("now", "beside"),
    [
        ("what nice time is it ?", [0, None, 1, 2, 3, 4]),
        ("what is it ?", [0, 2, 3, 4]),
        ("hello", [None]),
        ("? it is time what", [0, 1, 2, 3, 4]),
    ],
)
def test_else_a_word_stands_beside_itself_and_a_new_one_beside_nothing(now, beside):
    at = land(STEP, text=now, before=BEFORE)
    wanted = np.array([np.full(16, np.nan) if step is None else first()[step] for step in beside])
    np.testing.assert_allclose(numbers(at, "first:h"), wanted, rtol=0, atol=1e-6)
    (strip,) = panels(board(at)[0], "strip")
    assert not any(differs for differs, step in zip(strip["differing"]["steps"], beside, strict=True) if step is None)


def test_what_was_read_before_ran_without_the_hold():
    at = land(STEP, text=NOW, before=BEFORE, hold="f_0.0")
    np.testing.assert_allclose(numbers(at, "first:h"), first(), rtol=0, atol=1e-6)
    assert (numbers(at, "f") == 0).all()
    assert "With f = 0 held" in claim(at)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (NOW, "time → weather: the LSTM's answer ask the time becomes ask the weather"),
        ("what time is it", "without ?: the LSTM's answer stays ask the time"),
        ("what time is it now ?", "with now: the LSTM's answer stays ask the time"),
        ("it is what time ?", "The same words in another order: the LSTM's answer stays ask the time"),
        (" ".join("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"), "Other words: the LSTM's answer"),
    ],
)
def test_the_claim_says_what_was_changed_and_what_becomes_of_the_answer(now, says):
    told = claim(land(STEP, text=now, before=BEFORE))
    for mark in ("<b>", "</b>", "<bdi>", "</bdi>"):
        told = told.replace(mark, "")
    assert html.unescape(told).startswith(says)


def test_side_by_side_says_it_of_each_network_and_draws_the_first_runs():
    at = land(BESIDE, text=NOW, before=BEFORE)
    assert claim(at).endswith(": another answer from RNN, LSTM and GRU")
    for cell in ("RNN", "LSTM", "GRU"):
        assert re.search(rf"{cell}: ask the time >? ?99% → ask the weather >? ?\d\d%", chips(at))
        answers = rnnviz.subject(f"intents-{cell.lower()}-small", text=BEFORE).trace().y.values
        shares = np.exp(answers - answers.max(-1, keepdims=True))
        assert numbers(at, f"first:p:{cell}").shape == (5, 8)
        np.testing.assert_allclose(numbers(at, f"first:p:{cell}")[-1], (shares / shares.sum())[-1], atol=1e-5)
    (readings,) = panels(board(at)[0], "readings")
    assert [row["array"] for row in readings["rows"][:2]] == ["p:RNN", "first:p:RNN"]
    drawn = [
        trace["meta"] for panel in panels(board(at)[0], "chart") for trace in panel["figure"]["data"] if "meta" in trace
    ]
    for signal in ("first:h", "first:h:change"):
        assert {meta["network"] for meta in drawn if meta["signal"] == signal} == {"RNN", "LSTM", "GRU"}


@every_page
@pytest.mark.parametrize("before", [NOW, "", "~~", "x" * 3000, "a~~b"])
def test_a_first_sentence_that_cannot_be_is_as_if_it_were_not_there(page, before):
    at = land(page, text=NOW, before=before)
    assert not any(name.startswith("first:") for name in board(at)[1])


@every_page
def test_another_sentence_and_the_end_of_the_change_drop_what_was_before(page):
    at = land(page, text=NOW, before=BEFORE)
    at = whole(at.button(key="button-keep").click().run())
    assert "before" not in at.query_params
    assert at.query_params["text"] in (NOW, [NOW])
    at = follow(at, text=NOW, before=BEFORE)
    at = whole(at.button(key="button-undo").click().run())
    assert "before" not in at.query_params
    assert at.query_params["text"] in (BEFORE, [BEFORE])
    at = follow(at, text=NOW, before=BEFORE)
    at.text_input(key="text").set_value("hello")
    at = whole(at.run())
    assert "before" not in at.query_params


def test_nothing_of_a_first_sentence_becomes_markup():
    at = land(STEP, text="<b>bold</b>", before="<script>alert(1)</script>")
    assert "<script" not in claim(at) + sentence(at)


@pytest.mark.parametrize("page", [STEP, STATES])
def test_the_code_gives_the_changed_run(page, monkeypatch, capsys):
    names = shown_code(land(page, text=NOW, before=BEFORE), monkeypatch, capsys)
    layer = names["layer"] if page == STATES else names["trace"].layer()
    np.testing.assert_array_equal(layer["h"].values[:, 0], first(NOW))


@pytest.mark.parametrize(("now", "alike"), [("现在几点", True), ("play some music", False)])
def test_how_alike_two_sequences_end_is_the_cosine_of_their_last_states(now, alike):
    said = sentence(land(STATES, text=now, before=BEFORE))
    mine, other = first(now)[-1].astype(float), first()[-1].astype(float)
    cosine = sum(mine * other) / (sum(mine**2) * sum(other**2)) ** 0.5
    assert (cosine > 0.9) == alike
    assert f"a cosine of {cosine:.2f}".replace("-", "−") in said
    assert "cosine" not in sentence(land(STATES, text=now, hold="f_0.0"))
