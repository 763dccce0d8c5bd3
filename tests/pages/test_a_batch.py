"""A batch: every choice is in the address, rows and answers are those of the network shown, no choice takes it down."""

import html

import numpy as np
import pytest

import rnnviz
from rnnviz.app.panels import batch_times
from rnnviz.studies import a_batch as study
from tests.pages.visit import board, chips, claim, follow, land, panels, sentence

PAGE = "a_batch.py"
RNN = {"model": "intents-rnn-small", "text": "what time is it ?"}


def test_the_claim_names_the_answer_that_padding_changes():
    at = land(PAGE)
    title = html.unescape(claim(at))
    assert title == "Row 4: padding turns the answer “<b>ask the time</b>” into “<b>small talk</b>”"
    runs = study.runs_of(rnnviz.subject("intents-rnn-small", text="what time is it ?"), 5, 0, (), True)
    assert f"{runs.batch.share:.0%} of this batch is padding" in sentence(at)
    assert f"{len(runs.misread)} of 5 answers change" in chips(at)
    assert (runs.answers.argmax(1) == runs.packed_answers.argmax(1)).all()
    assert "Packed: it is left out." in sentence(at)
    header, arrays = board(at)
    (sheet,) = panels(header, "batch")
    assert [row["length"] for row in sheet["rows"]] == list(runs.batch.lengths)
    np.testing.assert_allclose(arrays["answers:padded"], runs.padded_answers.ravel(), atol=1e-6)
    np.testing.assert_allclose(arrays["drift"], runs.drift.ravel(), atol=1e-5)
    assert list(arrays["batch_sizes"]) == list(runs.sizes)
    assert [row["misread"] for row in sheet["rows"]] == [b in runs.misread for b in range(5)]


def test_all_that_is_chosen_is_in_the_address():
    at = land(PAGE, **RNN, sequences="3", drawn="7", in_order="False", timed="reading")
    (sheet,) = panels(board(at)[0], "batch")
    rows = study.rows_of(rnnviz.subject("intents-rnn-small", text="what time is it ?"), 3, 7)
    assert [row["tokens"] for row in sheet["rows"]] == [list(row.reading.tokens) for row in rows]
    at = follow(at, **RNN, lines="hello !~~ ~~七点叫我起床")
    assert [row["length"] for row in panels(board(at)[0], "batch")[0]["rows"]] == [6, 5, 2]
    at = follow(at, **RNN, sequences="99", drawn="x")
    assert len(at.warning) == 2


def test_equal_lengths_need_no_padding_and_the_page_says_so():
    at = land(PAGE, **RNN, lines="what day is it ?")
    assert claim(at) == "All sequences are equally long: nothing is padded"


def test_markup_in_a_sentence_stays_text():
    at = land(PAGE, model="intents-rnn-small", text="<b>hi</b> & `y`", lines="<img src=x onerror=1> hello !")
    assert "<img" not in claim(at)
    assert "<b>hi" not in claim(at)


@pytest.mark.parametrize(
    "query",
    [
        {"model": "slots-lstm-two-1-seed0"},
        {"model": "slots-gru-one-1-seed0"},
        {"model": "recall-lstm-seed0"},
        {"model": "neighbour-xor-gru-two-4-seed0"},
        {"model": "untrained~cell.ESN~task.parity"},
        {"model": "sounds-gru", "example": "2"},
        {"model": "strokes-rnn", "drawing": "C6H6M6R6W6a6f6k6p6mCjJgPdWbcYiVpSv"},
        {"model": "untrained~cell.minGRU~directions.backward~layers.2", "sequences": "8"},
    ],
    ids=lambda query: query["model"],
)
def test_any_network_that_sorts_into_classes_is_shown(query):
    at = land(PAGE, **query)
    assert not at.warning
    first = int("drawing" in query)  # the pad, in the line above the page, is a stage too
    header, _arrays = board(at, first)
    (sheet,) = panels(header, "batch")
    assert header["steps"] == max(row["length"] for row in sheet["rows"])
    times, _ = board(at, first + 1)
    assert len(panels(times, "chart")) == 2


def test_a_network_of_numbers_is_refused_with_a_sentence():
    at = land(PAGE, model="switches-rnn", example="3")
    assert len(at.warning) == 1
    assert panels(board(at)[0], "batch")


def test_times_are_measured_again_when_it_is_asked_for(monkeypatch):
    asked = []
    measure = batch_times.measure
    monkeypatch.setattr(batch_times, "measure", lambda *given, **more: asked.append(more) or measure(*given, **more))
    at = land(PAGE, **RNN, sequences="2", drawn="41")
    at.button(key="button-again").click().run()
    assert len(asked) == 2
    assert at.session_state["knobs"]["ABatch", "again"] == 1
