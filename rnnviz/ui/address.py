"""The page's address holds every choice, so that a link shows another person the same thing."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from rnnviz.experiment import Choices
from rnnviz.ui.language import language

_WRITTEN = "address"  # session_state: the page and the query that were last written
_COMPLETION = "address_completion"  # session_state: what the stage is to put in place of the browser's own query
KEYS = (_WRITTEN, _COMPLETION)


def moved(page: str) -> bool:
    """Whether the browser itself went to another address of the same page: back, forward, or a link followed.

    An address without choices means the defaults.
    """
    before = st.session_state.get(_WRITTEN)
    return before is not None and before[0] == page and before[1] != st.query_params.to_dict()


def write(page: str, choice: Choices, chosen: bool) -> None:
    """Put every choice that is not the default into the address. The one place that writes it.

    The text is always there: without it a reader of another language would be given an example in theirs.

    A choice (``chosen``: a control was used) makes an entry in the browser's history, so that the way back undoes it.
    An address that somebody came with has its entry already: the stage completes it in place (``completion``).
    """
    query = choice.query() | {"text": choice.text}
    if st.session_state.get("language_chosen"):
        query["lang"] = language()
    now = st.query_params.to_dict()
    complete = now == query
    if not complete and chosen:
        st.query_params.from_dict(query)
    st.session_state[_COMPLETION] = None if complete or chosen else {"from": urlencode(now), "to": urlencode(query)}
    st.session_state[_WRITTEN] = (page, query)


def completion() -> dict[str, str] | None:
    """The query that the browser has, and the one that should be in its place; None where it is complete."""
    return st.session_state.get(_COMPLETION)
