"""Translations: every visible string has one, its places are those of the original, and no language goes unanswered."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from rnnviz.app import i18n
from rnnviz.app.glossary.terms import TERMS
from rnnviz.app.i18n import LANGUAGES, LOCALES, _
from tools import make_catalogues

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/rnnviz.po"))
every_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def messages(path: Path) -> list[tuple[str, str]]:
    with path.open("rb") as file:
        return [(message.id, message.string) for message in read_po(file) if message.id]


def places(text: str) -> list[str]:
    return sorted(name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None)


@pytest.fixture
def spoken(monkeypatch):
    """What the visitor has chosen, and what the browser prefers."""

    def speak(chosen: object, browser: str | None = None) -> str:
        monkeypatch.setattr(i18n.st, "session_state", {"language": chosen})
        monkeypatch.setattr(i18n.st, "context", type("Context", (), {"locale": browser})())
        return i18n.language()

    return speak


def test_the_catalogues_are_complete_and_up_to_date(capsys):
    assert make_catalogues.main(check=True) == 0, capsys.readouterr().err


def test_every_language_but_the_originals_has_a_catalogue():
    assert {path.parts[-3] for path in CATALOGUES} == set(LANGUAGES) - {"en"}


@every_catalogue
def test_a_translation_has_exactly_the_places_of_its_original(path):
    for original, translated in messages(path):
        assert places(translated) == places(original), original
        translated.format(**dict.fromkeys(places(original), "x"))


@every_catalogue
def test_a_translation_brings_no_markup_of_its_own(path):
    forms = {term.forms for term in TERMS.values()}  # bars stand between them, of each language's own number
    for original, translated in messages(path):
        if original in forms:
            assert not re.search(r"[<>`#]", translated)
            continue
        assert sorted(re.findall(r"<[^>]*>|[`#|]", translated)) == sorted(re.findall(r"<[^>]*>|[`#|]", original))


@every_catalogue
def test_a_translation_is_in_its_own_script(path):
    mostly = [translated for _original, translated in messages(path) if re.search(r"[\u4e00-\u9fff]", translated)]
    assert len(mostly) > 0.9 * len(messages(path))


@every_catalogue
def test_what_is_compiled_says_what_the_catalogue_says(path, spoken):
    spoken(path.parts[-3])
    for original, translated in messages(path):
        assert _(original) == translated


@pytest.mark.parametrize(
    ("chosen", "browser", "expected"),
    [
        ("en", "zh-CN", "en"),
        ("zh", "en-US", "zh"),
        (None, "zh-TW", "zh"),
        (None, "ZH", "zh"),
        (None, "de-DE", "en"),
        (None, "", "en"),
        (None, None, "en"),
        ("xx", "zh-CN", "zh"),
        ("xx", "fr", "en"),
        ("../../etc", None, "en"),
    ],
)
def test_the_visitors_choice_goes_first_then_the_browsers_then_english(chosen, browser, expected, spoken):
    assert spoken(chosen, browser) == expected


def test_english_and_a_language_without_a_catalogue_say_the_original():
    for unknown in ("en", "xx", "../zh"):
        assert i18n._catalogue(unknown).gettext("Sentence") == "Sentence"


def test_what_is_not_in_a_catalogue_is_shown_as_it_is(spoken):
    spoken("zh")
    assert _("no such sentence anywhere") == "no such sentence anywhere"


def test_no_string_hides_from_the_collector_inside_another():
    """Python 3.11 reads an f-string as one token, and with it every call in its places."""
    hidden = []
    for folder in ("rnnviz", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            for outer in ast.walk(ast.parse(path.read_text("utf-8"))):
                calls = ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ()
                hidden += [
                    f"{path.name}:{call.lineno}"
                    for call in calls
                    if isinstance(call, ast.Call)
                    and getattr(call.func, "id", "") == "_"
                    and isinstance(call.args[0], ast.Constant)
                ]
    assert not hidden
