"""The page's address holds every choice, so that a link shows another person the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

_WRITTEN = "address"  # session_state: the page and the query that were last written
_COMPLETION = "address_completion"  # session_state: what the stage is to put in place of the browser's own query
_ASKED = "address_asked"  # session_state: what this run shows was asked for by the address
KEYS = (_WRITTEN, _COMPLETION, _ASKED)
OF_THE_STAGE = (
    "step",
    "unit",
    "snapshot",
    "scene",
    "lambda",
)  # written and read by the stage alone, without a word to the server


def moved(page: str) -> bool:
    """Whether the browser itself went to another address of the same page: back, forward, or a link followed.

    An address without choices means the defaults.
    """
    before = st.session_state.get(_WRITTEN)
    return before is not None and before[0] == page and before[1] != _own(st.query_params.to_dict())


def keep_asked(asked: bool) -> None:
    st.session_state[_ASKED] = asked


def has_asked() -> bool:
    """Whether a link, the menu or the way back led to what is shown, and not a control of the page."""
    return st.session_state[_ASKED]


def write(page: str, query: Mapping[str, str], chosen: bool) -> None:
    """Put ``query`` into the address. The one place that writes it.

    A choice (``chosen``: a control was used) makes an entry in the browser's history, so that the way back undoes it.
    An address that somebody came with has its entry already: the stage completes it in place (``completion``).
    """
    now = st.query_params.to_dict()
    complete = _own(now) == query
    if not complete and chosen:
        st.query_params.from_dict(query)
    stays = {name: now[name] for name in OF_THE_STAGE if name in now}
    if not complete and not chosen:
        st.session_state[_COMPLETION] = {"from": urlencode(now), "to": urlencode({**query, **stays})}
    st.session_state[_WRITTEN] = (page, dict(query))


def completion() -> dict[str, str] | None:
    """A query that the browser had, and the one that belongs in its place; None if all were complete.

    It stays after it is done, when the stage finds another query and does nothing: so the message with a board that has
    not changed is the same as before, and Streamlit does not send it again.
    """
    return st.session_state.get(_COMPLETION)


def _own(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in OF_THE_STAGE}
