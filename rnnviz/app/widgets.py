"""What ties a widget to a choice: it shows what ``state`` holds, and sets it.

A widget that this session draws for the first time is given its value as a default and not through the session: what a
browser brings from an earlier server is then not lost, and ``adopt`` takes it over.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from rnnviz.app import state

_NEW = "new_widgets"  # session_state: what widgets showed that were drawn for the first time, by their choice
NOT_KEPT = (_NEW,)


def adopt() -> bool:
    """Take over what new widgets brought with them; a click that was made while the server was away wins over the
    address. Whether there was any."""
    brought = {}
    for name, shown in st.session_state.get(_NEW, {}).items():
        value = st.session_state.get(name)
        if value is not None and value != shown:
            brought[_choice(name)] = _plain(value)
    st.session_state[_NEW] = {}
    if brought:
        state.choose(**brought)
    return bool(brought)


def bound(name: str, value: object, default: str = "value", begin: object = None) -> dict[str, object]:
    """Arguments of a widget that shows ``value`` and sets the choice ``name``; ``default``: what it calls its start.

    A second widget of one choice has a name of its own behind a colon: "text:letter" sets "text".
    """
    new = st.session_state.setdefault(_NEW, {})
    start = {}
    if name not in st.session_state:
        new[name], start = value, {default: value if begin is None else begin}
    elif name not in new:  # else it was drawn before, in a run that was cut short: what it brought is kept
        st.session_state[name] = value
    return {"key": name, "on_change": _take, "args": (name,), **start}


def next_of(name: str, label: str, icon: str, **besides: object) -> None:
    """A button that sets the knob ``name`` to its next number, and what is chosen ``besides``."""
    declared = state.row().knobs.declared()[name]
    following = getattr(state.knobs(), name) + 1
    changes = {name: following if following <= declared.most else declared.least} | besides
    st.button(label, key=f"button-{name}", icon=f":material/{icon}:", on_click=state.choose, kwargs=changes)


@contextmanager
def worded(name: str, words: Sequence[str]) -> Iterator[None]:
    """A box for a knob that is slid, with words under its track from the least to the most."""
    with st.container(key=f"worded-{name}", gap=None):
        yield
        st.html(f'<div class="slider-words">{"".join(f"<span>{html.escape(word)}</span>" for word in words)}</div>')


def _take(name: str) -> None:
    st.session_state.get(_NEW, {}).pop(name, None)
    value = st.session_state[name]
    if value is not None:
        state.choose(**{_choice(name): _plain(value)})


def _choice(name: str) -> str:
    return name.partition(":")[0]


def _plain(value: object) -> object:
    """What a widget holds as a choice. A slider counts in binary fractions; equal settings must be equal."""
    if isinstance(value, (list, tuple)):
        return tuple(map(_plain, value))
    return round(value, 6) if isinstance(value, float) else value
