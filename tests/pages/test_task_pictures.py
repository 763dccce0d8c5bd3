"""What a network's task is, in a line above the claim: true of the task's own data, and only where it is the page's."""

import html
import re
from urllib.parse import unquote

import pytest

from rnnviz.app import task_pictures
from rnnviz.subjects.catalogue import cards
from rnnviz.subjects.sizes import task
from rnnviz.tasks import TASKS
from rnnviz.tasks.reber import INNER
from rnnviz.tasks.tokens import tokenize
from tests.pages.visit import land


def told(name: str, spoken: str = "en", **made: int) -> tuple[list[str], list[int], str]:
    """The tokens of a task's picture, where an answer is asked for, and the answer."""
    line = task_pictures.picture(TASKS[name](**made), spoken)
    boxes = re.findall("<i( class=asked)?>(.*?)</i>", line)
    *_names, answer = re.findall("<b>(.*?)</b>", line)
    return [html.unescape(text) for _asked, text in boxes], [k for k, box in enumerate(boxes) if box[0]], answer


def line_on(page: str, **query: str) -> str:
    return "".join(one.proto.body for one in land(page, **query).get("html") if '<div class="task">' in one.proto.body)


def test_every_task_of_a_shipped_network_has_a_picture():
    assert {card.task for card in cards().values()} <= set(task_pictures.PICTURES)


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_a_sentence_stands_for_its_task_with_its_own_label(spoken):
    tokens, _asked, answer = told("intents", spoken)
    fitting = [s for s in task("intents").training_sentences if tokenize(s.text) == tokens and s.language == spoken]
    assert answer in {task("intents").label_text(sentence.label) for sentence in fitting}
    tokens, (at,), answer = told("slots", spoken)
    fitting = [s for s in task("slots").training_sentences if tokenize(s.text) == tokens and s.language == spoken]
    assert answer in {task("slots").label_text(sentence.roles[at]) for sentence in fitting}


def test_bits_and_letters_are_answered_by_the_rules_of_their_tasks():
    (before, _bit, after), asked, answer = told("neighbour_xor")
    assert (before != after, asked, answer) == (True, [1], "differ")
    (first, *_digits), asked, answer = told("recall")
    assert (first, asked) == (answer, [0])
    for distance in (1, 4):
        letters, asked, answer = told("echo_future", distance=distance)
        assert (letters[distance], asked) == (answer, [0])
    (one, other), asked, answer = told("xor_stream")
    assert (str(int(one) ^ int(other)), asked) == (answer, [1])
    steps, _asked, answer = told("flip_flop")
    last = {k: sign for step in steps for k, sign in enumerate(re.findall(">(.)</u>", step)) if sign != "·"}
    assert [last[k] for k in range(3)] == answer.split("\u202f")


def test_the_grammar_is_drawn_with_one_symbol_for_each_of_its_ways():
    drawn = unquote(task_pictures.grammar())
    ways = [way[0] for ways in INNER for way in ways.split()]
    assert sorted(re.findall("<text.*?>(.)</text>", drawn)) == sorted(ways)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("step_through.py", "What does the speaker want?"),
        ("memory_decay.py", "Which letter came first?"),
        ("deep_network.py", "Do the two neighbours differ? (XOR)"),
        ("two_directions.py", "Which word is the departure"),
        ("how_the_lstm_came_to_be.py", "comes back as the second-to-last letter"),
        ("dynamics.py", "Three switches: each push"),
    ],
)
def test_a_page_says_what_its_task_is(page, says):
    assert says in line_on(page)


def test_a_page_about_no_task_says_nothing_of_one():
    assert line_on("start.py") == ""
    assert line_on("vanishing_gradients.py") == ""  # fresh networks on noise
    assert "speaker" in line_on("vanishing_gradients.py", reads="own")
    assert line_on("step_through.py", model="untrained~cell.LSTM~size.8~task.~channels.2") == ""
