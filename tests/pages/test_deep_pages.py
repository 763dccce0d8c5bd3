"""Two directions and Deep network: whole for every link, sentence and structure, and bad input loses nothing."""

import json
import re

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS, TRIO
from rnnviz.subjects import Subject
from tests.labellers import labeller
from tests.pages.deep_pages import BITS, DEEP, MIRROR, PAGES, choice, every_page, press, task_of, type_in
from tests.pages.visit import board, claim, in_turn, land, panels, sentence, whole

KINDS = {
    MIRROR: {"candidates": 1, "readings": 1, "datapath": 1, "chart": 4, "sides": 1, "equations": 2},
    DEEP: {"grid": 1, "opened_state": 1, "readings": 1},
}


def shares(subject: Subject) -> np.ndarray:
    with torch.no_grad():
        return torch.softmax(subject.network()(subject.input())[:, 0], -1).numpy()


# Links


LINKS = [
    labeller(),
    labeller("GRU", task="slots", text="from Paris to Rome", layers=3),
    labeller("RNN", task="slots", weights="fresh", seed=42, size="medium", layers=2, directions="one"),
]
MIRROR_LINKS = [
    *LINKS,
    labeller("RNN", task="echo_future", distance=4),
    labeller(task="echo_future", text="A D", distance=1),
]
DEEP_LINKS = [
    *LINKS,
    labeller("GRU", "one", 4, "neighbour_xor"),
    labeller(task="neighbour_xor", text="1 1 0", layers=1),
]
named = {"ids": lambda one: " ".join(map(str, one.query().values())) if isinstance(one, Subject) else one[:3]}


@pytest.mark.parametrize(
    ("page", "subject"), [*((MIRROR, one) for one in MIRROR_LINKS), *((DEEP, one) for one in DEEP_LINKS)], **named
)
def test_a_link_opens_what_it_says_and_the_address_holds_it(page, subject):
    at = land(page, **subject.query())
    assert not at.warning
    assert choice(at) == subject
    assert at.text_input(key="text").value == subject.text
    assert at.segmented_control(key="cell").value == subject.cell
    assert at.segmented_control(key="task").value == subject.load().task.name
    address = {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}
    assert address == subject.query()
    header, arrays = board(at)
    assert header["tokens"] == list(subject.tokens)
    shown = subject.with_(layers=1, directions="two") if page == MIRROR else subject
    np.testing.assert_allclose(arrays["p"], shares(shown).ravel(), atol=5e-6)


@every_page
def test_a_page_holds_its_panels_and_every_array_that_they_name(page):
    for weights in ("trained", "fresh"):
        header, arrays = board(land(page, weights=weights))
        for kind, count in KINDS[page].items():
            assert len(panels(header, kind)) == count
        assert all(sum(panel["span"] for panel in row) == 12 for row in header["rows"])
        named = set(re.findall(r'"(?:array|x|y|probabilities)": "([^"]+)"', json.dumps(header["rows"])))
        assert {name for name in named if ":" in name or name == "p"} <= set(arrays)


@every_page
def test_the_address_that_a_visit_leaves_shows_another_visitor_the_same(page):
    at = land(page)
    press(at, "cell", "GRU")
    press(at, "task", "slots" if page == DEEP else "echo_future")
    if page == DEEP:
        press(at, "layers", 3)
        press(at, "directions", "one")
        type_in(at, "from Paris to Rome")
    else:
        press(at, "distance", 3)
        type_in(at, "D C B A")
    query = {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}
    other = land(page, **query)
    assert choice(other) == choice(at)
    assert claim(other) == claim(at)
    assert board(other)[0]["id"] == board(at)[0]["id"]


def test_the_deep_page_opens_with_the_xor_and_two_layers():
    assert choice(land(DEEP)) == labeller(task="neighbour_xor", layers=2, text=BITS)
    assert choice(land(DEEP, cell="GRU")) == labeller("GRU", task="neighbour_xor", layers=2)


@pytest.mark.parametrize("way", ["text", "task"])
def test_the_deep_page_keeps_what_was_chosen_on_the_way_to_it(way):
    at = land(MIRROR)
    if way == "text":
        type_in(at, "from Paris to Rome")
    else:
        press(at, "task", "echo_future")
        press(at, "task", "slots")
    at.query_params.clear()
    at = whole(at.switch_page(DEEP).run())
    assert task_of(at) == "slots"


def test_a_visitor_who_only_looked_at_travel_sentences_meets_the_xor():
    at = land(MIRROR)
    for page in ("step_through.py", DEEP):
        at.query_params.clear()  # as Streamlit does on the way to another page
        at = whole(at.switch_page(page).run())
    assert choice(at) == labeller(task="neighbour_xor", layers=2, text=BITS)
    assert at.segmented_control(key="layers").value == 2


BAD_LINKS = [
    ({"cell": "transformer"}, "There is no “Cell” (` cell `) ` transformer `"),
    ({"layers": "0"}, "“Layers” (` layers `) must be from ` 1 ` to ` 4 `"),
    ({"layers": "5"}, "“Layers” (` layers `) must be from ` 1 ` to ` 4 `"),
    ({"layers": "x"}, "“Layers” (` layers `) must be from ` 1 ` to ` 4 `"),
    ({"task": "echo_future", "distance": "9"}, "“Distance” (` distance `) must be from ` 1 ` to ` 4 `"),
    ({"directions": "`three` [x](http://x)"}, "`` `three` [x](http://x) ``"),
    ({"task": "unknown"}, "There is no “Task” (` task `) ` unknown `"),
    ({"seed": "bad"}, "The seed must be a whole number"),
    ({"text": ""}, "There is nothing to read yet."),
    ({"text": "x" * 2001}, "` 2,001 ` characters, the limit is ` 2,000 `"),
    ({"text": "a " * 201}, "` 201 ` tokens, the limit is ` 200 `"),
]


@pytest.mark.parametrize(
    ("page", "bad", "said"),
    in_turn(PAGES, BAD_LINKS),
    ids=["=".join(list(one.items())[-1])[:18] for one, _ in BAD_LINKS],
)
def test_a_link_with_a_bad_part_says_so_and_is_a_usable_page(page, bad, said):
    at = land(page, **{"weights": "fresh", **bad})
    assert [said in warning.value for warning in at.warning] == [True]
    assert "The page still shows your last valid choice." in at.warning[0].value
    assert not choice(at).trained
    at = type_in(at, "1 0 1")
    assert not at.warning
    assert board(at)[0]["tokens"] == ["1", "0", "1"]


# Choices


REFUSED = [
    ("", "There is nothing to read yet."),
    (" \u200b ", "There is nothing to read yet."),
    ("x" * 2001, "` 2,001 ` characters, the limit is ` 2,000 `"),
    ("雨" * 201, "` 201 ` tokens, the limit is ` 200 `"),
]


@pytest.mark.parametrize(
    ("page", "text", "said"), in_turn(PAGES, REFUSED), ids=["empty", "spaces", "characters", "tokens"]
)
def test_a_refused_sentence_keeps_the_last_good_page_and_the_typed_text(page, text, said):
    at = type_in(land(page, weights="fresh", cell="GRU"), "to Paris")
    before, title = board(at)[0]["id"], claim(at)
    at = type_in(at, text)
    assert said in at.warning[0].value
    assert (board(at)[0]["id"], claim(at)) == (before, title)
    assert at.text_input(key="text").value == text
    assert not type_in(at, "to Rome").warning
    assert choice(at).text == "to Rome"


TYPED = {
    "one token": "Taipei",
    "unknown only": "zorgle frob",
    "mixed scripts": "我爱NLP מוזיקה",
    "emoji": "🙂👍🏽 👩‍👩‍👧 🇹🇼",
    "markup": "<script>alert(1)</script>",
    "controls": "to \u202eParis {cell} %s",
    "the longest": "to " * 200,
}
TOLD = [(weights, name) for weights in ("trained", "fresh") for name in TYPED]


@pytest.mark.parametrize(("page", "weights", "name"), in_turn(PAGES, TOLD))
def test_whatever_is_typed_is_read_and_shown_as_text(page, weights, name):
    text = TYPED[name]
    at = land(page, task="slots", weights=weights, text=text)
    assert not at.warning
    subject = labeller(text=text, weights=weights)
    header, arrays = board(at)
    assert header["tokens"] == list(subject.tokens)
    assert header["known"] == list(subject.known)
    np.testing.assert_allclose(arrays["p"], shares(subject).ravel(), atol=5e-6)
    assert not re.search("<(?!/?b>|/?bdi>)|\u202e", claim(at))
    assert repr(text) in at.code[0].value


# The mirror has one layer and compares both ways itself. Networks of the other cells are not trained at any depth: they
# read one task each, and both are read by some of them.
TASKS = {MIRROR: ("slots", "echo_future"), DEEP: ("slots", "neighbour_xor")}
OTHERS = [cell for cell in CELLS if cell not in TRIO]
SPREAD = in_turn(PAGES, ((cell,) for cell in OTHERS))
STRUCTURES = [(MIRROR, cell, 1, "two", TASKS[MIRROR]) for cell in TRIO]
STRUCTURES += [(DEEP, cell, layers, ways, TASKS[DEEP]) for cell in TRIO for layers, ways in ((1, "two"), (4, "one"))]
STRUCTURES += [(DEEP, "GRU", 4, "two", TASKS[DEEP])]
STRUCTURES += [(page, cell, 1, "two", TASKS[page][k // 2 % 2 :][:1]) for k, (page, cell) in enumerate(SPREAD)]


@pytest.mark.parametrize(("page", "cell", "layers", "directions", "tasks"), STRUCTURES)
def test_every_cell_and_depth_is_a_whole_page(page, cell, layers, directions, tasks):
    for task in tasks:
        at = land(page, task=task, cell=cell, layers=str(layers), directions=directions)
        assert not at.warning
        assert claim(at)
        assert choice(at).cell == cell


@pytest.mark.parametrize(("page", "cell"), [*((page, cell) for page in PAGES for cell in TRIO), *SPREAD])
def test_the_shown_code_runs_and_its_comments_are_true(page, cell, monkeypatch):
    shown: list[object] = []
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda figure: shown.append(figure))
    code = land(page, cell=cell, text="我爱NLP", task="slots", weights="fresh", seed="12").code[0].value
    names: dict[str, object] = {}
    exec(code, names)
    assert len(shown) == (page == DEEP)
    for line in code.splitlines():
        expression, _, comment = line.partition("  # ")
        if comment:
            assert comment.strip().startswith(str(eval(expression, names)))


@pytest.mark.parametrize("cell", TRIO)
def test_the_mirrors_title_names_the_word_that_the_page_opens_at(cell):
    at = land(MIRROR, cell=cell)
    header, _ = board(at)
    word = header["tokens"][header["start"]]
    assert re.search("<bdi>(.*?)</bdi>", claim(at))[1] == word
    assert re.search("<bdi>(.*?)</bdi>", sentence(at))[1] == word
