"""Text to characters, characters to numbers: a vocabulary whose tokens are single characters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnviz.tasks.tokens import UNKNOWN, Vocabulary

# What cannot be seen is written so wherever tokens are shown, and is read so too.
SHOWN = {"\n": "↵", " ": "␣", "\t": "⇥"}
_MEANT = {shown: character for character, shown in SHOWN.items()}
INDENT = "    "
_INDENTS, _TABS = re.compile(f"^(?:{INDENT})+", re.MULTILINE), re.compile("^\t+", re.MULTILINE)
_UNSEEN = ("Cc", "Cf", "Cs")  # controls, among them those that reorder the text around them, and lone surrogates


@dataclass(frozen=True)
class Alphabet(Vocabulary):
    """The characters that a network knows, as they are shown: a space is "␣". Case matters; id 0 is any other one.

    ``indents``: four spaces at the beginning of a line are read as one "⇥", as whoever writes Python types them.
    """

    by_character: ClassVar[bool] = True
    indents: bool = False

    @classmethod
    def of_characters(cls, text: str, most: int | None = None, indents: bool = False) -> Alphabet:
        """The characters of a text in their own order; of more than ``most`` the most frequent ones."""
        counts = Counter(split(text))
        known = sorted(counts, key=lambda character: (-counts[character], character))[:most]
        return cls((UNKNOWN, *sorted(known, key=lambda character: _MEANT.get(character, character))), indents)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        return [self._ids.get(SHOWN.get(token, token), 0) for token in tokens]

    def knows(self, token: str) -> bool:
        return self._ids.get(SHOWN.get(token, token), 0) != 0

    def ids(self, text: str) -> np.ndarray:
        """The ids of a plain text; for long ones."""
        text = indented(text) if self.indents else text
        points, kinds = np.frombuffer(text.encode("utf-32-le"), np.uint32), sorted(set(text))
        by_point = np.zeros(1 + max(map(ord, kinds), default=0), dtype=np.int64)
        by_point[list(map(ord, kinds))] = self.encode(kinds)
        return by_point[points]

    def split(self, text: str) -> list[str]:
        return split(indented(plain(text)) if self.indents else text)

    def join(self, tokens: Sequence[str]) -> str:
        text = join(tokens)
        return _TABS.sub(lambda tabs: INDENT * len(tabs[0]), text) if self.indents else text


def indented(text: str) -> str:
    """A text whose lines begin with a tab in place of every four spaces."""
    return _INDENTS.sub(lambda spaces: "\t" * (len(spaces[0]) // len(INDENT)), text)


def plain(text: str) -> str:
    """A text as it is read: composed, one character for the end of a line, nothing that is not seen."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    unseen = {each for each in set(text) - SHOWN.keys() if unicodedata.category(each) in _UNSEEN}
    return text.translate(str.maketrans(dict.fromkeys(unseen, "")))


def split(text: str) -> list[str]:
    """Each character of a text by itself, as it is shown.

    >>> split("if x:\\n")
    ['i', 'f', '␣', 'x', ':', '↵']
    """
    return [SHOWN.get(character, character) for character in plain(text)]


def join(tokens: Sequence[str]) -> str:
    """Shown characters as the text that they stand for."""
    return "".join(_MEANT.get(token, token) for token in tokens)
