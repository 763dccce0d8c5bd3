"""Write: what it claims is what the network wrote, every choice is in the address, and what cannot write is told."""

import re

import numpy as np
import pytest

import rnnviz
from rnnviz.app.panels.writing_claims import loop_of
from rnnviz.checkpoints import shipped
from tests.pages.visit import board, claim, follow, land, panels, sentence

PAGE = "write.py"


def written(at, **drawing: object) -> rnnviz.subjects.Generated:
    """What the network of the page writes, asked for beside the page."""
    query = at.session_state["subjects"]["write"].query()
    subject = rnnviz.subject(query["model"], text=query["text"])
    return rnnviz.generate(subject, length=200, **{"temperature": 0.5, "seed": 1} | drawing)


def test_the_page_shows_what_the_network_writes_and_the_shares_behind_it():
    at = land(PAGE)
    assert not at.warning
    header, arrays = board(at)
    told = written(at)
    assert header["tokens"] == list(told.tokens)
    assert "".join(header["tokens"][:4]) == "def␣"
    for signal in (told.before, told.after):
        assert np.abs(arrays[signal.name].reshape(signal.shape) - signal.values).max() < 1e-6
    np.testing.assert_allclose(arrays["bits"], told.bits.values, atol=1e-4)
    (bars,) = panels(header, "likeliest")
    assert [bars["labels"][k] for k in bars["ids"]] == header["tokens"]
    state = rnnviz.subject("characters-lstm", text=told.text).trace().layer(0, "forward")["h"].values[:, 0]
    assert np.abs(arrays["h"].reshape(state.shape) - state).max() < 1e-4
    before, after = (signal.values[header["start"]] for signal in (told.before, told.after))
    came, likely = header["tokens"][header["start"] + 1], told.labels[before.argmax()]
    rare = after[told.labels.index(came)]
    said = f"<bdi>{likely}</bdi> is {after.max():.0%} likely, yet the draw picks <bdi>{came}</bdi> at {rare:.0%}"
    assert said in claim(at)
    said = f"The LSTM says <bdi>{likely}</bdi> {before.max():.0%}; temperature 0.5 makes it {after.max():.0%}."
    assert said in sentence(at)
    mean = np.nanmean(told.bits.values[told.begins :])
    assert f"cost {mean:.2f} bits each on average" in sentence(at)  # with how it was measured
    shares = told.before.values[told.begins - 1 : -1]
    came = np.array(bars["ids"])[told.begins :]
    sure = np.where(shares.argmax(1) == came, 0, shares.max(1))
    assert header["start"] + 1 == told.begins + np.argmax(sure)
    assert f"{(sure > 0).sum()} of 200 were not the likeliest" in sentence(at)


def test_each_cell_stands_beside_the_baseline_with_what_its_card_says():
    header, _arrays = board(land(PAGE))
    chart = next(panel for panel in panels(header, "chart") if panel["title"].startswith("Bits per character"))
    (bars,) = chart["figure"]["data"]
    told = dict(zip(bars["y"], bars["text"], strict=True))
    for card in shipped("characters"):
        assert told[card.network["cell"]] == f"{card.held_out_loss / np.log(2):.2f}"
        assert card.held_out_loss < 0.75 * card.baseline_loss


def test_every_choice_is_in_the_address():
    at = land(PAGE, model="characters-lstm", text="class ", temperature="1.5", top_k="5", draw="3", count="40")
    assert not at.warning
    header, _arrays = board(at)
    subject = rnnviz.subject("characters-lstm", text="class ")
    told = rnnviz.generate(subject, length=40, temperature=1.5, top_k=5, seed=3)
    assert header["tokens"] == list(told.tokens)
    (bars,) = panels(header, "likeliest")
    assert "the 5 likeliest at temperature 1.5" in bars["caption"]
    assert "temperature 1.5 and top 5 make it" in sentence(at)
    link = dict(part.split("=", 1) for part in bars["inside"].removeprefix("step-through?").split("&"))
    assert link["model"] == "characters-lstm"


def test_greedy_takes_the_likeliest_and_says_where_it_repeats_itself():
    at = land(PAGE, greedy="True")
    header, _arrays = board(at)
    told = written(at, greedy=True)
    assert header["tokens"] == list(told.tokens)
    loop = loop_of(told.tokens[told.begins :])
    if loop is not None:
        assert f"from character {told.begins + loop.begins + 1} on" in claim(at)
    else:
        assert "each the likeliest to come" in claim(at)


@pytest.mark.parametrize(
    ("text", "begins", "turn"),
    [("x" * 30, 0, "x"), ("begin " + "ab c" * 8, 6, "ab c"), ("abcdefgh" * 3, 0, "abcdefgh")],
)
def test_a_loop_is_found_where_it_begins(text, begins, turn):
    assert loop_of(tuple(text)) == (begins, tuple(turn))


@pytest.mark.parametrize("text", ["", "abc", "x" * 20, "abcdefgh" * 2, "what time is it, and what is the time there?"])
def test_a_text_that_does_not_repeat_itself_has_no_loop(text):
    assert loop_of(tuple(text)) is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"temperature": "9"}, "must be from"),
        ({"count": "1000000"}, "must be from"),
        ({"text": "x" * 600}, "the limit is"),
        ({"text": " "}, "nothing to read"),
        ({"model": "intents-lstm-small"}, "cannot write|answers at every step"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_the_page_stays(query, said):
    at = land(PAGE, **query)
    assert re.search(said, at.warning[0].value)
    assert len(board(at)[0]["tokens"]) == 204


def test_a_network_of_the_grammar_and_an_untrained_one_write_too():
    at = land(PAGE, model="lineage-continual-reber-lstm", text="B T B")
    assert not at.warning
    assert len(board(at)[0]["tokens"]) == 203
    at = follow(at, model="untrained~cell.minGRU~task.characters", text="图 <b>&")
    assert not at.warning
    assert board(at)[0]["tokens"][0] == "图"
    assert "图 <b>" not in claim(at)


def test_a_long_beginning_leaves_no_room_and_the_page_says_so():
    at = land(PAGE, text="ab " * 166 + "a")
    assert len(board(at)[0]["tokens"]) == 500
    at = follow(at, text="ab " * 166 + "ab")
    assert "no room left" in claim(at)


def test_the_network_is_shown_on_the_other_pages():
    for page in ("step_through.py", "states.py"):
        at = land(page, model="characters-lstm", text="if x:\n    y")
        assert not at.warning
        assert board(at)[0]["tokens"] == [*"if␣x:↵⇥y"]


@pytest.mark.parametrize(("text", "said"), [("", "has ` 0 ` characters"), ("a" * 300, "one character alone")])
def test_a_text_of_which_nothing_can_be_learnt_is_refused_in_a_sentence(text, said):
    at = land(PAGE)
    at.text_area(key="own_text:shown").set_value(text)
    at.button(key="button-train-text").click().run()
    assert said in at.warning[0].value
    assert len(board(at)[0]["tokens"]) == 204


def test_another_text_is_the_one_of_the_next_seed():
    at = land(PAGE, draw="3", greedy="True")
    at.button(key="button-draw").click().run()
    assert board(at)[0]["tokens"] == list(written(at, seed=4).tokens)
