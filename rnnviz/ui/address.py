"""The page's address holds every choice, so that a link shows another person the same thing."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from rnnviz.experiment import Choices
from rnnviz.ui.language import language

_WRITTEN = "address"  # session_state: the page and the query that were last written
_COMPLETION = "address_completion"  # session_state: the query that the stage is to put behind a new page's address


def moved(page: str) -> bool:
    """Whether the browser itself went to another address of the same page: back, forward, or a link followed.

    An address without choices is not a wish to start afresh: it is what Streamlit leaves when it changes the page.
    """
    before, query = st.session_state.get(_WRITTEN), st.query_params.to_dict()
    return bool(query) and before is not None and before[0] == page and before[1] != query


def write(page: str, choice: Choices) -> None:
    """Put every choice that is not the default into the address. The one place that writes it.

    A choice makes an entry in the browser's history, so that the way back undoes it. A change of page has made one
    already, without the choices: the stage completes it in place (``completion``).
    """
    query = choice.query()
    if st.session_state.get("language_chosen"):
        query["lang"] = language()
    before = st.session_state.get(_WRITTEN)
    arrived = before is not None and before[0] != page
    st.session_state[_COMPLETION] = urlencode(query) if arrived else None
    if not arrived and st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
        query = st.query_params.to_dict()
    st.session_state[_WRITTEN] = (page, query)


def completion() -> str | None:
    """The query that the address of a page just arrived at should have; None where it is complete."""
    return st.session_state.get(_COMPLETION)
