"""Echo state network: a random reservoir that is never trained, and what a linear readout recovers from it."""

import streamlit as st

from rnnviz.app import state
from rnnviz.studies.echo_state_network import SHOWN
from rnnviz.ui import echoes, furniture, reservoirs
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

subject, delay = state.subject(), state.knobs().delay
claim = st.container()
reservoirs.choose(subject)
seen = reservoirs.seen(subject)
with claim:
    furniture.claim(reservoirs.verdict(subject), reservoirs.sentence(subject))


def build() -> Board:
    board = Board([""] * SHOWN, [True] * SHOWN, units=1)
    board.row(echoes.distance(subject, span=8), echoes.eigenvalues(subject, span=4))
    board.row(echoes.runs(subject, span=6), echoes.picture(subject, span=6))
    board.row(echoes.reading(subject, delay, span=12))
    return board


def build_memories() -> Board:
    board = Board([], [], units=1)
    board.row(echoes.curves(subject, span=6), echoes.sweep(subject, totals, span=6))
    return board


show(build)
below = st.container()

tanh = {"spectral_radius": 1.2, "input_scaling": 1.0, "leak": 1.0, "nonlinearity": "tanh"}
tanh |= {"units": 100, "density": 0.1, "seed": 0}
linear = tanh | {"nonlinearity": "identity"}
furniture.below(
    read=[
        _("A straight fall of the distance means forgetting at a constant rate; a level line, no forgetting so far."),
        _("A strong input saturates tanh units, and so can make a reservoir forget that left alone would not."),
        _("What is remembered is shared out: no reservoir of N units can recover more than N inputs."),
    ],
    suggestions=[
        (_("A fainter input: after 1,000 steps its start is not forgotten"), tanh | {"input_scaling": 0.2}),
        (_("A faint input at radius 0.95: a longer memory"), tanh | {"spectral_radius": 0.95, "input_scaling": 0.05}),
        (_("Linear units at radius 0.9: measurement and theory"), linear | {"spectral_radius": 0.9}),
        (_("Linear units at radius 1.1: two starts fly apart"), linear | {"spectral_radius": 1.1}),
    ],
    code=f"""import rnnviz
from rnnviz.studies import echo_state_network

subject = {subject.code()}
found = echo_state_network.memory(subject)
found.by_delay.values[{delay}]     # {seen.memory.by_delay.values[delay]:.4f}
echo_state_network.echo(subject).left         # what is left of two starts' distance, with the input and without
""",
)

with below:  # last, for it takes longest
    totals = reservoirs.swept(subject)
    show(build_memories, part="memories")
