"""What a network reads: a text, an example of its own task, noise, a drawing, or vectors that were given.

Each is frozen, hashable and without tensors; its ``kind`` is its name in an address. ``read`` says what one network
makes of it, or refuses with the way out.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import torch

from rnnviz.refusals import Refused, refuse_outside
from rnnviz.subjects.drawing import Drawing
from rnnviz.subjects.given import refuse_vectors_of_others, vectors_of
from rnnviz.subjects.limits import (
    MAX_LENGTH,
    MAX_SEED,
    MAX_STEPS,
    MAX_TOKENS,
    refuse_seed,
    refuse_tokens,
    refuse_unreadable,
)
from rnnviz.subjects.loaded import Channels, Loaded, Reading, Tokens
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.tasks import TranslationTask, Vocabulary


@dataclass(frozen=True)
class Text:
    """A text that a visitor may type: one token per word, per Chinese character and per punctuation mark."""

    kind: ClassVar[str] = "text"
    text: str = "what time is it ?"

    def __post_init__(self) -> None:
        refuse_unreadable(self.text)

    def read(self, model: Loaded) -> Reading:
        vocabulary = vocabulary_of(model)
        split = model.task.split if isinstance(model.task, TranslationTask) else vocabulary.split
        tokens = tuple(split(self.text))
        refuse_tokens(len(tokens), MAX_LENGTH if vocabulary.by_character else MAX_TOKENS)
        if not tokens:
            raise Refused("There is nothing to read yet. Type at least one word or character.")
        ids = torch.tensor(vocabulary.encode(tokens)).unsqueeze(1)
        solution = model.task.solution(ids) if model.task is not None else None
        return Reading(ids, tokens, tuple(map(vocabulary.knows, tokens)), solution)


@dataclass(frozen=True)
class Example:
    """A new sequence of the network's own task, drawn from ``seed``."""

    kind: ClassVar[str] = "example"
    seed: int = 0

    def __post_init__(self) -> None:
        refuse_seed(self.seed)

    def read(self, model: Loaded) -> Reading:
        if model.task is None:
            raise Refused("This network was not trained on a task of this project, so no example of one can be drawn.")
        x, y = model.task.example(torch.Generator().manual_seed(self.seed))
        tokens: tuple[str, ...] = ()
        if model.task.inputs == "tokens":
            tokens = tuple(model.task.vocabulary.tokens[token] for token in x[:, 0].tolist())
        return Reading(x, tokens, (True,) * len(x), y)


@dataclass(frozen=True)
class Long:
    """A sequence of up to MAX_STEPS ``steps``. ``window``: a step, from 0, that is shown where not all are: of more
    than ``at_once`` steps, which a page decides and not an address."""

    window: int = field(default=0, kw_only=True)
    at_once: int = field(default=MAX_LENGTH, kw_only=True)

    def __post_init__(self) -> None:
        refuse_outside("window", self.window, 0, MAX_STEPS)
        refuse_outside("at_once", self.at_once, MAX_TOKENS, MAX_LENGTH)

    @property
    @abstractmethod
    def steps(self) -> int: ...


@dataclass(frozen=True)
class Noise(Long):
    """White noise, N(0, 1) in every channel and step; the same for every network with as many channels. A network that
    was brought and reads tokens reads random ones, each as likely."""

    kind: ClassVar[str] = "noise"
    length: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_outside("length", self.length, 1, MAX_STEPS)
        refuse_seed(self.seed)

    @property
    def steps(self) -> int:
        return self.length

    def read(self, model: Loaded) -> Reading:
        generator = torch.Generator().manual_seed(MAX_SEED + 1 + self.seed)
        if isinstance(model.reads, Tokens) and model.task is None:
            return _reading(model, torch.randint(_rows(model), (self.length, 1), generator=generator))
        channels = channels_of(model)
        x = torch.randn(self.length, 1, len(channels.names), generator=generator, dtype=torch.float64)
        return Reading(x.to(_dtype(model)), (), (True,) * self.length)


@dataclass(frozen=True)
class Vectors(Long):
    """An input that was brought to this process; ``digest``: what its numbers come to."""

    kind: ClassVar[str] = "vectors"
    digest: str

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_vectors_of_others(self.digest)

    @property
    def steps(self) -> int:
        return len(vectors_of(self.digest).x)

    def read(self, model: Loaded) -> Reading:
        x, tokens, _file = vectors_of(self.digest)
        if x.ndim == 2:
            rows = _rows(model)
            if not 0 <= int(x.min()) <= int(x.max()) < rows:
                raise Refused(
                    "This sequence has token ids that the network does not know; it knows {count}.", count=rows
                )
            return _reading(model, x, tokens)
        channels = channels_of(model)
        if x.shape[2] != len(channels.names):
            raise Refused(
                "This sequence has {count} numbers per step, the network reads {wanted}. Choose another sequence.",
                count=x.shape[2],
                wanted=len(channels.names),
            )
        return Reading(x.to(_dtype(model)), tokens, (True,) * len(x))


Sequence = Text | Example | Noise | Vectors | Drawing
# What an address, the code and a control say of a sequence, by name: the kind that it makes, and which field it is.
FIELDS: dict[str, tuple[type[Sequence], str]] = {
    "text": (Text, "text"),
    "example": (Example, "seed"),
    "noise": (Noise, "seed"),
    "length": (Noise, "length"),
    "vectors": (Vectors, "digest"),
    "window": (Long, "window"),
    "drawing": (Drawing, "drawing"),
}


def usual(model: Loaded) -> Sequence:
    """What a network reads unless something else is asked for: its task's first text or an example of it, or noise."""
    if model.task is None:
        return Noise()
    return Text(model.task.examples[0]) if model.task.examples else Example()


def vocabulary_of(model: Loaded) -> Vocabulary | OwnVocabulary:
    """Raises Refused for a network that reads no tokens, or whose tokens nobody knows."""
    if isinstance(model.reads, Channels):
        raise Refused(
            "This network reads vectors of {count} numbers, not text. Choose noise or an example for it.",
            count=len(model.reads.names),
        )
    if model.reads.vocabulary is None:
        raise Refused("This network came without its vocabulary, so it cannot read text. Give it token ids.")
    return model.reads.vocabulary


def channels_of(model: Loaded) -> Channels:
    """Raises Refused for a network that reads tokens."""
    if not isinstance(model.reads, Channels):
        raise Refused("This network reads words, not vectors. Type a text for it.")
    return model.reads


def _rows(model: Loaded) -> int:
    return model.network.embedding.num_embeddings if model.network.embedding is not None else 0


def _reading(model: Loaded, ids: torch.Tensor, tokens: tuple[str, ...] = ()) -> Reading:
    """Token ids (T, 1) with the words of the network's own vocabulary, unless others are given."""
    words = model.reads.vocabulary if isinstance(model.reads, Tokens) else None
    if not tokens and isinstance(words, OwnVocabulary):
        tokens = words.named(ids[:, 0].tolist())
    return Reading(ids, tokens, (True,) * len(ids))


def _dtype(model: Loaded) -> torch.dtype:
    return next(model.network.parameters()).dtype


def to_query(sequence: Sequence) -> dict[str, str]:
    """A sequence as parts of an address."""
    return {name: str(value) for name, value in fields_of(sequence).items()}


def fields_of(sequence: Sequence) -> dict[str, object]:
    """What a sequence consists of, by the names of FIELDS."""
    own = {name: getattr(sequence, part) for name, (kind, part) in FIELDS.items() if isinstance(sequence, kind)}
    return own if own.get("window") else {name: value for name, value in own.items() if name != "window"}


def from_query(query: dict[str, str]) -> Sequence | None:
    """The sequence of an address, None where it names none. Raises Refused for what cannot be read."""
    if "text" in query:
        return Text(query["text"])
    if "example" in query:
        return Example(whole(query["example"]))
    if "drawing" in query:
        return Drawing(query["drawing"])
    window = {"window": whole(query["window"])} if "window" in query else {}
    if "noise" in query:
        length = {"length": whole(query["length"])} if "length" in query else {}
        return Noise(seed=whole(query["noise"]), **length, **window)
    return Vectors(query["vectors"], **window) if "vectors" in query else None


def whole(text: str) -> int:
    """A whole number of an address, -1 for what is none."""
    # int() alone would also read "١٢", " 7 " and "1_000", and takes seconds for a very long number.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
