"""The stations of the lineage as a time line: what each added, and how much each remembers."""

from __future__ import annotations

import html

import streamlit as st

from rnnviz.app import controls, naming, state
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, closed_up
from rnnviz.app.page import percent
from rnnviz.app.panels.cell_milestones import PEEPS
from rnnviz.studies.lstm_history import EARLY, LENGTHS, STATIONS, STRINGS, endings_neither, endings_right, subject_of

FEW = 0.1  # of all strings


def time_line(station: str) -> None:
    """The stations in the order of history, and what leads from one to the next (assets/history.css draws the bars)."""
    names = list(STATIONS)
    at = names.index(station)
    model = subject_of(station).model.name
    labels = {subject_of(name).model.name: _label(name) for name in names}
    with st.container(key="stations"):
        st.html(_legend() + _heights())
        with st.container(horizontal=True, vertical_alignment="top", key="walk"):
            _walk(_("Previous cell"), "left", names[at - 1] if at else None)
            controls.subject_choice(_("Station"), "model", model, labels, label_visibility="collapsed", width="stretch")
            _walk(_("Next cell"), "right", names[at + 1] if at + 1 < len(names) else None)


def _label(station: str) -> str:
    """Both scores, the year and whose cell, what it added, and why the scores are as they are, as Markdown."""
    origin = STATIONS[station]
    scores = " ".join(f"*{percent(share)}*" for share in _shares(station))
    name = _("peepholes") if station == PEEPS else _cell_of(station)
    said = _(origin.why) if origin.why else _("other letters") if _names_others(station) else ""
    why = f" :orange[{said}]" if said else ""
    return f"{scores} **{origin.year}** **{name}** :blue[{_(origin.part)}]{why}"


def _cell_of(station: str) -> str:
    return naming.cell(station.rpartition(" ")[0])


def _names_others(station: str) -> bool:
    """Whether where it is right less often than a guess, it is because it names neither T nor P."""
    return any(endings_neither(station, length) > FEW * STRINGS for length in LENGTHS)


def _shares(station: str) -> list[float]:
    """How often the second letter is named at the end of usual strings, and of long ones."""
    return [endings_right(station, length) / STRINGS for length in LENGTHS]


def _legend() -> str:
    """What the bars above the years are."""
    title, guess = _("Second-to-last letter right"), _("guessing T or P: 50%")
    lengths = [_("in strings of {length} letters").format(length=length) for length in LENGTHS]
    rows = "".join(f"<li>{html.escape(text)}</li>" for text in (*lengths, guess))
    return f'<div class="bars-legend"><b>{html.escape(title)}</b><ul>{rows}</ul></div>'


def _heights() -> str:
    """The bars' heights: a style can take a number from nowhere else."""
    button = '.stApp .st-key-walk [role="radiogroup"] button:nth-of-type({k}) em:nth-of-type({bar})'
    rules = (
        f"{button.format(k=k, bar=bar)} {{ --share: {share:g}; }}"
        for k, name in enumerate(STATIONS, start=1)
        for bar, share in enumerate(_shares(name), start=1)
    )
    return f"<style>{' '.join(rules)} .stApp .st-key-walk {{ {_folded()} }}</style>"


def _folded() -> str:
    """What stands on the box of the six stations before 2015, or after 2020, while the others have the room."""
    names = list(STATIONS)
    words = {}
    for time, part, called in (
        ("early", names[: len(EARLY)], _("{count} early cells: {names}")),
        ("newer", names[len(EARLY) :], _("{count} of the newer cells: {names}")),
    ):
        years = [STATIONS[name].year for name in part]
        words[f"{time}-years"] = f"{min(years)}–{max(years)}"
        listed = together(list(dict.fromkeys(_cell_of(name) for name in part)))
        words[time] = closed_up(
            called.format(count=len(part), names=listed.replace("-", "\u2011"))
        )  # a name is not broken
    return " ".join(f'--{name}: "{text}";' for name, text in words.items())


def _walk(label: str, side: str, station: str | None) -> None:
    changes = {} if station is None else {"model": subject_of(station).model.name}
    icon = f":material/chevron_{side}:"
    chosen = {"disabled": not changes, "on_click": state.choose, "kwargs": changes}
    st.button(label, key=f"button-station-{side}", icon=icon, **chosen)
