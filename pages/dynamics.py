"""Dynamics: where a trained state can rest, and how fast pushes and gradients grow along its path."""

import streamlit as st

from rnnviz.app import page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import fixed_point_claims, fixed_points, growth_rates
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.fixed_points import STREAMS

subject = state.subject()
claim = page.place_of_claim()
fixed_points.choose(subject)
with st.spinner(_("Searching for fixed points")):
    fixed_points.known(subject)
with claim:
    title, sentence = fixed_point_claims.title(subject), fixed_point_claims.sentence(subject)
    page.claim(title, sentence, measured=fixed_point_claims.measured(subject))
growths = growth_rates.measured()


def build() -> Board:
    board = fixed_points.board(subject)
    board.row(fixed_points.space(subject, board, span=6), fixed_points.pushes(subject, span=6))
    board.row(fixed_points.plane(subject, board, span=6), growth_rates.exponents(growths, span=6))
    return board


show(build)

page.below(
    read=[
        _("A fixed point is stable if every small push fades there; at a saddle, some directions grow."),
        _("Count each point as +1, or −1 for an odd number of real eigenvalues above 1: the sum here is {sum}; it must "
          "be 1 if none was missed.").format(sum=fixed_points.index_sum(subject)),
        _("Without input, near 0, the radius alone would tell the long run of gradients."),
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
