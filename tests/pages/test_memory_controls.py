"""Memory decay's controls, links and suggestions: each shows the subject that it names."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.cells import TRIO
from rnnviz.studies.delayed_recall import subject_of
from rnnviz.tasks.delayed_recall import LETTERS, example
from tests.intents import intents
from tests.pages.memory_page import PAGE, brought, header, kept, look, start
from tests.pages.visit import arrive, land, shown, whole
from tests.pages.visit import claim as title_of
from tests.pages.visit import sentence as sentence_of


@pytest.fixture(scope="module")
def visit() -> AppTest:
    return arrive(PAGE)


def choose(at: AppTest, key: str, value: object) -> AppTest:
    at = whole(at.segmented_control(key=key).set_value(value).run())
    assert not at.warning
    return at


def test_the_controls_of_the_page_choose_the_subject_and_the_address_says_it(visit):
    at = start(visit, subject_of("orthogonal RNN", 1, "B"))
    for key, value, expected in (
        ("text:letter", example("C"), subject_of("orthogonal RNN", 1, "C")),
        ("seed", 4, subject_of("orthogonal RNN", 4, "C")),
        ("cell", "GRU", subject_of("GRU", 4, "C")),
        ("measure", "ledger", subject_of("GRU", 4, "C")),
    ):
        assert shown(choose(at, key, value)) == expected
    query = {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}
    assert query["model"] == "recall-gru-seed4"
    assert query["measure"] == "ledger"
    other = land(PAGE, **query)
    assert shown(other) == shown(at)
    assert header(other)["rows"] == header(at)["rows"]


def test_letters_and_my_sentence_are_one_choice_and_each_comes_back():
    at = look(intents("GRU", text="will it rain ?"))
    assert shown(choose(at, "task", "recall")) == subject_of("GRU")
    choose(at, "text:letter", example("D"))
    assert shown(choose(at, "task", "intents")) == intents("GRU", text="will it rain ?")
    assert shown(choose(at, "task", "recall")) == subject_of("GRU", 0, "D")


def test_an_untrained_network_reads_letters_too_beside_its_like():
    at = choose(look(intents("ESN")), "task", "recall")
    assert not shown(at).trained
    assert set(kept(at)) == {*TRIO, "ESN"}
    assert "learnt in so many seeds" not in sentence_of(at)
    assert {each.key for each in at.segmented_control} >= {"text:letter", "measure"}
    assert shown(choose(at, "cell", "LSTM")) == subject_of()


def test_a_letter_of_ones_own_is_a_choice_like_the_others(visit):
    at = start(visit, rnnviz.subject("recall-lstm-seed0", text="b 1 2 3"))
    assert at.segmented_control(key="text:letter").options == [*LETTERS, "my own"]
    assert shown(choose(at, "text:letter", example("B"))) == subject_of("LSTM", 0, "B")
    assert at.segmented_control(key="text:letter").options == list(LETTERS)


A_LETTER_TOO = "please book a table for two at noon"  # "a" is a letter to remember, and a word of sentences


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ({"cell": "GRU"}, subject_of("GRU")),
        ({"text": "what time is it ?"}, intents()),
        ({"cell": "RNN", "size": "medium", "text": "will it rain ?"}, intents("RNN", "medium", "will it rain ?")),
        ({"weights": "fresh", "seed": "7", "text": "hello"}, intents(weights="fresh", seed=7, text="hello")),
        ({"text": A_LETTER_TOO}, intents(text=A_LETTER_TOO)),
        ({"text": example("C")}, subject_of(letter="C")),
        ({"model": "recall-gru-seed2"}, subject_of("GRU", 2)),
    ],
)
def test_links_open_what_they_name(query, subject):
    at = land(PAGE, **query)
    assert shown(at) == subject
    assert not at.warning


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"measure": "weight"}, "There is no “Measure memory by” (` measure `) ` weight `"),
        ({"text": " "}, "There is nothing to read yet"),
        ({"model": "recall-gru-seed9"}, "No network called"),
    ],
)
def test_a_link_to_what_cannot_be_shown_says_why_and_the_page_opens_as_usual(query, said):
    at = land(PAGE, **query)
    assert said in at.warning[0].value
    assert title_of(at) == "The RNN did not learn to keep the first letter; the others did"


LETTER = subject_of("GRU", 3, "C")
SUGGESTED = (
    (intents("GRU"), "effect"),
    (subject_of("GRU", 2, "C"), "effect"),
    (subject_of("orthogonal RNN", 3, "C"), "effect"),
    (LETTER, "reveal"),
    (LETTER, "ledger"),
    (LETTER, "connectivity"),
)


@pytest.mark.parametrize("k", range(6))
def test_a_suggestion_sets_its_controls_wherever_one_comes_from(k, visit):
    at = whole(start(visit, LETTER).button(key=f"button-try-{k}").click().run())
    expected, measure = SUGGESTED[k]
    assert shown(at).model == expected.model
    assert k == 0 or shown(at) == expected
    assert at.session_state["knobs"]["MemoryDecay", "measure"] == measure
    elsewhere = brought(torch.nn.RNN, 3, 5, steps=4) if k % 2 else intents("ESN")
    at = whole(start(visit, elsewhere).button(key=f"button-try-{k}").click().run())
    assert not at.warning
    assert shown(at).load().task.name == ("intents" if k == 0 else "recall")
    assert k == 0 or shown(at).trained
