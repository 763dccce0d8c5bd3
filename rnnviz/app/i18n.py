"""Every visible string goes through ``_``; which catalogue answers is the visitor's choice, kept in the session."""

from __future__ import annotations

import gettext
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import streamlit as st

from rnnviz.shipped_files import shipped_path

LOCALES = shipped_path("assets/locale")
_run = threading.local()  # a script runs in one thread
_GAP = re.compile(r"(?<=[\u4e00-\u9fff）]) (?=[\u4e00-\u9fff])")
LANGUAGES = {"en": "English", "zh": "中文"}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("rnnviz", LOCALES, languages=[language], fallback=True)


@contextmanager
def one_language(spoken: str | None = None) -> Iterator[None]:
    """Say all within in the language that is ``spoken``, by its name in LANGUAGES; without one, ask the session once,
    since a page says hundreds of things. ValueError for a language that is not there."""
    if spoken not in (None, *LANGUAGES):
        raise ValueError(f"unknown language {spoken!r}; there are {', '.join(LANGUAGES)}")
    _run.language = spoken or language()
    try:
        yield
    finally:
        _run.language = None


def language() -> str:
    """The visitor's choice; before there is one, what the browser prefers."""
    if (known := getattr(_run, "language", None)) is not None:
        return known
    chosen = st.session_state.get("language")
    if chosen in LANGUAGES:
        return chosen
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def speak() -> None:
    """On a visitor's first run, the language of the address or of the browser."""
    if "language" in st.session_state:
        return
    st.session_state["language_chosen"] = "lang" in st.query_params
    if st.query_params.get("lang") in LANGUAGES:
        st.session_state["language"] = st.query_params["lang"]
    st.session_state["language"] = language()


def by_language(**texts: str) -> str:
    """Of texts by language ("en", "zh") the visitor's: what networks read is chosen for each, not translated."""
    return texts[language()]


def _(message: str) -> str:
    return _catalogue(language()).gettext(message)


def sentences(*parts: str) -> str:
    """Sentences one after another, without those that are empty; Chinese leaves no space after a full stop."""
    return ("" if language() == "zh" else " ").join(part for part in parts if part)


def closed_up(text: str) -> str:
    """A text whose places are filled, without the spaces that stand around a name between two Chinese characters."""
    return _GAP.sub("", text)
