"""Lecture mode: large type without the sidebar, on every page until it is left. The styles are in assets/lessons.css,
the keys in assets/stage/lecture.js."""

from __future__ import annotations

import streamlit as st

from rnnviz.app.i18n import language

_ON = "lecture"  # in the address and in session_state


def is_on() -> bool:
    return st.session_state.setdefault(_ON, st.query_params.get(_ON) == "1")


def turn(on: bool) -> None:
    st.session_state[_ON] = on


def on_all_pages() -> dict[str, str]:
    """The choices that hold on every page, as text for an address: the language, and this."""
    chosen = {"lang": language()} if st.session_state.get("language_chosen") else {}
    return chosen | ({_ON: "1"} if is_on() else {})
