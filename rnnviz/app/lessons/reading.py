"""A lesson from its file. What cannot be used is refused with a sentence that names the line.

The file is TOML: names, texts and numbers, as a teacher writes them in a text editor (CONTRIBUTING.md, "A new
lesson"). Nothing in it is run, and its texts are shown as texts. Of a link that no page opens, the page's own
refusal is the cause of the one that names the line.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qsl

from rnnviz.app.i18n import LANGUAGES
from rnnviz.app.lessons.lesson import Band, Choice, Choices, Curve, Lesson, Mistake, Number, Step, Words
from rnnviz.app.lessons.lines import Path, line_of, lines_of
from rnnviz.app.lessons.measures import MEASURES
from rnnviz.app.page_row import Page
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_LESSON, MAX_LESSON_STEPS, MAX_LESSON_TEXT

_PLACE = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")


def read(word: str, content: bytes, pages: Mapping[str, Page] | None) -> Lesson:
    """``pages``: those that a step may lead to, by address; None for a file whose links are known to open. Raises
    Refused."""
    if len(content) > MAX_LESSON:
        raise Refused(
            "A lesson's file has at most {most} bytes; this one is larger. Shorten it.", most=f"{MAX_LESSON:,}"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise Refused("Line {line} is no text in UTF-8. Save the file with that encoding.", line=line) from wrong
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise _no_toml(str(wrong), text) from wrong
    part = _Part(raw, (), lines_of(text))
    title, about, audience = part.words("title"), part.words("about", ""), part.words("audience", "")
    steps = tuple(_step(each, pages) for each in part.tables("step", MAX_LESSON_STEPS))
    part.no_others()
    return Lesson(word, title, about, audience, steps)


def _no_toml(said: str, text: str) -> Refused:
    place = re.search(r"line (\d+)", said)
    line = int(place[1]) if place else len(text.splitlines()) or 1
    return Refused("Line {line} is no TOML: {why}.", line=line, why=_PLACE.sub("", said))


class _Part:
    """A table of the file, at ``path``. What is asked of it is known; what is left at the end is refused."""

    def __init__(self, values: Mapping[str, object], path: Path, lines: dict[Path, int]) -> None:
        self.values, self.path, self.lines = values, path, lines
        self.asked: list[str] = []

    def line(self, *names: str) -> int:
        """Of a key, or of this table."""
        return line_of(self.lines, (*self.path, *names))

    def get(self, name: str) -> object:
        self.asked.append(name)
        return self.values.get(name)

    def no_others(self) -> None:
        for name in self.values:
            if name not in self.asked:
                raise Refused(
                    "Line {line}: there is no {name} here. Allowed are: {choices}.",
                    line=self.line(name),
                    name=name[:40],
                    choices=", ".join(self.asked),
                )

    def words(self, name: str, missing: str | None = None) -> Words:
        """A text, or one for each language. Without ``missing`` there has to be one."""
        value = self.get(name)
        if value is None and missing is not None:
            return {}
        if value is None:
            raise Refused("Line {line}: {name} is missing.", line=self.line(), name=name)
        texts = {"en": value} if isinstance(value, str) else value
        if not isinstance(texts, dict) or not texts or not set(texts) <= set(LANGUAGES):
            raise Refused(
                "Line {line}: {name} must be a text, or one for each language: {name}.en and {name}.zh.",
                line=self.line(name),
                name=name,
            )
        for language, text in texts.items():
            if not isinstance(text, str) or not 0 < len(text) <= MAX_LESSON_TEXT:
                raise Refused(
                    "Line {line}: {name} must be a text of 1 to {most} characters.",
                    line=self.line(name, language),
                    name=name,
                    most=MAX_LESSON_TEXT,
                )
        return texts

    def number(self, name: str, missing: float | None = None) -> float | None:
        value = self.get(name)
        if value is None:
            return missing
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise Refused("Line {line}: {name} must be a number.", line=self.line(name), name=name)
        return float(value)

    def option(self, name: str, options: Collection[str]) -> str:
        value = self.get(name)
        if value is not None and not (isinstance(value, str) and value in options):
            raise Refused(
                "Line {line}: there is no {name} {value}. Choose one of: {choices}.",
                line=self.line(name),
                name=name,
                value=str(value)[:40],
                choices=", ".join(options),
            )
        return value or ""

    def tables(self, name: str, most: int, least: int = 1) -> Sequence[_Part]:
        value = self.get(name)
        value = [] if value is None else value
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise Refused(
                "Line {line}: {name} must be tables, each with a line {header} above it.",
                line=self.line(name),
                name=name,
                header=f"[[{self._header(name)}]]",
            )
        if not least <= len(value) <= most:
            values = {"count": len(value), "header": f"[[{self._header(name)}]]", "least": least, "most": most}
            raise Refused(
                "Line {line}: there are {count} of {header}; allowed are {least} to {most}.",
                line=self.line(name),
                **values,
            )
        return [_Part(each, (*self.path, name, k), self.lines) for k, each in enumerate(value)]

    def table(self, name: str) -> _Part | None:
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise Refused("Line {line}: {name} must be a table.", line=self.line(name), name=name)
        return _Part(value, (*self.path, name), self.lines)

    def _header(self, name: str) -> str:
        return ".".join(str(each) for each in (*self.path, name) if isinstance(each, str))


def _step(part: _Part, pages: Mapping[str, Page] | None) -> Step:
    links, question = part.words("link"), part.words("question")
    if pages is not None:
        for link in links.values():
            _check_link(part, link, pages)
    measure = part.option("measure", MEASURES)
    of = part.get("of") or {}
    if not isinstance(of, dict):
        raise Refused("Line {line}: {name} must be a table.", line=part.line("of"), name="of")
    asked = [name for name in _KINDS if name in part.values]
    if len(asked) != 1:
        raise Refused("Line {line}: a step asks for one of: {choices}.", line=part.line(), choices=", ".join(_KINDS))
    asks = _KINDS[asked[0]](part, measure)
    part.asked += _KINDS
    step = Step(links, question, measure, of, asks, part.words("look"))
    part.no_others()
    return step


def _check_link(part: _Part, link: str, pages: Mapping[str, Page]) -> None:
    """Refuse a link that no page opens whole."""
    address, _mark, query = link.partition("?")
    if address not in pages:
        raise Refused(
            "Line {line}: there is no page {value}. Choose one of: {choices}.",
            line=part.line("link"),
            value=address[:40],
            choices=", ".join(pages),
        )
    row, values = pages[address], dict(parse_qsl(query, keep_blank_values=True))
    refused = [*row.knobs.from_query(values)[1], *(Subject.from_query(values)[1] if row.opens else [])]
    for refusal in refused:
        raise Refused("Line {line}: this link cannot be opened as it is.", line=part.line("link")) from refusal


def _choices(part: _Part, measure: str) -> Choices:
    choices = []
    for each in part.tables("choice", 8, 2):
        band = Band(each.number("at_least", -math.inf), each.number("below", math.inf))
        names, right = each.get("is"), each.get("right")
        band = None if band == Band() else band
        if names is not None and not isinstance(names, str):
            raise Refused("Line {line}: {name} must be a text.", line=each.line("is"), name="is")
        if right is not None and not isinstance(right, bool):
            raise Refused("Line {line}: {name} must be true or false.", line=each.line("right"), name="right")
        if measure and (right is not None or (band is None) == (names is None)):
            raise Refused(
                "Line {line}: with a measure, a choice says when it is right: at_least, below or is.", line=each.line()
            )
        if not measure and right is None:
            raise Refused("Line {line}: {name} is missing.", line=each.line(), name="right")
        choices.append(Choice(each.words("text"), each.words("says"), band, names, right))
        each.no_others()
    if not measure and sum(choice.right for choice in choices) != 1:
        raise Refused("Line {line}: of the choices of a step, one is right.", line=part.line("choice"))
    return Choices(tuple(choices))


def _number(part: _Part, measure: str) -> Number:
    table = part.table("number")
    right, within = table.number("right"), table.number("within", 0.0)
    if (right is None) == (not measure):
        raise Refused("Line {line}: a number needs a measure or a right one, and not both.", line=table.line())
    number = Number(table.words("unit", ""), within, right, _mistakes(part))
    table.no_others()
    return number


def _curve(part: _Part, measure: str) -> Curve:
    table = part.table("curve")
    low, high, within = table.number("low", 0.0), table.number("high", 1.0), table.number("within", 0.1)
    if low >= high:
        raise Refused("Line {line}: {name} must be below high.", line=table.line("low"), name="low")
    if not measure:
        raise Refused("Line {line}: a curve needs a measure.", line=table.line())
    curve = Curve(low, high, table.words("unit", ""), table.words("axis", ""), within, _mistakes(part))
    table.no_others()
    return curve


def _mistakes(part: _Part) -> tuple[Mistake, ...]:
    mistakes = []
    for each in part.tables("wrong", 8, 0):
        band = Band(each.number("at_least", -math.inf), each.number("below", math.inf))
        mistakes.append(Mistake(band, each.words("says")))
        each.no_others()
    return tuple(mistakes)


_KINDS = {"choice": _choices, "number": _number, "curve": _curve}  # what a step may ask for
