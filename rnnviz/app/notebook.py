"""``rnnviz.show``: the stage in a notebook's cell, or in a file, without a server."""

from __future__ import annotations

import html
from pathlib import Path

from torch import Tensor, nn

from rnnviz.app import page
from rnnviz.app.i18n import one_language
from rnnviz.app.panels import answer_claims, one_step
from rnnviz.app.stage import offline
from rnnviz.app.stage.overview import overview
from rnnviz.subjects import Model, Subject, subject
from rnnviz.trace import Direction, Trace

_FRAME = (
    '<iframe srcdoc="{document}" title="{title}" allow="clipboard-write" '
    'style="width: 100%; height: {height}px; border: 0; resize: vertical"></iframe>'
)


class Picture:
    """A stage as an HTML document that needs no server. A notebook shows it in the cell; ``html`` is its text."""

    def __init__(self, title: str, document: str, height: int) -> None:
        self.title, self.html, self.height = title, document, height

    def save(self, path: str | Path) -> None:
        """Write the document to a file, which any browser opens."""
        Path(path).write_text(self.html, "utf-8")

    def __repr__(self) -> str:
        return f"Picture({self.title!r}, {len(self.html):,} characters of HTML)"

    def _repr_html_(self) -> str:
        return _FRAME.format(document=html.escape(self.html), title=html.escape(self.title), height=self.height)


def show(
    model: str | nn.Module | Model | Subject = "intents-lstm-small",
    x: Tensor | None = None,
    *,
    layer: int = 0,
    direction: Direction | None = None,
    language: str = "en",
    height: int = 720,
    **more: object,
) -> Picture:
    """Everything that one layer computes at each step, to slide through, in the cell of a notebook.

    ``model``, ``x`` and ``more``, such as ``at``: as ``rnnviz.subject`` takes them, or a subject. ``layer``: from 0;
    ``direction``: the network's first unless given. ``language``: "en" or "zh". ``height``: of the frame in the cell,
    in pixels.

    Raises Refused, a ValueError, for what cannot be shown, and the errors of ``rnnviz.subject``.
    """
    if isinstance(model, Trace):
        raise TypeError("a trace has no weights to show; give what was recorded, show(model, x)")
    shown = model if isinstance(model, Subject) else subject(model, x, **more)
    of = layer, direction or shown.network().directions[0]
    shown.trace().layer(*of)  # raises KeyError for one that is not there
    with one_language(language):
        payload = one_step.board(shown, of).payload(window=overview(shown))
        told = answer_claims.intent(shown), answer_claims.invitation(shown)
        above = page.claim_html(*told, measured=answer_claims.measured(shown))
    said = f": {page.readable(shown.text)[:60]}" if shown.text else f", {shown.read().steps} steps"
    title = shown.cell + said
    return Picture(title, offline.html([payload], title=title, language=language, above=above), height)
