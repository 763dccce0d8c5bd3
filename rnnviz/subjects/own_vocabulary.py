"""The words of a network that was brought, by their ids, as whoever trained it numbered them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rnnviz.refusals import Refused
from rnnviz.tasks import tokenize
from rnnviz.tasks.tokens import normalize

UNKNOWN = ("<unk>", "[unk]", "<unknown>", "unk", "<oov>")  # what the id of every other word is called, in any case
MOST_NAMED = 6  # words in a refusal


@dataclass(frozen=True)
class OwnVocabulary:
    """``tokens``: by id. A place that has no word holds "#" and its number."""

    tokens: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str] | Mapping[str, int]) -> OwnVocabulary:
        """From the words in the order of their ids, or from the id of each. Raises Refused for ids that are none."""
        if not isinstance(words, Mapping):
            return cls(tuple(map(str, words)))
        ids = list(words.values())
        if not ids or not all(isinstance(each, int) and 0 <= each < 2 * len(ids) + 100 for each in ids):
            raise Refused("The ids of a vocabulary are whole numbers from 0 on, one for each word.")
        by_id = {number: str(word) for word, number in words.items()}
        return cls(tuple(by_id.get(number, f"#{number}") for number in range(max(ids) + 1)))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: number for number, token in reversed(list(enumerate(self.tokens)))}

    @cached_property
    def _folded(self) -> dict[str, int]:
        return {normalize(token): number for token, number in self._ids.items()}

    @cached_property
    def unknown(self) -> int | None:
        """The id that every other word has; None where there is no such id."""
        return next((number for token, number in self._ids.items() if token.lower() in UNKNOWN), None)

    @cached_property
    def by_character(self) -> bool:
        """Whether each character of a text is a token."""
        words = [token for token in self.tokens if token.lower() not in UNKNOWN and token[:1] not in ("<", "[", "#")]
        return bool(words) and all(len(token) == 1 for token in words)

    def split(self, text: str) -> list[str]:
        """A text as tokens: by white space, and where the vocabulary does not have what stands between it, by words
        and punctuation marks; each character by itself where all tokens are single characters."""
        if self.by_character:
            return [character for character in text if character in self._ids or not character.isspace()]
        return [token for word in text.split() for token in ([word] if self.knows(word) else tokenize(word))]

    def join(self, tokens: Sequence[str]) -> str:
        """Tokens as one text."""
        return ("" if self.by_character else " ").join(tokens)

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """The id of each token. Raises Refused for words that it does not have, where it has no id for such."""
        strangers = [token for token in dict.fromkeys(tokens) if not self.knows(token)]
        if strangers and self.unknown is None:
            raise Refused(
                "The vocabulary does not have {words}, and no token for unknown words. Use words such as {known}.",
                words=", ".join(strangers[:MOST_NAMED]),
                known=", ".join([token for token in self.tokens if token[:1].isalnum()][:MOST_NAMED]),
            )
        return [self._id(token, self.unknown) for token in tokens]

    def knows(self, token: str) -> bool:
        return self._id(token, None) is not None

    def _id(self, token: str, otherwise: int | None) -> int | None:
        return self._ids.get(token, self._folded.get(normalize(token), otherwise))

    def named(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.tokens[number] if number < len(self.tokens) else f"#{number}" for number in ids)

    def __len__(self) -> int:
        return len(self.tokens)
