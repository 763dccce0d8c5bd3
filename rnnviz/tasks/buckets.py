"""Sentences of all lengths as batches of one length each, so that none needs padding."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import torch

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
    """A training batch of ``size`` sentences of one length, drawn as often as sentences have that length.

    Each token is made unknown with a chance of ``UNKNOWN_SHARE``, so that a network has met the unknown token when a
    visitor types a word it does not know.
    """
    counts = torch.tensor([bucket.x.shape[1] for bucket in buckets], dtype=torch.float)
    bucket = buckets[int(torch.multinomial(counts, 1, generator=generator))]
    chosen = torch.randint(bucket.x.shape[1], (size,), generator=generator)
    x = bucket.x[:, chosen]
    unknown = torch.rand(x.shape, generator=generator) < UNKNOWN_SHARE
    return Batch(x.masked_fill(unknown, 0), bucket.y[..., chosen])
