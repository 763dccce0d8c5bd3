"""Addresses and sentences made to break a page, drawn from one seed: a whole page each time, and never markup."""

import html
import random
import re
import string

import pytest

from pages import PAGES
from rnnviz.subjects import Subject
from tests.pages.visit import arrive, claim, whole

SEED = 20261121
GOOD = {
    "cell": "GRU",
    "size": "medium",
    "text": "play some music",
    "weights": "fresh",
    "seed": "7",
    "task": "slots",
    "layers": "2",
    "directions": "one",
    "distance": "3",
    "model": "untrained~cell.LSTM-1997~size.9~forget_bias.-0.5",
    "example": "3",
    "noise": "5",
    "length": "12",
    "lang": "zh",
}
ODD = [
    "",
    " ",
    "-1",
    "1e9",
    "٣",
    "9" * 300,
    "NaN",
    "null",
    "../../etc/passwd",
    "\u202eabc",
    "\x00",
    "%00",
    "a" * 3_000,
    "{0}",
]
MARKUP = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=alert(1)>",
    "</bdi></h1><style>body{display:none}</style>",
    "[x](javascript:alert(1))",
    "![x](http://example.invalid/x.png)",
    "$\\href{javascript:alert(1)}{x}$",
    ":red[x] :material/home:",
    "`` ` ``",
    "{cell} {0} %s",
    "\u202e\u2066<b>",
]


def mutated(draw: random.Random) -> dict[str, str]:
    """A good query with some values replaced, cut, spliced or given to other names."""
    query = {name: GOOD[name] for name in draw.sample(list(GOOD), draw.randint(1, 5))}
    for name in draw.sample(list(query), draw.randint(1, len(query))):
        value = query[name]
        at = draw.randint(0, len(value))
        query[name] = draw.choice(
            [
                draw.choice(ODD),
                draw.choice(MARKUP),
                value[:at],
                value[:at] + draw.choice(string.printable + "\u202e\ud7ff中😀") + value[at:],
                GOOD[draw.choice(list(GOOD))],
            ]
        )
    return query


def test_whatever_an_address_says_there_is_a_choice_and_a_reason_for_each_refusal():
    draw = random.Random(SEED)
    for _ in range(1_000):
        query = mutated(draw)
        choice, refused = Subject.from_query(query)
        assert Subject.from_query(choice.query()) == (choice, [])
        assert all(str(refusal) for refusal in refused)


@pytest.mark.parametrize("page", [page.file for page in PAGES if page.asks])
def test_whatever_an_address_says_there_is_a_whole_page(page):
    draw = random.Random(f"{SEED}{page}")
    for _ in range(2):
        assert claim(arrive(page, **mutated(draw)))


def test_no_sentence_becomes_markup_typed_or_in_a_refusal():
    draw, at = random.Random(SEED), arrive()
    for _ in range(30):
        text = " ".join(draw.sample([*MARKUP, "what", "time", "明天"], 3))
        at.text_input(key="text").set_value(text)
        at = whole(at.run())
        (shown,) = re.findall("<bdi>(.*?)</bdi>", claim(at))
        assert not re.search("[<>]", shown), shown
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", html.unescape(shown))
        refused = arrive(cell=text).warning[0].value
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", refused)
        fences = re.findall("`+", refused)
        assert fences, refused
