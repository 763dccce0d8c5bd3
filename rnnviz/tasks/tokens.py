"""Text to tokens, tokens to numbers.

A recurrent network reads one token per time step, so a token should be what a reader would point at: a word of a
script that joins its letters, a single character of a script that does not (Chinese, Japanese), a punctuation mark,
an emoji.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

UNKNOWN = "<unknown>"

_ZERO_WIDTH_JOINER = "\u200d"
_KEYCAP = "\u20e3"
# Letters that draw nothing: Hangul and Khmer fillers. As tokens they would be empty boxes.
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_HALF_WIDTH_VOICING = frozenset("\uff9e\uff9f")
_ONE_TOKEN_EACH = (
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3021, 0x3029),  # Suzhou numerals
    (0x3038, 0x303C),
    (0x3041, 0x3096),  # hiragana
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),  # katakana
    (0x30FC, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),  # half-width katakana
    (0x1B000, 0x1B16F),  # historic kana
    (0x20000, 0x323AF),  # Han, extensions B to H
)

# A text is matched through its *shape*, one letter per character (see _kind): the standard library's expressions
# know neither scripts nor combining marks. Possessive repeats (*+) keep a match linear in the length of the text.
_TOKEN = re.compile(
    r"""
      rr?                                         # a flag is two regional indicators
    | [ws] [mv]*+ k                               # a keycap: digit, variation selector, box
    | (?: w [mvz]*+ (?!k) )+                      # a run of letters and digits with their marks
    | e [mvkt]*+ g*+ (?: z e [mvkt]*+ g*+ )*+     # an emoji, with skin tone, tags and joined parts
    | [hst] [mvk]*+                               # one character of Han or kana, one punctuation mark
    | [mk] [mvk]*+                                # marks that stand on nothing
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=8192)
def _kind(character: str) -> str:
    """One letter for what a character does in a token; "" if it is dropped, " " if it separates."""
    code, category = ord(character), unicodedata.category(character)
    if character.isspace():
        return " "
    if character == _ZERO_WIDTH_JOINER:
        return "z"
    if 0xE0020 <= code <= 0xE007F:
        return "g"
    if category in ("Cc", "Cf", "Cs") or character in _INVISIBLE_LETTERS or _is_noncharacter(code):
        return ""
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "v"
    if character == _KEYCAP:
        return "k"
    if category[0] == "M" or character in _HALF_WIDTH_VOICING:
        return "m"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "r"
    if 0x1F3FB <= code <= 0x1F3FF:
        return "t"
    # "Cn": an emoji younger than this Python's character tables is still an emoji.
    if category in ("So", "Cn") or (category == "Sm" and code >= 0x2190):
        return "e"
    if category[0] in "LN":
        return "h" if any(low <= code <= high for low, high in _ONE_TOKEN_EACH) else "w"
    return "s"


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def tokenize(text: str) -> list[str]:
    """Split a text into tokens, in their original spelling.

    One token per Han or kana character; one per run of letters and digits of any other script, with combining marks;
    one per punctuation mark; one per emoji, however many code points it has. White space separates. Control
    characters, lone surrogates and zero-width or bidirectional controls are dropped, so that no token can reorder or
    hide the text around it.

    >>> tokenize("我爱NLP, what's next?")
    ['我', '爱', 'NLP', ',', 'what', "'", 's', 'next', '?']
    """
    characters = [character for character in text if _kind(character)]
    shape = "".join(map(_kind, characters))
    tokens = []
    for match in _TOKEN.finditer(shape):
        token = "".join(characters[match.start() : match.end()])
        # Between letters the joiner only asks for a ligature; in an emoji it makes one picture of several.
        tokens.append(token if shape[match.start()] == "e" else token.replace(_ZERO_WIDTH_JOINER, ""))
    return tokens


def join(tokens: Sequence[str]) -> str:
    """Tokens as one text, which splits into them again: no space beside a Han or kana character where none is needed.

    >>> join(["我", "爱", "NLP", ",", "what", "next", "?"])
    '我爱NLP , what next ?'
    """
    text = ""
    for token in tokens:
        beside = {_kind(text[-1]), _kind(token[0])} if text else {"h"}
        text += token if "h" in beside <= set("hws") else f" {token}"
    return text


_SPELLING = str.maketrans(
    dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)], "") | {0x2018: "'", 0x2019: "'"}
)


@lru_cache(maxsize=8192)
def normalize(token: str) -> str:
    """The spelling under which a token is looked up: ？ meets ?, "Time" meets "time", ’ meets '."""
    folded = unicodedata.normalize("NFKC", token.translate(_SPELLING)).casefold()
    return unicodedata.normalize("NFKC", folded)


@dataclass(frozen=True)
class Vocabulary:
    """The tokens a network knows. A token's id is its place; id 0 stands for every token that is not here.

    Parameters
    ----------
    tokens : the known tokens in their look-up spelling (see ``normalize``), the first one ``UNKNOWN``.

    Raises ``ValueError`` if the first token is not ``UNKNOWN`` or a token occurs twice.
    """

    nbytes: ClassVar[int] = 0  # of its own: a task has one of it, however many results hold it
    by_character: ClassVar[bool] = False  # whether each character of a text is a token
    tokens: tuple[str, ...]

    def __post_init__(self):
        if not self.tokens or self.tokens[0] != UNKNOWN:
            raise ValueError(f"a vocabulary starts with {UNKNOWN!r}, this one with {self.tokens[:1]}")
        if len(self._ids) != len(self.tokens):
            raise ValueError("a vocabulary holds each token once")

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]]) -> "Vocabulary":
        """The vocabulary of tokenized sentences, sorted so that it does not depend on their order."""
        known = {normalize(token) for sentence in sentences for token in sentence}
        return cls((UNKNOWN, *sorted(known - {UNKNOWN})))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The id of each token, 0 for the unknown ones."""
        return [self._ids.get(normalize(token), 0) for token in tokens]

    def knows(self, token: str) -> bool:
        """Whether the token has an id of its own."""
        return self._ids.get(normalize(token), 0) != 0

    def split(self, text: str) -> list[str]:
        """A text as tokens, in their original spelling."""
        return tokenize(text)

    def join(self, tokens: Sequence[str]) -> str:
        """Tokens as one text, which splits into them again."""
        return join(tokens)

    def __len__(self) -> int:
        return len(self.tokens)
