"""The page's address holds every choice, so that a link shows another person the same thing."""

from __future__ import annotations

import streamlit as st

from rnnviz.experiment import Experiment, Refused
from rnnviz.ui.language import LANGUAGES, language


def read() -> tuple[Experiment, list[Refused]]:
    """The experiment that the address asks for, and what in it could not be used."""
    query = st.query_params.to_dict()
    if query.get("lang") in LANGUAGES:
        st.session_state["language"] = query["lang"]
    return Experiment.from_query(query)


def write(experiment: Experiment) -> None:
    """Put every choice that is not the default into the address. The one place that writes it."""
    query = experiment.query()
    if st.session_state.get("language_chosen"):
        query["lang"] = language()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
