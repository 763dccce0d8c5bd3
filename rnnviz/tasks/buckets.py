"""Sentences of all lengths as batches of one length each, so that none needs padding."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import torch
from torch import Tensor

from rnnviz.tasks.base import Batch

UNKNOWN_SHARE = 0.05


def by_length(rows: Iterable[tuple[Sequence[int], int | Sequence[int]]]) -> list[Batch]:
    """Rows of (token ids, answer or one answer per token) as one batch per length, shortest first."""
    batches = []
    for _, group in groupby(sorted(rows, key=lambda row: len(row[0])), key=lambda row: len(row[0])):
        ids, answers = map(torch.tensor, zip(*group, strict=True))
        batches.append(Batch(ids.T.contiguous(), answers.movedim(0, -1).contiguous()))
    return batches


def draw(buckets: Sequence[Batch], size: int, generator: torch.Generator) -> Batch:
    """A training batch of ``size`` sentences of one length, drawn as often as sentences have that length."""
    bucket, chosen = choose([bucket.x.shape[1] for bucket in buckets], size, generator)
    x, y = buckets[bucket]
    return Batch(with_unknown(x[:, chosen], generator), y[..., chosen])


def choose(counts: Sequence[int], size: int, generator: torch.Generator) -> tuple[int, Tensor]:
    """A bucket, drawn as often as it has sentences, by their ``counts``, and ``size`` places in it."""
    bucket = int(torch.multinomial(torch.tensor(counts, dtype=torch.float), 1, generator=generator))
    return bucket, torch.randint(counts[bucket], (size,), generator=generator)


def with_unknown(x: Tensor, generator: torch.Generator) -> Tensor:
    """Each token is made unknown with a chance of ``UNKNOWN_SHARE``, so that a network has met the unknown token when a
    visitor types a word it does not know."""
    return x.masked_fill(torch.rand(x.shape, generator=generator) < UNKNOWN_SHARE, 0)
