"""Echo state network: a random reservoir that is never trained, and what a linear readout recovers from it."""

import streamlit as st

from rnnviz.app import page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import echo_state, reservoir_claims, reservoir_drawing
from rnnviz.app.panels.reservoir_claims import LINEAR, USUAL
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.echo_state_network import SHOWN

subject, delay = state.subject(), state.knobs().delay
claim = page.place_of_claim()
reservoir_claims.choose(subject)
seen = reservoir_claims.seen(subject)
with claim:
    page.claim(*reservoir_claims.claim(subject))


def build() -> Board:
    board = Board([""] * SHOWN, [True] * SHOWN, units=1, start=0, about={subject.cell: subject})
    board.row(*reservoir_claims.slider(subject))
    board.row(reservoir_drawing.drawing(subject, delay, board, span=6), echo_state.distance(subject, span=6))
    board.row(echo_state.runs(subject, span=7), echo_state.eigenvalues(subject, span=5))
    board.row(echo_state.picture(subject, span=6), echo_state.reading(subject, delay, span=6))
    return board


def build_memories() -> Board:
    board = Board([], [], units=1, about={subject.cell: subject})
    board.row(echo_state.curves(subject, span=6), echo_state.sweep(subject, totals, span=6))
    return board


show(build)
below = st.container()
page.below(
    read=[
        _("A straight fall of the distance means forgetting at a constant rate; a level line, no forgetting so far."),
        _("A strong input saturates tanh units, and so can make a reservoir forget that left alone would not."),
        _("What is remembered is shared out: no reservoir of N units can recover more than N inputs."),
    ],
    suggestions=[
        (_("A fainter input: after 1,000 steps its start is not forgotten"), USUAL | {"input_scaling": 0.2}),
        (_("A faint input at radius 0.95: a longer memory"), USUAL | {"spectral_radius": 0.95, "input_scaling": 0.05}),
        (_("Linear units at radius 0.9: measurement and theory"), LINEAR | {"spectral_radius": 0.9}),
        (_("Linear units at radius 1.1: two starts fly apart"), LINEAR | {"spectral_radius": 1.1}),
    ],
    code=f"""import rnnviz
from rnnviz.studies import echo_state_network
subject = {subject.code()}
found = echo_state_network.memory(subject)
found.by_delay.values[{delay}]     # {seen.memory.by_delay.values[delay]:.4f}
echo_state_network.echo(subject).left   # {seen.echo.left.tolist()}
""",
)

with below:  # last, for it takes longest
    totals = reservoir_claims.swept(subject)
    show(build_memories, part="memories")
