"""Sentences one after the other, from a folder of text files, a column of a CSV file, or anything that can be iterated.

A line that cannot be read is told with its place and the reason, and the next one is read.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

Labels = str | Sequence[str]
Sentence = str | list[str]  # a text, or the tokens that it is to be read as
Corpus = str | Path | Iterable[Sentence | tuple[Sentence, Labels]]
NAMED = 100  # lines that are named; the others are counted


class Line(NamedTuple):
    """``place``: where it stands, such as "mails.csv:12". ``text``, or its tokens; None where ``wrong`` says
    why. ``labels``: one of the whole sentence, or one for each of its tokens; () for none."""

    place: str
    text: Sentence | None
    labels: tuple[str, ...] = ()
    wrong: str = ""


class Skipped:
    """The lines that were left out: ``counts`` by reason, and of the first ones ``named``, (place, reason)."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.named: list[tuple[str, str]] = []

    def add(self, place: str, why: str) -> None:
        self.counts[why] += 1
        if len(self.named) < NAMED:
            self.named.append((place, why))

    def __len__(self) -> int:
        return self.counts.total()

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {why}" for why, count in self.counts.most_common())
        return f"<{len(self)} lines left out{': ' if told else ''}{told}>"


def lines_of(corpus: Corpus, column: str | None = None, label_column: str | None = None) -> Iterator[Line]:
    """``corpus``: a folder, of whose .txt files each line is a sentence; such a file; a .csv file, with the ``column``
    of the sentences (and that of a label of each); or an iterable of sentences, or of pairs (sentence, labels). There a
    sentence may be a list of its tokens.

    Raises FileNotFoundError, and ValueError for a column that is not there.
    """
    if isinstance(corpus, (str, Path)):
        path = Path(corpus)
        if not path.exists():
            raise FileNotFoundError(f"there is no folder or file {str(path)!r} to read sentences from")
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", errors="replace", newline="") as file:
                yield from table(file, f"{path.name}:", column, label_column)
            return
        for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
            with file.open("rb") as rows:
                for number, row in enumerate(rows, 1):
                    yield _decoded(f"{file.name}:{number}", row)
        return
    for number, each in enumerate(corpus, 1):
        text, labels = each if isinstance(each, tuple) and len(each) == 2 else (each, ())
        if not isinstance(text, str) and not (isinstance(text, list) and all(isinstance(one, str) for one in text)):
            yield Line(f"#{number}", None, wrong=f"not a text but {type(text).__name__}")
            continue
        yield Line(f"#{number}", text, (labels,) if isinstance(labels, str) else tuple(map(str, labels)))


def _decoded(place: str, row: bytes) -> Line:
    try:
        return Line(place, row.decode().strip())
    except UnicodeDecodeError:
        return Line(place, None, wrong="not UTF-8")


def table(file: Iterable[str], name: str, column: str | None = None, label_column: str | None = None) -> Iterator[Line]:
    """The rows of a CSV file, decoded with U+FFFD for what is not UTF-8; ``name`` begins each row's place. Errors as
    of ``lines_of``."""
    rows = csv.DictReader(row.replace("\0", "") for row in file)
    names = rows.fieldnames or []
    column = names[0] if column is None and names else column
    for wanted in (column, label_column):
        if wanted is not None and wanted not in names:
            told = f"{name.removesuffix(':')} has no column {wanted!r}; it has {', '.join(map(repr, names))}"
            raise ValueError(told)
    while True:
        place = f"{name}{rows.line_num + 1}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as wrong:
            yield Line(place, None, wrong=f"not CSV ({wrong})")
            continue
        text = row[column]
        if text is None or "\ufffd" in text:
            yield Line(place, None, wrong="no such column in this row" if text is None else "not UTF-8")
            continue
        labels = () if label_column is None or row[label_column] is None else (row[label_column],)
        yield Line(place, text.strip(), labels)
