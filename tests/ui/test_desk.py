"""The two desks: what a link lays on them, what a choice changes, and what one tells the other."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from rnnviz.experiment import Experiment
from rnnviz.stack import Stack
from rnnviz.tasks import TASKS
from rnnviz.ui import desk, language
from rnnviz.ui.desk import Desk

TRAVEL, XOR, ECHO = (TASKS[name].examples[0] for name in ("slots", "neighbour_xor", "echo_future"))
MIRROR, DEEP = (("slots", "echo_future"), 1), (("neighbour_xor", "slots"), 2)


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


def mirror() -> Desk:
    return desk.sit("stack", *MIRROR)


def deep() -> Desk:
    return desk.sit("stack", *DEEP)


def first() -> Desk:
    return desk.sit("experiment")


def sent(state: dict, at: Desk, **values: object) -> Stack | Experiment:
    """What widgets do: set their own keys, then call."""
    for field, value in values.items():
        state[at.key(field)] = value
    at.accept()
    return at.choice


def said(at: Desk) -> list[str]:
    return [str(refusal) for refusal in at.refusals]


# Arriving


@pytest.mark.parametrize("sit", [mirror, deep, first])
def test_a_visitor_without_a_link_finds_the_defaults_and_no_complaint(sit, session):
    session()
    at = sit()
    expected = {mirror: Stack(), deep: Stack(task="neighbour_xor", layers=2), first: Experiment()}[sit]
    assert at.choice == expected
    assert said(at) == []
    assert {name: at.shown(name) for name in ("cell", "text", "weights")} == {
        "cell": "LSTM",
        "text": expected.text,
        "weights": "trained",
    }


def test_a_link_lays_all_of_its_choices_on_the_desk(session):
    wanted = Stack("GRU", "one", 3, "slots", "to Paris", weights="fresh", size="medium", seed=7)
    session(**wanted.query())
    assert deep().choice == wanted
    assert (
        desk.DESKS["stack"].shown("cell"),
        desk.DESKS["stack"].shown("directions"),
        desk.DESKS["stack"].shown("layers"),
    ) == ("GRU", "one", 3)
    assert (
        desk.DESKS["stack"].shown("size"),
        desk.DESKS["stack"].shown("seed"),
        desk.DESKS["stack"].shown("text"),
    ) == ("medium", 7, "to Paris")


@pytest.mark.parametrize("wanted", [Stack(), Stack(layers=4), Stack(text="Paris"), Stack(task="neighbour_xor")])
def test_the_deep_page_keeps_the_task_of_a_link(wanted, session):
    session(**wanted.query())
    assert deep().choice == wanted


@pytest.mark.parametrize("layers", [1, 2, 4])
def test_the_deep_page_opens_a_link_with_layers_alone_on_its_own_task_with_so_many(layers, session):
    session(layers=str(layers))
    assert deep().choice == Stack(task="neighbour_xor", layers=layers)


@pytest.mark.parametrize("sit", [mirror, deep])
@pytest.mark.parametrize("speaks", ["en", "zh"])
@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ({"cell": "transformer"}, "There is no cell transformer"),
        ({"layers": "0"}, "layers must be from 1 to 4"),
        ({"layers": "5"}, "layers must be from 1 to 4"),
        ({"layers": "x"}, "layers must be from 1 to 4"),
        ({"distance": "0"}, "distance must be from 1 to 4"),
        ({"distance": "9"}, "distance must be from 1 to 4"),
        ({"directions": "three"}, "There is no directions three"),
        ({"task": "poetry"}, "There is no task poetry"),
        ({"seed": "bad"}, "The seed must be a whole number"),
        ({"text": ""}, "There is nothing to read yet"),
        ({"text": "x" * 2001}, "2,001 characters"),
        ({"text": "a " * 201}, "201 tokens"),
    ],
)
def test_what_a_link_asks_for_in_vain_is_said_whatever_the_page_then_opens_with(bad, complaint, speaks, sit, session):
    session(speaks, **bad)
    at = sit()
    assert [complaint in one for one in said(at)] == [True]
    good = sit().choice
    assert good.with_(text="") in (Stack(), Stack(task="neighbour_xor", layers=2))
    if "text" in bad:
        assert desk.DESKS["stack"].shown("text") == bad["text"]  # there to be mended


def test_several_bad_parts_are_all_said_and_the_good_ones_kept(session):
    session(cell="GRU", layers="9", seed="-1", directions="one")
    at = deep()
    assert len(said(at)) == 2
    assert (at.choice.cell, at.choice.directions) == ("GRU", "one")


def test_what_was_refused_is_forgotten_with_the_next_good_choice(session):
    state = session(layers="9")
    at = deep()
    assert sent(state, at, layers=3).layers == 3
    assert said(at) == []


@pytest.mark.parametrize("sit", [mirror, first])
def test_a_chinese_reader_starts_with_a_chinese_sentence(sit, session):
    session("zh")
    assert not sit().choice.text.isascii()


@pytest.mark.parametrize("sit", [mirror, first])
def test_a_chinese_reader_with_a_sentence_in_the_link_reads_that(sit, session):
    session("zh", text="hello")
    assert sit().choice.text == "hello"


def test_bits_are_bits_in_chinese_too(session):
    session("zh")
    assert deep().choice.text == XOR
    assert desk.first_example("slots") == TASKS["slots"].examples[2]


# Choosing


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "x" * 2001, "雨" * 201])
def test_a_refused_text_keeps_the_last_good_choice_and_the_typed_text(text, session):
    state = session()
    at = mirror()
    good = sent(state, at, text="to Paris", cell="GRU")
    assert sent(state, at, text=text) == good
    assert len(said(at)) == 1
    assert desk.DESKS["stack"].shown("text") == text
    assert mirror().choice == good


def test_every_task_keeps_the_text_that_was_last_read_for_it(session):
    state = session()
    at = mirror()
    sent(state, at, text="I love Paris")
    at.choose(task="echo_future")
    assert at.choice.text == ECHO == desk.DESKS["stack"].shown("text")
    sent(state, at, text="A B C", distance=4)
    at.choose(task="slots")
    assert at.choice.text == "I love Paris" == desk.DESKS["stack"].shown("text")
    at.choose(task="echo_future")
    assert (at.choice.text, at.choice.distance) == ("A B C", 4)


def test_a_text_that_was_refused_is_not_what_its_task_keeps(session):
    state = session()
    at = mirror()
    sent(state, at, text="I love Paris")
    sent(state, at, text="")
    at.choose(task="echo_future")
    at.choose(task="slots")
    assert at.choice.text == "I love Paris"
    assert said(at) == []


def test_a_task_can_be_chosen_together_with_a_text(session):
    session()
    at = mirror()
    at.choose(task="echo_future", text="D D D", distance=1)
    assert (at.choice.task, at.choice.text, at.choice.distance) == ("echo_future", "D D D", 1)


def test_names_that_are_no_choices_are_the_pages_own(session):
    state = session()
    mirror().choose(race_radius=2.0, cell="RNN")
    assert state["race_radius"] == 2.0
    assert "stack_race_radius" not in state


def test_a_control_was_used_only_once(session):
    state = session()
    at = mirror()
    desk.was_used()
    sent(state, at, cell="GRU")
    assert desk.was_used()
    assert not desk.was_used()


# From page to page


def test_the_deep_page_opens_with_its_own_task_for_whoever_only_met_another(session):
    session()
    mirror()
    assert deep().choice == Stack(task="neighbour_xor", layers=2)


@pytest.mark.parametrize("between", [first, mirror])
def test_pages_in_between_do_not_make_the_met_task_a_chosen_one(between, session):
    session()
    mirror()
    between()
    assert deep().choice == Stack(task="neighbour_xor", layers=2)


def test_a_sentence_that_was_typed_goes_along_to_the_deep_page(session):
    state = session()
    sent(state, mirror(), text="from Paris")
    at = deep()
    assert (at.choice.task, at.choice.text) == ("slots", "from Paris")


def test_a_task_that_was_chosen_goes_along_to_the_deep_page(session):
    session()
    mirror()
    desk.chose_task()
    assert deep().choice.task == "slots"


def test_a_task_that_a_page_cannot_show_gives_way_and_is_not_lost(session):
    state = session()
    sent(state, mirror(), task="echo_future", text="A A B B")
    assert deep().choice.task == "neighbour_xor"
    mirror().choose(task="echo_future")
    assert mirror().choice.text == "A A B B"


def test_the_deep_pages_choices_stay_on_the_way_there_and_back(session):
    state = session()
    chosen = sent(state, deep(), layers=4, text="1 1 0")
    first()
    assert deep().choice == chosen


@pytest.mark.parametrize(("here", "there"), [(first, mirror), (mirror, first), (first, deep), (deep, first)])
def test_the_cell_is_one_choice_for_all_pages(here, there, session):
    state = session()
    there()
    sent(state, here(), cell="GRU")
    assert there().choice.cell == "GRU"
    sent(state, there(), cell="RNN")
    assert here().choice.cell == "RNN"


@pytest.mark.parametrize(("here", "there"), [(first, mirror), (deep, first)])
def test_the_cell_goes_along_to_a_desk_that_is_new(here, there, session):
    state = session()
    sent(state, here(), cell="GRU")
    assert there().choice.cell == "GRU"


def test_all_else_is_a_choice_of_each_desk(session):
    state = session()
    sent(state, first(), text="play some music", weights="fresh", seed=5, size="large")
    assert mirror().choice == Stack()
    sent(state, mirror(), text="to Paris", weights="fresh", seed=6)
    assert first().choice == Experiment(size="large", text="play some music", weights="fresh", seed=5)


def test_going_back_restores_an_older_address(session):
    state = session()
    sent(state, deep(), layers=4)
    desk.st.query_params.update(task="neighbour_xor", layers="3", text="0 1 0")
    desk.here().restore()
    assert deep().choice == Stack(task="neighbour_xor", layers=3, text="0 1 0")
    assert (desk.DESKS["stack"].shown("layers"), desk.DESKS["stack"].shown("text")) == (3, "0 1 0")


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
