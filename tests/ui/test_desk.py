"""The desk: what a link lays on it, and what a choice changes."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from rnnviz.experiment import Experiment
from rnnviz.ui import desk, language
from rnnviz.ui.desk import Desk


class Query(dict):
    """An address's query, as Streamlit gives it."""

    def to_dict(self) -> dict[str, str]:
        return dict(self)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict]:
    """``session(cell="GRU")``: a new visitor with that link; returns what their session remembers."""

    def session(speaks: str = "en", **query: str) -> dict:
        state: dict = {"language": speaks}
        fake = SimpleNamespace(session_state=state, query_params=Query(query), context=SimpleNamespace(locale=None))
        monkeypatch.setattr(desk, "st", fake)
        monkeypatch.setattr(language, "st", fake)
        return state

    return session


def first() -> Desk:
    return desk.sit()


def sent(state: dict, at: Desk, **values: object) -> Experiment:
    """What widgets do: set their own keys, then call."""
    for field, value in values.items():
        state[at.key(field)] = value
    at.accept()
    return at.choice


def said(at: Desk) -> list[str]:
    return [str(refusal) for refusal in at.refusals]


def test_a_visitor_without_a_link_finds_the_defaults_and_no_complaint(session):
    session()
    assert first().choice == Experiment()
    assert said(first()) == []


def test_a_link_lays_all_of_its_choices_on_the_desk(session):
    wanted = Experiment("GRU", "medium", "play some music", "fresh", 7)
    session(**wanted.query())
    assert first().choice == wanted
    assert (first().shown("size"), first().shown("seed"), first().shown("text")) == ("medium", 7, "play some music")


def test_several_bad_parts_are_all_said_and_the_good_ones_kept(session):
    session(cell="GRU", size="huge", seed="-1")
    assert len(said(first())) == 2
    assert first().choice.cell == "GRU"


def test_a_chinese_reader_starts_with_a_chinese_sentence_and_with_that_of_a_link(session):
    session("zh")
    assert not first().choice.text.isascii()
    session("zh", text="hello")
    assert first().choice.text == "hello"


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "x" * 2001, "雨" * 201])
def test_a_refused_text_keeps_the_last_good_choice_and_the_typed_text(text, session):
    state = session()
    at = first()
    good = sent(state, at, text="play some music", cell="GRU")
    assert sent(state, at, text=text) == good
    assert len(said(at)) == 1
    assert at.shown("text") == text
    assert sent(state, at, text="hello").text == "hello"
    assert said(at) == []


def test_names_that_are_no_choices_are_the_pages_own(session):
    state = session()
    first().choose(race_radius=2.0, cell="RNN")
    assert state["race_radius"] == 2.0


def test_a_control_was_used_only_once(session):
    state = session()
    at = first()
    desk.was_used()
    sent(state, at, cell="GRU")
    assert desk.was_used()
    assert not desk.was_used()


def test_going_back_restores_an_older_address(session):
    state = session()
    sent(state, first(), size="large")
    desk.st.query_params.update(size="medium", text="play some music")
    desk.here().restore()
    assert first().choice == Experiment(size="medium", text="play some music")


# What a browser brings from an earlier server


def test_a_click_made_before_this_server_drew_the_control_wins_over_the_address(session):
    state = session(cell="GRU", size="medium")
    at = first()
    state["cell"] = "Jordan"  # what the widget holds once it is drawn
    assert at.adopt()
    assert (at.choice.cell, at.choice.size) == ("Jordan", "medium")
    assert not at.adopt()


def test_what_a_browser_brings_and_cannot_be_used_leaves_the_address_its_choice(session):
    state = session(text="play some music")
    at = first()
    state["text"] = "time " * 5_000
    assert not at.adopt()
    assert at.choice.text == "play some music"
