"""Dynamics: where a trained state can rest, and how fast pushes and gradients grow along its path."""

import streamlit as st

from rnnviz.switches import STREAMS, UNITS, Switches
from rnnviz.ui import controls, furniture, orbits
from rnnviz.ui.language import _
from rnnviz.ui.stage import stage

claim = st.container()
with st.container(horizontal=True):
    cell = controls.page_choice(_("Cell"), "switches_cell", {name: name for name in UNITS})
    stream = controls.page_choice(_("Stream"), "switches_stream", {k: str(k + 1) for k in range(STREAMS)})
switches = Switches(cell, stream)
with st.spinner(_("Searching for fixed points")):
    found = orbits.landscape(cell).found
with claim:
    furniture.claim(orbits.verdict(switches), orbits.conditions(switches))
growths = orbits.measured()

board = orbits.board(switches)
board.row(
    orbits.orbit(
        switches,
        board,
        components=3,
        span=6,
        title=_("The memory in space: drag to turn it"),
        caption=_("Three principal components of the state. Grey: the ways down from each saddle. The ring is now."),
    ),
    orbits.pushes(
        switches,
        span=6,
        caption=_(
            "Right: off by less than a half. A push can carry the state past a saddle; without one it comes to rest."
        ),
    ),
)
board.row(
    orbits.orbit(
        switches,
        board,
        components=2,
        span=6,
        title=orbits.passes(switches),
        caption=_("Arrows: what is remembered there, switch by switch. The ring is the cursor."),
    ),
    orbits.exponents(
        growths,
        span=6,
        caption=_(
            "Both are growth rates of one product, that of the same step Jacobians: the exponent multiplies it "
            "forward, the gradient backward. Without input, near 0, the radius alone would tell the long run."
        ),
    ),
)
stage("dynamics", board)

furniture.below(
    read=[
        _("A fixed point is stable if every small push fades there; at a saddle, some directions grow."),
        _("Count each point as +1, or −1 for an odd number of real eigenvalues above 1: the sum here is {sum}; it must "
          "be 1 if none was missed.").format(sum=orbits.index_sum(cell)),
        _("Filled marks on the right: fresh networks of 32 units on noise, a mark per radius; on the diagonal the "
          "exponent tells the gradient."),
    ],
    suggestions=[
        (_("The LSTM keeps the same cube in h and c"), {"switches_cell": "LSTM"}),
        (_("The GRU gets by with fewer saddles"), {"switches_cell": "GRU"}),
        (_("Another stream of pushes"), {"switches_cell": "RNN", "switches_stream": 3}),
    ],
    code=f"""from rnnviz.switches import Switches

switches = {switches!r}
found = switches.fixed_points()
found.unstable.values             # {found.unstable.values.tolist()}
""",
)  # fmt: skip
