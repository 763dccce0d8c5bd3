"""Echo state network: a random reservoir that is never trained, and what a linear readout recovers from it."""

import streamlit as st

from rnnviz.reservoir import SHOWN
from rnnviz.ui import echoes, furniture, reservoirs
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, stage

claim = st.container()
reservoir, delay = reservoirs.choose()
with claim:
    furniture.claim(reservoirs.verdict(reservoir), reservoirs.sentence(reservoir))

board = Board([""] * SHOWN, [True] * SHOWN, units=1)
board.row(echoes.distance(reservoir, span=8), echoes.eigenvalues(reservoir, span=4))
board.row(echoes.runs(reservoir, span=6), echoes.picture(reservoir, span=6))
board.row(echoes.reading(reservoir, delay, span=12))
stage("echo-state-network", board)
below = st.container()

tanh = {"esn_radius": 1.2, "esn_scaling": 1.0, "esn_leak": 1.0, "esn_f": "tanh"}
tanh |= {"esn_units": 100, "esn_density": 0.1, "esn_seed": 0}
furniture.below(
    read=[
        _("A straight fall of the distance means forgetting at a constant rate; a level line, no forgetting so far."),
        _("A strong input saturates tanh units, and so can make a reservoir forget that left alone would not."),
        _("What is remembered is shared out: no reservoir of N units can recover more than N inputs."),
    ],
    suggestions=[
        (_("A fainter input: after 1,000 steps its start is not forgotten"), tanh | {"esn_scaling": 0.2}),
        (_("A faint input at radius 0.95: a longer memory"), tanh | {"esn_radius": 0.95, "esn_scaling": 0.05}),
        (_("Linear units at radius 0.9: measurement and theory"), tanh | {"esn_f": "identity", "esn_radius": 0.9}),
        (_("Linear units at radius 1.1: two starts fly apart"), tanh | {"esn_f": "identity", "esn_radius": 1.1}),
    ],
    code=f"""from rnnviz.reservoir import Reservoir

reservoir = {reservoir!r}
found = reservoir.memory()
found.by_delay.values[{delay}]     # {reservoirs.measured(reservoir)[0].by_delay.values[delay]:.4f}
reservoir.echo().left         # what is left of two starts' distance, with the input and without
""",
)

with below:  # last, for it takes longest
    totals = reservoirs.swept(reservoir)
    memories = Board([], [], units=1)
    memories.row(echoes.curves(reservoir, span=6), echoes.sweep(reservoir, totals, span=6))
    stage("echo-state-network:memories", memories)
