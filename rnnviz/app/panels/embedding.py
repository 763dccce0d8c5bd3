"""How a word becomes the vector that goes in: its one-hot vector picks one row of the embedding."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming
from rnnviz.app.i18n import _
from rnnviz.app.panels.network_views import mathml
from rnnviz.app.stage.board import Board
from rnnviz.subjects import Subject

AROUND = 2  # rows of the table that are seen on either side of the word's


def row(subject: Subject, board: Board, **place: object) -> list[dict]:
    """The panel; none for a network that reads vectors, or came without its vocabulary."""
    table, reads = subject.network().embedding, subject.load().reads
    if table is None or reads.vocabulary is None:
        return []
    words, values = reads.vocabulary.tokens, table.weight.detach().numpy()
    count, size = values.shape
    ids = subject.input()[:, 0].numpy()
    first = np.clip(ids - AROUND, 0, max(0, count - 2 * AROUND - 1))
    seen = first[:, None] + np.arange(min(count, 2 * AROUND + 1))
    most = float(np.abs(values[seen]).max())
    told = _("Of {count} words one has a 1. One-hot times the table E, {count} × {size}, is that row: {x}.").format(
        count=count, size=size, x=naming.named(subject.cell, "x_t")
    )
    panel = {
        "kind": "embedding",
        "title": _("From a word to numbers: its one-hot vector picks one row of the embedding"),
        "caption": told,
        "alternative": told,
        "ids": board.array("id", ids[:, None]),
        "first": board.array("embedding:first", first[:, None]),
        "rows": board.array("embedding:rows", values[seen].reshape(len(ids), -1)),
        "words": [[words[k] if k < len(words) else f"#{k}" for k in near] for near in seen],
        "count": count,
        "size": size,
        "range": [-most, most],
        "names": {
            "row": _("row"),
            "word": _("word"),
            "one_hot": _("one-hot"),
            "table": "E",
            "x": mathml(naming.named(subject.cell, "x_t")),
        },
        **place,
    }
    return [panel]
