"""A Sphinx extension: the list of the app's pages, from the table of contents that the app itself has."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from sphinx.application import Sphinx

HEAD = """The app
=======

``make run`` opens it in the browser, ``rnnviz.open(model, x)`` opens it on a model of one's own, and
``rnnviz model.onnx`` on a file. Everything that is chosen is in the address of the page, so that a link shows the same
to somebody else. These are its pages; behind each name stands the last part of its address.

"""


def text() -> str:
    """Every page below its section, with what it shows."""
    from pages import PAGES

    parts = [HEAD]
    for section, rows in groupby(PAGES, key=lambda row: row.section):
        parts.append(f"{section}\n{'-' * len(section)}\n\n")
        parts += [f"**{row.title}** (``{row.address}``)\n   {row.help}\n\n" for row in rows]
    return "".join(parts)


def write(app: Sphinx) -> None:
    Path(app.srcdir, "app.rst").write_text(text(), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
