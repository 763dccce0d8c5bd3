"""Two directions and Deep network under a visitor's hand: choices, refusals, suggestions, titles, and Chinese."""

import re

import pytest

from rnnviz.app.i18n import LOCALES
from rnnviz.tasks import TASKS
from tests.labellers import labeller
from tests.pages.deep_pages import BITS, DEEP, MIRROR, choice, every_page, press, task_of, type_in
from tests.pages.visit import board, claim, land, panels, whole
from tools.make_catalogues import read_po

NAMES = (
    "merges",
    "scale",
    "signals",
    "xanchor",
    "align",
    "by",
)  # what they hold is no text, though it may read like one


def words(sent: object) -> set[str]:
    """Every text in what the stage was sent; the names of things are not texts."""
    if isinstance(sent, dict):
        return {word for name, value in sent.items() if name not in NAMES for word in words(value)}
    if isinstance(sent, list):
        return {word for value in sent for word in words(value)}
    return {sent} if isinstance(sent, str) else set()


@every_page
def test_every_task_keeps_its_text(page):
    here, there = ("slots", "echo_future") if page == MIRROR else ("neighbour_xor", "slots")
    at = type_in(land(page), "1 0 0 1")
    at = press(at, "task", there)
    assert at.text_input(key="text").value == choice(at).text == TASKS[there].examples[0]
    at = press(type_in(at, "1 1"), "task", here)
    assert at.text_input(key="text").value == choice(at).text == "1 0 0 1"
    assert choice(press(at, "task", there)).text == "1 1"


def test_only_the_echo_asks_how_far_it_looks():
    at = land(MIRROR)
    assert "distance" not in {group.key for group in at.button_group}
    at = press(at, "task", "echo_future")
    for distance in (1, 4):
        at = press(at, "distance", distance)
        assert choice(at).load().task.distance == distance
        (panel,) = panels(board(at)[0], "readings")
        letters = "ABCD"
        ahead = [letters.index(token) for token in choice(at).tokens[distance:]]
        assert panel["solution"] == ahead + [-1] * distance


def test_only_what_is_drawn_anew_asks_for_size_and_seed():
    at = land(DEEP)
    assert not at.number_input
    at = press(at, "trained", False)
    at.number_input(key="seed").set_value(9)
    at = press(whole(at.run()), "size", "medium")
    assert choice(at) == labeller(task="neighbour_xor", layers=2, weights="fresh", seed=9, size="medium", text=BITS)
    assert choice(press(at, "trained", True)).units == labeller(task="neighbour_xor", layers=2).units


@every_page
def test_the_cell_is_shared_with_the_other_pages_both_ways(page):
    at = land(page, cell="GRU")
    at = whole(at.switch_page("step_through.py").run())
    assert choice(at).cell == "GRU"
    at = press(at, "cell", "RNN")
    at = whole(at.switch_page(page).run())
    assert choice(at).cell == "RNN"
    assert at.segmented_control(key="cell").value == "RNN"
    (readings,) = panels(board(at)[0], "readings")
    assert readings["rows"]


@every_page
@pytest.mark.parametrize("k", range(4))
def test_each_suggestion_sets_real_controls_and_changes_the_page(page, k):
    at = land(page, weights="fresh")
    if (page, k) == (DEEP, 1):
        at = press(at, "layers", 4)
    before, old = choice(at), board(at)[0]["id"]
    at.button(key=f"button-try-{k}").click()
    at = whole(at.run())
    assert not at.warning
    assert choice(at) != before
    assert board(at)[0]["id"] != old
    assert at.text_input(key="text").value == choice(at).text
    assert at.segmented_control(key="task").value == task_of(at)


@every_page
def test_an_example_becomes_the_sentence_and_makes_room_for_another(page):
    at = land(page)
    offered = at.pills(key="example_text").options
    assert set(offered) <= set(TASKS[task_of(at)].examples)
    at.pills(key="example_text").set_value(offered[0])
    at = whole(at.run())
    assert at.text_input(key="text").value == offered[0] == choice(at).text
    assert offered[0] not in at.pills(key="example_text").options


@pytest.mark.parametrize(("place", "at_step"), [("middle", 4), ("last", 7), ("first", 0), ("every", None)])
def test_the_loss_of_the_deep_page_can_stand_anywhere(place, at_step):
    at = press(land(DEEP), "loss_at", place)
    titles = [panel["title"] for panel in panels(board(at)[0], "chart") if panel.get("accent")]
    assert len(titles) == 2
    assert all(("how much of the loss" in title) == (at_step is None) for title in titles)


# Chinese


@every_page
def test_a_chinese_reader_is_spoken_to_in_chinese(page):
    """No string that has a translation is left in English anywhere that it is shown."""
    with (LOCALES / "zh/LC_MESSAGES/rnnviz.po").open("rb") as file:
        originals = {
            one.id for one in read_po(file) if one.id and one.string != one.id and re.search("[a-z]{3}", one.id)
        }
    for weights, bad in (("trained", {}), ("fresh", {"layers": "9"})):
        at = land(page, lang="zh", weights=weights, **bad)
        header, _arrays = board(at)
        header["editing"] = None  # the network's own vocabulary, in the languages that it reads
        seen = words(header)
        seen |= {block.value.lstrip("#* ") for block in at.markdown} | {block.value for block in at.caption}
        seen |= {button.label for button in at.button} | {group.label for group in at.button_group}
        assert sorted(seen & originals) == []
        assert re.search("[一-鿿]", claim(at))
        for warning in at.warning:
            assert not re.search("page|valid|must", warning.value)
        assert len(at.warning) == len(bad)


def test_a_chinese_reader_starts_with_a_chinese_sentence_and_chinese_examples():
    at = land(MIRROR, lang="zh")
    assert choice(at).text == "台北是我出发的地方"
    assert all(not example.isascii() for example in at.pills(key="example_text").options[:3])
    assert "台北是我出发的地方" in land(MIRROR, lang="zh").text_input(key="text").value
    assert choice(press(land(DEEP, lang="zh"), "task", "slots")).text == "台北是我出发的地方"


def test_a_task_that_a_page_does_not_offer_is_left_to_links():
    at = press(land(MIRROR), "task", "echo_future")
    at.query_params.clear()  # as Streamlit does on the way to another page
    at = whole(at.switch_page(DEEP).run())
    assert task_of(at) == "neighbour_xor"
    at = land(DEEP, model="echo-future-4-lstm-two-1-seed0")
    assert not at.warning
    assert task_of(at) == at.segmented_control(key="task").value == "echo_future"
    (readings,) = panels(board(at)[0], "readings")
    assert [row["name"] for row in readings["rows"]] == ["1 layer"]
