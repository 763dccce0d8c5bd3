"""Translate: what it claims and draws is what its two networks do with the text; bad input gets a sentence."""

import base64
import re
from contextlib import nullcontext

import numpy as np
import pytest
import torch

from rnnviz.subjects import translators
from rnnviz.tasks.dates import Dates
from tests.pages.visit import board, chips, claim, follow, land, sentence, whole

PAGE = "translate.py"


@pytest.fixture(scope="module")
def visit():
    return land(PAGE)


def panels(header: dict) -> dict[str, dict]:
    return {panel["title"]: panel for row in header["rows"] for panel in row}


def test_it_opens_alive_and_says_where_it_looks(visit):
    at = follow(visit)
    assert claim(at) == "The decoder looks at “May” when it writes 05"
    header, arrays = board(at)
    assert "".join(header["tokens"]) == "2025-05-03end"
    assert header["start"] == 6
    weights = arrays["alpha"].reshape(11, -1)
    assert weights.sum(1) == pytest.approx(1, abs=1e-5)
    result = translators.translated("Saturday the third of May 2025")
    with torch.no_grad():
        scores = translators.load()(translators.task().encode(result.text))
    assert arrays["p"].reshape(11, -1) == pytest.approx(scores.softmax(-1)[:, 0].numpy(), abs=1e-5)
    month = weights[5:7].mean(0)
    assert month["Saturday the third of ".__len__() :][:3].sum() > 0.5
    assert "right" in chips(at)
    assert len([one for row in header["rows"] for one in row]) == 6


@pytest.mark.parametrize("sees", ["attention", "vector", "longer"])
@pytest.mark.parametrize(
    ("text", "forced"), [("2025年5月3日", True), ("3 May 2025", False), ("hello", True), ("31 February 2025", False)]
)
def test_each_network_writes_what_it_writes_by_itself(visit, text, forced, sees):
    at = follow(visit, date=text, sees=sees, forced=str(forced))
    model, learnt = translators.load(sees, forced), translators.task()
    with torch.no_grad():
        written = learnt.written(model(learnt.encode(text)).argmax(-1)[:, 0])
    header, arrays = board(at)
    assert "".join(header["tokens"]).removesuffix("end") == written
    assert ("alpha" in arrays) == (sees == "attention")
    if sees != "attention":
        with torch.no_grad():
            last = model.encode(learnt.encode(text)).last["h"]
        assert arrays["start"] == pytest.approx(last.flatten().numpy(), abs=1e-6)
    if text == "hello":
        assert "whatever that text says" in claim(at)
    elif "31" in text:
        assert claim(at) == f"There is no such day, and it writes {written}"
    elif sees == "attention":
        assert "2025-05-03 is right" in claim(at) or "looks at" in claim(at)


def test_a_visitor_who_reads_chinese_starts_with_a_chinese_date():
    at = land(PAGE, lang="zh")
    assert at.text_input(key="date").value == "二〇二五年五月三日星期六"
    assert "五" in claim(at)
    assert "".join(board(at)[0]["tokens"]) == "2025-05-03结束"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "nothing to read"),
        (" \n", "nothing to read"),
        ("\u202e\u200b", "nothing to read"),
        ("5" * 10_000, "limit is"),
    ],
    ids=["empty", "white", "invisible", "long"],
)
def test_what_cannot_be_read_is_refused_and_the_page_stays(visit, typed, words):
    at = follow(visit, date="3 May 2025")
    at = whole(at.text_input(key="date").set_value(typed).run())
    (warning,) = at.warning
    assert words in warning.value
    assert "2025-05-03" in "".join(board(at)[0]["tokens"])
    assert follow(at, date=typed or " ").warning


@pytest.mark.parametrize(
    ("run", "why"), [("nobody~5", "is not here"), ("recall-lstm-seed0~500", "writes none"), ("x", "is not here")]
)
def test_a_run_that_cannot_be_seen_is_told_and_the_shipped_networks_are_shown(visit, run, why):
    at = follow(visit, run=run)
    (warning,) = at.warning
    assert why in warning.value
    assert "The shipped networks are shown instead." in warning.value
    assert claim(at) == "The decoder looks at “May” when it writes 05"


def test_markup_is_read_as_characters(visit):
    at = follow(visit, date="<b>5 May</b> &amp; 2025")
    assert not at.warning
    header, _ = board(at)
    panel = header["rows"][0][0]
    assert "".join(panel["tokens"]) == "<b>5 May</b> &amp; 2025"
    assert panel["right"] is None
    assert panel["known"][0] is False
    html = "".join(one.proto.body for one in at.get("html"))
    assert "<b>5 May" not in html


def test_every_choice_is_in_the_address_and_each_suggestion_changes_the_picture(visit):
    at = follow(visit)
    before = board(at)[0]["id"]
    for button in [button for button in at.button if (button.key or "").startswith("button-try-")]:
        then = follow(visit)
        then = whole(next(one for one in then.button if one.key == button.key).click().run())
        assert not then.warning
        assert board(then)[0]["id"] != before, button.label
        assert {"date", "sees", "forced"} & set(then.query_params)


def test_a_text_of_the_longest_length_is_drawn(visit):
    at = follow(visit, date="W" * 80)
    header, arrays = board(at)
    assert len(header["rows"][0][0]["tokens"]) == 80
    assert np.isfinite(arrays["alpha"]).all()
    assert not at.warning


def test_the_code_below_gives_what_the_page_says(visit):
    at = follow(visit, date="May 3rd, 2025")
    space = {}
    with nullcontext():
        exec(at.code[0].value, space)
    assert f"# {space['result'].written}" in at.code[0].value


def test_how_often_it_is_right_is_what_the_cards_say(visit):
    at = follow(visit)
    lines = panels(board(at)[0])
    title = next(name for name in lines if "one vector" in name)
    shares = {trace["name"]: trace["y"] for trace in lines[title]["figure"]["data"]}
    other = "with attention, without teacher forcing"
    assert set(shares) == {"with attention", "one vector", "one vector, trained longer", other}
    bands = translators.card("attention", forced=False).subsets.values()
    drawn = np.frombuffer(base64.b64decode(shares[other]["bdata"]), shares[other]["dtype"])
    assert drawn == pytest.approx([part["accuracy"] for part in bands])
    at = follow(visit, sees="longer", forced="False")
    card, told = translators.card("longer", forced=False), translators.card("longer")
    assert f"right, loss {told.held_out_loss:.3f}" in sentence(at)
    assert f"loss {card.held_out_loss:.3f}." in sentence(at)
    for sees in translators.NAMES:
        card = translators.card(sees)
        assert card.held_out_answers == sum(part["count"] for part in card.subsets.values())
    assert re.search(r"\d+%", chips(at))
    assert sentence(at)
    assert Dates.longest == 11
