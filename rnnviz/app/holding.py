"""The control that holds a quantity of a run at a value, and what of a page's holds fits a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.app import naming, state, subject_picker
from rnnviz.app.i18n import _, sentences
from rnnviz.app.knobs import Knobs
from rnnviz.app.page import explained
from rnnviz.app.panels.hold_claims import in_words
from rnnviz.app.results import FIRST, Changed, Layer, cell_of, quantities
from rnnviz.app.widgets import bound
from rnnviz.compute import computed
from rnnviz.holding import PREVIOUS, Hold, place
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject, Text
from rnnviz.subjects.hold_words import from_words, to_word

LEAST, MOST = -100.0, 100.0


def held(subject: Subject, knobs: Knobs | None = None) -> Subject:
    """The subject with those of the page's holds that it has something for, and with what was read before its words
    were changed; itself if there is neither. ``knobs``: the page's own unless given."""
    knobs = knobs or state.knobs()
    fitting = tuple(word for word in knobs.hold if _refusal(subject, word) is None)
    before = _before(subject, knobs)
    return Changed(subject.model, subject.sequence, fitting, before) if fitting or before else subject


def _before(subject: Subject, knobs: Knobs) -> Text | None:
    for text in knobs.before:
        with suppress(Refused):  # an address may hold anything
            before = Text(text)
            if subject.read().tokens and before.read(subject.load()).tokens != subject.read().tokens:
                return before
    return None


@computed
def _refusal(subject: Subject, word: str) -> Refused | None:
    """Why a network cannot be held as a word of the address says."""
    try:
        place(subject.network(), from_words([word]), subject.read().steps, 1)
    except Refused as refusal:
        return refusal
    return None


def choose(line: DeltaGenerator, subjects: Sequence[Subject], of: Layer = FIRST) -> None:
    """Draw what adds a hold to the runs of ``subjects``, on one layer of each, among the page's tools; and into a line
    of knobs the holds that there are. What an address names and none of them has is left out with a sentence below."""
    words, cell = state.knobs().hold, naming.common(subject.cell for subject in subjects)
    written = partial(in_words, cell=cell, whole=True, first=subjects[0].read().first)
    fitting = [word for word in words if any(_refusal(subject, word) is None for subject in subjects)]
    with (
        subject_picker.tools(),
        st.popover(_("Freeze a gate or state"), icon=":material/back_hand:", key=f"held{len(words)}"),
    ):
        _add(subjects, of, words)
    if _before(state.subject(), state.knobs()):
        choices = {
            "button-undo": (_("Undo the change"), "undo", {"text": state.knobs().before[0]}),
            "button-keep": (_("Keep it"), "check", {"before": ()}),
        }
        for key, (label, icon, changes) in choices.items():
            line.button(label, key=key, icon=f":material/{icon}:", on_click=state.choose, kwargs=changes)
    if fitting:
        line.multiselect(
            _("Held"),
            fitting,
            format_func=written,
            label_visibility="collapsed",
            **bound("hold", fitting, "default"),
        )
    for word in words:
        if word not in fitting:
            left_out = Refused("{hold} is left out.", hold=word[:40])
            st.warning(sentences(explained(left_out), explained(_refusal(subjects[0], word))), icon=":material/info:")


def _add(subjects: Sequence[Subject], of: Layer, words: tuple[str, ...]) -> None:
    """Ask which quantity is held, at what, in which units and at which steps."""
    meanings: dict[str, str] = {}
    for subject in reversed(subjects):
        meanings = {name: _(quantity.meaning) for name, quantity in quantities(subject).items()} | meanings
    first = "f" if "f" in meanings else next(iter(meanings))
    of_all = naming.common(subject.cell for subject in subjects)
    names = {quantity: naming.letter(of_all, quantity) for quantity in meanings}
    name = st.segmented_control(_("Quantity"), list(meanings), default=first, required=True, format_func=names.get)
    st.caption(meanings[name])
    cells = [cell for cell in (cell_of(subject, of) for subject in subjects) if name in cell.quantities]
    value = _value(all(name in cell.state for cell in cells))
    some = st.segmented_control(_("Units"), [False, True], default=False, required=True, format_func=_units().get)
    last = min(cell.width(name) for cell in cells) - 1
    unit = st.number_input(_("unit"), 0, last, step=1) if some else None
    steps = _steps(subjects[0])
    hold = Hold(value, None if unit is None else [unit], steps, *of)
    word = to_word(name, hold)
    most = state.row().knobs.declared()["hold"].most_chosen
    st.button(
        _("Freeze: {hold}").format(hold=in_words(word, of_all, whole=True, first=subjects[0].read().first)),
        key="button-hold",
        type="primary",
        icon=":material/back_hand:",
        disabled=len(words) >= most,
        on_click=state.choose,
        kwargs={"hold": tuple(dict.fromkeys([*words, word]))},
    )


def _value(is_state: bool) -> float | str:
    values: Mapping[object, str] = {0.0: "0", 0.5: "½", 1.0: "1"}
    values |= {PREVIOUS: _("as it was before")} if is_state else {}
    values |= {None: _("a number")}
    chosen = st.segmented_control(_("at"), list(values), default=0.0, required=True, format_func=values.get)
    return st.number_input(_("Value"), LEAST, MOST, -1.0, step=0.1) if chosen is None else chosen


def _units() -> dict[bool, str]:
    return {False: _("all units"), True: _("one unit")}


def _steps(subject: Subject) -> range | None:
    """From which step to which one, by their words; None for all."""
    tokens, number = subject.tokens, subject.read().number
    count = len(tokens)
    if count == 1:
        return None
    ends = range(count)
    first, last = st.select_slider(
        _("Which steps"), ends, (0, count - 1), format_func=lambda step: f"{number(step)} {tokens[step]}".strip()
    )
    return None if last - first == count - 1 else range(first, last + 1)
