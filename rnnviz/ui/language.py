"""Every visible string goes through ``_``; which catalogue answers is the visitor's choice, kept in the session."""

from __future__ import annotations

import gettext
import re
from functools import cache

import streamlit as st

from rnnviz.shipped_files import shipped_path

LOCALES = shipped_path("assets/locale")
LANGUAGES = {"en": "English", "zh": "中文"}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("rnnviz", LOCALES, languages=[language], fallback=True)


def language() -> str:
    """The visitor's choice; before there is one, what the browser prefers."""
    chosen = st.session_state.get("language")
    if chosen in LANGUAGES:
        return chosen
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def together(*sentences: str) -> str:
    """Sentences one after another; Chinese ones have no space between them."""
    return re.sub("(?<=[。！？]) ", "", " ".join(sentences))


def _(message: str) -> str:
    return _catalogue(language()).gettext(message)


def sentences(*parts: str) -> str:
    """Sentences one after another, without those that are empty; Chinese leaves no space after a full stop."""
    return ("" if language() == "zh" else " ").join(part for part in parts if part)
