"""The page's address holds every choice, so that a link shows another person the same thing."""

from __future__ import annotations

import streamlit as st

from rnnviz.experiment import Experiment, Refused
from rnnviz.ui.language import LANGUAGES, language

_WRITTEN = "address"  # session_state: the page and the query that were last written


def read() -> tuple[Experiment, list[Refused]]:
    """The experiment that the address asks for, and what in it could not be used."""
    query = st.query_params.to_dict()
    if query.get("lang") in LANGUAGES:
        st.session_state["language"] = query["lang"]
    return Experiment.from_query(query)


def moved(page: str) -> bool:
    """Whether the browser itself went to another address of the same page: back, forward, or a link followed.

    Going to another page empties the query, and is not a wish to start afresh.
    """
    before = st.session_state.get(_WRITTEN)
    return before is not None and before[0] == page and before[1] != st.query_params.to_dict()


def write(page: str, experiment: Experiment) -> None:
    """Put every choice that is not the default into the address. The one place that writes it."""
    query = experiment.query()
    if st.session_state.get("language_chosen"):
        query["lang"] = language()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[_WRITTEN] = (page, st.query_params.to_dict())
