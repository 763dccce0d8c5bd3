"""Find what a unit does: its numbers are of the sentences that it names, choices are in the address, own lines read."""

import html

import numpy as np
import pytest

import rnnviz
from rnnviz.app import own_corpus
from rnnviz.studies import unit_jobs
from tests.pages.visit import board, claim, follow, land, panels, sentence, tell, whole

PAGE = "find_what_a_unit_does.py"
LSTM = {"model": "intents-lstm-small", "text": "what time is it ?", "count": "300", "draw": "1"}


@pytest.fixture(scope="module")
def opened():
    return land(PAGE, **LSTM)


def finder(at):
    (panel,) = panels(board(at)[0], "unit_finder")
    return panel


def at_the_end(subject, sentences, unit):
    """What a unit is where each sentence ends, read one by one."""
    vocabulary = subject.load().reads.vocabulary
    traces = [subject.with_(text=vocabulary.join(tokens)).trace() for tokens, _labels in sentences]
    return np.array([trace.layer()["h"].values[-1, 0, unit] for trace in traces])


def test_the_claim_has_the_share_of_ordered_pairs_on_sentences_that_nothing_was_chosen_on(opened):
    subject = rnnviz.subject("intents-lstm-small", text="what time is it ?")
    others = unit_jobs.sentences(subject, 300, 1, held_out=True)
    values, label = at_the_end(subject, others, 10), np.array([labels[0] for _tokens, labels in others])
    mine, rest = values[label == "set_alarm"], values[label != "set_alarm"]
    area = (mine[:, None] > rest).mean()
    assert html.unescape(claim(opened)) == "Unit 10 fires on “<b>set an alarm</b>”"
    assert f"AUC {area:.3f} on 300 in new wordings" in sentence(opened)
    assert f"in {100 * area:.{int(area < 1)}f}% of pairs unit 10 ends higher in the first" in sentence(opened)
    panel, values = finder(opened), board(opened)[1]["values"]
    assert (panel["unit"], panel["units"][10]["areas"][2]) == (10, pytest.approx(area, abs=1e-6))
    strip = panel["units"][10]["top"][0]
    tokens = panel["sentences"][str(strip["sentence"])]["tokens"]
    state = subject.with_(text=" ".join(tokens)).trace().layer()["h"].values[:, 0, 10]
    np.testing.assert_allclose(values[strip["values"] :][: len(state)], state, atol=1e-6)
    assert strip["at"][0] == state.argmax()


def test_the_slider_and_the_marked_words_set_choices_that_the_address_keeps(opened):
    panel = finder(opened)
    at = tell(land(PAGE, **LSTM), "knob", {"name": "looked", "value": f"{panel['network']}.3"})
    assert claim(at).startswith("Unit 3 ")
    assert finder(at)["unit"] == 3
    at = tell(at, "knob", {"name": "marked", "value": f"{panel['own']['mark']}.own.1.3"})
    (found,) = panels(board(at, 1)[0], "alike")
    assert (found["strips"][0]["sentence"], found["strips"][0]["at"]) == (-1, [1, 3])
    states = rnnviz.subject("intents-lstm-small", text="what time is it ?").trace().layer()["h"].values[1:3, 0]
    on = np.flatnonzero((states > 0.3).all(0))
    assert f"{len(on)} of 16 units are on" in found["caption"]
    query = {name: value if isinstance(value, str) else value[0] for name, value in at.query_params.items()}
    again = land(PAGE, **query)
    assert board(again, 1)[0]["rows"] == board(at, 1)[0]["rows"]
    other = follow(again, **(query | {"model": "intents-gru-small"}))  # it was chosen in another network
    assert claim(other).startswith("Unit 7 fires")


@pytest.mark.parametrize("marked", ["x", "....", "abcd.0.0.1", "0.own.-1.9", "٣.own.١.٢", "<b>.own.0.1"])
def test_marks_of_something_else_leave_the_page_as_it_opens(opened, marked):
    at = land(PAGE, **LSTM, marked=marked, looked="99999999999")
    assert board(at, 1)[0]["rows"][0][0]["strips"][0]["at"] != [0, 0]
    assert finder(at)["unit"] == 15  # the nearest that there is


def test_own_lines_are_searched_with_their_labels_and_bad_ones_are_counted_and_named():
    lines = own_corpus.lines_of(b"play some music\tsongs & <b>\n\n\xff\xfe\nwake me at seven\talarm\n" + b"a " * 600)
    assert [line.wrong for line in lines] == ["", "", "not UTF-8", "", ""]
    at = land(PAGE, **LSTM)
    at.text_area(key="own_corpus:shown").set_value(
        "play some music\tsongs & <b>\n\nwake me at seven\talarm\n" + "a " * 600
    )
    at = whole(next(each for each in at.button if each.key == "button-corpus").click().run())
    assert claim(at) == "Where unit 0 is highest, in 2 sentences"
    labels = {strip["label"] for strip in finder(at)["units"][0]["top"]}
    assert labels == {"songs & <b>", "alarm"}
    assert "2 lines were left out: 1 empty, 1 over 500 tokens (#2, #4)." in sentence(at)
    again = land(PAGE, **LSTM, corpus="0123456789abcdef")
    assert "brought" in again.warning[0].value
    assert claim(again).startswith("Unit 10 fires")


def test_lines_of_which_none_can_be_read_leave_a_sentence_and_no_empty_picture():
    at = land(PAGE, **LSTM)
    at.text_area(key="own_corpus:shown").set_value("a " * 700)
    at = whole(next(each for each in at.button if each.key == "button-corpus").click().run())
    assert panels(board(at)[0], "missing")
    assert panels(board(at, 1)[0], "missing")


def test_a_table_is_read_by_its_columns_and_bad_rows_are_counted_and_named():
    content = (
        "kind,line\nsongs & <b>,play some music\nalarm,\n,wake me at seven\nalone\n".encode("utf-8-sig") + b"a,\xff\n"
    )
    rows = own_corpus.rows_of(content, "line", "kind")
    assert [(row.place, row.text, row.labels) for row in rows[:3]] == [
        ("#2", "play some music", ("songs & <b>",)),
        ("#3", "", ("alarm",)),
        ("#4", "wake me at seven", ()),
    ]
    assert [row.wrong for row in rows[3:]] == ["no such column in this row", "not UTF-8"]
    at = land(PAGE, **LSTM)
    uploader = at.get("file_uploader")[0]
    at = whole(uploader.set_value(("mails.csv", content, "text/csv")).run())
    assert [box.value for box in at.selectbox if box.key.startswith("own_corpus")] == ["line", None]
    assert claim(at) == "Where unit 0 is highest, in 2 sentences"
    assert "3 lines were left out" in sentence(at)
    labels = next(box for box in at.selectbox if box.key == "own_corpus_labels:shown")
    at = whole(labels.set_value("kind").run())
    assert "songs & <b>" in {strip["label"] for strip in finder(at)["units"][0]["top"]}
    at = at.get("file_uploader")[0].set_value(("no.csv", b"a" * 200_000, "text/csv")).run()
    assert not at.exception
    assert not [box for box in at.selectbox if box.key.startswith("own_corpus")]
