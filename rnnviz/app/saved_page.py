"""The page of this run as one file, and its code as a script: kept while it is drawn, for who asks for them."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from rnnviz.app import script
from rnnviz.app.i18n import _, language
from rnnviz.app.stage import offline

if TYPE_CHECKING:
    from rnnviz.app.stage.component import Payload


class _Parts(NamedTuple):
    above: list[str]  # HTML
    boards: list[Payload]
    below: list[str]
    code: list[str]


_PARTS: ContextVar[_Parts] = ContextVar("parts")  # of the run that draws the page


def begin() -> None:
    """Forget what was drawn before: another page begins."""
    _PARTS.set(_Parts([], [], [], []))


def show_above(body: str) -> None:
    """Show HTML above the stage, on the page and in its file."""
    st.html(body)
    _PARTS.get().above.append(body)


def keep_board(payload: Payload) -> None:
    _PARTS.get().boards.append(payload)


def keep_below(read: Sequence[str], code: str) -> None:
    """Keep what stands below the stage: how to read it, as plain sentences, and the code that gives the same."""
    _PARTS.get().code.append(code)
    heading, summary, code = map(html.escape, (_("How to read this"), _("Show the code"), code))
    sentences = "".join(f"<li>{html.escape(line)}</li>" for line in read)
    _PARTS.get().below.append(
        f"<h2>{heading}</h2><ul>{sentences}</ul><details><summary>{summary}</summary><pre>{code}</pre></details>"
    )


def buttons(title: str, name: str) -> None:
    """Where the page has shown a stage, a button that gives the file, and where it has shown code, one that gives this
    as a script. ``title``: the page's; ``name``: the files'."""
    above, boards, below, code = _PARTS.get()
    if not boards:
        return
    spoken = language()

    def document() -> bytes:
        parts = {"above": "".join(above), "below": "".join(below)}
        return offline.html(boards, title=f"{title} · rnnviz", language=spoken, **parts).encode()

    told = _("One file with all that this page shows. It opens in any browser, without a server or a network.")
    _button("save", _("Save this page"), document, f"rnnviz-{name}.html", told, icon="download")
    if code:
        told = _("A Python script that computes the numbers of this page anew and prints them.")
        _button("script", _("Save the code"), script.printing(code[0]), f"rnnviz-{name}.py", told, icon="code")


def _button(key: str, label: str, given: str | Callable[[], bytes], name: str, told: str, icon: str) -> None:
    st.sidebar.download_button(
        label,
        given,
        name,
        "text/html" if name.endswith(".html") else "text/x-python",
        help=told,
        icon=f":material/{icon}:",
        on_click="ignore",
        key=f"button-{key}",
        width="stretch",
    )
