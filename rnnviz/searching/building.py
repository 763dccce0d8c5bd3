"""``search(model, corpus)``: read every sentence once and keep what its units did."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.refusals import Refused
from rnnviz.searching.corpus import Corpus, Line, Skipped, lines_of
from rnnviz.searching.index import Index
from rnnviz.searching.store import Store
from rnnviz.subjects import Subject, subject
from rnnviz.subjects.loaded import Loaded, Tokens
from rnnviz.subjects.models import Model, load
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.tasks import Vocabulary
from rnnviz.trace import Direction

TOGETHER = 2048  # sentences that are read before those of equal length run side by side
AT_ONCE = 512  # and how many of these at most


class Read(NamedTuple):
    """A sentence that the network can read."""

    place: str
    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    labels: tuple[str, ...]


def search(
    model: str | nn.Module | Model | Subject,
    corpus: Corpus,
    x: Tensor | None = None,
    *,
    quantity: str | None = None,
    layer: int = 0,
    direction: Direction = "forward",
    column: str | None = None,
    label_column: str | None = None,
    vocabulary: Sequence[str] | Mapping[str, int] | None = None,
    at: str | None = None,
    longest: int = 500,
    folder: str | Path | None = None,
) -> Index:
    """Stream many sentences through a network that reads tokens, and index what its units do at every step.

    ``model``, ``x``, ``at``, ``vocabulary``: as ``rnnviz.subject`` takes them, or a subject; a shipped network has its
    vocabulary, and one that has none reads its token ids as numbers.
    ``corpus``: a folder of .txt files, a line a sentence; one such file; a .csv file and its ``column`` (the first one
    unless given); or an iterable of sentences, each a text or a list of its tokens, or of pairs of a sentence and its
    labels, one, or one per token.
    ``label_column``: of a .csv file, that of each sentence's label. ``quantity``: of the cell, its output unless given,
    such as "c" or "f"; a vector of real numbers. ``folder``: where the numbers are kept; a temporary one unless given.

    Sentences that are empty, have more than ``longest`` tokens, cannot be decoded, or hold words that a vocabulary
    without a token for unknown ones does not have, are counted and named in ``Index.skipped``. Sentences of equal
    length run side by side.

    Raises ValueError for a network that reads no tokens or a quantity that is not there, the errors of
    ``rnnviz.subject``, and those of ``lines_of``.
    """
    loaded = load(
        subject(model, x, at=at, vocabulary=vocabulary).model if not isinstance(model, Subject) else model.model
    )
    lines = lines_of(corpus, column, label_column)
    return _finished(reading(loaded, lines, quantity, (layer, direction), longest, folder))


def _finished(work: Generator[int, None, Index]) -> Index:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def reading(
    loaded: Loaded,
    lines: Iterable[Line],
    quantity: str | None = None,
    of: tuple[int, Direction] = (0, "forward"),
    longest: int = 500,
    folder: str | Path | None = None,
) -> Generator[int, None, Index]:
    """What ``search`` does, bit by bit: yields now and then how many sentences were read, and returns the index."""
    network, (layer, direction) = loaded.network, of
    if not isinstance(loaded.reads, Tokens):
        raise ValueError("search reads sentences: give a network with an embedding, and its vocabulary=")
    cell = network.layers[0][0]
    quantity = cell.output if quantity is None else quantity
    if not 0 <= layer < len(network.layers) or direction not in network.directions:
        raise ValueError(f"there is no layer ({layer}, {direction!r}); layers are 0 to {len(network.layers) - 1}")
    if quantity not in cell.quantities or cell.not_a_vector([quantity]) is not None:
        vectors = [name for name in cell.quantities if cell.not_a_vector([name]) is None]
        raise ValueError(f"{cell.name} has no vector {quantity!r}; it has {', '.join(vectors)}")
    skipped, store = Skipped(), Store(cell.width(quantity), folder)
    kept: list[Read] = []
    readable = _readable(lines, vocabulary_of(loaded), longest, skipped)
    while chunk := list(itertools.islice(readable, TOGETHER)):
        values: list[np.ndarray] = [np.empty(0)] * len(chunk)
        for read in _activations(network, chunk, values, quantity, layer, direction):
            yield len(kept) + read
        store.append(np.concatenate(values))
        kept += chunk
    store.close()
    words = {token: number for number, token in enumerate(dict.fromkeys(t for read in kept for t in read.tokens))}
    ids = np.fromiter((words[token] for read in kept for token in read.tokens), np.int32)
    lengths = np.array([len(read.tokens) for read in kept], dtype=np.int64)
    places, labels = [read.place for read in kept], [read.labels for read in kept]
    return Index(store, tuple(words), ids, lengths, places, labels, skipped, quantity, direction)


def vocabulary_of(loaded: Loaded) -> Vocabulary | OwnVocabulary:
    """The network's words; of one that came without any, its token ids as numbers."""
    if loaded.reads.vocabulary is not None:
        return loaded.reads.vocabulary
    return OwnVocabulary(tuple(map(str, range(loaded.network.embedding.num_embeddings))))


def _readable(lines: Iterable[Line], vocabulary: object, longest: int, skipped: Skipped) -> Iterator[Read]:
    for line in lines:
        tokens = line.text if isinstance(line.text, list) else vocabulary.split(line.text or "")
        wrong = line.wrong or ("empty" if not tokens else f"over {longest} tokens" if len(tokens) > longest else "")
        if not wrong and len(line.labels) not in (0, 1, len(tokens)):
            wrong = "not one label per token"
        try:
            ids = () if wrong else tuple(vocabulary.encode(tokens))
        except Refused:
            wrong = "words that the vocabulary does not have"
        if wrong:
            skipped.add(line.place, wrong)
            continue
        yield Read(line.place, tuple(tokens), ids, line.labels)


def _activations(
    network: Network,
    chunk: Sequence[Read],
    values: list[np.ndarray],
    quantity: str,
    layer: int,
    direction: Direction,
) -> Iterator[int]:
    """Put (steps, units) of each sentence into ``values``, and yield now and then how many have been read."""
    lengths: dict[int, list[int]] = {}
    for k, read in enumerate(chunk):
        lengths.setdefault(len(read.ids), []).append(k)
    done = 0
    for members in lengths.values():
        for first in range(0, len(members), AT_ONCE):
            few = members[first : first + AT_ONCE]
            with torch.no_grad():
                trace = record(network, torch.tensor([chunk[k].ids for k in few]).T, keep=(quantity,))
            signal = trace.layer(layer, direction)[quantity].values
            for b, k in enumerate(few):
                values[k] = signal[:, b]
            done += len(few)
            yield done
