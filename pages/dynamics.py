"""Dynamics: where a trained state can rest, and how fast pushes and gradients grow along its path."""

import streamlit as st

from rnnviz.app import controls, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import fixed_points
from rnnviz.app.stage.board import Board, show
from rnnviz.cells import TRIO
from rnnviz.studies.fixed_points import STREAMS
from rnnviz.subjects import Example

subject = state.subject()
claim = page.place_of_claim()
with st.container(horizontal=True):
    controls.subject_choice(_("Cell"), "cell", subject.cell, {cell: cell for cell in TRIO})
    if isinstance(subject.sequence, Example):
        streams = {seed: str(k + 1) for k, seed in enumerate(STREAMS)}
        controls.subject_choice(_("Stream"), "example", subject.sequence.seed, streams)
with st.spinner(_("Searching for fixed points")):
    fixed_points.known(subject)
with claim:
    page.claim(fixed_points.verdict(subject), fixed_points.conditions(subject))
growths = fixed_points.measured()


def build() -> Board:
    board = fixed_points.board(subject)
    space = fixed_points.orbit(
        subject,
        board,
        components=3,
        span=6,
        title=_("The memory in space: drag to turn it"),
        caption=_("Three principal components of the state. Grey: the ways down from each saddle. The ring is now."),
    )
    pushes = fixed_points.pushes(
        subject,
        span=6,
        caption=_(
            "Right: off by less than a half. A push can carry the state past a saddle; without one it comes to rest."
        ),
    )
    plane = fixed_points.orbit(
        subject,
        board,
        components=2,
        span=6,
        title=fixed_points.passes(subject),
        caption=_("Arrows: what is remembered there, switch by switch. The ring is the cursor."),
    )
    exponents = fixed_points.exponents(
        growths,
        span=6,
        caption=_(
            "Both are growth rates of one product, that of the same step Jacobians: the exponent multiplies it "
            "forward, the gradient backward. Without input, near 0, the radius alone would tell the long run."
        ),
    )
    board.row(space, pushes)
    board.row(plane, exponents)
    return board


show(build)

page.below(
    read=[
        _("A fixed point is stable if every small push fades there; at a saddle, some directions grow."),
        _("Count each point as +1, or −1 for an odd number of real eigenvalues above 1: the sum here is {sum}; it must "
          "be 1 if none was missed.").format(sum=fixed_points.index_sum(subject)),
        _("Filled marks on the right: fresh networks of 32 units on noise, a mark per radius; on the diagonal the "
          "exponent tells the gradient."),
    ],
    suggestions=[
        (_("The LSTM keeps the same cube in h and c"), {"cell": "LSTM"}),
        (_("The GRU gets by with fewer saddles"), {"cell": "GRU"}),
        (_("Another stream of pushes"), {"cell": "RNN", "example": STREAMS[3]}),
    ],
    code=f"""import rnnviz
from rnnviz.studies.fixed_points import landscape

subject = {subject.code()}
found = landscape(subject).found
found.unstable.values             # {fixed_points.known(subject).found.unstable.values.tolist()}
""",
)  # fmt: skip
