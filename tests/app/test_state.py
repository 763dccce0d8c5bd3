"""What a visitor looks at: what a link and a control do to it, what goes along from page to page, what stays."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch

import rnnviz
from pages import PAGES
from rnnviz.app import address, i18n, state
from rnnviz.subjects import Shipped, Subject, Text, Untrained
from rnnviz.tasks import TASKS

START, _LESSONS, _OWN, FIRST, STATES, _UNITS, SIDE = PAGES[:7]
MIRROR = STATES._replace(
    file="mirror.py",
    opens={"model": "slots-lstm-two-1-seed0"},
    needs=("two_directions",),
    tasks=("slots", "echo_future"),
)
TRAVEL, ECHO = (TASKS[name].examples[0] for name in ("slots", "echo_future"))


class Query(dict):
    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def from_dict(self, query: dict[str, str]) -> None:
        self.clear()
        self.update(query)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., SimpleNamespace]:
    """``visit(cell="GRU")``: a new visitor with that link; returns their session and their address."""

    def visit(speaks: str = "en", **query: str) -> SimpleNamespace:
        visitor = SimpleNamespace(
            session_state={"language": speaks}, query_params=Query(query), context=SimpleNamespace(locale=None)
        )
        for module in (state, address, i18n):
            monkeypatch.setattr(module, "st", visitor)
        return visitor

    return visit


def open_page(page, visitor: SimpleNamespace | None = None, **query: str) -> Subject:
    """What one run of the script does before the page."""
    if visitor is not None:
        visitor.query_params.from_dict(query)
    used = state.was_used()
    state.begin(page, used)
    address.write(page.address, state.query(), used)
    return state.subject()


def said() -> list[str]:
    return [str(refusal) for refusal in state.refusals()]


def test_a_visitor_without_a_link_finds_what_the_page_opens_with(visit):
    visit()
    assert open_page(FIRST) == Subject()
    assert said() == []


def test_a_chinese_reader_starts_with_a_chinese_sentence_unless_the_link_has_one(visit):
    visit("zh")
    assert not open_page(FIRST).sequence.text.isascii()
    visit("zh", text="hello")
    assert open_page(FIRST).sequence.text == "hello"


def test_what_a_page_shows_opens_the_same_page_elsewhere(visit):
    visit()
    open_page(SIDE)
    state.choose(cell="GRU", size="medium", trained=False)
    state.choose(seed=7, text="to Paris", compared=("ESN", "RNN"))
    subject, knobs, query = state.subject(), state.knobs(), state.query()
    visit("zh", **query)
    assert open_page(SIDE) == subject == Subject(Untrained("GRU", "medium", seed=7), Text("to Paris"))
    assert state.knobs() == knobs
    assert said() == []


def test_a_choice_is_written_into_the_address_and_an_arrival_is_left_to_the_browser(visit):
    visitor = visit(cell="GRU")
    open_page(FIRST)
    assert visitor.query_params == {"cell": "GRU"}
    completion = address.completion()
    assert completion["from"] == "cell=GRU"
    assert "model=intents-gru-small" in completion["to"]
    state.choose(cell="RNN")
    open_page(FIRST)
    assert visitor.query_params == {"model": "intents-rnn-small", "text": "what time is it ?"}
    assert address.completion() == completion  # long done; with another one the same board would be sent again


def test_going_back_undoes_a_choice(visit):
    visitor = visit()
    open_page(FIRST)
    state.choose(cell="GRU")
    open_page(FIRST)
    before = dict(visitor.query_params)
    state.choose(cell="RNN", text="hello")
    open_page(FIRST)
    assert open_page(FIRST, visitor, **before) == Subject(Shipped("intents-gru-small"))
    assert open_page(FIRST, visitor) == Subject()  # an address without choices means the defaults


def test_the_step_and_the_unit_in_an_address_are_the_stages_own(visit):
    visitor = visit(cell="GRU", step="2", unit="5")
    open_page(FIRST)
    assert address.completion()["to"].endswith("step=2&unit=5")
    visitor.query_params.from_dict({**state.query(), "step": "4", "unit": "0"})
    assert not address.moved(FIRST.address)


def test_a_refused_choice_changes_nothing_and_keeps_the_typed_text(visit):
    visit()
    open_page(FIRST)
    state.choose(cell="GRU", text="play some music")
    good = state.subject()
    for text in ("", "   ", "\u200b", "x" * 2_001, "雨" * 201):
        state.choose(text=text)
        assert open_page(FIRST) == good
        assert len(said()) == 1
        assert state.shown_text() == text
    state.choose(text="hello")
    assert said() == []
    assert state.shown_text() == "hello"


def test_a_knob_and_a_subject_are_refused_together_or_taken_together(visit):
    visit()
    open_page(SIDE)
    before = state.view()
    state.choose(cell="GRU", compared=("no such cell",))
    assert state.view() == before
    assert "There is no compared no such cell" in said()[0]


def test_what_a_page_cannot_show_is_refused_and_the_page_stays(visit):
    visit()
    opened = open_page(SIDE)
    state.choose(layers=3)
    assert "this is about networks of one" in said()[0]
    assert state.subject() == opened


def test_each_bad_part_of_a_link_is_said_and_the_good_ones_are_kept(visit):
    visit(cell="GRU", size="gigantic", seed="-1", text="你好", compared="RNN.lstm", lang="tlh")
    assert open_page(SIDE) == Subject(Shipped("intents-gru-small"), Text("你好"))
    assert len(said()) == 3


def test_sentence_and_cell_go_along_to_another_page(visit):
    visitor = visit()
    open_page(FIRST)
    state.choose(cell="GRU", text="play some music")
    chosen = state.subject()
    assert open_page(STATES, visitor) == chosen
    assert open_page(SIDE, visitor) == chosen


def test_a_page_that_cannot_show_the_choice_takes_its_cell_and_gives_it_back(visit):
    visitor = visit()
    open_page(FIRST)
    state.choose(cell="GRU", text="play some music")
    chosen = state.subject()
    assert open_page(MIRROR, visitor) == Subject(Shipped("slots-gru-two-1-seed0"), Text(TRAVEL))
    assert open_page(FIRST, visitor) == chosen


def test_every_task_keeps_the_text_that_was_last_read_for_it(visit):
    visit()
    open_page(MIRROR)
    state.choose(text="I love Paris")
    state.choose(task="echo_future")
    assert state.subject().sequence == Text(ECHO)
    state.choose(text="A B C")
    state.choose(task="slots")
    assert state.subject().sequence == Text("I love Paris")
    state.choose(task="echo_future")
    assert state.subject().sequence == Text("A B C")
    state.choose(text="")
    state.choose(task="slots")
    assert said() == []


def test_untrained_networks_stay_untrained_with_another_cell(visit):
    visit(cell="GRU", weights="fresh", seed="42")
    open_page(FIRST)
    state.choose(cell="LSTM")
    assert state.subject().model == Untrained("LSTM", seed=42)
    state.choose(trained=True)
    state.choose(cell="ESN")
    assert state.subject().model == Untrained("ESN")
    state.choose(cell="GRU")
    assert state.subject().model == Shipped("intents-gru-small")


def test_a_link_to_a_cell_that_is_only_untrained_asks_for_no_untrained_others(visit):
    visit(cell="ESN")
    open_page(FIRST)
    state.choose(cell="RNN")
    assert state.subject().model == Shipped("intents-rnn-small")


def test_knobs_stay_on_the_way_to_another_page_and_back(visit):
    visitor = visit()
    open_page(SIDE)
    state.choose(compared=("GRU",))
    open_page(FIRST, visitor)
    open_page(SIDE, visitor)
    assert state.knobs().compared == ("GRU",)


def test_a_network_that_was_given_and_can_be_shown_is_opened_by_its_link(visit):
    network = rnnviz.Network("GRU", 4, 8, vocabulary_size=5, output_size=3)
    subject = rnnviz.subject(network, torch.tensor([1, 2, 0, 4]))
    visit(**subject.query())
    assert open_page(STATES) == subject
    assert said() == []
    state.choose(cell="LSTM")
    assert "brought as it is" in said()[0]
    visit(**subject.query())
    assert open_page(SIDE) == Subject(Shipped("intents-gru-small"), Text(SIDE.opens["text"]))
    assert "no other cells of it to compare" in said()[0]


def test_equal_views_are_equal_and_any_choice_makes_another(visit):
    visit()
    open_page(SIDE)
    before = state.view()
    assert state.view() == before
    assert hash(state.view()) == hash(before)
    state.choose(compared=("RNN",))
    assert state.view() != before


def test_that_a_control_was_used_is_told_once(visit):
    visit()
    open_page(FIRST)
    state.choose(cell="GRU")
    assert state.was_used()
    assert not state.was_used()
