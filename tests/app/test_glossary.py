"""Terms of art: each is used by a page, found whatever its form, marked once, explained in both languages, safely."""

import html
import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from babel.messages.pofile import read_po

from rnnviz.app import glossary
from rnnviz.app.glossary.terms import TERMS
from rnnviz.app.i18n import LOCALES
from rnnviz.app.stage.board import Board
from tests.app.test_board import unpack

with (LOCALES / "zh/LC_MESSAGES/rnnviz.po").open("rb") as file:
    CHINESE = {message.id: message.string for message in read_po(file) if message.id}
OWN = {text for term in TERMS.values() for text in (term.forms, term.meaning)}


@pytest.fixture
def in_chinese(monkeypatch):
    monkeypatch.setattr(glossary, "language", lambda: "zh")
    monkeypatch.setattr(glossary, "_", CHINESE.get)
    glossary._forms.cache_clear()
    yield
    glossary._forms.cache_clear()


def terms_in(text: str) -> list[str]:
    return [piece[1] for piece in glossary.segments(text, set()) if len(piece) == 2]


def test_a_term_is_found_in_each_of_its_forms_and_only_as_a_word():
    assert terms_in("One Jacobian for each step") == ["jacobian"]
    assert terms_in("Singular values of the step's Jacobian") == ["singular_value", "jacobian"]
    assert terms_in("the RNN's gradient vanishes, through forget gates") == ["vanishing", "gate"]
    assert terms_in("V = readout.weight, O = softmax(z)") == []
    assert terms_in("investigate what is delegated, propagated and castigated") == []


def test_the_longest_form_wins_and_a_term_is_marked_where_it_stands_first():
    assert glossary.segments("A forget gate is a gate.", set()) == [["A "], ["forget gate", "gate"], [" is a gate."]]
    seen = {"gate"}
    assert glossary.segments("The gate of a saddle", seen) == [["The gate of a "], ["saddle", "saddle"]]
    assert seen == {"gate", "saddle"}


def test_in_chinese_terms_are_found_without_borders_between_words(in_chinese):
    assert terms_in("只要遗忘门不关，梯度消失就慢") == ["gate", "vanishing"]
    assert glossary.segments("谱半径为 1", set()) == [["谱半径", "spectral_radius"], ["为 1"]]


@pytest.mark.parametrize("key", TERMS)
def test_every_term_is_said_by_a_page_in_both_languages_and_explained_in_one_sentence(key):
    forms = {"en": TERMS[key].forms.split("|"), "zh": CHINESE[TERMS[key].forms].split("|")}
    said = [(english, chinese) for english, chinese in CHINESE.items() if english not in OWN]
    assert any(re.search(rf"\b{re.escape(form)}\b", english) for form in forms["en"] for english, _chinese in said)
    assert any(form in chinese for form in forms["zh"] for _english, chinese in said)
    for sentence, stop in ((TERMS[key].meaning, "."), (CHINESE[TERMS[key].meaning], "。")):
        assert sentence.endswith(stop)
        assert len(sentence) < 130


@pytest.mark.parametrize("key", TERMS)
def test_every_picture_is_small_and_draws_shapes_alone(key):
    picture = unquote(glossary.explained(key)["picture"].removeprefix("data:image/svg+xml,"))
    root = ET.fromstring(picture)
    shapes = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert shapes <= {"svg", "polyline", "circle", "rect", "ellipse"}
    assert len(picture) < 6000
    numbers = [
        float(n)
        for line in root.iter("{http://www.w3.org/2000/svg}polyline")
        for n in re.findall(r"-?[\d.]+", line.get("points"))
    ]
    assert all(-1 <= n <= 121 for n in numbers)


def test_the_marks_of_a_claim_are_described_and_leave_a_visitors_words_alone():
    seen: set[str] = set()
    title = "The LSTM reads <bdi>a saddle &lt;b&gt; gate</bdi>: its hidden state <b>vanishes</b>"
    shown = glossary.marked(title, seen)
    assert re.sub("</?dfn.*?>", "", shown) == title
    assert "<bdi>a saddle &lt;b&gt; gate</bdi>" in shown
    assert seen == {"hidden_state", "vanishing"}
    meanings = glossary.meanings(seen)
    for described in re.findall('aria-describedby="(.*?)"', shown):
        assert f'id="{described}" data-picture=' in meanings
    assert html.escape(TERMS["vanishing"].meaning) in meanings


def test_a_panel_says_where_its_terms_stand_and_the_board_carries_what_they_mean():
    board = Board(("a",), (True,), 1)
    board.row(
        {"kind": "missing", "text": "", "title": "One Jacobian", "caption": "A Jacobian and a saddle", "span": 12}
    )
    board.row({"kind": "missing", "text": "", "title": "Nothing", "span": 12})
    header, _arrays, _start = unpack(board.payload().message())
    (first,), (second,) = header["rows"]
    assert first["terms"]["title"] == [["One "], ["Jacobian", "jacobian"]]
    assert first["terms"]["caption"] == [["A Jacobian and a "], ["saddle", "saddle"]]
    assert "terms" not in second
    assert header["glossary"].keys() == {"jacobian", "saddle"}
