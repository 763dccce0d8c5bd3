"""How the LSTM came to be: six cells in the order of history, one stream, and what each new part is good for."""

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.studies.lstm_history import carried, station_of, subject_of
from rnnviz.ui import furniture, lineages, milestones, panels
from rnnviz.ui.drawing import diagram
from rnnviz.ui.equations import equations
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

station = station_of(state.subject())
subject, period = subject_of(station), state.knobs().period
claim = st.container()
with st.container(horizontal=True):
    controls.subject_choice(_("Station"), "model", subject.model.name, lineages.models())
    if station == milestones.PEEPS:
        controls.knob("period")
runs = lineages.runs()
with claim:
    furniture.claim(lineages.verdict(station, runs, period), lineages.sentence(station))


def build() -> Board:
    board = panels.board(subject)
    board.row(
        diagram(
            subject,
            board,
            span=9,
            title=_("The cell of {station} at this symbol").format(station=station),
            caption=_("Values flow along the wires. Slide, or press ← and →."),
        ),
        panels.probabilities(
            subject,
            span=3,
            title=_("Which symbol comes next?"),
            caption=_("What this network expects after the symbol at the cursor."),
        ),
    )
    board.row(
        lineages.growth(station, runs, span=6, title=_("The state along one stream that never starts afresh")),
        milestones.effect(station, runs, period, span=6),
    )
    board.row(equations(subject, board, span=12))
    board.row(lineages.states(station, span=7), lineages.memories(station, runs, span=5))
    return board


show(build)

furniture.below(
    read=[
        _("Strings of a grammar follow one another without a mark. The second letter of each comes back at its end."),
        lineages.budgets(),
        _("Jordan came first, and stands behind Elman because one comparison, Elman's stream of bits, shows both."),
    ],
    suggestions=[
        (_("1997: the state that keeps growing"), {"model": subject_of(milestones.FIRST).model.name}),
        (_("2000: the same stream with a forget gate"), {"model": subject_of(milestones.FORGETS).model.name}),
        (_("A clock of one cell, that counts to 25"), {"model": subject_of(milestones.PEEPS).model.name, "period": 25}),
        (_("2014: how many weights a gate costs"), {"model": subject_of(milestones.GRU).model.name}),
    ],
    code=f"""from rnnviz.studies import lstm_history

subject = lstm_history.subject_of({station!r})
subject.trace().layer()["{carried(subject)}"].values   # after each of the first {len(subject.tokens)} symbols
lstm_history.long_run({station!r}).sizes.max()     # {runs[station].sizes.max():.4f}
""",
)
