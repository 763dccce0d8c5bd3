"""Whose session runs, so that what a visitor brings is theirs alone and goes when their session ends.

Streamlit tells nobody that a session has ended, and its session caches are emptied whenever a connection breaks for a
moment. So those who own something are looked up among its sessions every few seconds, as long as there are any.
"""

from __future__ import annotations

import secrets
import threading
import time

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.app import training_jobs
from rnnviz.subjects import given, kept

_OWNER = "owner"  # session_state: a secret of the session, which no address holds
EVERY = 5.0  # seconds between two looks at which sessions are over

_sessions: dict[str, set[str]] = {}  # the owners in each session, by Streamlit's name for it
_guard = threading.Lock()


def owner() -> str | None:
    """Of the session that runs in this thread; None outside of one."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    return st.session_state.get(_OWNER)


def own() -> str:
    """The same for a session that is about to keep something: from now on it is watched until it ends."""
    name = st.session_state.setdefault(_OWNER, secrets.token_hex(16))
    session = get_script_run_ctx().session_id
    with _guard:
        is_first = not _sessions
        _sessions.setdefault(session, set()).add(name)
    if is_first:
        threading.Thread(target=_watch, name="ended sessions", daemon=True).start()
    return name


def _watch() -> None:
    while _sessions:
        time.sleep(EVERY)
        release_ended()


def release_ended() -> None:
    """Let go of what belongs to sessions that are over."""
    for session in [session for session in list(_sessions) if not _is_there(session)]:
        with _guard:
            owners = _sessions.pop(session, set())
        for name in owners:
            training_jobs.release(name)
            given.release(name)


def _is_there(session: str) -> bool:
    """Whether Streamlit has the session, be it connected or waiting for its browser to come back."""
    sessions = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    return sessions is None or sessions.get_session_info(session) is not None


kept.tell_owners_by(owner)
