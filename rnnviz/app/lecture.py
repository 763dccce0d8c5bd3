"""Lecture mode: large type without the sidebar, on every page until it is left. The styles are in assets/lecture.css,
the keys in assets/stage/lecture.js."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rnnviz.app.i18n import _, language
from rnnviz.shipped_files import shipped_path

_ON = "lecture"  # in the address
_LECTURES = "lectures"  # session_state


def is_on() -> bool:
    return st.session_state.setdefault(_LECTURES, st.query_params.get(_ON) == "1")


def switch(use: Callable[[], None]) -> None:
    """A button that enters it, in the sidebar; or, at the foot of the window, one that leaves it. ``use``: called when
    it is pressed."""

    def turn() -> None:
        st.session_state[_LECTURES] = not is_on()
        use()

    if is_on():
        st.html(shipped_path("assets/lecture.css"))
        with st.container(key="lecture"):
            st.button(_("Leave (Esc)"), icon=":material/close:", on_click=turn)
    else:
        st.sidebar.button(_("Lecture mode"), icon=":material/present_to_all:", on_click=turn, width="stretch")


def on_all_pages() -> dict[str, str]:
    """The choices that hold on every page, as text for an address: the language, and this."""
    chosen = {"lang": language()} if st.session_state.get("language_chosen") else {}
    return chosen | ({_ON: "1"} if is_on() else {})
