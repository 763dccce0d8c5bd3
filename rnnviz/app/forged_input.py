"""What no control of a page can have sent, and what a page could not be made from: the last good state comes back.

A browser that runs our pages sends what the controls allow. Another client may send anything, and Streamlit shows an
error for it, in which that session can stay. Here such a value counts as never sent, and a run that fails is begun
again from the choices of the last one that did not.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state import session_state as streamlit_session
from streamlit.runtime.state.common import WidgetMetadata

from rnnviz.app import address

_log = logging.getLogger("rnnviz")
_GOOD = "last_good_state"  # session_state: our own values after the last run that ended well
_FAILED = "failed_run"  # session_state: the run before this one failed
_NOT_KEPT = {
    _GOOD,
    _FAILED,
    "new_controls",
    "new_widgets",
    *address.KEYS,
}  # the address has what was asked for, whatever comes back
_run = threading.local()  # a script runs in one thread, which decodes its values first
# A browser sends a whole number as one, also to a control that Streamlit declares to hold any number.
_NUMBER = {"int_value": "double_value", "int_array_value": "double_array_value"}
# What Streamlit reads once only, and so may not be tried beforehand; no control of ours sends it.
_READ_ONCE = {"chat_input_value", "file_uploader_state_value", "string_trigger_value", "json_trigger_value"}


def refuse_undecodable() -> None:
    """Make Streamlit drop the values that it could not decode, with one line in the log; asked again, do nothing.

    Streamlit decodes them before any line of a script runs, and again in every later run of the session.
    """
    states = streamlit_session.WStates
    accept = states.set_widget_from_proto
    if getattr(accept, "refuses_undecodable", False):
        return

    def accept_decodable(self: streamlit_session.WStates, state: WidgetState) -> None:
        if _is_decodable(state, self.widget_metadata.get(state.id)):
            accept(self, state)
        else:
            _log.warning("a client sent %s, which its control cannot hold", state.WhichOneof("value"))
            _run.dropped = True

    accept_decodable.refuses_undecodable = True
    states.set_widget_from_proto = accept_decodable


def _is_decodable(state: WidgetState, control: WidgetMetadata | None) -> bool:
    kind = state.WhichOneof("value")
    if not state.id:
        return False
    if control is None or kind is None or kind in _READ_ONCE:
        return True
    if _NUMBER.get(kind, kind) != _NUMBER.get(control.value_type, control.value_type):
        return False
    try:
        control.deserializer(streamlit_session.unpack_widget_state_value(state))
    except Exception:
        return False
    return True


def run(script: Callable[[], None]) -> None:
    """Run ``script``. Where it fails, once more from the choices of the last good run; where that fails too, raise."""
    if st.session_state.get(_FAILED):
        st.session_state.update(st.session_state.get(_GOOD, {}))
    try:
        script()
    except Exception as error:
        if st.session_state.get(_FAILED):
            raise
        at = traceback.extract_tb(error.__traceback__)[-1]
        said = " ".join(str(error).split())[:200]  # on one line, whatever a client put into it
        _log.warning("run again from the last good choices: %s: %s (%s:%s)", type(error).__name__, said, *at[:2])
        st.session_state[_FAILED] = True
        st.rerun()
    finally:
        _run.dropped = False
    st.session_state[_FAILED] = False
    st.session_state[_GOOD] = {name: value for name, value in st.session_state.items() if _is_ours(str(name))}


def was_recovered() -> bool:
    """Whether this run shows the last good state in place of what was asked for."""
    return st.session_state.get(_FAILED, False) or getattr(_run, "dropped", False)


def _is_ours(name: str) -> bool:
    # Buttons (their keys begin so) and stages cannot be set; what a control shows is laid out anew from its choice.
    return name not in _NOT_KEPT and not name.startswith(("button-", "stage-")) and not name.endswith(":shown")
